package org.alongside.shell.engine

import org.alongside.core.Concern
import org.alongside.core.Danger
import org.alongside.core.Problem
import org.alongside.core.StaffHex
import org.alongside.shell.model.ConcernDraft
import org.alongside.shell.model.ConcernIntent
import org.alongside.shell.model.ConcernModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.RecipientRow
import org.alongside.shell.model.Route
import org.alongside.shell.model.RouteRow
import org.alongside.shell.model.ScreenModel

/** What is typed here is kept nowhere but in the sealed record. */
internal class ConcernPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel = ConcernModel(
        header = core.plans.header(person((route as Route.Concern).person)),
        recipients = core.recipients(),
        routes = core.routes(),
    )

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel =
        if (old is ConcernModel && loaded is ConcernModel) loaded.copy(draft = old.draft, problem = old.problem) else loaded

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? {
        if (model !is ConcernModel || intent !is ConcernIntent) return null
        return model.draft.with(intent)?.let { model.copy(draft = it, problem = null) }
    }

    private fun ConcernDraft.with(intent: ConcernIntent): ConcernDraft? = when (intent) {
        is ConcernIntent.Text -> copy(text = intent.text)
        is ConcernIntent.Quoted -> copy(quoted = intent.text)
        is ConcernIntent.Place -> copy(place = intent.text)
        is ConcernIntent.Present -> copy(present = intent.text)
        is ConcernIntent.InDanger -> copy(danger = intent.danger.takeIf { it != danger })
        is ConcernIntent.Done -> copy(done = intent.text)
        is ConcernIntent.LeaveOut -> copy(leftOut = if (intent.out) leftOut + intent.staff else leftOut - intent.staff)
        ConcernIntent.Save -> null
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is ConcernModel || intent != ConcernIntent.Save) return
        val id = try {
            core.replica.recordConcern(
                person(model.header.person), model.draft.toCore(), null, model.draft.leftOut.map { StaffHex(it) },
            )
        } catch (problem: Problem.ShowAndKeep) {
            stage.change { (it as? ConcernModel)?.copy(problem = problem.words) ?: it }
            return
        }
        // Nothing is sent because of it: whoever watches the line would see that it was.
        stage.replace(Route.ConcernSaved(model.header.person, id.toModel()))
    }

    private fun ConcernDraft.toCore() = Concern(
        text = text.trim(),
        quoted = quoted.trim().ifEmpty { null },
        place = place.trim().ifEmpty { null },
        present = present.trim().ifEmpty { null },
        danger = danger?.let { Danger.valueOf(it.name) },
        done = done.trim().ifEmpty { null },
    )
}

internal fun Core.recipients(): List<RecipientRow> = replica.concernRecipients().map { RecipientRow(it.hex, name(it)) }

internal fun Core.routes(): List<RouteRow> = replica.concernRoutes().map { RouteRow(it.label, it.how) }
