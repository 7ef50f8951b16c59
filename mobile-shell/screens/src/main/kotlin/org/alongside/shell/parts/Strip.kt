package org.alongside.shell.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Notice
import org.alongside.shell.model.Route
import org.alongside.shell.model.Strip
import org.alongside.shell.model.Untold
import org.alongside.shell.theme.LocalPalette
import org.alongside.shell.theme.Sizes
import org.alongside.shell.theme.Type
import org.alongside.shell.words.count
import org.alongside.shell.words.say

/**
 * What nobody has been told, and what waits on this phone: on every screen, always true. With large text what waits gives
 * its place to a notice as long as that stands; what nobody has been told stays.
 */
@Composable
fun StripBar(strip: Strip, here: Route, notice: Notice?, send: (Intent) -> Unit) {
    // Nobody's phone has nothing to say.
    if (here == Route.Enrol) return
    val palette = LocalPalette.current
    Column(Modifier.fillMaxWidth().background(palette.card)) {
        HorizontalDivider(color = palette.line)
        val elsewhere = strip.untold.filterNot { it.route.isAt(here) }
        elsewhere.firstOrNull()?.let { first ->
            Line(untold(first, elsewhere.size - 1), "strip-untold", danger = true) { send(Intent.Open(first.route)) }
        }
        if (isLargeText && notice != null && notice !is Notice.Saved) return@Column
        strip.ringTheOffice?.let { Line(say("strip.ring_the_office"), "strip-office", danger = false) { send(Intent.Open(Route.Sync)) } }
        val state = if (isLargeText) short(strip, (notice as? Notice.Saved)?.at) else state(strip)
        Line(state, "strip-sync", danger = false) { send(Intent.Open(Route.Sync)) }
    }
}

/** Its own screen is open, or the one on which the answer is written down. */
private fun Route.isAt(here: Route): Boolean = this == here || when {
    this !is Route.Escalation -> false
    here is Route.Escalation -> here.person == person && here.trigger == trigger
    here is Route.Answer -> here.person == person && here.trigger == trigger
    else -> false
}

@Composable
private fun untold(first: Untold, more: Int): String {
    val stand = first.stand.name.lowercase()
    if (isLargeText) return say("untold_short.$stand", first.name)
    val words = say("untold.$stand", first.name, first.what)
    return if (more == 0) words else say("strip.and_more", words, more)
}

@Composable
private fun state(strip: Strip): String {
    // What waits beside the records may not be told: then nothing says that everything is sent, whatever the reason is.
    if (strip.waiting == 0L && strip.ringTheOffice != null) return strip.lastHeard?.let { say("sync.heard", it) } ?: say("sync.never_heard")
    val waiting = if (strip.waiting == 0L) say("strip.all_sent") else count("strip.waiting", strip.waiting)
    val heard = strip.lastHeard?.let { say("strip.heard", it) } ?: say("strip.never_heard")
    return say("strip.both", waiting, heard)
}

@Composable
private fun short(strip: Strip, saved: String?): String {
    val waiting = when {
        strip.waiting > 0L -> count("strip.waiting_short", strip.waiting)
        strip.ringTheOffice != null -> strip.lastHeard?.let { say("sync.heard", it) } ?: say("sync.never_heard")
        else -> say("strip.all_sent")
    }
    return if (saved == null) waiting else say("strip.saved_short", saved, waiting)
}

@Composable
private fun Line(text: String, tag: String, danger: Boolean, press: () -> Unit) {
    val palette = LocalPalette.current
    Row(
        Modifier.fillMaxWidth().heightIn(min = if (danger) Sizes.target else 48.dp)
            .background(if (danger) palette.danger else palette.card)
            .clickable(role = Role.Button, onClick = press).testTag(tag)
            .semantics { if (danger) liveRegion = LiveRegionMode.Polite }
            .padding(horizontal = Sizes.edge, vertical = 6.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        Text(
            text,
            style = if (danger) Type.strong else Type.small,
            color = if (danger) palette.onDanger else palette.quiet,
            maxLines = 2,
            overflow = TextOverflow.Ellipsis,
        )
    }
}
