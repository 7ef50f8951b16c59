package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.AnswerIntent
import org.alongside.shell.model.AnswerModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Answers
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.Check
import org.alongside.shell.parts.Chip
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.Strong
import org.alongside.shell.parts.WordsField
import org.alongside.shell.words.say

@Composable
fun AnswerScreen(model: AnswerModel, send: (Intent) -> Unit) {
    Page(title = say("answer.title"), header = model.header, back = back(send), foot = { Foot(model, send) }) {
        item("trigger") { Strong(model.trigger) }
        item("from") { WordsField(say("answer.from"), model.from, "answer-from") { send(AnswerIntent.From(it)) } }
        item("said") { WordsField(say("answer.said"), model.said, "answer-said", lines = 3) { send(AnswerIntent.Said(it)) } }
        item("by") {
            Card {
                PartTitle(say("answer.by"))
                Quiet(say("answer.by_about"))
                Answers {
                    model.promises.forEach { choice ->
                        Chip(choice.at, model.promise == choice, "promise-" + choice.at) { send(AnswerIntent.By(choice)) }
                    }
                }
            }
        }
        item("refused") { Check(say("answer.refused"), model.refused, "refused") { send(AnswerIntent.Refused(it)) } }
    }
}

@Composable
private fun Foot(model: AnswerModel, send: (Intent) -> Unit) {
    model.problem?.let { Banner(it, Tone.DANGER) }
    MainButton(say("save"), "save", enabled = model.from.isNotBlank() && model.said.isNotBlank()) { send(AnswerIntent.Save) }
}
