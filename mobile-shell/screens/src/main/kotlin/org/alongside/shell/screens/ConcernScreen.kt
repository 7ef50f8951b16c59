package org.alongside.shell.screens

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.runtime.Composable
import org.alongside.shell.model.ConcernIntent
import org.alongside.shell.model.ConcernModel
import org.alongside.shell.model.DangerMark
import org.alongside.shell.model.Intent
import org.alongside.shell.model.RouteRow
import org.alongside.shell.model.SeenChoice
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Answers
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.Check
import org.alongside.shell.parts.Chip
import org.alongside.shell.parts.DangerButton
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.Strong
import org.alongside.shell.parts.WordsField
import org.alongside.shell.words.say

/** It asks for facts only: nothing here classifies, accuses or names a crime. */
@Composable
fun ConcernScreen(model: ConcernModel, send: (Intent) -> Unit) {
    Page(title = say("concern.title"), back = back(send), foot = { Foot(model, send) }) {
        item("hide") { OtherButton(say("concern.hide"), "hide") { send(ConcernIntent.Hide) } }
        item("about") { Body(model.name?.let { say("concern.about_name", it) } ?: say("concern.about")) }
        item("danger") { InDanger(model, send) }
        words(model, send)
        item("when") { Seen(model, send) }
        item("done") { WordsField(say("concern.done"), model.draft.done, "concern-done", lines = 2) { send(ConcernIntent.Done(it)) } }
        if (model.recipients.isNotEmpty()) item("who") { Recipients(model, send) }
        if (model.routes.isNotEmpty()) item("routes") { RoutesView(model.routes, send) }
    }
}

private fun LazyListScope.words(model: ConcernModel, send: (Intent) -> Unit) {
    val draft = model.draft
    item("text") { WordsField(say("concern.text"), draft.text, "concern-text", lines = 4) { send(ConcernIntent.Text(it)) } }
    item("quoted") { WordsField(say("concern.quoted"), draft.quoted, "concern-quoted", lines = 2) { send(ConcernIntent.Quoted(it)) } }
    item("place") { WordsField(say("concern.place"), draft.place, "concern-place") { send(ConcernIntent.Place(it)) } }
    item("present") { WordsField(say("concern.present"), draft.present, "concern-present") { send(ConcernIntent.Present(it)) } }
}

@Composable
private fun Seen(model: ConcernModel, send: (Intent) -> Unit) {
    Card {
        PartTitle(say("concern.when"))
        Quiet(say("concern.when_about"))
        Answers {
            model.times.forEach { choice ->
                val chosen = model.draft.seen == choice || (model.draft.seen == null && choice.minutesAgo == 0)
                Chip(label(choice), chosen, "seen-" + choice.minutesAgo) { send(ConcernIntent.SeenAt(choice)) }
            }
        }
    }
}

@Composable
private fun label(choice: SeenChoice): String = if (choice.minutesAgo == 0) say("concern.now") else choice.at

@Composable
private fun InDanger(model: ConcernModel, send: (Intent) -> Unit) {
    Card {
        PartTitle(say("concern.danger"))
        Answers {
            DangerMark.entries.forEach { mark ->
                val name = mark.name.lowercase()
                Chip(say("concern.danger_$name"), model.draft.danger == mark, "danger-$name") { send(ConcernIntent.InDanger(mark)) }
            }
        }
        if (model.draft.danger == DangerMark.YES) {
            Banner(say("concern.ring_999"), Tone.DANGER)
            DangerButton(say("emergency.or_999"), "dial-999") { send(Intent.Dial(NINES)) }
        }
    }
}

@Composable
private fun Recipients(model: ConcernModel, send: (Intent) -> Unit) {
    Card {
        PartTitle(say("concern.who"))
        Quiet(say("concern.who_about"))
        model.recipients.forEach { row ->
            val gets = row.staff !in model.draft.leftOut
            Check(row.name, gets, "recipient-" + row.staff) { send(ConcernIntent.LeaveOut(row.staff, !it)) }
        }
        if (model.recipients.all { it.staff in model.draft.leftOut }) Banner(say("concern.nobody"), Tone.DANGER)
    }
}

/** Others whom anybody may tell, without going through somebody whom they do not trust. */
@Composable
internal fun RoutesView(routes: List<RouteRow>, send: (Intent) -> Unit) {
    Card {
        PartTitle(say("concern.routes"))
        routes.forEach { route ->
            Strong(route.label)
            Body(route.how)
            route.numbers.forEach { number ->
                OtherButton(say("call.number", number), "dial-" + route.code) { send(Intent.Dial(number)) }
            }
        }
    }
}

@Composable
private fun Foot(model: ConcernModel, send: (Intent) -> Unit) {
    model.problem?.let { Banner(it, Tone.DANGER) }
    MainButton(say("concern.save"), "save", enabled = model.draft.text.isNotBlank()) { send(ConcernIntent.Save) }
}
