package org.alongside.shell.model

/** Whose phone this is, and how it draws. */
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
) : ScreenModel

sealed interface SettingsIntent : Intent {
    data class Draw(val look: Look) : SettingsIntent
}
