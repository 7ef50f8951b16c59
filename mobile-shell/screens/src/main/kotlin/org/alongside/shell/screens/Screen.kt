package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.AnswerModel
import org.alongside.shell.model.AppModel
import org.alongside.shell.model.Blank
import org.alongside.shell.model.CallModel
import org.alongside.shell.model.ChangesModel
import org.alongside.shell.model.ConcernModel
import org.alongside.shell.model.ConcernSavedModel
import org.alongside.shell.model.EmergencyModel
import org.alongside.shell.model.EndOfShiftModel
import org.alongside.shell.model.EnrolModel
import org.alongside.shell.model.EscalationModel
import org.alongside.shell.model.HandoverModel
import org.alongside.shell.model.HelpModel
import org.alongside.shell.model.HistoryModel
import org.alongside.shell.model.InductionModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.KindsModel
import org.alongside.shell.model.LateModel
import org.alongside.shell.model.LockedNoteModel
import org.alongside.shell.model.MoreModel
import org.alongside.shell.model.NoReplyModel
import org.alongside.shell.model.PinModel
import org.alongside.shell.model.PlanModel
import org.alongside.shell.model.ProposeModel
import org.alongside.shell.model.RecordModel
import org.alongside.shell.model.SettingsModel
import org.alongside.shell.model.SyncModel
import org.alongside.shell.model.TodayModel
import org.alongside.shell.model.VisitModel

/** The screen of a model. */
@Composable
fun Screen(app: AppModel, send: (Intent) -> Unit) {
    app.screen.over()?.let { return OverScreen(it, app.screen.isThere, send) }
    when (val model = app.screen) {
        Blank -> Unit
        is EnrolModel -> EnrolScreen(model, send)
        is TodayModel -> TodayScreen(model, send)
        is PlanModel -> PlanScreen(model, send)
        is InductionModel -> InductionScreen(model, send)
        is VisitModel -> VisitScreen(model, send)
        is HandoverModel -> HandoverScreen(model, send)
        is KindsModel -> KindsScreen(model, send)
        is RecordModel -> RecordScreen(model, send)
        is EscalationModel -> EscalationScreen(model, send)
        is AnswerModel -> AnswerScreen(model, send)
        is CallModel -> CallScreen(model, send)
        is ChangesModel -> ChangesScreen(model, send)
        is ConcernModel -> ConcernScreen(model, send)
        is ConcernSavedModel -> ConcernSavedScreen(model, send)
        is EmergencyModel -> EmergencyScreen(model, send)
        is EndOfShiftModel -> EndOfShiftScreen(model, send)
        is HelpModel -> HelpScreen(model, send)
        is HistoryModel -> HistoryScreen(model, send)
        is LateModel -> LateScreen(model, send)
        is MoreModel -> MoreScreen(model, send)
        is NoReplyModel -> NoReplyScreen(model, send)
        is SettingsModel -> SettingsScreen(model, send)
        is SyncModel -> SyncScreen(model, send)
        is PinModel -> PinScreen(model, send)
        is LockedNoteModel -> LockedNoteScreen(model, send)
        is ProposeModel -> ProposeScreen(model, send)
    }
}

internal fun back(send: (Intent) -> Unit): () -> Unit = { send(Intent.Back) }
