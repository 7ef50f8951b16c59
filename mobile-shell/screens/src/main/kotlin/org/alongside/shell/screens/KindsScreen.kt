package org.alongside.shell.screens

import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import org.alongside.shell.model.Intent
import org.alongside.shell.model.KindRow
import org.alongside.shell.model.KindsModel
import org.alongside.shell.model.Route
import org.alongside.shell.parts.OpenRow
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Strong
import org.alongside.shell.words.say

@Composable
fun KindsScreen(model: KindsModel, send: (Intent) -> Unit) {
    Page(title = say("record.title"), header = model.header, back = back(send)) {
        if (model.asked.isNotEmpty()) item("asked") { PartTitle(say("record.asked")) }
        items(model.asked, key = ::tag) { KindView(it, model, send) }
        item("all") { PartTitle(say("record.all")) }
        items(model.all, key = ::tag) { KindView(it, model, send) }
    }
}

@Composable
private fun KindView(row: KindRow, model: KindsModel, send: (Intent) -> Unit) {
    val person = model.header.person
    val to = if (row.concern) Route.Concern(person) else Route.Record(person, model.visit, row.kind, goal = row.goal)
    OpenRow(tag(row), press = { send(Intent.Open(to)) }) { Strong(row.label) }
}

private fun tag(row: KindRow) = listOfNotNull("kind", row.kind, row.goal).joinToString("-")
