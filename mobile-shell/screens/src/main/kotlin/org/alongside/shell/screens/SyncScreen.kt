package org.alongside.shell.screens

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import org.alongside.shell.model.Intent
import org.alongside.shell.model.SyncModel
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.Strong
import org.alongside.shell.words.count
import org.alongside.shell.words.say

/** What has reached the office and what has not. Each sentence is true by itself. */
@Composable
fun SyncScreen(model: SyncModel, send: (Intent) -> Unit) {
    val now: @Composable () -> Unit = { MainButton(say("sync.now"), "sync-now") { send(Intent.SyncNow) } }
    Page(title = say("sync.title"), back = back(send), foot = now) {
        if (model.ringTheOffice) item("office") { Banner(say("strip.ring_the_office"), Tone.CARE) }
        model.noteOfCall?.let { to -> item("note") { OtherButton(say("call_note.title"), "note-of-call") { send(Intent.Open(to)) } } }
        if (model.ended) item("ended") { Banner(say("sync.ended"), Tone.DANGER) }
        if (model.lapsed) item("lapsed") { Banner(say("sync.lapsed"), Tone.CARE) }
        waiting(model)
        wrong(model)
        if (model.numbers.isNotEmpty()) item("numbers") { Strong(say("sync.numbers")) }
        items(model.numbers) { OfficeNumber(it, send) }
    }
}

private fun LazyListScope.waiting(model: SyncModel) {
    if (model.waiting > 0) item("waiting") { Banner(count("strip.waiting", model.waiting), Tone.CARE) }
    if (model.waiting == 0L && !model.ringTheOffice) item("all-sent") { Banner(say("strip.all_sent"), Tone.DONE) }
    if (model.waiting > 0) item("kept") { Body(say("sync.kept")) }
    item("heard") { Body(model.lastHeard?.let { say("sync.heard", it) } ?: say("sync.never_heard")) }
    item("line") { Body(say(if (model.online) "sync.online" else "sync.offline")) }
}

private fun LazyListScope.wrong(model: SyncModel) {
    if (model.refusedPages > 0) item("refused") { Banner(say("sync.refused"), Tone.DANGER) }
    if (model.leaving > 0) item("leaving") { Body(count("sync.leaving", model.leaving)) }
    if (model.setAside > 0) item("aside") { Banner(count("sync.set_aside", model.setAside), Tone.DANGER) }
    if (model.damaged.isNotEmpty()) item("damaged") { Banner(say("sync.damaged", model.damaged.joinToString()), Tone.DANGER) }
}
