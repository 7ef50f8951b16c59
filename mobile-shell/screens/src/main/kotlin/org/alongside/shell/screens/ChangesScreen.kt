package org.alongside.shell.screens

import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import org.alongside.shell.model.ChangesIntent
import org.alongside.shell.model.ChangesModel
import org.alongside.shell.model.ConflictRow
import org.alongside.shell.model.FateRow
import org.alongside.shell.model.FateStand
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.Mark
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.Strong
import org.alongside.shell.words.say

@Composable
fun ChangesScreen(model: ChangesModel, send: (Intent) -> Unit) {
    // They have been rendered: only that counts as shown.
    LaunchedEffect(model.fates) { if (model.fates.isNotEmpty()) send(ChangesIntent.Shown) }
    Page(title = say("changes.title"), back = back(send)) {
        if (model.fates.isEmpty() && model.conflicts.isEmpty()) item("none") { Body(say("changes.none")) }
        if (model.conflicts.isNotEmpty()) item("conflicts") { PartTitle(say("changes.conflicts")) }
        items(model.conflicts) { Conflict(it) }
        if (model.fates.isNotEmpty()) item("mine") { PartTitle(say("changes.mine")) }
        items(model.fates) { row -> Fate(row) { send(ChangesIntent.Withdraw(row.person, row.edit)) } }
    }
}

@Composable
private fun Conflict(row: ConflictRow) {
    Card {
        Strong(row.name ?: say("person.no_plan_yet"))
        Body(row.what)
        Mark(say("plan.two_versions"), Tone.CARE)
        row.versions.forEach { Quiet(say("changes.version", it.value, it.by, it.at)) }
    }
}

/** A proposal of the holder, and what became of it. */
@Composable
internal fun Fate(row: FateRow, withdraw: (() -> Unit)? = null) {
    Card {
        Strong(row.name ?: say("changes.gone"))
        if (row.what.isNotEmpty()) Body(row.what)
        Quiet(say("changes.reason", row.reason, row.at))
        Mark(row.forWhom?.let { say("fate.held_for", it) } ?: say("fate." + row.stand.name.lowercase()), tone(row.stand))
        row.answer?.let { Body(say("changes.answer", row.by ?: say("someone"), it)) }
        if (row.isOpen && withdraw != null) {
            OtherButton(say("changes.withdraw"), "withdraw-" + row.edit.number, press = withdraw)
        }
    }
}

private fun tone(stand: FateStand): Tone = when (stand) {
    FateStand.ACCEPTED -> Tone.DONE
    FateStand.DECLINED, FateStand.HELD -> Tone.CARE
    FateStand.WAITING, FateStand.WITHDRAWING, FateStand.WITHDRAWN -> Tone.PLAIN
}
