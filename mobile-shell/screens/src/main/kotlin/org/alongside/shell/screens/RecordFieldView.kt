package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.Field
import org.alongside.shell.model.Input
import org.alongside.shell.model.Intent
import org.alongside.shell.model.RecordIntent
import org.alongside.shell.model.RecordModel
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Answers
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.Chip
import org.alongside.shell.parts.Mark
import org.alongside.shell.parts.NumberField
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.WordsField
import org.alongside.shell.words.say

/** One field, filled in by as few touches as its type allows. */
@Composable
internal fun FieldView(field: Field, model: RecordModel, send: (Intent) -> Unit) {
    val value = model.draft.values[field.code]
    Card {
        PartTitle(field.label)
        if (model.problemField == field.code) Mark(say("record.look_here"), Tone.DANGER)
        field.last?.let { Quiet(say("record.last", it)) }
        when (val input = field.input) {
            is Input.Chips -> Answers {
                input.choices.forEach { choice ->
                    Chip(choice.label, value == choice.code, tag(field, choice.code)) {
                        send(RecordIntent.Choose(field.code, choice.code))
                    }
                }
            }
            is Input.Scale -> Answers {
                (input.from..input.to).map(Int::toString).forEach { number ->
                    Chip(number, value == number, tag(field, number)) { send(RecordIntent.Choose(field.code, number)) }
                }
            }
            is Input.Number -> NumberField(input.unit ?: say("record.number"), value.orEmpty(), "field-" + field.code) {
                send(RecordIntent.Typed(field.code, it))
            }
            is Input.Words -> WordsField(say("record.words"), value.orEmpty(), "field-" + field.code, lines = 2) {
                send(RecordIntent.Typed(field.code, it))
            }
            Input.Day -> WordsField(say("record.day"), value.orEmpty(), "field-" + field.code) {
                send(RecordIntent.Typed(field.code, it))
            }
        }
    }
}

private fun tag(field: Field, code: String) = "field-" + field.code + "-" + code
