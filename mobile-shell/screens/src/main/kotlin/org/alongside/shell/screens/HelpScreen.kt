package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.HelpIntent
import org.alongside.shell.model.HelpModel
import org.alongside.shell.model.Intent
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.words.say

/** Discreet: no alarm colour, no sound, and nothing of it stays on the phone. */
@Composable
fun HelpScreen(model: HelpModel, send: (Intent) -> Unit) {
    val foot: @Composable () -> Unit = {
        if (!model.asked) MainButton(say("help.ask"), "ask") { send(HelpIntent.Ask) }
        OtherButton(say("emergency.or_999"), "dial-999") { send(Intent.Dial(NINES)) }
    }
    Page(title = say("help.title"), back = back(send), foot = foot) {
        item("about") { Body(say(if (model.asked) "help.asked" else "help.about")) }
    }
}
