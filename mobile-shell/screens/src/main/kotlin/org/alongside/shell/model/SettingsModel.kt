package org.alongside.shell.model

/** Whose phone this is, how it draws, and its PIN. */
data class SettingsModel(
    val holder: String,
    val role: String,
    val organisation: String,
    val device: String,
    val version: String?,
    val catalogue: Long,
    val look: Look,
    val textSizes: List<Int>,
    val waiting: Long,
    val pinSet: Boolean,
    val present: String = "",
    val pin: String = "",
    val again: String = "",
    val pinSaved: Boolean = false,
    val problem: String? = null,
) : ScreenModel {
    /** The two are the same: a slip of the thumb would lock its holder out. */
    val pinIsReady: Boolean get() = pin.isNotEmpty() && pin == again
}

sealed interface SettingsIntent : Intent {
    data class Draw(val look: Look) : SettingsIntent
    data class Present(val digits: String) : SettingsIntent
    data class Pin(val digits: String) : SettingsIntent
    data class Again(val digits: String) : SettingsIntent
    data object SavePin : SettingsIntent
}
