package org.alongside.shell.screens

import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import org.alongside.shell.model.EndangeredRow
import org.alongside.shell.model.Intent
import org.alongside.shell.model.LateIntent
import org.alongside.shell.model.LateModel
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Answers
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.Chip
import org.alongside.shell.parts.Mark
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Strong
import org.alongside.shell.words.say

@Composable
fun LateScreen(model: LateModel, send: (Intent) -> Unit) {
    Page(title = say("late.title"), header = model.header, back = back(send)) {
        model.planned?.let { item("planned") { Body(say("visit.planned", it)) } }
        model.said?.let { item("said") { Banner(say("late.said", it), Tone.DONE) } }
        if (model.said != null) items(model.ring) { OfficeNumber(it, send, model.header.person) }
        item("when") {
            Card {
                PartTitle(say("late.when"))
                Answers {
                    model.choices.forEach { choice ->
                        Chip(say("late.by", choice.at, choice.minutes), false, "late-" + choice.minutes) { send(LateIntent.By(choice.minutes)) }
                    }
                }
            }
        }
        if (model.endangered.isNotEmpty()) item("others") { PartTitle(say("late.others")) }
        items(model.endangered) { Other(it) }
    }
}

@Composable
private fun Other(row: EndangeredRow) {
    Card {
        Strong(say("late.other", row.name, row.start, row.expected))
        if (row.timeCritical) Mark(say("today.time_critical"), Tone.DANGER)
    }
}
