package org.alongside.shell.engine

import org.alongside.core.Body
import org.alongside.core.ExpectedLeaving
import org.alongside.core.HandoverRead
import org.alongside.core.HistoryItem
import org.alongside.core.Moment
import org.alongside.core.NotSafeToday
import org.alongside.core.PersonDay
import org.alongside.core.PersonId
import org.alongside.core.Receipt
import org.alongside.core.Section
import org.alongside.core.StaffId
import org.alongside.core.TaskDone
import org.alongside.core.Visit
import org.alongside.core.VisitArrived
import org.alongside.core.VisitKind
import org.alongside.core.VisitLeft
import org.alongside.shell.model.AskedRow
import org.alongside.shell.model.Intent
import org.alongside.shell.model.KeySafe
import org.alongside.shell.model.NoteRow
import org.alongside.shell.model.Notice
import org.alongside.shell.model.ReceiptMark
import org.alongside.shell.model.RecordedRow
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.TaskMark
import org.alongside.shell.model.TaskRow
import org.alongside.shell.model.VisitIntent
import org.alongside.shell.model.VisitModel
import org.alongside.shell.model.VisitStand

internal class VisitPart(private val core: Core) : Part {
    private var lastKept: Pair<String, List<TaskDone>>? = null

    override fun load(route: Route): ScreenModel {
        val (personHex, visitHex) = (route as Route.Visit).also { core.lastVisit = it }
        val person = person(personHex)
        val plan = core.plans.of(person)
        val visit = core.replica.visits(person).firstOrNull { it.id.hex == visitHex }
        val day = core.replica.day(person)
        val records = core.replica.history(person).filter { it.body.visitOf() == visitHex }
        val me = core.replica.me()?.staff
        return VisitModel(
            header = plan.header(),
            visit = visitHex,
            planned = visit?.planned?.let { core.times.at(it.start) },
            stand = visit?.stand() ?: VisitStand.UNPLANNED,
            others = visit?.planned?.staff.orEmpty().filter { it != me }.map(core::name),
            arrived = visit?.arrivals?.firstOrNull { it.staff == me }?.at?.let(core.times::clock),
            left = visit?.leavings?.lastOrNull { it.staff == me }?.at?.let(core.times::clock),
            notes = day.unread.map { NoteRow(it.note.toModel(), core.name(it.by), core.times.at(it.at), it.text, it.by == me) },
            asked = core.asked(plan, records.holding()),
            tasks = tasks(plan, day, visitHex, kept(person, visitHex, visit, me)),
            recorded = recorded(records),
            escalations = core.untold(personHex),
            keySafe = KeySafe(there = core.replica.hasKeySafe(person)),
            searchOpen = day.searches.any { it.located == null },
            expectedLeaving = day.atVisits.firstOrNull { it.staff == me && it.visit.hex == visitHex }?.expectedLeaving?.let(core.times::clock),
        )
    }

    /** What was answered before the app was ended, of a visit that its holder has not left. */
    private fun kept(person: PersonId, hex: String, known: Visit?, me: StaffId?): Map<String, TaskDone> {
        if (known?.leavings.orEmpty().any { it.staff == me }) return emptyMap()
        return core.replica.keptTasks(person, visit(hex)).associateBy { it.action }
    }

    private fun tasks(plan: PlanReader, day: PersonDay, visit: String, kept: Map<String, TaskDone>): List<TaskRow> {
        val said = day.shared.firstOrNull { it.visit.hex == visit }?.made?.tasks.orEmpty().associateBy { it.action }
        val notSafe = day.notSafe.associateBy { it.action }
        return plan.entries(Section.ACTIONS).filter { it.raw("state") !in setOf("done", "stopped") }.map { action ->
            val answer = said[action.name]
            val isClinical = action.isTrue("clinical")
            val begun = kept[action.name].takeUnless { isClinical }
            TaskRow(
                action = action.name,
                text = action.text("text").orEmpty(),
                who = action.text("who"),
                mark = answer?.let { if (it.done) TaskMark.SAID_DONE else TaskMark.SAID_NOT_DONE }
                    ?: begun?.let { if (it.notDone == null) TaskMark.DONE else TaskMark.NOT_DONE },
                notDone = if (answer == null) begun?.notDone?.ifEmpty { null } else answer.answers.firstNotNullOfOrNull { it.notDone },
                notSafe = notSafe[action.name]?.why,
                differs = answer?.differs == true,
                twoVersions = action.isTwoVersions,
                clinical = isClinical,
            )
        }
    }

    private fun recorded(records: List<HistoryItem>): List<RecordedRow> {
        val corrected = records.corrected()
        return records.asReversed().mapNotNull { item ->
            core.said(item)?.let { RecordedRow(core.times.clock(item.observed), it, item.receipt.toModel(), corrected[item.id]) }
        }
    }

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? {
        if (model !is VisitModel) return null
        return when (intent) {
            is VisitIntent.Tick -> model.task(intent.action) { it.ticked(intent.done) }
            is VisitIntent.WhyNot -> model.task(intent.action) { it.copy(mark = TaskMark.NOT_DONE, notDone = intent.why) }
            VisitIntent.HideKeySafe -> model.copy(keySafe = model.keySafe.copy(code = null))
            is VisitIntent.SeenAt -> model.copy(seen = intent.seen)
            else -> null
        }
    }

    private fun TaskRow.ticked(done: Boolean): TaskRow {
        val wanted = if (done) TaskMark.DONE else TaskMark.NOT_DONE
        return if (mark == wanted) copy(mark = null, notDone = null) else copy(mark = wanted, notDone = null)
    }

    private fun VisitModel.task(action: String, change: (TaskRow) -> TaskRow) =
        copy(tasks = tasks.map { if (it.action == action && !it.clinical) change(it) else it })

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel {
        if (old !is VisitModel || loaded !is VisitModel) return loaded
        val typed = if (loaded.left == old.left) old.tasks.filterNot { it.isSaid }.associateBy { it.action } else emptyMap()
        return loaded.copy(
            tasks = loaded.tasks.map { row -> typed[row.action]?.takeIf { it.mark != null || !row.isSaid }?.let { row.copy(mark = it.mark, notDone = it.notDone) } ?: row },
            keySafe = loaded.keySafe.copy(code = old.keySafe.code),
            // What was chosen is for one coming or going.
            seen = old.seen.takeIf { loaded.arrived == old.arrived && loaded.left == old.left },
        )
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is VisitModel || intent !is VisitIntent) return
        val visit = visit(model.visit)
        when (intent) {
            VisitIntent.Arrive -> saveThen(model, stage, Body.VisitArrived(VisitArrived(visit, VisitKind.CARE)))
            VisitIntent.Leave -> leave(model, stage)
            is VisitIntent.Read -> save(model, stage, Body.HandoverRead(HandoverRead(intent.note.toCore())))
            is VisitIntent.NotSafe -> save(model, stage, Body.NotSafeToday(NotSafeToday(visit, intent.action, intent.why, null)))
            is VisitIntent.LeaveAt -> save(model, stage, Body.ExpectedLeaving(ExpectedLeaving(visit, core.times.after(intent.minutes))))
            VisitIntent.ShowKeySafe -> showKeySafe(model, stage)
            is VisitIntent.Tick, is VisitIntent.WhyNot -> keep(model)
            VisitIntent.HideKeySafe, is VisitIntent.SeenAt -> Unit
        }
    }

    /** What was ticked is durable on this phone before anybody leaves. What was typed on meanwhile is in the model. */
    private fun keep(model: VisitModel) {
        val tasks = model.answered()
        if (lastKept == model.visit to tasks) return
        core.replica.keepTasks(person(model.header.person), visit(model.visit), tasks)
        lastKept = model.visit to tasks
    }

    private fun leave(model: VisitModel, stage: Stage) {
        // Nobody but the carer knows why: without a reason the core refuses it.
        if (saveThen(model, stage, Body.VisitLeft(VisitLeft(visit(model.visit), model.answered())))) lastKept = null
    }

    /** Coming or going, now or when it was. Nobody leaves before they came. */
    private fun saveThen(model: VisitModel, stage: Stage, body: Body): Boolean {
        val seen = model.seen?.let(core.times::of) ?: SeenTime.Now
        val at = seen.moment
        val refused = when {
            seen == SeenTime.NotSaid -> "seen.missing"
            at != null && body is Body.VisitLeft && at.ms < (arrived(model) ?: at.ms) -> "visit.before_arrival"
            else -> null
        }
        if (refused != null) {
            stage.notice(Notice.Refused(core.words.say(refused)))
            return false
        }
        save(model, stage, body, at)
        return true
    }

    private fun arrived(model: VisitModel): Long? {
        val me = core.replica.me()?.staff
        val visit = core.replica.visits(person(model.header.person)).firstOrNull { it.id.hex == model.visit }
        return visit?.arrivals?.firstOrNull { it.staff == me }?.at?.ms
    }

    private fun VisitModel.answered(): List<TaskDone> = tasks.mapNotNull { row ->
        when (row.mark) {
            TaskMark.DONE -> TaskDone(row.action, null)
            TaskMark.NOT_DONE -> TaskDone(row.action, row.notDone.orEmpty().trim())
            else -> null
        }
    }

    private fun showKeySafe(model: VisitModel, stage: Stage) {
        val code = core.replica.lookAtKeySafe(person(model.header.person))
        stage.change { (it as? VisitModel)?.run { copy(keySafe = keySafe.copy(code = code)) } ?: it }
    }

    private fun save(model: VisitModel, stage: Stage, body: Body, at: Moment? = null) {
        val recorded = core.replica.record(person(model.header.person), body, at)
        stage.touched(model.header.person)
        stage.reload()
        stage.notice(Notice.Saved(core.times.clock(recorded.recorded)))
        stage.send(recorded.wake)
    }
}

/** What the plan asks for at each visit, by kind, and which of it these records lack. */
internal fun Core.asked(plan: PlanReader, records: List<HistoryItem>): List<AskedRow> {
    val observations = records.mapNotNull { (it.body as? Body.Observation)?.v1 }
    val byKind = plan.entries(Section.ASKED).mapNotNull { entry ->
        entry.raw("kind")?.let { kind -> entry.raw("field")?.let { kind to it } }
    }.groupBy({ it.first }, { it.second })
    return byKind.map { (kind, fields) ->
        val missing = fields.filter { field -> observations.none { it.kind == kind && (field in it.fields || it.absent != null) } }
        AskedRow(
            kind = kind,
            label = kinds.label("kind.$kind"),
            fields = fields.map { kinds.label("kind.$kind.field.$it") },
            missing = missing.map { kinds.label("kind.$kind.field.$it") },
        )
    }
}

internal fun Receipt.toModel(): ReceiptMark = when (this) {
    Receipt.ON_THIS_PHONE -> ReceiptMark.ON_THIS_PHONE
    Receipt.ON_THE_SERVER -> ReceiptMark.ON_THE_SERVER
    Receipt.SEEN_BY_THE_NURSE -> ReceiptMark.SEEN_BY_THE_NURSE
}

/** The visit that a record belongs to. */
internal fun Body.visitOf(): String? = when (this) {
    is Body.Observation -> v1.visit
    is Body.VisitArrived -> v1.visit
    is Body.VisitLeft -> v1.visit
    is Body.HandoverNote -> v1.visit
    is Body.RunningLate -> v1.visit
    is Body.NoReplyTried -> v1.visit
    is Body.LocatedSafe -> v1.visit
    is Body.NotSafeToday -> v1.visit
    else -> null
}?.hex
