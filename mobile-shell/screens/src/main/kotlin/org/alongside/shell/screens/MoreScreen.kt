package org.alongside.shell.screens

import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import org.alongside.shell.model.Intent
import org.alongside.shell.model.MoreModel
import org.alongside.shell.model.Route
import org.alongside.shell.parts.OpenRow
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.Strong
import org.alongside.shell.words.count
import org.alongside.shell.words.say

@Composable
fun MoreScreen(model: MoreModel, send: (Intent) -> Unit) {
    Page(title = say("more.title"), back = back(send)) {
        items(PLACES, key = { it.second }) { (route, name) ->
            OpenRow("more-$name", press = { send(Intent.Open(route)) }) {
                Strong(say("$name.title"))
            }
        }
        item("lock") { OtherButton(say("pin.lock"), "lock") { send(Intent.Lock) } }
        if (model.changes > 0) item("open-changes") { Quiet(count("changes.open", model.changes.toLong())) }
    }
}

private val PLACES: List<Pair<Route, String>> = listOf(
    Route.EndOfShift to "end",
    Route.Changes to "changes",
    Route.Help(null, null) to "help",
    Route.Sync to "sync",
    Route.Settings to "settings",
)
