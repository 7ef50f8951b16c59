package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.AnswerModel
import org.alongside.shell.model.AppModel
import org.alongside.shell.model.Blank
import org.alongside.shell.model.EnrolModel
import org.alongside.shell.model.EscalationModel
import org.alongside.shell.model.HandoverModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.KindsModel
import org.alongside.shell.model.PlanModel
import org.alongside.shell.model.RecordModel
import org.alongside.shell.model.TodayModel
import org.alongside.shell.model.VisitModel

/** The screen of a model. */
@Composable
fun Screen(app: AppModel, send: (Intent) -> Unit) {
    when (val model = app.screen) {
        Blank -> Unit
        is EnrolModel -> EnrolScreen(model, send)
        is TodayModel -> TodayScreen(model, send)
        is PlanModel -> PlanScreen(model, send)
        is VisitModel -> VisitScreen(model, send)
        is HandoverModel -> HandoverScreen(model, send)
        is KindsModel -> KindsScreen(model, send)
        is RecordModel -> RecordScreen(model, send)
        is EscalationModel -> EscalationScreen(model, send)
        is AnswerModel -> AnswerScreen(model, send)
    }
}

internal fun back(send: (Intent) -> Unit): () -> Unit = { send(Intent.Back) }
