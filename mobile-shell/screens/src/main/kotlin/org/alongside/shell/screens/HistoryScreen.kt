package org.alongside.shell.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import androidx.compose.ui.unit.dp
import org.alongside.shell.model.HistoryIntent
import org.alongside.shell.model.HistoryModel
import org.alongside.shell.model.HistoryRow
import org.alongside.shell.model.Intent
import org.alongside.shell.model.ReceiptMark
import org.alongside.shell.model.Tone
import org.alongside.shell.parts.Answers
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.Mark
import org.alongside.shell.parts.OpenRow
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.Strong
import org.alongside.shell.words.say

@Composable
fun HistoryScreen(model: HistoryModel, send: (Intent) -> Unit) {
    Page(title = say("history.title"), header = model.header, back = back(send)) {
        if (model.days.isEmpty()) item("none") { Body(say("history.none")) }
        model.days.forEach { day ->
            item("day-" + day.day) { PartTitle(day.day) }
            items(day.items, key = { it.key }) { Item(it, send) }
        }
        if (!model.isAll) item("more") { OtherButton(say("history.more"), "show-more") { send(HistoryIntent.ShowMore) } }
    }
}

@Composable
private fun Item(row: HistoryRow, send: (Intent) -> Unit) {
    val route = row.putRight
    if (route == null) {
        Card { Said(row) }
    } else {
        OpenRow("put-right-" + row.key, press = { send(Intent.Open(route)) }) {
            Column(verticalArrangement = Arrangement.spacedBy(6.dp)) {
                Said(row)
                Quiet(say("history.put_right"))
            }
        }
    }
}

@Composable
private fun Said(row: HistoryRow) {
    Strong(say("history.by", row.at, row.by))
    Body(row.what)
    row.recordedAt?.let { Quiet(say("history.recorded_at", it)) }
    row.corrected?.let { Mark(say("history.corrected", it), Tone.CARE) }
    row.doubt?.let { Mark(say("history.doubt", it), Tone.CARE) }
    Answers {
        if (row.new) Mark(say("history.new"), Tone.CARE)
        Mark(say("receipt." + row.receipt.name.lowercase()), if (row.receipt == ReceiptMark.ON_THIS_PHONE) Tone.PLAIN else Tone.DONE)
    }
}
