package org.alongside.shell

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.Density
import androidx.compose.ui.unit.dp
import org.alongside.shell.model.AppModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Notice
import org.alongside.shell.model.ThemeChoice
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.StripBar
import org.alongside.shell.parts.isLargeText
import org.alongside.shell.platform.Shell
import org.alongside.shell.screens.Screen
import org.alongside.shell.theme.AlongsideTheme
import org.alongside.shell.theme.LocalPalette
import org.alongside.shell.theme.Sizes
import org.alongside.shell.words.LocalWords
import org.alongside.shell.words.Words
import org.alongside.shell.words.say

/** The whole app, drawn from its model. */
@Composable
fun App(shell: Shell, dark: Boolean, locale: String = Words.ENGLISH) {
    val model by shell.model.collectAsState()
    Drawn(model, dark, locale, shell::send)
}

/** One model on the screen. */
@Composable
fun Drawn(model: AppModel, dark: Boolean, locale: String, send: (Intent) -> Unit) {
    val spoken = model.look?.locale ?: locale
    val words = remember(spoken) { Words.of(spoken) }
    val isDark = when (model.look?.theme) {
        ThemeChoice.DARK -> true
        ThemeChoice.LIGHT -> false
        else -> dark
    }
    val phone = LocalDensity.current
    val density = Density(phone.density, phone.fontScale * (model.look?.textPercent ?: 100) / 100f)
    CompositionLocalProvider(LocalWords provides words, LocalDensity provides density) {
        AlongsideTheme(isDark) {
            Column(Modifier.fillMaxSize().background(LocalPalette.current.page)) {
                Box(Modifier.weight(1f)) {
                    key(model.route) { Screen(model, send) }
                }
                // With large text "saved" stands in the strip, so that there is room for the page.
                model.notice?.takeUnless { it is Notice.Saved && isLargeText }?.let { NoticeBar(it, send) }
                StripBar(model.strip, model.route, model.notice, send)
            }
        }
    }
}

@Composable
private fun NoticeBar(notice: Notice, send: (Intent) -> Unit) {
    Box(
        Modifier.fillMaxWidth().padding(horizontal = Sizes.edge, vertical = 6.dp).testTag("notice")
            .semantics { liveRegion = LiveRegionMode.Polite },
    ) {
        when (notice) {
            is Notice.Saved -> Banner(say("saved", notice.at), Tone.DONE)
            is Notice.Rang -> OtherButton(say("call_note.note", notice.call.with.orEmpty()), "note-call") { send(Intent.Open(notice.call)) }
            is Notice.Refused -> Banner(notice.words, Tone.DANGER)
        }
    }
}
