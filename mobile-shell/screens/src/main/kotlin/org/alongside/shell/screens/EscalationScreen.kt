package org.alongside.shell.screens

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import org.alongside.shell.model.AnswerRow
import org.alongside.shell.model.CallRow
import org.alongside.shell.model.EscalationIntent
import org.alongside.shell.model.EscalationModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Route
import org.alongside.shell.model.SayPart
import org.alongside.shell.model.Told
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.DangerButton
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.Mark
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.Strong
import org.alongside.shell.parts.Tight
import org.alongside.shell.parts.isLargeText
import org.alongside.shell.words.say

@Composable
fun EscalationScreen(model: EscalationModel, send: (Intent) -> Unit) {
    Page(title = say("escalation.title"), header = model.header, back = back(send), foot = { Foot(model, send) }, tight = Tight.FIRST) {
        item("told") { ToldBanner(model) }
        item("what") { What(model) }
        if (model.answers.isNotEmpty()) item("answers") { AnswersView(model.answers) }
        if (model.told != Told.CLOSED) say(model)
        if (model.attempts.isNotEmpty() || model.calls.isNotEmpty()) item("attempts") { Attempts(model) }
        others(model, send)
    }
}

@Composable
private fun ToldBanner(model: EscalationModel) {
    when (model.told) {
        Told.NOBODY -> Banner(say("escalation.nobody"), Tone.DANGER)
        Told.REFUSED -> Banner(say("escalation.refused"), Tone.DANGER)
        Told.ANSWERED -> if (model.isBroken) Banner(say("escalation.broken"), Tone.DANGER) else Banner(say("escalation.answered"), Tone.DONE)
        Told.CLOSED -> Banner(say("escalation.closed"), Tone.DONE)
    }
}

@Composable
private fun What(model: EscalationModel) {
    Card {
        Strong(model.name)
        if (model.told != Told.CLOSED) Quiet(if (model.isBroken) say("escalation.promise", model.due) else if (model.overdue) say("escalation.overdue", model.due) else say("escalation.due", model.due))
        model.meanwhile?.let {
            PartTitle(say("escalation.meanwhile"))
            Body(it)
        }
        model.agreedBy?.let { Quiet(say("escalation.agreed_by", it)) }
    }
}

/** Whom to ring, and after that, what came of it. */
@Composable
private fun Foot(model: EscalationModel, send: (Intent) -> Unit) {
    val dialled = model.dialled
    if (model.told == Told.CLOSED || (model.told == Told.ANSWERED && !model.isBroken && dialled == null && model.unsaid == null)) return
    if (dialled != null) {
        val call = (model.list + model.again + listOfNotNull(model.next)).firstOrNull { (it.entry ?: it.phone) == dialled }
        Strong(if (isLargeText) say("escalation.did_they_short") else say("escalation.did_they", call?.name.orEmpty()))
        MainButton(say("escalation.they_answered"), "answered") { send(EscalationIntent.Answered(dialled)) }
        OtherButton(say("escalation.no_answer"), "no-answer") { send(EscalationIntent.NoAnswer(dialled)) }
        return
    }
    model.unsaid?.let { call ->
        val to = Route.Answer(model.header.person, model.trigger, model.route.match, call.entry.orEmpty())
        MainButton(say("escalation.write", call.name), "write-answer") { send(Intent.Open(to)) }
    }
    if (model.told == Told.ANSWERED && !model.isBroken) return
    model.next?.let { next ->
        if (!isLargeText) Strong(say("escalation.ring", named(next)))
        val number = next.phone?.let { say("call.number", it) } ?: say("call.no_number")
        DangerButton(if (isLargeText) say("escalation.ring", next.name) else number, "ring") { send(EscalationIntent.Ring(next)) }
    }
}

@Composable
private fun named(call: CallRow): String = call.role?.let { say("call.name_role", call.name, it) } ?: call.name

private fun LazyListScope.say(model: EscalationModel) {
    if (model.say.isEmpty()) return
    item("say-title") { PartTitle(say("escalation.say")) }
    items(model.say, key = { it.part.name }) { Part(it) }
}

@Composable
private fun Part(part: SayPart) {
    Card {
        PartTitle(say("sbard." + part.part.name.lowercase()))
        part.sentences.forEach { Body(it) }
    }
}

@Composable
private fun Attempts(model: EscalationModel) {
    Card {
        PartTitle(say("escalation.log"))
        model.calls.forEach { Body(say("escalation.log_call", it.at, it.from, it.said)) }
        model.attempts.forEach { row ->
            Body(say(if (row.answered) "escalation.log_answered" else "escalation.log_unanswered", row.at, row.whom, row.by))
        }
    }
}

@Composable
private fun AnswersView(rows: List<AnswerRow>) {
    Card {
        PartTitle(say("escalation.answers"))
        rows.forEach { row ->
            Strong(say("escalation.answer", row.at, row.from))
            Body(row.said)
            row.by?.let { Mark(say("escalation.promise", it), Tone.PLAIN) }
            if (row.refused) Mark(say("escalation.help_refused"), Tone.DANGER)
        }
    }
}

private fun LazyListScope.others(model: EscalationModel, send: (Intent) -> Unit) {
    if (model.told == Told.CLOSED) return
    if (model.again.isNotEmpty()) item("again-title") { PartTitle(say("escalation.again")) }
    items(model.again, key = { "again-" + it.entry }) { Call(it, "again-", send) }
    item("list-title") { PartTitle(say("escalation.everyone")) }
    items(model.list, key = { "list-" + (it.entry ?: it.phone) }) { Call(it, "list-", send) }
    model.homePhone?.let { item("home") { Quiet(say("escalation.home_phone", it)) } }
}

@Composable
private fun Call(call: CallRow, tag: String, send: (Intent) -> Unit) {
    val number = call.phone ?: return Quiet(say("call.named_no_number", named(call)))
    OtherButton(say("call.named_number", named(call), number), tag + (call.entry ?: number)) { send(EscalationIntent.Ring(call)) }
}
