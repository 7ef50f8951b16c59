package org.alongside.shell.screens

import androidx.compose.foundation.BorderStroke
import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import org.alongside.shell.model.Intent
import org.alongside.shell.model.PinIntent
import org.alongside.shell.model.PinMode
import org.alongside.shell.model.PinModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.DangerButton
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.Title
import org.alongside.shell.parts.isLargeText
import org.alongside.shell.theme.LocalPalette
import org.alongside.shell.theme.Sizes
import org.alongside.shell.theme.Type
import org.alongside.shell.words.count
import org.alongside.shell.words.say

/** Nothing about anybody is on this screen: whoever looks over a shoulder learns nothing. */
@Composable
fun PinScreen(model: PinModel, send: (Intent) -> Unit) {
    val locked = model.mode == PinMode.UNLOCK || model.mode == PinMode.LAPSED
    // With large text the strip says it, and the keys have the room.
    val ring = locked && model.ringTheOffice && !isLargeText
    Page(title = say("pin." + model.mode.name.lowercase()), back = if (locked || model.isFirst) null else back(send), foot = { Foot(model, locked, send) }) {
        if (ring) item("office") { Banner(say("strip.ring_the_office"), Tone.CARE) }
        if (model.mode == PinMode.LAPSED) {
            item("about") { Body(say("pin.lapsed_about")) }
        } else {
            if (model.mode == PinMode.CHOOSE) item("about") { Body(say("pin.choose_about")) }
            if (model.differs && model.mode == PinMode.CHOOSE) item("differs") { Banner(say("pin.differs"), Tone.CARE) }
            model.problem?.let { item("problem") { Banner(it, Tone.DANGER) } }
            model.wait?.let { item("wait") { Banner(count("pin.wait", it), Tone.CARE) } }
            item("pad") { Pad(model.typed.length, send) }
        }
        if (locked) without(model, send)
    }
}

@Composable
private fun Foot(model: PinModel, locked: Boolean, send: (Intent) -> Unit) {
    when (model.mode) {
        PinMode.LAPSED -> MainButton(say("sync.now"), "sync-now") { send(Intent.SyncNow) }
        else -> MainButton(say("pin.done"), "pin-done", enabled = model.typed.length >= SHORTEST) { send(PinIntent.Done) }
    }
    if (locked || model.isFirst) DangerButton(say("emergency.title"), "emergency") { send(Intent.Open(Route.Emergency(null))) }
}

/** What needs no PIN: a note, a call for help, whom to ring. */
private fun LazyListScope.without(model: PinModel, send: (Intent) -> Unit) {
    model.visit?.let { visit ->
        item("without") {
            Card {
                Body(say("unlock.without"))
                OtherButton(say("unlock.note"), "locked-note") { send(Intent.Open(Route.LockedNote(visit.person, visit.visit))) }
                OtherButton(say("help.title"), "help") { send(Intent.Open(Route.Help(visit.person, visit.visit))) }
            }
        }
    }
    items(model.numbers) { OfficeNumber(it, send) }
}

@Composable
private fun Pad(typed: Int, send: (Intent) -> Unit) {
    val told = count("pin.typed", typed.toLong())
    Column(Modifier.fillMaxWidth(), Arrangement.spacedBy(10.dp), Alignment.CenterHorizontally) {
        Title(DOT.repeat(typed).ifEmpty { EMPTY }, Modifier.semantics { contentDescription = told })
        listOf("123", "456", "789").forEach { row ->
            Row(Modifier.fillMaxWidth(), Arrangement.spacedBy(10.dp)) {
                row.forEach { digit -> Key(digit.toString(), "pin-$digit", null) { send(PinIntent.Digit(digit)) } }
            }
        }
        Row(Modifier.fillMaxWidth(), Arrangement.spacedBy(10.dp)) {
            Box(Modifier.weight(1f))
            Key("0", "pin-0", null) { send(PinIntent.Digit('0')) }
            Key(ERASE, "pin-erase", say("pin.erase")) { send(PinIntent.Erase) }
        }
    }
}

@Composable
private fun RowScope.Key(text: String, tag: String, name: String?, press: () -> Unit) {
    val palette = LocalPalette.current
    val shape = RoundedCornerShape(Sizes.corner)
    Box(
        Modifier.weight(1f).heightIn(min = if (isLargeText) Sizes.target else 64.dp).background(palette.card, shape).border(BorderStroke(1.dp, palette.line), shape)
            .clickable(role = Role.Button, onClick = press).testTag(tag)
            .semantics { if (name != null) contentDescription = name },
        contentAlignment = Alignment.Center,
    ) { Text(text, style = if (isLargeText) Type.part else Type.big, color = palette.ink) }
}

private const val SHORTEST = 4
private const val DOT = "●"
private const val EMPTY = "–"
private const val ERASE = "⌫"
