package org.alongside.shell.screens

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import org.alongside.shell.model.CorrectionDraft
import org.alongside.shell.model.Field
import org.alongside.shell.model.Intent
import org.alongside.shell.model.RecordIntent
import org.alongside.shell.model.RecordModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.SignRow
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Answers
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.Chip
import org.alongside.shell.parts.DangerButton
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.Mark
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.Strong
import org.alongside.shell.parts.Tight
import org.alongside.shell.parts.WordsField
import org.alongside.shell.parts.isLargeText
import org.alongside.shell.words.say

@Composable
fun RecordScreen(model: RecordModel, send: (Intent) -> Unit) {
    val title = if (model.correction == null) model.title else say("correct.title", model.title)
    // A sign that was just chosen is seen wherever the page was scrolled to.
    val tight = if (model.signs.isEmpty()) Tight.LAST else Tight.STANDS
    Page(title = title, header = model.header, back = back(send), foot = { Foot(model, send) }, tight = tight) {
        model.correction?.let { item("correction") { Correction(it, model, send) } }
        if (model.sites.isNotEmpty()) item("site") { SiteChooser(model, send) }
        model.last?.let { last -> item("as-last") { OtherButton(say("record.as_last", last.at), "as-last") { send(RecordIntent.AsLast) } } }
        items(model.first(), key = { it.code }) { FieldView(it, model, send) }
        if (!model.showAll && model.first().size < model.fields.size) {
            item("more") { OtherButton(say("record.more", model.fields.size - model.first().size), "show-all") { send(RecordIntent.ShowAll) } }
        }
        note(model, send)
        item("absent") { Absent(model, send) }
        item("beside") { Beside(model, send) }
        item("how") { How(model, send) }
    }
}

/** What the plan asks for and what the kind needs; all where it asks for nothing. */
private fun RecordModel.first(): List<Field> {
    if (showAll || fields.none { it.asked || it.required }) return fields
    return fields.filter { it.asked || it.required || it.code in draft.values }
}

@Composable
private fun Foot(model: RecordModel, send: (Intent) -> Unit) {
    model.signs.forEach { Emergency(it, model.header.person, send) }
    model.problem?.let { Banner(it, Tone.DANGER) }
    MainButton(say(if (model.correction == null) "save" else "correct.save"), "save") { send(RecordIntent.Save) }
}

/** What it said first, which stays, and why it is wrong. */
@Composable
private fun Correction(draft: CorrectionDraft, model: RecordModel, send: (Intent) -> Unit) {
    Card {
        PartTitle(say("correct.first", draft.at))
        Body(draft.says)
        Quiet(say("correct.about"))
        if (model.problemField == CORRECTS) Mark(say("record.look_here"), Tone.DANGER)
        WordsField(say("correct.reason"), draft.reason, "reason", lines = 2) { send(RecordIntent.Reason(it)) }
    }
}

@Composable
private fun Emergency(sign: SignRow, person: String, send: (Intent) -> Unit) {
    val name = sign.first.name
    val words = if (name == null) say(if (isLargeText) "emergency.ring_999_short" else "emergency.ring_999_for", sign.label) else say("emergency.ring_first", sign.label, name, sign.first.agreedBy.orEmpty())
    Banner(words, Tone.DANGER)
    DangerButton(say("call.number", sign.first.phone), "dial-sign-" + sign.code) { send(Intent.Dial(sign.first.phone, Route.Call(person, name ?: sign.first.phone, sign.purpose))) }
    if (name != null) OtherButton(say("emergency.or_999"), "dial-999") { send(Intent.Dial(NINES, Route.Call(person, NINES, sign.purpose))) }
}

private fun LazyListScope.note(model: RecordModel, send: (Intent) -> Unit) {
    item("note") {
        Card {
            WordsField(say("record.note"), model.draft.note, "note", lines = 2) { send(RecordIntent.Note(it)) }
            model.findings.forEach { finding ->
                Banner(say("record.instead", finding.words, finding.offer), Tone.CARE)
                if (finding.kind != null && finding.kind != model.kind) {
                    OtherButton(say("record.use_kind", finding.kindLabel.orEmpty()), "use-" + finding.kind) {
                        send(Intent.Open(Route.Record(model.header.person, model.visit, finding.kind)))
                    }
                }
            }
            if (model.draft.firstNote.isNotEmpty()) Quiet(say("record.first_kept"))
            WordsField(say("record.quoted"), model.draft.quoted, "quoted") { send(RecordIntent.Quoted(it)) }
        }
    }
}

@Composable
private fun Absent(model: RecordModel, send: (Intent) -> Unit) {
    if (model.absent.isEmpty()) return
    Card {
        PartTitle(say("record.absent"))
        Answers {
            model.absent.forEach { choice ->
                Chip(choice.label, model.draft.absent == choice.code, "absent-" + choice.code) { send(RecordIntent.Absent(choice.code)) }
            }
        }
    }
}

/** Whether it is as usual, who else was there, what was done at once. */
@Composable
private fun Beside(model: RecordModel, send: (Intent) -> Unit) {
    if (!model.showBeside && !model.draft.hasBeside) {
        OtherButton(say("record.beside"), "beside") { send(RecordIntent.ShowBeside) }
        return
    }
    Card {
        PartTitle(say("record.changed"))
        Answers {
            CHANGED.forEach { code ->
                Chip(say("record.changed_$code"), model.draft.changed == code, "changed-$code") { send(RecordIntent.Changed(code)) }
            }
        }
        WordsField(say("record.present"), model.draft.present, "present") { send(RecordIntent.Present(it)) }
        WordsField(say("record.done"), model.draft.done, "done") { send(RecordIntent.Done(it)) }
    }
}

@Composable
private fun How(model: RecordModel, send: (Intent) -> Unit) {
    Card {
        PartTitle(say("record.how"))
        Answers {
            model.how.forEach { choice ->
                Chip(choice.label, model.draft.how == choice.code, "how-" + choice.code) { send(RecordIntent.How(choice.code)) }
            }
        }
        // When it was seen is not what is put right.
        if (model.correction == null) When(model, send)
    }
}

@Composable
private fun When(model: RecordModel, send: (Intent) -> Unit) {
    Strong(say("record.when"))
    if (model.problemField == SEEN) Mark(say("record.look_here"), Tone.DANGER)
    SeenChooser(model.draft.seen, EARLIER) { send(RecordIntent.SeenAt(it)) }
}

private val CHANGED = listOf("yes", "no", "dont_know")
private const val CORRECTS = "corrects"
private const val SEEN = "seen"
internal const val NINES = "999"
