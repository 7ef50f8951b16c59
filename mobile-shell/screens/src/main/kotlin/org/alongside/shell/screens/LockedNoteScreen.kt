package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.Intent
import org.alongside.shell.model.LockedNoteIntent
import org.alongside.shell.model.LockedNoteModel
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.WordsField
import org.alongside.shell.words.say

/** It names nobody. What is saved is not shown again before the phone is unlocked. */
@Composable
fun LockedNoteScreen(model: LockedNoteModel, send: (Intent) -> Unit) {
    val save: @Composable () -> Unit = {
        model.problem?.let { Banner(it, Tone.DANGER) }
        MainButton(say("save"), "save", enabled = model.text.isNotBlank()) { send(LockedNoteIntent.Save) }
    }
    Page(title = say("unlock.note"), back = back(send), foot = save) {
        model.saved?.let { item("saved") { Banner(say("saved", it), Tone.DONE) } }
        item("text") { WordsField(say("unlock.note_text"), model.text, "locked-text", lines = 5) { send(LockedNoteIntent.Typed(it)) } }
        item("about") { Body(say("unlock.note_about")) }
    }
}
