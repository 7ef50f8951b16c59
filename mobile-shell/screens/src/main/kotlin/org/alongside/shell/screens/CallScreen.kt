package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.CallIntent
import org.alongside.shell.model.CallModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Answers
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.Chip
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Strong
import org.alongside.shell.parts.WordsField
import org.alongside.shell.words.say

/** Whom was rung about a person, what for, and what they said. */
@Composable
fun CallScreen(model: CallModel, send: (Intent) -> Unit) {
    Page(title = say("call_note.title"), header = model.header, back = back(send), foot = { Foot(model, send) }) {
        item("purpose") {
            if (model.isGiven) Strong(say("call_note.about", model.purpose)) else
                WordsField(say("call_note.purpose"), model.purpose, "call-purpose") { send(CallIntent.Purpose(it)) }
        }
        item("with") { With(model, send) }
        item("answered") {
            Answers {
                Chip(say("escalation.they_answered"), model.answered == true, "call-answered") { send(CallIntent.Answered(true)) }
                Chip(say("escalation.no_answer"), model.answered == false, "call-no-answer") { send(CallIntent.Answered(false)) }
            }
        }
        if (model.answered == true) {
            item("said") { WordsField(say("concern.call_said"), model.said, "call-said", lines = 3) { send(CallIntent.Said(it)) } }
        }
        item("when") { Rung(model, send) }
    }
}

@Composable
private fun With(model: CallModel, send: (Intent) -> Unit) {
    Card {
        PartTitle(say("concern.call_with"))
        Answers {
            model.names.forEachIndexed { at, name -> Chip(name, model.with == name, "call-with-$at") { send(CallIntent.With(name)) } }
        }
        WordsField(say("call_note.with_other"), model.with, "call-with") { send(CallIntent.With(it)) }
    }
}

/** It may be written down only after what was more urgent. */
@Composable
private fun Rung(model: CallModel, send: (Intent) -> Unit) {
    Card {
        PartTitle(say("call_note.when"))
        Answers {
            RUNG_AGO.forEach { ago -> AgoChip(ago, model.minutesAgo, "call-earlier") { send(CallIntent.Earlier(ago)) } }
        }
    }
}

@Composable
private fun Foot(model: CallModel, send: (Intent) -> Unit) {
    model.problem?.let { Banner(it, Tone.DANGER) }
    MainButton(say("save"), "save", enabled = model.isWhole) { send(CallIntent.Save) }
}

private val RUNG_AGO = listOf(0, 5, 15, 30, 60, 120)
