package org.alongside.shell.theme

import androidx.compose.ui.graphics.Color

/** The colours of a theme. `pairs` names what is drawn on what, for the test of contrast. */
data class Palette(
    val dark: Boolean,
    val page: Color,
    val card: Color,
    val ink: Color,
    val quiet: Color,
    val line: Color,
    val act: Color,
    val onAct: Color,
    val chosen: Color,
    val onChosen: Color,
    val danger: Color,
    val onDanger: Color,
    val dangerInk: Color,
    val care: Color,
    val onCare: Color,
    val done: Color,
    val onDone: Color,
) {
    /** Text on what it stands on: 4.5 to 1 at least. */
    val texts: List<Pair<Color, Color>>
        get() = listOf(
            ink to page, ink to card, quiet to page, quiet to card, onAct to act, onChosen to chosen,
            onDanger to danger, dangerInk to page, dangerInk to card, onCare to care, onDone to done,
            act to page, act to card,
        )

    /** Borders and signs on what they stand on: 3 to 1 at least. */
    val edges: List<Pair<Color, Color>>
        get() = listOf(line to page, line to card, act to page, danger to page, dangerInk to page)

    companion object {
        val LIGHT = Palette(
            dark = false,
            page = Color(0xFFF3F5F4),
            card = Color(0xFFFFFFFF),
            ink = Color(0xFF13201B),
            quiet = Color(0xFF46574F),
            line = Color(0xFF6D7F77),
            act = Color(0xFF00563F),
            onAct = Color(0xFFFFFFFF),
            chosen = Color(0xFF0A4A78),
            onChosen = Color(0xFFFFFFFF),
            danger = Color(0xFFA3140D),
            onDanger = Color(0xFFFFFFFF),
            dangerInk = Color(0xFF9A130C),
            care = Color(0xFFFFE7A8),
            onCare = Color(0xFF3A2900),
            done = Color(0xFFD5EFE3),
            onDone = Color(0xFF083D2B),
        )

        val DARK = Palette(
            dark = true,
            page = Color(0xFF0F1412),
            card = Color(0xFF1A211E),
            ink = Color(0xFFEDF3F0),
            quiet = Color(0xFFB9C7C0),
            line = Color(0xFF86978F),
            act = Color(0xFF7FDDBF),
            onAct = Color(0xFF00281C),
            chosen = Color(0xFFA9D4F5),
            onChosen = Color(0xFF04233B),
            danger = Color(0xFFFFB8AD),
            onDanger = Color(0xFF4D0400),
            dangerInk = Color(0xFFFFB8AD),
            care = Color(0xFF4A3A0A),
            onCare = Color(0xFFFFE9B5),
            done = Color(0xFF123D2D),
            onDone = Color(0xFFC9F2DF),
        )
    }
}
