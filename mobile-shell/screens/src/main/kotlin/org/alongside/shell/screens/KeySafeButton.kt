package org.alongside.shell.screens

import androidx.compose.foundation.background
import androidx.compose.foundation.gestures.detectTapGestures
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.input.pointer.pointerInput
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.onClick
import androidx.compose.ui.semantics.onLongClick
import androidx.compose.ui.semantics.role
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import org.alongside.shell.model.Intent
import org.alongside.shell.model.KeySafe
import org.alongside.shell.model.VisitIntent
import org.alongside.shell.theme.LocalPalette
import org.alongside.shell.theme.Sizes
import org.alongside.shell.theme.Type
import org.alongside.shell.words.say

/** The code is there while the button is held, and each look is a record. */
@Composable
internal fun KeySafeButton(keySafe: KeySafe, send: (Intent) -> Unit) {
    val palette = LocalPalette.current
    val text = keySafe.code?.let { say("key_safe.code", it) } ?: say("key_safe.hold")
    Box(
        Modifier.fillMaxWidth().heightIn(min = Sizes.target)
            .background(palette.care, RoundedCornerShape(Sizes.corner))
            .pointerInput(Unit) {
                detectTapGestures(
                    onLongPress = { send(VisitIntent.ShowKeySafe) },
                    onPress = {
                        tryAwaitRelease()
                        send(VisitIntent.HideKeySafe)
                    },
                )
            }
            .semantics {
                role = Role.Button
                onClick { send(VisitIntent.HideKeySafe).let { true } }
                onLongClick { send(VisitIntent.ShowKeySafe).let { true } }
            }
            .testTag("key-safe").padding(14.dp),
        contentAlignment = Alignment.Center,
    ) { Text(text, style = Type.strong, color = palette.onCare) }
}
