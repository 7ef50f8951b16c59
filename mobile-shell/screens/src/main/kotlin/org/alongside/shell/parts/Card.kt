package org.alongside.shell.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import org.alongside.shell.model.Tone
import org.alongside.shell.theme.LocalPalette
import org.alongside.shell.theme.Palette
import org.alongside.shell.theme.Sizes
import org.alongside.shell.theme.Type

/** Things that belong together. */
@Composable
fun Card(modifier: Modifier = Modifier, content: @Composable ColumnScope.() -> Unit) {
    val palette = LocalPalette.current
    Column(
        modifier.fillMaxWidth().background(palette.card, RoundedCornerShape(Sizes.corner))
            .border(1.dp, palette.line, RoundedCornerShape(Sizes.corner)).padding(14.dp),
        verticalArrangement = Arrangement.spacedBy(6.dp),
        content = content,
    )
}

/** Words that must be seen, with a sign before them and the colour of their tone. */
@Composable
fun Banner(text: String, tone: Tone, modifier: Modifier = Modifier) {
    val (fill, ink) = LocalPalette.current.of(tone)
    Row(
        modifier.fillMaxWidth().background(fill, RoundedCornerShape(Sizes.corner)).padding(14.dp),
        horizontalArrangement = Arrangement.spacedBy(10.dp),
    ) {
        Text(sign(tone), Modifier.clearAndSetSemantics { }, style = Type.strong, color = ink)
        Text(text, Modifier.weight(1f), style = Type.strong, color = ink)
    }
}

/** A short word in the colour of its tone, with its sign. */
@Composable
fun Mark(text: String, tone: Tone, modifier: Modifier = Modifier, lines: Int = Int.MAX_VALUE) {
    val (fill, ink) = LocalPalette.current.of(tone)
    Row(
        modifier.background(fill, RoundedCornerShape(8.dp)).padding(horizontal = 8.dp, vertical = 3.dp),
        horizontalArrangement = Arrangement.spacedBy(5.dp),
    ) {
        Text(sign(tone), Modifier.clearAndSetSemantics { }, style = Type.small, color = ink)
        Text(text, style = Type.small, color = ink, maxLines = lines, overflow = TextOverflow.Ellipsis)
    }
}

/** The fill of a tone, and the ink on it. */
fun Palette.of(tone: Tone): Pair<Color, Color> = when (tone) {
    Tone.PLAIN -> card to ink
    Tone.DONE -> done to onDone
    Tone.CARE -> care to onCare
    Tone.DANGER -> danger to onDanger
}

private fun sign(tone: Tone): String = when (tone) {
    Tone.PLAIN -> "•"
    Tone.DONE -> "✓"
    Tone.CARE -> "▲"
    Tone.DANGER -> "■"
}
