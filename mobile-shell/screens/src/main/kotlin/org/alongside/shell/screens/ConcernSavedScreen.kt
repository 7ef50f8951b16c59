package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.ConcernCallIntent
import org.alongside.shell.model.ConcernSavedModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Answers
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.Chip
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.WordsField
import org.alongside.shell.words.say

@Composable
fun ConcernSavedScreen(model: ConcernSavedModel, send: (Intent) -> Unit) {
    val leave: @Composable () -> Unit = { MainButton(say("concern.finish"), "finish") { send(Intent.Back) } }
    if (model.later) return Page(title = say("call_note.title"), foot = leave) {
        if (model.callSaved) item("called") { Banner(say("call_note.saved"), Tone.DONE) }
        item("call") { Call(model, send) }
    }
    Page(title = say("concern.saved_title"), foot = leave) {
        item("saved") { Banner(say("concern.saved"), Tone.DONE) }
        item("reference") { Body(say("concern.reference", model.reference)) }
        item("ring") { Body(say("concern.ring", model.recipients.joinToString { it.name })) }
        if (model.callSaved) item("called") { Banner(say("concern.call_saved"), Tone.DONE) }
        item("call") { Call(model, send) }
        if (model.routes.isNotEmpty()) item("routes") { RoutesView(model.routes, send) }
    }
}

@Composable
private fun Call(model: ConcernSavedModel, send: (Intent) -> Unit) {
    Card {
        PartTitle(say("concern.call"))
        WordsField(say("concern.call_with"), model.with, "call-with") { send(ConcernCallIntent.With(it)) }
        Answers {
            Chip(say("escalation.they_answered"), model.answered == true, "call-answered") { send(ConcernCallIntent.Answered(true)) }
            Chip(say("escalation.no_answer"), model.answered == false, "call-no-answer") { send(ConcernCallIntent.Answered(false)) }
        }
        WordsField(say("concern.call_said"), model.said, "call-said", lines = 2) { send(ConcernCallIntent.Said(it)) }
        model.problem?.let { Banner(it, Tone.DANGER) }
        MainButton(say(if (model.later) "save" else "concern.call_save"), "call-save", enabled = model.with.isNotBlank() && model.answered != null) { send(ConcernCallIntent.Save) }
    }
}
