package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.Fact
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Route
import org.alongside.shell.model.SettingsModel
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.FactLine
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.words.say

@Composable
fun SettingsScreen(model: SettingsModel, send: (Intent) -> Unit) {
    Page(title = say("settings.title"), back = back(send)) {
        item("who") {
            Card {
                FactLine(Fact(say("settings.holder"), model.holder))
                FactLine(Fact(say("settings.role"), model.role))
                FactLine(Fact(say("settings.organisation"), model.organisation))
                FactLine(Fact(say("settings.device"), model.device))
            }
        }
        item("pin") { OtherButton(say(if (model.hasPin) "pin.change" else "pin.choose"), "pin") { send(Intent.Open(Route.Pin)) } }
        item("look") { Body(say("settings.look")) }
        item("out") { Body(say("settings.no_sign_out")) }
    }
}
