package org.alongside.shell.screens

import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import org.alongside.shell.model.HelpIntent
import org.alongside.shell.model.HelpModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.PlaceRow
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Chip
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.Strong
import org.alongside.shell.words.say

/** Discreet: no alarm colour, no sound, and nothing of it stays on the phone. */
@Composable
fun HelpScreen(model: HelpModel, send: (Intent) -> Unit) {
    Page(title = say("help.title"), back = back(send), foot = { Foot(model, send) }) {
        item("about") { Body(say(if (model.asked) "help.asked" else "help.about")) }
        if (model.asked) return@Page
        if (model.places.isNotEmpty()) item("where") { Strong(say("help.where")) }
        items(model.places) { place ->
            Chip(named(place), model.place == place, "help-at-" + place.visit) { send(HelpIntent.At(place)) }
        }
        if (model.place == null && model.places.isEmpty()) item("nowhere") { Strong(say("help.nowhere")) }
        items(model.numbers.filter { it.phone != null }) { OfficeNumber(it, send) }
    }
}

@Composable
private fun Foot(model: HelpModel, send: (Intent) -> Unit) {
    if (!model.asked) MainButton(say("help.ask"), "ask", enabled = model.place != null) { send(HelpIntent.Ask) }
    OtherButton(say("emergency.or_999"), "dial-999") { send(Intent.Dial(NINES)) }
}

@Composable
private fun named(place: PlaceRow): String =
    listOfNotNull(place.at, place.name ?: say("person.no_plan_yet")).joinToString(" ")
