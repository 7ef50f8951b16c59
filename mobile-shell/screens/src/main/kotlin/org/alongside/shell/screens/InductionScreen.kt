package org.alongside.shell.screens

import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import org.alongside.shell.model.InductionModel
import org.alongside.shell.model.Intent
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Quiet
import org.alongside.shell.words.say

@Composable
fun InductionScreen(model: InductionModel, send: (Intent) -> Unit) {
    Page(title = say("induction.title"), header = model.header, back = back(send)) {
        items(model.parts, key = { it.title }) { part ->
            Card {
                PartTitle(part.title)
                part.lines.forEach { Body(it) }
            }
        }
        item("version") { Quiet(say("induction.about", model.version)) }
    }
}
