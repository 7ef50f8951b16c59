package org.alongside.shell.engine

import org.alongside.core.Concern
import org.alongside.core.Danger
import org.alongside.core.Problem
import org.alongside.core.StaffHex
import org.alongside.core.UnixMs
import org.alongside.shell.model.ConcernDraft
import org.alongside.shell.model.ConcernIntent
import org.alongside.shell.model.ConcernModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.RecipientRow
import org.alongside.shell.model.RecordId
import org.alongside.shell.model.Route
import org.alongside.shell.model.RouteRow
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.SeenChoice

/** What is typed here is kept nowhere but in the sealed record. */
internal class ConcernPart(private val core: Core, private val reported: Reported) : Part {
    override fun load(route: Route): ScreenModel {
        val person = (route as Route.Concern).person
        return ConcernModel(
            person = person,
            // It may be about somebody whom this phone cannot show.
            name = core.readable { core.plans.of(person(person)).header().name },
            times = MINUTES_AGO.map(::seen),
            recipients = core.recipients(),
            routes = core.routes(),
        )
    }

    private fun seen(minutesAgo: Int): SeenChoice {
        val at = core.times.after(-minutesAgo)
        return SeenChoice(at.ms, minutesAgo, core.times.at(at))
    }

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel =
        if (old is ConcernModel && loaded is ConcernModel) loaded.copy(draft = old.draft, times = old.times, problem = old.problem) else loaded

    /** Nothing of it stays behind, neither beneath another screen nor on the way back. */
    override fun kept(model: ScreenModel): ScreenModel? = null

    /** A call that comes in, or five idle minutes, may not cost the words. They are in memory alone, and behind the PIN. */
    override fun keptLocked(model: ScreenModel): ScreenModel = model

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? {
        if (model !is ConcernModel || intent !is ConcernIntent) return null
        return model.draft.with(intent)?.let { model.copy(draft = it, problem = null) }
    }

    private fun ConcernDraft.with(intent: ConcernIntent): ConcernDraft? = when (intent) {
        is ConcernIntent.Text -> copy(text = intent.text)
        is ConcernIntent.Quoted -> copy(quoted = intent.text)
        is ConcernIntent.Place -> copy(place = intent.text)
        is ConcernIntent.Present -> copy(present = intent.text)
        is ConcernIntent.SeenAt -> copy(seen = intent.seen)
        is ConcernIntent.InDanger -> copy(danger = intent.danger.takeIf { it != danger })
        is ConcernIntent.Done -> copy(done = intent.text)
        is ConcernIntent.LeaveOut -> copy(leftOut = if (intent.out) leftOut + intent.staff else leftOut - intent.staff)
        ConcernIntent.Hide -> ConcernDraft()
        ConcernIntent.Save -> null
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is ConcernModel) return
        when (intent) {
            ConcernIntent.Save -> save(model, stage)
            ConcernIntent.Hide -> stage.home()
            else -> Unit
        }
    }

    private fun save(model: ConcernModel, stage: Stage) {
        val draft = model.draft
        val id = try {
            core.replica.recordConcern(
                person(model.person), draft.toCore(), draft.seen?.let { UnixMs(it.ms) }, draft.leftOut.map { StaffHex(it) },
            )
        } catch (problem: Problem.ShowAndKeep) {
            stage.change { (it as? ConcernModel)?.copy(problem = problem.words) ?: it }
            return
        }
        reported.keep(id.toModel(), model.person, draft.leftOut)
        // Nothing is sent because of it: whoever watches the line would see that it was.
        stage.replace(Route.ConcernSaved(model.person, id.toModel()))
    }

    private fun ConcernDraft.toCore() = Concern(
        text = text.trim(),
        quoted = quoted.trim().ifEmpty { null },
        place = place.trim().ifEmpty { null },
        present = present.trim().ifEmpty { null },
        danger = danger?.let { Danger.valueOf(it.name) },
        done = done.trim().ifEmpty { null },
    )

    private companion object {
        val MINUTES_AGO = listOf(0, 15, 30, 60, 120, 240, 480)
    }
}

/**
 * The concerns that were reported since the app was opened and still wait here: in memory only, so that a call can be
 * noted later, for nobody whom the reporter has left out.
 */
internal class Reported(private val core: Core) {
    private class One(val person: String, val leftOut: Set<String>)

    private val kept = LinkedHashMap<RecordId, One>()

    fun keep(concern: RecordId, person: String, leftOut: Set<String>) {
        kept[concern] = One(person, leftOut)
    }

    fun leftOut(concern: RecordId): Set<String> = kept[concern]?.leftOut.orEmpty()

    /** The last one; nothing on a locked phone, and once it does not wait any more. */
    fun last(): Route.ConcernSaved? {
        val waiting = core.readable { core.replica.waitingConcerns() } ?: return null
        kept.keys.retainAll(waiting.map { it.id.toModel() }.toSet())
        return kept.entries.lastOrNull()?.let { Route.ConcernSaved(it.value.person, it.key, later = true) }
    }
}

internal fun Core.recipients(): List<RecipientRow> = replica.concernRecipients().map { RecipientRow(it.hex, name(it)) }

internal fun Core.routes(): List<RouteRow> = replica.concernRoutes().map { route ->
    RouteRow(route.code, route.label, route.how, NUMBER.findAll(route.how).map { it.value.trim() }.toList())
}

private val NUMBER = Regex("\\b\\d[\\d ]{1,14}\\d\\b")
