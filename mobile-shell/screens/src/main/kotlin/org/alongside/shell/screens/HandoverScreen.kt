package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.HandoverIntent
import org.alongside.shell.model.HandoverModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.WordsField
import org.alongside.shell.words.say

@Composable
fun HandoverScreen(model: HandoverModel, send: (Intent) -> Unit) {
    val save: @Composable () -> Unit = {
        MainButton(say("save"), "save", enabled = model.text.isNotBlank()) { send(HandoverIntent.Save) }
    }
    Page(title = say("handover.write"), header = model.header, back = back(send), foot = save) {
        item("about") { Body(say("handover.about")) }
        item("text") { WordsField(say("handover.text"), model.text, "handover-text", lines = 4) { send(HandoverIntent.Typed(it)) } }
        if (model.holdsCode) item("code") { Banner(say("key_safe.not_here"), Tone.DANGER) }
    }
}
