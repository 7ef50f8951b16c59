package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.Fact
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Look
import org.alongside.shell.model.Route
import org.alongside.shell.model.SettingsIntent
import org.alongside.shell.model.SettingsModel
import org.alongside.shell.model.ThemeChoice
import org.alongside.shell.parts.Answers
import org.alongside.shell.parts.Body
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.Chip
import org.alongside.shell.parts.FactLine
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Quiet
import org.alongside.shell.words.Words
import org.alongside.shell.words.count
import org.alongside.shell.words.say

@Composable
fun SettingsScreen(model: SettingsModel, send: (Intent) -> Unit) {
    Page(title = say("settings.title"), back = back(send)) {
        item("look") { LookView(model, send) }
        item("pin") { Card { PinView(model, send) } }
        item("who") { Whose(model) }
        item("out") {
            Card {
                PartTitle(say("settings.give_back"))
                Body(say("settings.no_sign_out"))
                if (model.waiting > 0) Body(count("strip.waiting", model.waiting))
            }
        }
    }
}

@Composable
private fun LookView(model: SettingsModel, send: (Intent) -> Unit) {
    val look = model.look
    val draw = { changed: Look -> send(SettingsIntent.Draw(changed)) }
    Card {
        PartTitle(say("settings.text_size"))
        Answers {
            model.textSizes.forEach { percent ->
                Chip(say("settings.percent", percent), look.textPercent == percent, "text-$percent") { draw(look.copy(textPercent = percent)) }
            }
        }
        Quiet(say("settings.text_about"))
        PartTitle(say("settings.colours"))
        Answers {
            ThemeChoice.entries.forEach { theme ->
                val name = theme.name.lowercase()
                Chip(say("settings.theme_$name"), look.theme == theme, "theme-$name") { draw(look.copy(theme = theme)) }
            }
        }
        PartTitle(say("settings.language"))
        Answers {
            LANGUAGES.forEach { language ->
                val name = language.lowercase()
                val chosen = (look.locale ?: Words.ENGLISH) == language
                Chip(say("settings.language_$name"), chosen, "language-$name") { draw(look.copy(locale = language)) }
            }
        }
    }
}

@Composable
private fun PinView(model: SettingsModel, send: (Intent) -> Unit) {
    OtherButton(say("pin.change"), "pin") { send(Intent.Open(Route.Pin)) }
    OtherButton(say("pin.lock"), "lock") { send(Intent.Lock) }
}

@Composable
private fun Whose(model: SettingsModel) {
    Card {
        FactLine(Fact(say("settings.holder"), model.holder))
        FactLine(Fact(say("settings.role"), model.role))
        FactLine(Fact(say("settings.organisation"), model.organisation))
        FactLine(Fact(say("settings.device"), model.device))
        model.version?.let { FactLine(Fact(say("settings.version"), it)) }
        FactLine(Fact(say("settings.catalogue"), model.catalogue.toString()))
    }
}

private val LANGUAGES = listOf(Words.ENGLISH, Words.PSEUDO)
