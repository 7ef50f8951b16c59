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
