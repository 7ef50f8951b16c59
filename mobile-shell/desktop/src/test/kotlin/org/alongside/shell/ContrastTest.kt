package org.alongside.shell

import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.luminance
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.of
import org.alongside.shell.theme.Palette
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What is drawn on what can be read: WCAG 2.2 AA, computed from the theme. */
class ContrastTest {
    private val palettes = mapOf("light" to Palette.LIGHT, "dark" to Palette.DARK)

    @Test
    fun `text stands out from what it is on by 4 and a half to 1`() {
        for ((name, palette) in palettes) {
            val tones = Tone.entries.map { palette.of(it).let { (fill, ink) -> ink to fill } }
            (palette.texts + tones).forEachIndexed { at, (ink, fill) -> check(TEXT, ink, fill, "$name text $at") }
        }
    }

    @Test
    fun `borders and signs stand out by 3 to 1`() {
        for ((name, palette) in palettes) {
            palette.edges.forEachIndexed { at, (ink, fill) -> check(EDGE, ink, fill, "$name edge $at") }
        }
    }

    private fun check(least: Double, ink: Color, fill: Color, what: String) {
        val (light, dark) = listOf(ink, fill).map { it.luminance() + FLARE }.sortedDescending()
        assertTrue(light / dark >= least, "$what: ${light / dark}")
    }

    private companion object {
        const val TEXT = 4.5
        const val EDGE = 3.0
        const val FLARE = 0.05
    }
}
