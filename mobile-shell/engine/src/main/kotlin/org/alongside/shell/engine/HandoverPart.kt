package org.alongside.shell.engine

import org.alongside.core.Body
import org.alongside.core.HandoverNote
import org.alongside.shell.model.HandoverIntent
import org.alongside.shell.model.HandoverModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Notice
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

internal class HandoverPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val (person, visit) = route as Route.Handover
        return HandoverModel(core.plans.header(person(person)), visit, "", holdsCode = false)
    }

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? =
        if (model is HandoverModel && intent is HandoverIntent.Typed) model.copy(text = intent.text) else null

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel =
        if (old is HandoverModel && loaded is HandoverModel) old.copy(header = loaded.header) else loaded

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is HandoverModel || intent !is HandoverIntent) return
        val person = person(model.header.person)
        when (intent) {
            is HandoverIntent.Typed -> {
                val holds = core.replica.holdsKeySafeCode(person, model.text)
                stage.change { (it as? HandoverModel)?.copy(holdsCode = holds) ?: it }
            }
            HandoverIntent.Save -> {
                val recorded = core.replica.record(person, Body.HandoverNote(HandoverNote(visit(model.visit), model.text)))
                stage.back()
                stage.notice(Notice.Saved(core.times.clock(recorded.recorded)))
                stage.send(recorded.wake)
            }
        }
    }
}
