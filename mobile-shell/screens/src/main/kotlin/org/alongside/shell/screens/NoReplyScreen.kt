package org.alongside.shell.screens

import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import org.alongside.shell.model.Intent
import org.alongside.shell.model.NoReplyIntent
import org.alongside.shell.model.NoReplyModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.StepEnd
import org.alongside.shell.model.StepRow
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.Mark
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.Strong
import org.alongside.shell.parts.WordsField
import org.alongside.shell.words.say

@Composable
fun NoReplyScreen(model: NoReplyModel, send: (Intent) -> Unit) {
    Page(title = say("no_reply.title"), header = model.header, back = back(send), foot = { Foot(model, send) }) {
        model.located?.let { item("located") { Banner(say("no_reply.located", it), Tone.DONE) } }
        if (model.located == null) {
            model.overdueFrom?.let { item("all-tried") { Banner(say("no_reply.all_tried", it), Tone.DANGER) } }
            item("next") { Next(model, send) }
            item("open") { Mark(say("no_reply.open"), Tone.CARE) }
        }
        items(model.steps.filter { it.at != null }.asReversed()) { Taken(it) }
        if (model.located == null && model.steps.any { it.at != null }) item("found") { Found(model, send) }
    }
}

/** The one step that comes now: its time, whom it rings, and how it can end otherwise. */
@Composable
private fun Next(model: NoReplyModel, send: (Intent) -> Unit) {
    Card {
        model.next?.let { next ->
            PartTitle(say("no_reply.next", say("step_do." + next.step.name.lowercase())))
            next.due?.let { Quiet(say("no_reply.due", it)) }
        }
        model.ring.forEach { OfficeNumber(it, send, model.header.person) }
        model.next?.let { next ->
            OtherButton(say("no_reply.answer"), "reply") { send(NoReplyIntent.Tried(next.step, StepEnd.REPLY)) }
            OtherButton(say("no_reply.cannot"), "not-possible") { send(NoReplyIntent.Tried(next.step, StepEnd.NOT_POSSIBLE)) }
        }
        OtherButton(say("emergency.or_999"), "dial-999") { send(Intent.Dial(NINES, Route.Call(model.header.person, NINES))) }
    }
}

@Composable
private fun Taken(row: StepRow) {
    Card {
        Strong(say("step_do." + row.step.name.lowercase()))
        Mark(say("no_reply." + row.result?.name.orEmpty().lowercase(), row.at.orEmpty()), if (row.result == StepEnd.REPLY) Tone.DONE else Tone.PLAIN)
    }
}

@Composable
private fun Foot(model: NoReplyModel, send: (Intent) -> Unit) {
    val next = model.next
    if (model.located != null || next == null) return
    MainButton(say("no_reply.no_answer"), "no-answer") { send(NoReplyIntent.Tried(next.step, StepEnd.NO_REPLY)) }
}

@Composable
private fun Found(model: NoReplyModel, send: (Intent) -> Unit) {
    Card {
        PartTitle(say("no_reply.found"))
        WordsField(say("no_reply.who"), model.who, "located-who") { send(NoReplyIntent.Who(it)) }
        WordsField(say("no_reply.how"), model.how, "located-how", lines = 2) { send(NoReplyIntent.How(it)) }
        model.problem?.let { Banner(it, Tone.DANGER) }
        OtherButton(say("no_reply.safe"), "located") { send(NoReplyIntent.Located) }
    }
}
