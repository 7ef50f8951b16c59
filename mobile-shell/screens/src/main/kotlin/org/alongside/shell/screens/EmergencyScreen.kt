package org.alongside.shell.screens

import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import org.alongside.shell.model.EmergencyIntent
import org.alongside.shell.model.EmergencyModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Route
import org.alongside.shell.model.SignRow
import org.alongside.shell.model.Tone
import org.alongside.shell.model.UntoldSignRow
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.DangerButton
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.Strong
import org.alongside.shell.parts.Tight
import org.alongside.shell.words.say

/** Ring first, record after. The button to ring is always there; where hardly anything else has room, it comes first. */
@Composable
fun EmergencyScreen(model: EmergencyModel, send: (Intent) -> Unit) {
    Page(title = say("emergency.title"), header = model.header, back = back(send), foot = { Foot(model, send) }, tight = Tight.FIRST) {
        items(model.untold, key = { "untold-" + it.purpose }) { Untold(it, model, send) }
        item("first") { Banner(say("emergency.first"), Tone.DANGER) }
        item("any") { Body(if (model.before == null) say("emergency.any") else say("emergency.any_before")) }
        items(model.signs, key = { it.code }) { Sign(it, model.before == null, send) }
        if (model.signs.any { !it.signedOff }) item("signed") { Quiet(say("emergency.not_signed_off")) }
    }
}

@Composable
private fun Foot(model: EmergencyModel, send: (Intent) -> Unit) {
    val before = model.before
    val header = model.header
    // What is recorded already is not recorded again: then the call is what is left to note.
    if (model.rang && header != null && model.untold.isEmpty()) {
        MainButton(say("emergency.record"), "record-after") { send(Intent.Open(Route.Kinds(header.person, null))) }
    }
    if (before == null) {
        DangerButton(say("emergency.ring_999_now"), "dial-999") { send(EmergencyIntent.Ring(NINES)) }
        return
    }
    Strong(say("emergency.before", before.name.orEmpty(), before.agreedBy.orEmpty()))
    DangerButton(say("call.named_number", before.name.orEmpty(), before.phone), "dial-before") { send(EmergencyIntent.Ring(before.phone)) }
    OtherButton(say("emergency.or_999"), "dial-999") { send(EmergencyIntent.Ring(NINES)) }
}

@Composable
private fun Sign(sign: SignRow, isNines: Boolean, send: (Intent) -> Unit) {
    Card {
        Strong(sign.label)
        Body(sign.sees)
        if (isNines) DangerButton(say("emergency.sign_999", sign.label), "sign-" + sign.code) { send(EmergencyIntent.Ring(NINES, sign.purpose)) }
    }
}

/** It was recorded, and as far as this phone knows nobody was rung. */
@Composable
private fun Untold(row: UntoldSignRow, model: EmergencyModel, send: (Intent) -> Unit) {
    val person = model.header?.person ?: return
    Card {
        Banner(say("emergency.untold", row.label, row.at), Tone.DANGER)
        OtherButton(say("call_note.title"), "note-" + row.purpose) { send(Intent.Open(Route.Call(person, null, row.purpose))) }
    }
}
