package org.alongside.shell.theme

import androidx.compose.material3.LocalTextStyle
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.darkColorScheme
import androidx.compose.material3.lightColorScheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp

/** The colours of the screen. */
val LocalPalette = staticCompositionLocalOf { Palette.LIGHT }

/** Sizes that hold for one hand, in gloves. */
object Sizes {
    /** The smallest side of anything to be touched. */
    val target = 56.dp
    val edge = 16.dp
    val gap = 8.dp
    val corner = 12.dp
}

/** Styles of text. They grow with the phone's text size. */
object Type {
    val title = TextStyle(fontSize = 22.sp, lineHeight = 28.sp, fontWeight = FontWeight.Bold)
    val part = TextStyle(fontSize = 18.sp, lineHeight = 24.sp, fontWeight = FontWeight.Bold)
    val body = TextStyle(fontSize = 17.sp, lineHeight = 24.sp)
    val strong = TextStyle(fontSize = 17.sp, lineHeight = 24.sp, fontWeight = FontWeight.SemiBold)
    val label = TextStyle(fontSize = 15.sp, lineHeight = 20.sp, fontWeight = FontWeight.SemiBold)
    val small = TextStyle(fontSize = 15.sp, lineHeight = 20.sp)
    val big = TextStyle(fontSize = 26.sp, lineHeight = 32.sp, fontWeight = FontWeight.Bold)
}

@Composable
fun AlongsideTheme(dark: Boolean, content: @Composable () -> Unit) {
    val palette = if (dark) Palette.DARK else Palette.LIGHT
    val base = if (dark) darkColorScheme() else lightColorScheme()
    val colours = base.copy(
        primary = palette.act,
        onPrimary = palette.onAct,
        background = palette.page,
        onBackground = palette.ink,
        surface = palette.card,
        onSurface = palette.ink,
        onSurfaceVariant = palette.quiet,
        outline = palette.line,
        error = palette.dangerInk,
        onError = palette.card,
    )
    MaterialTheme(colorScheme = colours) {
        CompositionLocalProvider(
            LocalPalette provides palette,
            LocalTextStyle provides Type.body.copy(color = palette.ink),
            content = content,
        )
    }
}
