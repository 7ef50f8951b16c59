package org.alongside.shell.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import androidx.compose.ui.unit.dp
import org.alongside.shell.model.Intent
import org.alongside.shell.model.PersonRow
import org.alongside.shell.model.Route
import org.alongside.shell.model.TodayModel
import org.alongside.shell.model.Tone
import org.alongside.shell.model.VisitRow
import org.alongside.shell.model.VisitStand
import org.alongside.shell.parts.Answers
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.DangerButton
import org.alongside.shell.parts.Mark
import org.alongside.shell.parts.OpenRow
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.Strong
import org.alongside.shell.words.count
import org.alongside.shell.words.say

@Composable
fun TodayScreen(model: TodayModel, send: (Intent) -> Unit) {
    Page(title = say("today.title"), foot = { Foot(send) }) {
        item("day") { Quiet(say("today.day", model.day, model.holder)) }
        if (model.visits.isEmpty()) item("none") { Body(say("today.none")) }
        items(model.visits, key = { it.visit }) { VisitRowView(it, send) }
        item("people") { PartTitle(say("today.people")) }
        items(model.people, key = { "person-" + it.person }) { PersonRowView(it, send) }
    }
}

@Composable
private fun Foot(send: (Intent) -> Unit) {
    DangerButton(say("emergency.title"), "emergency") { send(Intent.Open(Route.Emergency(null))) }
    OtherButton(say("more.title"), "more") { send(Intent.Open(Route.More)) }
}

@Composable
private fun VisitRowView(row: VisitRow, send: (Intent) -> Unit) {
    OpenRow("visit-" + row.visit, press = { send(Intent.Open(Route.Visit(row.person, row.visit))) }) {
        Column(verticalArrangement = Arrangement.spacedBy(4.dp)) {
            Strong(if (row.until == null) say("today.from", row.from, name(row.name)) else say("today.from_until", row.from, row.until, name(row.name)))
            Answers {
                Mark(say("stand." + row.stand()), tone(row.state))
                if (row.timeCritical) Mark(say("today.time_critical"), Tone.CARE)
                if (!row.mine) Mark(say("today.not_mine"), Tone.PLAIN)
                if (row.unreadNotes > 0) Mark(count("today.notes", row.unreadNotes.toLong()), Tone.CARE)
            }
        }
    }
}

@Composable
private fun PersonRowView(row: PersonRow, send: (Intent) -> Unit) {
    OpenRow("person-" + row.person, press = { send(Intent.Open(Route.Plan(row.person))) }) {
        Column {
            Strong(name(row.name))
            if (row.stillComing) Quiet(say("plan.still_coming"))
            if (row.notShared.isNotEmpty()) Quiet(say("plan.not_shared", row.notShared.joinToString()))
        }
    }
}

@Composable
private fun name(name: String?): String = name ?: say("person.no_plan_yet")

private fun VisitRow.stand(): String = state.name.lowercase()

internal fun tone(stand: VisitStand): Tone = when (stand) {
    VisitStand.LATE, VisitStand.MISSED, VisitStand.UNKNOWN, VisitStand.NOT_TOLD -> Tone.CARE
    VisitStand.ARRIVED, VisitStand.LEFT, VisitStand.UNPLANNED -> Tone.DONE
    VisitStand.EXPECTED, VisitStand.CANCELLED, VisitStand.PAUSED -> Tone.PLAIN
}
