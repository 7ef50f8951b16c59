package org.alongside.shell.screens

import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.Modifier
import org.alongside.shell.model.ContactRow
import org.alongside.shell.model.Intent
import org.alongside.shell.model.PersonStatus
import org.alongside.shell.model.PlanChangeRow
import org.alongside.shell.model.PlanIntent
import org.alongside.shell.model.PlanLine
import org.alongside.shell.model.PlanModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.FactLine
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.Mark
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.Strong
import org.alongside.shell.words.say

@Composable
fun PlanScreen(model: PlanModel, send: (Intent) -> Unit) {
    Page(title = say("plan.title"), header = model.header, back = back(send), foot = if (model.header.status.isOver) null else ({ Foot(model, send) })) {
        val isOver = model.header.status.isOver
        if (isOver) item("over") { Over(model.header) }
        if (model.stillComing) item("coming") { Banner(say("plan.still_coming"), Tone.CARE) }
        if (model.notShared.isNotEmpty()) item("shared") { Banner(say("plan.not_shared", model.notShared.joinToString()), Tone.CARE) }
        if (model.cannotTell.isNotEmpty()) item("cannot-tell") { Card { model.cannotTell.forEach { Body(it) } } }
        if (!isOver) whatToDo(model, send)
        if (model.about.isNotEmpty()) {
            item("about") {
                Card {
                    PartTitle(say("plan.about"))
                    model.about.forEach { FactLine(it) }
                }
            }
        }
        if (model.contacts.isNotEmpty()) item("contacts") { PartTitle(say("plan.contacts")) }
        items(model.contacts, key = { "contact-" + it.entry }) { ContactView(it, model.header.person, send) }
        lines("plan.family", model.family)
        lines("plan.views", model.views)
        lines("plan.equipment", model.equipment)
        item("more") { More(model, send) }
    }
}

@Composable
private fun Foot(model: PlanModel, send: (Intent) -> Unit) {
    val person = model.header.person
    if (model.visit != null) {
        MainButton(say("plan.to_visit"), "to-visit") { send(Intent.Open(Route.Visit(person, model.visit))) }
    } else {
        MainButton(say("record.title"), "record") { send(Intent.Open(Route.Kinds(person, null))) }
    }
}

@Composable
private fun More(model: PlanModel, send: (Intent) -> Unit) {
    val person = model.header.person
    Card {
        if (!model.header.status.isOver) {
            OtherButton(say("visit.not_planned"), "not-planned") { send(PlanIntent.VisitNow) }
            OtherButton(say("propose.title"), "propose") { send(Intent.Open(Route.Propose(person))) }
        }
        OtherButton(say("history.title"), "history") { send(Intent.Open(Route.History(person))) }
        OtherButton(say("call_note.title"), "call") { send(Intent.Open(Route.Call(person))) }
        OtherButton(say("concern.title"), "concern") { send(Intent.Open(Route.Concern(person))) }
        if (model.header.status != PersonStatus.DIED) OtherButton(say("emergency.title"), "emergency") { send(Intent.Open(Route.Emergency(person))) }
        Quiet(say("plan.version", model.version))
    }
}

/** What the plan asks of whoever comes, and what is new of it. */
private fun LazyListScope.whatToDo(model: PlanModel, send: (Intent) -> Unit) {
    changes(model, send)
    lines("plan.goals", model.goals)
    lines("plan.risks", model.risks)
    lines("plan.actions", model.actions)
    lines("plan.triggers", model.triggers)
    lines("plan.baselines", model.baselines)
    if (model.asked.isEmpty()) return
    item("asked") {
        Card {
            PartTitle(say("plan.asked"))
            model.asked.forEach { Body(it) }
        }
    }
}

private fun LazyListScope.changes(model: PlanModel, send: (Intent) -> Unit) {
    if (model.lastLooked == null) {
        item("first") { Quiet(say("plan.first_look")) }
        item("induction") { OtherButton(say("induction.title"), "induction") { send(Intent.Open(Route.Induction(model.header.person))) } }
        return
    }
    if (model.changes.isEmpty()) return
    item("changes") {
        Card {
            PartTitle(say("plan.changes_since", model.lastLooked))
            model.changes.forEach { Change(it) }
        }
    }
}

@Composable
private fun Change(row: PlanChangeRow) {
    Strong(row.what)
    Quiet(say("plan.change_by", row.by, row.at, row.reason))
}

private fun LazyListScope.lines(title: String, lines: List<PlanLine>) {
    if (lines.isEmpty()) return
    item(title) {
        Card {
            PartTitle(say(title))
            lines.forEach { LineView(it) }
        }
    }
}

@Composable
private fun LineView(line: PlanLine) {
    Strong(line.text)
    line.who?.let { Quiet(say("plan.who", it)) }
    line.more.forEach { fact -> Quiet(say("header.alert", fact.label, fact.value)) }
    if (line.twoVersions) Mark(say("plan.two_versions"), Tone.CARE)
    if (line.changed) Mark(say("plan.changed"), Tone.CARE)
}

@Composable
private fun ContactView(row: ContactRow, person: String, send: (Intent) -> Unit) {
    Card {
        Strong(row.name)
        Quiet(listOfNotNull(row.role, row.organisation).joinToString(" · "))
        if (row.phone != null) {
            val label = say("call.named", row.name)
            OtherButton(say("call.number", row.phone), "dial-" + row.entry, Modifier.semantics { contentDescription = label }) {
                send(Intent.Dial(row.phone, Route.Call(person, row.name)))
            }
        }
    }
}
