package org.alongside.shell.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Route
import org.alongside.shell.model.Tone
import org.alongside.shell.model.UnlockIntent
import org.alongside.shell.model.UnlockModel
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.DangerButton
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.Title
import org.alongside.shell.theme.Sizes
import org.alongside.shell.words.count
import org.alongside.shell.words.say

/** Nothing about anybody is on this screen: whoever looks over a shoulder learns nothing. */
@Composable
fun UnlockScreen(model: UnlockModel, send: (Intent) -> Unit) {
    Page(title = say("unlock.title"), foot = { Foot(model, send) }) {
        if (model.ringTheOffice) item("office") { Banner(say("strip.ring_the_office"), Tone.CARE) }
        if (model.pinAsked) pin(model, send) else item("about") { Body(say("unlock.lapsed")) }
        item("without") { Without(model, send) }
        items(model.numbers) { OfficeNumber(it, send) }
    }
}

@Composable
private fun Foot(model: UnlockModel, send: (Intent) -> Unit) {
    if (model.pinAsked) {
        MainButton(say("unlock.open"), "unlock", enabled = model.typed.isNotEmpty() && !model.working) { send(UnlockIntent.Open) }
    } else {
        MainButton(say("sync.now"), "sync-now") { send(Intent.SyncNow) }
    }
    DangerButton(say("emergency.title"), "emergency") { send(Intent.Open(Route.Emergency(null))) }
}

private fun LazyListScope.pin(model: UnlockModel, send: (Intent) -> Unit) {
    item("typed") { Typed(model.typed.length) }
    model.problem?.let { item("problem") { Banner(it, Tone.DANGER) } }
    if (model.problem == null && model.waitMinutes > 0) item("wait") { Banner(count("unlock.wait", model.waitMinutes.toLong()), Tone.CARE) }
    item("keys") { Keys(send) }
}

/** How many digits there are, and not which. */
@Composable
private fun Typed(digits: Int) {
    val said = if (digits == 0) say("unlock.enter") else count("unlock.digits", digits.toLong())
    val shown = if (digits == 0) said else DOT.repeat(digits)
    Title(shown, Modifier.testTag("pin-typed").semantics { contentDescription = said })
}

@Composable
private fun Keys(send: (Intent) -> Unit) {
    Card {
        ROWS.forEach { row ->
            Row(Modifier.fillMaxWidth(), horizontalArrangement = Arrangement.spacedBy(Sizes.gap)) {
                row.forEach { digit ->
                    OtherButton(digit.toString(), "digit-$digit", Modifier.weight(1f)) { send(UnlockIntent.Digit(digit)) }
                }
                if (row == ROWS.last()) {
                    OtherButton(say("unlock.rub"), "rub", Modifier.weight(2f)) { send(UnlockIntent.Rub) }
                }
            }
        }
    }
}

/** What needs no PIN: a note, a call for help, the state of sync. */
@Composable
private fun Without(model: UnlockModel, send: (Intent) -> Unit) {
    Card {
        Body(say("unlock.without"))
        model.visit?.let { visit ->
            OtherButton(say("unlock.note"), "locked-note") { send(Intent.Open(Route.LockedNote(visit.person, visit.visit))) }
            OtherButton(say("help.title"), "help") { send(Intent.Open(Route.Help(visit.person, visit.visit))) }
        }
        OtherButton(say("sync.title"), "sync") { send(Intent.Open(Route.Sync)) }
    }
}

private const val DOT = "●"
private val ROWS = listOf("123", "456", "789", "0")
