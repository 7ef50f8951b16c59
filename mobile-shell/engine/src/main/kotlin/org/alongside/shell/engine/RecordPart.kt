package org.alongside.shell.engine

import org.alongside.core.Body
import org.alongside.core.Correction
import org.alongside.core.EscalationState
import org.alongside.core.HistoryItem
import org.alongside.core.Observation
import org.alongside.core.Problem
import org.alongside.core.Recorded
import org.alongside.core.Section
import org.alongside.shell.model.Choice
import org.alongside.shell.model.CorrectionDraft
import org.alongside.shell.model.Field
import org.alongside.shell.model.Finding
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Notice
import org.alongside.shell.model.ObservationDraft
import org.alongside.shell.model.RecordId
import org.alongside.shell.model.RecordIntent
import org.alongside.shell.model.RecordModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.Seen

internal class RecordPart(private val core: Core) : Part {
    private val fields = RecordFields(core)

    /** The record that is put right on the screen now. */
    private var earlier: HistoryItem? = null

    override fun load(route: Route): ScreenModel {
        val (person, visit, code, corrects, goal) = route as Route.Record
        val kind = checkNotNull(core.kinds.of(code)) { "no such kind" }
        val plan = core.plans.of(person(person))
        val asked = plan.entries(Section.ASKED).filter { it.raw("kind") == code }.mapNotNull { it.raw("field") }
        val history = core.replica.history(plan.person)
        val earlier = corrects?.let { history.earlier(it) }
        this.earlier = earlier
        val past = fields.past(kind, history).filter { it.id != earlier?.id }
        val usual = fields.sitesOf(past)
        val byHour = if (earlier == null) fields.byHour(kind) else emptyMap()
        val begun = ObservationDraft(site = usual.singleOrNull(), values = byHour + listOfNotNull(goal?.let { GOAL to it }))
        return RecordModel(
            header = plan.header(),
            visit = visit,
            kind = code,
            title = kind.label,
            fields = fields.of(kind, asked, plan, past),
            sites = kind.sites.map { Choice(it, core.kinds.label("site.$it")) },
            usualSites = usual.map { Choice(it, core.kinds.label("site.$it")) },
            draft = earlier?.observation()?.asDraft() ?: begun,
            asLast = fields.asLast(asked, past),
            byHour = byHour,
            correction = earlier?.let { CorrectionDraft(core.sayings.of(it.body).orEmpty(), core.times.at(it.observed)) },
            absent = kind.absent.map { Choice(it, core.kinds.label("absent.$it")) },
            how = HOW.map { Choice(it, core.kinds.label("how_known.$it")) },
        )
    }

    /** The record that is to be put right. */
    private fun List<HistoryItem>.earlier(record: RecordId): HistoryItem =
        firstOrNull { it.id == record.toCore() && it.observation() != null } ?: throw Gone()

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel {
        if (old !is RecordModel || loaded !is RecordModel) return loaded
        return old.copy(header = loaded.header, fields = loaded.fields)
    }

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? {
        if (model !is RecordModel || intent !is RecordIntent) return null
        if (intent == RecordIntent.ShowAll) return model.copy(showAll = true)
        if (intent == RecordIntent.ShowBeside) return model.copy(showBeside = true)
        if (intent is RecordIntent.Reason) return model.copy(correction = model.correction?.copy(reason = intent.text), problem = null, problemField = null)
        val draft = if (intent == RecordIntent.AsLast) model.asLast() else model.draft.with(intent) ?: return null
        return model.copy(draft = model.implied(intent, draft), problem = null, problemField = null)
    }

    /** What was answered already stays as it is. */
    private fun RecordModel.asLast() = draft.copy(values = last?.values.orEmpty() + draft.values, absent = null)

    /** What follows from an answer; and what the hour filled in goes where it was not now. */
    private fun RecordModel.implied(intent: RecordIntent, now: ObservationDraft): ObservationDraft {
        val follows = (intent as? RecordIntent.Choose)?.takeIf { it.field in now.values }
            ?.let { chosen -> fields.firstOrNull { it.code == chosen.field }?.implies }
        val all = if (follows == null || follows.first in now.values) now.values else now.values + follows
        val isThen = draft.seen.isNow && !now.seen.isNow
        return now.copy(values = if (isThen) all - byHour.filter { all[it.key] == it.value }.keys else all)
    }

    private fun ObservationDraft.with(intent: RecordIntent): ObservationDraft? = when (intent) {
        is RecordIntent.Choose -> {
            val same = values[intent.field] == intent.value
            copy(values = if (same) values - intent.field else values + (intent.field to intent.value), absent = null)
        }
        is RecordIntent.Typed ->
            copy(values = if (intent.text.isEmpty()) values - intent.field else values + (intent.field to intent.text))
        is RecordIntent.Site -> copy(site = intent.site.takeIf { it != site })
        is RecordIntent.Absent ->
            if (absent == intent.reason) copy(absent = null) else copy(absent = intent.reason, values = emptyMap())
        // What is not seen now has a time of its own: "now" is never meant by leaving it.
        is RecordIntent.How -> copy(how = intent.how, seen = if (intent.how == SEEN_NOW) Seen.NOW else if (seen.isNow) Seen() else seen)
        is RecordIntent.SeenAt -> copy(seen = intent.seen)
        is RecordIntent.Note -> copy(note = intent.text)
        is RecordIntent.Quoted -> copy(quoted = intent.text)
        is RecordIntent.Changed -> copy(changed = intent.changed.takeIf { it != changed })
        is RecordIntent.Present -> copy(present = intent.text)
        is RecordIntent.Done -> copy(done = intent.text)
        is RecordIntent.Reason, RecordIntent.ShowAll, RecordIntent.ShowBeside, RecordIntent.AsLast, RecordIntent.Save -> null
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is RecordModel || intent !is RecordIntent) return
        when (intent) {
            RecordIntent.Save -> save(model, stage)
            RecordIntent.ShowAll, RecordIntent.ShowBeside, is RecordIntent.Reason -> Unit
            is RecordIntent.Note -> {
                val found = findings(model)
                stage.change { (it as? RecordModel)?.pointedOut(found, model.draft.note) ?: it }
            }
            else -> {
                val signs = core.signs(person(model.header.person), fields.observation(model))
                stage.change { (it as? RecordModel)?.copy(signs = signs) ?: it }
            }
        }
    }

    private fun findings(model: RecordModel): List<Finding> =
        core.replica.checkNote(person(model.header.person), model.draft.note).map {
            Finding(it.words, it.offer, it.kind, it.kind?.let { kind -> core.kinds.label("kind.$kind") }, it.diagnostic)
        }

    /** What was written first is kept, also while it is being deleted letter by letter. */
    private fun RecordModel.pointedOut(found: List<Finding>, note: String): RecordModel {
        val isFirst = found.isNotEmpty() && note.length >= draft.pointedOut.length
        return copy(findings = found, draft = if (isFirst) draft.copy(pointedOut = note) else draft)
    }

    private fun save(model: RecordModel, stage: Stage) {
        val person = person(model.header.person)
        val seen = earlier?.run { SeenTime.At(observed) } ?: core.times.of(model.draft.seen)
        if (seen == SeenTime.NotSaid) {
            stage.change { (it as? RecordModel)?.copy(problem = core.words.say("seen.missing"), problemField = SEEN) ?: it }
            return
        }
        val recorded = try {
            core.replica.record(person, Body.Observation(observation(model)), seen.moment)
        } catch (problem: Problem.ShowAndKeep) {
            stage.change {
                (it as? RecordModel)?.copy(problem = problem.words, problemField = problem.field, showAll = true) ?: it
            }
            return
        }
        stage.touched(person.hex)
        saved(person.hex, recorded, stage)
        stage.notice(Notice.Saved(core.times.clock(recorded.recorded)))
        stage.send(recorded.wake)
    }

    private fun observation(model: RecordModel): Observation {
        val now = fields.observation(model)
        val before = earlier ?: return now
        return now.copy(corrects = Correction(before.id, model.correction?.reason.orEmpty().trim()))
    }

    /** A sign of an emergency comes before anything else, and then a met trigger. */
    private fun saved(person: String, recorded: Recorded, stage: Stage) {
        val met = recorded.met.firstOrNull { it.state == EscalationState.RAISED } ?: recorded.met.firstOrNull()
        stage.back { it is Route.Kinds }
        if (met != null) stage.open(Route.Escalation(person, met.trigger.id, met.raisedBy.toModel()))
        if (recorded.signs.isNotEmpty()) stage.open(Route.Emergency(person))
    }

    private companion object {
        const val SEEN = "seen"
        const val SEEN_NOW = "seen_now"
        val HOW = listOf(SEEN_NOW, "told", "later_from_memory", "from_paper")
    }
}
