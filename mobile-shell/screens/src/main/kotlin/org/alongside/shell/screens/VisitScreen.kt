package org.alongside.shell.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import androidx.compose.ui.unit.dp
import org.alongside.shell.model.AskedRow
import org.alongside.shell.model.Intent
import org.alongside.shell.model.NoteRow
import org.alongside.shell.model.ReceiptMark
import org.alongside.shell.model.RecordedRow
import org.alongside.shell.model.Route
import org.alongside.shell.model.Seen
import org.alongside.shell.model.Tone
import org.alongside.shell.model.VisitIntent
import org.alongside.shell.model.VisitModel
import org.alongside.shell.parts.Answers
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.Chip
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.Mark
import org.alongside.shell.parts.OpenRow
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.Strong
import org.alongside.shell.parts.isLargeText
import org.alongside.shell.words.count
import org.alongside.shell.words.say

@Composable
fun VisitScreen(model: VisitModel, send: (Intent) -> Unit) {
    Page(title = say("visit.title"), header = model.header, back = back(send), foot = { Foot(model, send) }) {
        item("state") { State(model) }
        if (model.left == null) item("earlier") { Earlier(model, send) }
        if (model.searchOpen) {
            item("search") {
                OpenRow("search", press = { send(Intent.Open(Route.NoReply(model.header.person, model.visit))) }) {
                    Mark(say("visit.search_open"), Tone.DANGER)
                }
            }
        }
        items(model.escalations, key = { "untold-" + it.key }) {
            OpenRow("untold-" + it.key, press = { send(Intent.Open(it.route)) }) {
                Column(verticalArrangement = Arrangement.spacedBy(4.dp)) {
                    Mark(say("untold_here." + it.stand.name.lowercase()), Tone.DANGER)
                    Strong(it.what)
                }
            }
        }
        items(model.notes, key = { "note-" + it.note.number + it.note.author }) { Note(it, send) }
        item("plan") {
            OtherButton(say("plan.title"), "to-plan") { send(Intent.Open(Route.Plan(model.header.person))) }
        }
        record(model, send)
        if (model.tasks.isNotEmpty()) {
            item("tasks-title") {
                PartTitle(say("visit.tasks"))
                val open = model.tasks.count { it.isOpen }.toLong()
                if (isLargeText && open > 0) Quiet(count("visit.open_tasks", open))
            }
        }
        items(model.tasks, key = { "task-" + it.action }) { TaskView(it, model.left == null, send) }
        if (model.recorded.isNotEmpty()) item("recorded-title") { PartTitle(say("visit.recorded")) }
        items(model.recorded) { Recorded(it) }
        item("other") { Others(model, send) }
    }
}

@Composable
private fun State(model: VisitModel) {
    Card {
        model.planned?.let { Body(say("visit.planned", it)) }
        Answers {
            Mark(say("stand." + model.stand.name.lowercase()), tone(model.stand))
            model.arrived?.let { Mark(say("visit.arrived_at", it), Tone.DONE) }
            model.left?.let { Mark(say("visit.left_at", it), Tone.DONE) }
        }
        if (model.others.isNotEmpty()) Quiet(say("visit.with", model.others.joinToString()))
    }
}

/** Who forgot to say so when they came, or left. */
@Composable
private fun Earlier(model: VisitModel, send: (Intent) -> Unit) {
    val seen = model.seen
    if (seen == null) {
        val words = say(if (model.arrived == null) "visit.arrived_earlier" else "visit.left_earlier")
        OtherButton(words, "earlier") { send(VisitIntent.SeenAt(Seen(daysAgo = 0))) }
        return
    }
    Card {
        PartTitle(say(if (model.arrived == null) "visit.when_arrived" else "visit.when_left"))
        SeenChooser(seen, EARLIER) { send(VisitIntent.SeenAt(it.takeUnless(Seen::isNow))) }
    }
}

@Composable
private fun Foot(model: VisitModel, send: (Intent) -> Unit) {
    val open = model.tasks.count { it.isOpen }.toLong()
    val unsaid = model.tasks.count { it.lacksReason }.toLong()
    when {
        model.arrived == null -> MainButton(say(if (model.seen == null) "visit.arrive" else "visit.arrive_then"), "arrive") { send(VisitIntent.Arrive) }
        model.left == null -> {
            if (unsaid > 0) Strong(if (isLargeText) say("visit.say_why_short") else count("visit.say_why", unsaid))
            if (open > 0 && !isLargeText) Quiet(count("visit.open_tasks", open))
            MainButton(say(if (model.seen == null) "visit.leave" else "visit.leave_then"), "leave", enabled = unsaid == 0L) { send(VisitIntent.Leave) }
        }
        else -> MainButton(say("handover.write"), "handover") { send(Intent.Open(Route.Handover(model.header.person, model.visit))) }
    }
}

@Composable
private fun Note(row: NoteRow, send: (Intent) -> Unit) {
    Card {
        PartTitle(say("handover.from", row.by, row.at))
        Body(row.text)
        if (!row.mine) OtherButton(say("handover.read"), "read-" + row.note.number) { send(VisitIntent.Read(row.note)) }
    }
}

private fun LazyListScope.record(model: VisitModel, send: (Intent) -> Unit) {
    item("record-title") { PartTitle(say("visit.record")) }
    items(model.asked, key = { "asked-" + it.kind }) { Asked(it, model, send) }
    item("record") {
        OtherButton(say("record.other"), "record") { send(Intent.Open(Route.Kinds(model.header.person, model.visit))) }
    }
}

@Composable
private fun Asked(row: AskedRow, model: VisitModel, send: (Intent) -> Unit) {
    OpenRow("asked-" + row.kind, press = { send(Intent.Open(Route.Record(model.header.person, model.visit, row.kind))) }) {
        Column {
            Strong(row.label)
            if (row.missing.isEmpty()) {
                Mark(say("visit.asked_done"), Tone.DONE)
            } else {
                Quiet(say("visit.asked_missing", row.missing.joinToString()))
            }
        }
    }
}

@Composable
private fun Recorded(row: RecordedRow) {
    Card {
        Body(say("visit.recorded_at", row.at, row.what))
        row.corrected?.let { Mark(say("history.corrected", it), Tone.CARE) }
        Mark(say("receipt." + row.receipt.name.lowercase()), if (row.receipt == ReceiptMark.ON_THIS_PHONE) Tone.PLAIN else Tone.DONE)
    }
}

@Composable
private fun Others(model: VisitModel, send: (Intent) -> Unit) {
    val person = model.header.person
    Card {
        if (model.keySafe.there) KeySafeButton(model.keySafe, send)
        if (model.arrived == null) {
            OtherButton(say("late.title"), "late") { send(Intent.Open(Route.Late(person, model.visit))) }
            OtherButton(say("no_reply.title"), "no-reply") { send(Intent.Open(Route.NoReply(person, model.visit))) }
        }
        if (model.arrived != null && model.left == null) LeaveAt(model, send)
        if (model.arrived != null) {
            OtherButton(say("handover.write"), "handover-more") { send(Intent.Open(Route.Handover(person, model.visit))) }
        }
        OtherButton(say("call_note.title"), "call") { send(Intent.Open(Route.Call(person))) }
        OtherButton(say("concern.title"), "concern") { send(Intent.Open(Route.Concern(person))) }
        OtherButton(say("help.title"), "help") { send(Intent.Open(Route.Help(person, model.visit))) }
        OtherButton(say("emergency.title"), "emergency") { send(Intent.Open(Route.Emergency(person))) }
    }
}

@Composable
private fun LeaveAt(model: VisitModel, send: (Intent) -> Unit) {
    Quiet(model.expectedLeaving?.let { say("visit.leave_by", it) } ?: say("visit.leave_by_unknown"))
    Answers {
        LEAVE_MINUTES.forEach { minutes ->
            Chip(say("visit.in_minutes", minutes), false, "leave-at-$minutes") { send(VisitIntent.LeaveAt(minutes)) }
        }
    }
}

private val LEAVE_MINUTES = listOf(15, 30, 45, 60)
