package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Tone
import org.alongside.shell.model.UnlockModel
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.DangerButton
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.Page
import org.alongside.shell.words.say

/** Nothing about anybody is on this screen: whoever looks over a shoulder learns nothing. */
@Composable
fun UnlockScreen(model: UnlockModel, send: (Intent) -> Unit) {
    val foot: @Composable () -> Unit = {
        MainButton(say("sync.now"), "sync-now") { send(Intent.SyncNow) }
        DangerButton(say("emergency.or_999"), "dial-999") { send(Intent.Dial(NINES)) }
    }
    Page(title = say("unlock.title"), foot = foot) {
        if (model.ringTheOffice) item("office") { Banner(say("strip.ring_the_office"), Tone.CARE) }
        item("about") { Body(model.words ?: say("unlock.about")) }
    }
}
