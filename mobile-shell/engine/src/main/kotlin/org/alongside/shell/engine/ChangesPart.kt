package org.alongside.shell.engine

import org.alongside.core.Body
import org.alongside.core.Command
import org.alongside.core.ConflictView
import org.alongside.core.EditItem
import org.alongside.core.FateOutcome
import org.alongside.core.PersonId
import org.alongside.core.RecordRef
import org.alongside.core.Section
import org.alongside.core.WakeReason
import org.alongside.shell.model.ChangesIntent
import org.alongside.shell.model.ChangesModel
import org.alongside.shell.model.ConflictRow
import org.alongside.shell.model.FateRow
import org.alongside.shell.model.FateStand
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Notice
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.VersionRow

internal class ChangesPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val conflicts = core.replica.people().flatMap { each ->
            val plan = core.readable { core.plans.of(each.person) }
            plan?.page?.conflicts.orEmpty().map { row(plan!!, each.name, it) }
        }
        return ChangesModel(core.fates(core.replica.ownEdits()).asReversed(), conflicts)
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is ChangesModel) return
        when (intent) {
            // What became of a proposal about somebody whom this phone no longer shows cannot be noted as shown.
            ChangesIntent.Shown -> {
                model.fates.map { it.person }.distinct().forEach { core.readable { core.replica.fatesShown(person(it)) } }
                stage.attended()
            }
            is ChangesIntent.Withdraw -> {
                core.replica.withdrawEdit(person(intent.person), intent.edit.toCore())
                stage.reload()
                stage.notice(Notice.Saved(core.times.clock(core.replica.now())))
            }
            else -> return
        }
        stage.send(WakeReason.TIME)
    }

    private fun row(plan: PlanReader, name: String?, conflict: ConflictView) = ConflictRow(
        person = plan.person.hex,
        name = name,
        what = core.place(plan, conflict.section, conflict.entry, conflict.field),
        versions = conflict.candidates.map {
            VersionRow(plan.shown(conflict.section, conflict.field, it.value), core.name(it.author), core.times.at(it.at))
        },
    )
}

/** Own edits, and what became of each. Of people whom this phone no longer shows, only that is left. */
internal fun Core.fates(edits: List<EditItem>): List<FateRow> {
    val names = replica.people().associate { it.person to it.name }
    val plans = edits.map { it.person }.distinct().associateWith { person -> readable { plans.of(person) } }
    val open = edits.filter { it.settled == null }.map { it.person }.distinct()
    val takenBack = open.flatMap { person -> readable { withdrawn(person) }.orEmpty() }.toSet()
    return edits.map { fate(it, names[it.person], plans[it.person], it.edit in takenBack) }
}

/** The edits about a person that somebody has taken back, whether or not the server knows it. */
private fun Core.withdrawn(person: PersonId): List<RecordRef> =
    replica.history(person).mapNotNull { (it.body as? Body.EditWithdrawal)?.v1?.edit }

private fun Core.fate(edit: EditItem, name: String?, plan: PlanReader?, isTakenBack: Boolean): FateRow {
    val shown = edit.settled ?: edit.held
    val outcome = shown?.outcome
    return FateRow(
        edit = edit.edit.toModel(),
        person = edit.person.hex,
        name = name,
        what = plan?.let { what(it, edit.commands) }.orEmpty(),
        reason = edit.reason,
        at = times.at(edit.at),
        stand = when (outcome) {
            null -> if (isTakenBack) FateStand.WITHDRAWING else FateStand.WAITING
            is FateOutcome.Held -> if (isTakenBack) FateStand.WITHDRAWING else FateStand.HELD
            is FateOutcome.Accepted -> FateStand.ACCEPTED
            is FateOutcome.Declined -> FateStand.DECLINED
            is FateOutcome.Withdrawn -> FateStand.WITHDRAWN
        },
        by = shown?.by?.let(::name),
        answer = (outcome as? FateOutcome.Declined)?.reason,
        forWhom = (outcome as? FateOutcome.Held)?.takeIf { !isTakenBack }?.role?.name?.lowercase()?.let(::code),
    )
}

private fun Core.what(plan: PlanReader, commands: List<Command>): String = commands.joinToString("; ") { command ->
    when (command) {
        is Command.SetField ->
            place(plan, command.section, command.entry, command.field) + ": " + plan.shown(command.section, command.field, command.value)
        is Command.AddEntry -> words.say("changes.add", kinds.label(command.section.key)) +
            command.fields["text"]?.let { ": " + plan.shown(command.section, "text", it) }.orEmpty()
        is Command.RetireEntry -> words.say("changes.retire", place(plan, command.section, command.entry, null))
        is Command.MoveEntry -> words.say("changes.move", place(plan, command.section, command.entry, null))
    }
}

/** A place in the plan in words: the entry by what it says, and the field by its label. */
internal fun Core.place(plan: PlanReader, section: Section, entry: String, field: String?): String {
    val found = plan.entry(section, entry)
    val named = found?.text("text") ?: found?.text("name") ?: kinds.label(section.key)
    return listOfNotNull(named, field?.let { plan.label(section, it) }).joinToString(", ")
}

internal val Section.key: String get() = "plan." + name.lowercase()
