package org.alongside.shell.parts

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.OutlinedTextFieldDefaults
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.text.input.PasswordVisualTransformation
import androidx.compose.ui.text.input.VisualTransformation
import org.alongside.shell.theme.LocalPalette
import org.alongside.shell.theme.Sizes
import org.alongside.shell.theme.Type

/** A place for words. What is typed is kept by the model at once. */
@Composable
fun WordsField(
    label: String,
    text: String,
    tag: String,
    modifier: Modifier = Modifier,
    lines: Int = 1,
    problem: String? = null,
    typed: (String) -> Unit,
) {
    Line(label, text, tag, modifier, lines, problem, KeyboardOptions.Default, typed)
}

/** A place for a number. */
@Composable
fun NumberField(
    label: String,
    text: String,
    tag: String,
    modifier: Modifier = Modifier,
    problem: String? = null,
    typed: (String) -> Unit,
) {
    Line(label, text, tag, modifier, 1, problem, KeyboardOptions(keyboardType = KeyboardType.Decimal), typed)
}

/** A place for a PIN: its digits are not shown. */
@Composable
fun PinField(label: String, digits: String, tag: String, modifier: Modifier = Modifier, typed: (String) -> Unit) {
    val keyboard = KeyboardOptions(keyboardType = KeyboardType.NumberPassword)
    Line(label, digits, tag, modifier, 1, null, keyboard, { typed(it.filter(Char::isDigit).take(PIN_MAX)) }, PasswordVisualTransformation())
}

private const val PIN_MAX = 12

@Composable
private fun Line(
    label: String,
    text: String,
    tag: String,
    modifier: Modifier,
    lines: Int,
    problem: String?,
    keyboard: KeyboardOptions,
    typed: (String) -> Unit,
    shown: VisualTransformation = VisualTransformation.None,
) {
    val palette = LocalPalette.current
    Column(modifier.fillMaxWidth()) {
        OutlinedTextField(
            value = text,
            onValueChange = typed,
            modifier = Modifier.fillMaxWidth().heightIn(min = Sizes.target).testTag(tag),
            label = { androidx.compose.material3.Text(label) },
            textStyle = Type.body.copy(color = palette.ink),
            minLines = lines,
            singleLine = false,
            isError = problem != null,
            visualTransformation = shown,
            keyboardOptions = keyboard,
            colors = OutlinedTextFieldDefaults.colors(
                focusedTextColor = palette.ink,
                unfocusedTextColor = palette.ink,
                focusedContainerColor = palette.card,
                unfocusedContainerColor = palette.card,
                focusedBorderColor = palette.act,
                unfocusedBorderColor = palette.line,
                focusedLabelColor = palette.act,
                unfocusedLabelColor = palette.quiet,
                cursorColor = palette.act,
            ),
        )
        if (problem != null) Body(problem, colour = palette.dangerInk)
    }
}
