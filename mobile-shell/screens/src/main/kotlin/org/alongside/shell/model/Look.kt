package org.alongside.shell.model

/** How everything is drawn: the language where another than the phone's is chosen, light or dark, the size of text. */
data class Look(val locale: String? = null, val theme: ThemeChoice = ThemeChoice.AS_PHONE, val textPercent: Int = 100)

enum class ThemeChoice { AS_PHONE, LIGHT, DARK }
