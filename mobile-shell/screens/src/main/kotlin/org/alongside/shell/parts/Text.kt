package org.alongside.shell.parts

import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.TextStyle
import org.alongside.shell.theme.LocalPalette
import org.alongside.shell.theme.Type

@Composable
fun Title(text: String, modifier: Modifier = Modifier) {
    Text(text, modifier.semantics { heading() }, style = Type.title, color = LocalPalette.current.ink)
}

@Composable
fun PartTitle(text: String, modifier: Modifier = Modifier) {
    Text(text, modifier.semantics { heading() }, style = Type.part, color = LocalPalette.current.ink)
}

@Composable
fun Body(text: String, modifier: Modifier = Modifier, colour: Color = LocalPalette.current.ink) {
    Text(text, modifier, style = Type.body, color = colour)
}

@Composable
fun Strong(text: String, modifier: Modifier = Modifier, colour: Color = LocalPalette.current.ink) {
    Text(text, modifier, style = Type.strong, color = colour)
}

@Composable
fun Quiet(text: String, modifier: Modifier = Modifier, style: TextStyle = Type.small) {
    Text(text, modifier, style = style, color = LocalPalette.current.quiet)
}
