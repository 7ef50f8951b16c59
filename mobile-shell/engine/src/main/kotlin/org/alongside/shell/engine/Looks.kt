package org.alongside.shell.engine

import org.alongside.shell.model.Look
import org.alongside.shell.model.ThemeChoice
import org.alongside.shell.platform.Phone

/** How this phone draws, as its holder chose. What cannot be read is as the phone has it. */
internal fun Phone.look() = Look(
    locale = choices.load(LOCALE)?.ifEmpty { null },
    theme = ThemeChoice.entries.firstOrNull { it.name == choices.load(THEME) } ?: ThemeChoice.AS_PHONE,
    textPercent = choices.load(TEXT)?.toIntOrNull()?.takeIf { it in TEXT_PERCENT } ?: 100,
)

internal fun Phone.keep(look: Look) {
    choices.store(LOCALE, look.locale.orEmpty())
    choices.store(THEME, look.theme.name)
    choices.store(TEXT, look.textPercent.toString())
}

/** The text sizes to choose from, beside the phone's own. */
internal val TEXT_PERCENT = listOf(100, 125, 150, 200)

private const val LOCALE = "locale"
private const val THEME = "theme"
private const val TEXT = "text"
