package org.alongside.shell.screens

import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import org.alongside.shell.model.Intent
import org.alongside.shell.model.ProposeChoice
import org.alongside.shell.model.ProposeIntent
import org.alongside.shell.model.ProposeModel
import org.alongside.shell.model.ProposePart
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.Chip
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.Mark
import org.alongside.shell.parts.NumberField
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.WordsField
import org.alongside.shell.words.say

/** What is wrong in the plan, in the carer's words. Whoever is responsible for that part decides, and answers. */
@Composable
fun ProposeScreen(model: ProposeModel, send: (Intent) -> Unit) {
    val foot: (@Composable () -> Unit)? = model.chosen?.let { chosen -> { Foot(model, chosen, send) } }
    Page(title = say("propose.title"), header = model.header, back = back(send), foot = foot) {
        item("about") { Body(say("propose.about")) }
        val chosen = model.chosen
        if (chosen == null) {
            items(model.parts, key = { it.label }) { Choices(it, send) }
            return@Page
        }
        item("chosen") { Chosen(chosen) }
        item("text") { NewValue(model, chosen, send) }
        item("reason") { WordsField(say("propose.reason"), model.reason, "propose-reason", lines = 2) { send(ProposeIntent.Reason(it)) } }
        if (chosen.section == ACTIONS && chosen.entry != null) {
            item("unsafe") {
                Card {
                    Body(say("propose.not_safe_about"))
                    OtherButton(say("visit.not_safe"), "not-safe") { send(ProposeIntent.NotSafe) }
                }
            }
        }
    }
}

@Composable
private fun Choices(part: ProposePart, send: (Intent) -> Unit) {
    Card {
        PartTitle(part.label)
        part.choices.forEach { choice ->
            Chip(choice.now, false, tag(choice)) { send(ProposeIntent.Choose(choice)) }
            if (choice.twoVersions) Mark(say("plan.two_versions"), Tone.CARE)
        }
    }
}

private const val MAIN = "text"

private fun tag(choice: ProposeChoice) =
    listOfNotNull("propose", choice.section.lowercase(), choice.entry ?: "new", choice.field.takeIf { it != MAIN }).joinToString("-")

@Composable
private fun NewValue(model: ProposeModel, chosen: ProposeChoice, send: (Intent) -> Unit) {
    val typed = { text: String -> send(ProposeIntent.Text(text)) }
    if (chosen.isNumber) {
        NumberField(say("propose.text"), model.text, "propose-text", typed = typed)
    } else {
        WordsField(say("propose.text"), model.text, "propose-text", lines = 3, typed = typed)
    }
}

@Composable
private fun Chosen(choice: ProposeChoice) {
    Card {
        PartTitle(say(if (choice.entry == null) "propose.missing" else "propose.now"))
        Body(choice.now)
        if (choice.twoVersions) Mark(say("plan.two_versions"), Tone.CARE)
    }
}

@Composable
private fun Foot(model: ProposeModel, chosen: ProposeChoice, send: (Intent) -> Unit) {
    model.problem?.let { Banner(it, Tone.DANGER) }
    val isNew = model.text.isNotBlank() && model.text != chosen.value
    MainButton(say("propose.send"), "send", enabled = isNew && model.reason.isNotBlank()) { send(ProposeIntent.Send) }
}

private const val ACTIONS = "ACTIONS"
