package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import org.alongside.shell.model.Intent
import org.alongside.shell.model.TaskMark
import org.alongside.shell.model.TaskRow
import org.alongside.shell.model.Tone
import org.alongside.shell.model.VisitIntent
import org.alongside.shell.parts.Answers
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.Chip
import org.alongside.shell.parts.Mark
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.Strong
import org.alongside.shell.parts.WordsField
import org.alongside.shell.words.say

/** An action of the plan: done, or not done and why. What is for clinicians is only shown. */
@Composable
internal fun TaskView(row: TaskRow, open: Boolean, send: (Intent) -> Unit) {
    Card {
        Strong(row.text)
        row.who?.let { Quiet(say("plan.who", it)) }
        if (row.twoVersions) Mark(say("plan.two_versions"), Tone.CARE)
        row.notSafe?.let { Mark(say("visit.not_safe_today", it), Tone.DANGER) }
        if (row.differs) Mark(say("visit.differs"), Tone.CARE)
        when (row.mark) {
            TaskMark.SAID_DONE -> Mark(say("visit.said_done"), Tone.DONE)
            TaskMark.SAID_NOT_DONE -> Mark(say("visit.said_not_done", row.notDone.orEmpty()), Tone.CARE)
            else -> if (row.clinical) Quiet(say("visit.clinical")) else if (open) Choices(row, send)
        }
    }
}

@Composable
private fun Choices(row: TaskRow, send: (Intent) -> Unit) {
    Answers {
        Chip(say("visit.done"), row.mark == TaskMark.DONE, "done-" + row.action) { send(VisitIntent.Tick(row.action, true)) }
        Chip(say("visit.not_done"), row.mark == TaskMark.NOT_DONE, "not-done-" + row.action) {
            send(VisitIntent.Tick(row.action, false))
        }
    }
    if (row.mark == TaskMark.NOT_DONE) {
        WordsField(say("visit.why_not"), row.notDone.orEmpty(), "why-not-" + row.action) { send(VisitIntent.WhyNot(row.action, it)) }
    }
    if (row.notSafe == null) NotSafe(row, send)
}

@Composable
private fun NotSafe(row: TaskRow, send: (Intent) -> Unit) {
    var open by remember { mutableStateOf(false) }
    var why by remember { mutableStateOf("") }
    if (!open) {
        OtherButton(say("visit.not_safe"), "not-safe-" + row.action) { open = true }
        return
    }
    WordsField(say("visit.not_safe_why"), why, "not-safe-why-" + row.action) { why = it }
    OtherButton(say("save"), "not-safe-save-" + row.action) { send(VisitIntent.NotSafe(row.action, why)) }
}
