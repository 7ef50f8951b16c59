package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.EnrolIntent
import org.alongside.shell.model.EnrolModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.JoinedAs
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.Strong
import org.alongside.shell.parts.Title
import org.alongside.shell.parts.WordsField
import org.alongside.shell.words.say

@Composable
fun EnrolScreen(model: EnrolModel, send: (Intent) -> Unit) {
    val joined = model.joined
    if (joined != null) return Joined(joined, send)
    val scan: @Composable () -> Unit = { MainButton(say("enrol.scan"), "scan", enabled = !model.working) { send(EnrolIntent.Scan) } }
    Page(title = say("enrol.title"), foot = scan) {
        item("about") { Body(say("enrol.about")) }
        if (model.working) item("working") { Banner(say("enrol.working"), Tone.PLAIN) }
        model.problem?.let { item("problem") { Banner(it, Tone.DANGER) } }
        item("typed") { WordsField(say("enrol.typed"), model.ticket, "ticket", lines = 2) { send(EnrolIntent.Typed(it)) } }
        if (model.ticket.isNotBlank() && !model.working) item("join") { OtherButton(say("enrol.join"), "join") { send(EnrolIntent.Join) } }
    }
}

/** Whose it is now. On somebody else's phone nobody should record. */
@Composable
private fun Joined(joined: JoinedAs, send: (Intent) -> Unit) {
    val start: @Composable () -> Unit = { MainButton(say("enrol.start"), "start") { send(EnrolIntent.Start) } }
    Page(title = say("enrol.joined"), foot = start) {
        item("whose") {
            Card {
                Strong(joined.name)
                Body(joined.role)
                Body(joined.organisation)
            }
        }
        item("check") {
            Card {
                Body(say("enrol.check"))
                Title(joined.device)
            }
        }
        item("not") { Body(say("enrol.not_you")) }
    }
}
