package org.alongside.shell.screens

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import org.alongside.shell.model.EndOfShiftModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.OpenKind
import org.alongside.shell.model.OpenRowModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.Tone
import org.alongside.shell.model.UnreadRow
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.Mark
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.Strong
import org.alongside.shell.words.count
import org.alongside.shell.words.say

@Composable
fun EndOfShiftScreen(model: EndOfShiftModel, send: (Intent) -> Unit) {
    val foot: @Composable () -> Unit = { if (model.unsent > 0) MainButton(say("sync.now"), "sync-now") { send(Intent.SyncNow) } }
    Page(title = say("end.title"), back = back(send), foot = foot) {
        item("all") {
            when {
                model.isAllDone -> Banner(say("end.nothing"), Tone.DONE)
                model.unsent > 0 -> Banner(count("end.unsent", model.unsent), Tone.CARE)
                model.isNothingOpen -> Banner(say("end.ring"), Tone.CARE)
                else -> Banner(say("end.something"), Tone.CARE)
            }
        }
        if (model.ringTheOffice) {
            if (!model.isNothingOpen) item("ring") { Banner(say("end.ring"), Tone.CARE) }
            items(model.numbers) { OfficeNumber(it, send) }
        }
        if (model.refusedPages > 0) item("refused") { Banner(say("sync.refused"), Tone.DANGER) }
        open(model, send)
        if (model.unread.isNotEmpty()) item("unread-title") { PartTitle(say("end.unread")) }
        items(model.unread) { Unread(it, send) }
        if (model.edits.isNotEmpty()) item("edits-title") { PartTitle(say("changes.mine")) }
        items(model.edits) { Fate(it) }
    }
}

private fun LazyListScope.open(model: EndOfShiftModel, send: (Intent) -> Unit) {
    if (model.open.isNotEmpty()) item("open-title") { PartTitle(say("end.open")) }
    items(model.open) { Open(it, send) }
}

@Composable
private fun Open(row: OpenRowModel, send: (Intent) -> Unit) {
    Card {
        Strong(row.name ?: say("person.no_plan_yet"))
        Body(say("end." + row.what.name.lowercase(), row.text.orEmpty()))
        row.due?.let { due -> if (row.overdue) Mark(say("end.overdue", due), Tone.DANGER) else Quiet(say("end.due", due)) }
        if (row.what == OpenKind.ESCALATION || row.what == OpenKind.NO_REPLY || row.overdue) {
            if (row.ring.isEmpty()) Strong(say("strip.ring_the_office"))
            row.ring.forEach { contact ->
                val number = contact.phone ?: return@forEach
                OtherButton(say("call.named_number", contact.name, number), "dial-$number") { send(Intent.Dial(number, Route.Call(row.person, contact.name))) }
            }
        }
    }
}

@Composable
private fun Unread(row: UnreadRow, send: (Intent) -> Unit) {
    Card {
        Strong(row.name ?: say("person.no_plan_yet"))
        Quiet(say("handover.from", row.by, row.at))
        Body(row.text)
        OtherButton(say("plan.title"), "plan-" + row.person) { send(Intent.Open(Route.Plan(row.person))) }
    }
}
