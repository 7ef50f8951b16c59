package org.alongside.shell.engine

import org.alongside.core.Command
import org.alongside.core.ConflictView
import org.alongside.core.EditItem
import org.alongside.core.FateOutcome
import org.alongside.core.PersonId
import org.alongside.shell.model.ChangesModel
import org.alongside.shell.model.ConflictRow
import org.alongside.shell.model.FateRow
import org.alongside.shell.model.FateStand
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.VersionRow

internal class ChangesPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val people = core.replica.people()
        val conflicts = people.flatMap { each ->
            runCatching { core.plans.of(each.person) }.getOrNull()?.let { plan ->
                plan.page.conflicts.map { row(plan, each.name.orEmpty(), it) }
            }.orEmpty()
        }
        return ChangesModel(core.replica.ownEdits().map(core::fate).asReversed(), conflicts)
    }

    /** What became of the holder's proposals has been on the screen. */
    override fun leave(model: ScreenModel) {
        if (model !is ChangesModel) return
        model.fates.map { it.person }.distinct().forEach { core.replica.fatesShown(person(it)) }
    }

    private fun row(plan: PlanReader, name: String, conflict: ConflictView) = ConflictRow(
        person = plan.person.hex,
        name = name,
        what = core.place(plan, conflict.section, conflict.entry, conflict.field),
        versions = conflict.candidates.map {
            VersionRow(plan.shown(conflict.section, conflict.field, it.value), core.name(it.author), core.times.at(it.at))
        },
    )
}

/** An own edit, and what became of it. */
internal fun Core.fate(edit: EditItem): FateRow {
    val shown = edit.settled ?: edit.held
    val outcome = shown?.outcome
    return FateRow(
        person = edit.person.hex,
        name = replica.people().firstOrNull { it.person == edit.person }?.name.orEmpty(),
        what = what(edit.person, edit.commands),
        reason = edit.reason,
        at = times.at(edit.at),
        stand = when (outcome) {
            null -> FateStand.WAITING
            is FateOutcome.Held -> FateStand.HELD
            is FateOutcome.Accepted -> FateStand.ACCEPTED
            is FateOutcome.Declined -> FateStand.DECLINED
            is FateOutcome.Withdrawn -> FateStand.WITHDRAWN
        },
        by = shown?.by?.let(::name),
        answer = (outcome as? FateOutcome.Declined)?.reason,
    )
}

private fun Core.what(person: PersonId, commands: List<Command>): String {
    val plan = plans.of(person)
    return commands.joinToString("; ") { command ->
        when (command) {
            is Command.SetField -> place(plan, command.section, command.entry, command.field) + ": " +
                plan.shown(command.section, command.field, command.value)
            is Command.AddEntry -> words.say("changes.add", kinds.label("plan.${command.section.name.lowercase()}"))
            is Command.RetireEntry -> words.say("changes.retire", place(plan, command.section, command.entry, null))
            is Command.MoveEntry -> words.say("changes.move", place(plan, command.section, command.entry, null))
        }
    }
}

/** A place in the plan in words: the entry by what it says, and the field by its label. */
internal fun Core.place(plan: PlanReader, section: org.alongside.core.Section, entry: String, field: String?): String {
    val found = plan.entry(section, entry)
    val named = found?.text("text") ?: found?.text("name") ?: kinds.label("plan.${section.name.lowercase()}")
    return listOfNotNull(named, field?.let { plan.label(section, it) }).joinToString(", ")
}
