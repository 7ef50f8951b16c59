package org.alongside.shell.parts

import androidx.compose.foundation.BorderStroke
import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.toggleable
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import org.alongside.shell.theme.LocalPalette
import org.alongside.shell.theme.Sizes
import org.alongside.shell.theme.Type

private val SHAPE = RoundedCornerShape(Sizes.corner)

/** The one thing to do next. */
@Composable
fun MainButton(text: String, tag: String, modifier: Modifier = Modifier, enabled: Boolean = true, press: () -> Unit) {
    val palette = LocalPalette.current
    val fill = if (enabled) palette.act else palette.card
    val ink = if (enabled) palette.onAct else palette.quiet
    Wide(text, tag, modifier, fill, ink, if (enabled) null else palette.line, enabled, press)
}

/** Another thing that can be done. */
@Composable
fun OtherButton(text: String, tag: String, modifier: Modifier = Modifier, press: () -> Unit) {
    val palette = LocalPalette.current
    Wide(text, tag, modifier, palette.card, palette.act, palette.act, true, press)
}

/** Ring now. */
@Composable
fun DangerButton(text: String, tag: String, modifier: Modifier = Modifier, press: () -> Unit) {
    val palette = LocalPalette.current
    Wide(text, tag, modifier, palette.danger, palette.onDanger, null, true, press)
}

@Composable
private fun Wide(
    text: String,
    tag: String,
    modifier: Modifier,
    fill: Color,
    ink: Color,
    edge: Color?,
    enabled: Boolean,
    press: () -> Unit,
) {
    val border = if (edge == null) Modifier else Modifier.border(BorderStroke(2.dp, edge), SHAPE)
    Box(
        modifier.fillMaxWidth().heightIn(min = Sizes.target).clip(SHAPE).background(fill).then(border)
            .clickable(enabled = enabled, role = Role.Button, onClick = press).testTag(tag)
            .padding(horizontal = 16.dp, vertical = 12.dp),
        contentAlignment = Alignment.Center,
    ) {
        Text(text, style = Type.strong, color = ink, textAlign = TextAlign.Center)
    }
}

/** One of several answers. The chosen one has a tick, not only a colour. */
@Composable
fun Chip(text: String, chosen: Boolean, tag: String, modifier: Modifier = Modifier, press: () -> Unit) {
    val palette = LocalPalette.current
    val fill = if (chosen) palette.chosen else palette.card
    val ink = if (chosen) palette.onChosen else palette.ink
    Row(
        modifier.heightIn(min = Sizes.target).widthIn(min = Sizes.target).clip(SHAPE).background(fill)
            .border(BorderStroke(if (chosen) 2.dp else 1.dp, if (chosen) palette.chosen else palette.line), SHAPE)
            .selectable(chosen, role = Role.RadioButton, onClick = press).testTag(tag)
            .padding(horizontal = 14.dp, vertical = 10.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        if (chosen) {
            Text(TICK, Modifier.padding(end = 6.dp).clearAndSetSemantics { }, style = Type.strong, color = ink)
        }
        Text(text, style = Type.body, color = ink)
    }
}

/** A statement that is true or not. */
@Composable
fun Check(text: String, on: Boolean, tag: String, modifier: Modifier = Modifier, press: (Boolean) -> Unit) {
    val palette = LocalPalette.current
    Row(
        modifier.fillMaxWidth().heightIn(min = Sizes.target).toggleable(on, role = Role.Checkbox, onValueChange = press)
            .testTag(tag).padding(vertical = 8.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        Box(
            Modifier.padding(end = 12.dp).widthIn(min = 28.dp).heightIn(min = 28.dp)
                .background(if (on) palette.chosen else palette.card, RoundedCornerShape(6.dp))
                .border(BorderStroke(2.dp, if (on) palette.chosen else palette.line), RoundedCornerShape(6.dp)),
            contentAlignment = Alignment.Center,
        ) {
            if (on) Text(TICK, Modifier.clearAndSetSemantics { }, style = Type.strong, color = palette.onChosen)
        }
        Text(text, style = Type.body, color = palette.ink)
    }
}

/** A row that opens something. */
@Composable
fun OpenRow(tag: String, modifier: Modifier = Modifier, press: () -> Unit, content: @Composable () -> Unit) {
    val palette = LocalPalette.current
    Row(
        modifier.fillMaxWidth().heightIn(min = Sizes.target).clip(SHAPE).background(palette.card)
            .border(BorderStroke(1.dp, palette.line), SHAPE)
            .clickable(role = Role.Button, onClick = press).testTag(tag).padding(14.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        Box(Modifier.weight(1f)) { content() }
        Text(ONWARD, Modifier.padding(start = 8.dp).clearAndSetSemantics { }, style = Type.title, color = palette.act)
    }
}

private const val TICK = "✓"
private const val ONWARD = "›"
