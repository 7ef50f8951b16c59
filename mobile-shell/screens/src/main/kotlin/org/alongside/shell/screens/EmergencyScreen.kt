package org.alongside.shell.screens

import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import org.alongside.shell.model.EmergencyModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.SignRow
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.DangerButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.Strong
import org.alongside.shell.words.say

@Composable
fun EmergencyScreen(model: EmergencyModel, send: (Intent) -> Unit) {
    val ring: @Composable () -> Unit = { DangerButton(say("emergency.or_999"), "dial-999") { send(Intent.Dial(NINES)) } }
    Page(title = say("emergency.title"), header = model.header, back = back(send), foot = ring) {
        item("first") { Banner(say("emergency.first"), Tone.DANGER) }
        item("any") { Body(say("emergency.any")) }
        items(model.signs, key = { it.code }) { Sign(it, send) }
        if (!model.signedOff) item("signed") { Quiet(say("emergency.not_signed_off")) }
    }
}

@Composable
private fun Sign(sign: SignRow, send: (Intent) -> Unit) {
    Card {
        Strong(sign.label)
        Body(sign.sees)
        val name = sign.first.name ?: return@Card
        Banner(say("emergency.ring_first", sign.label, name, sign.first.agreedBy.orEmpty()), Tone.CARE)
        DangerButton(say("call.named_number", name, sign.first.phone), "dial-sign-" + sign.code) { send(Intent.Dial(sign.first.phone)) }
    }
}
