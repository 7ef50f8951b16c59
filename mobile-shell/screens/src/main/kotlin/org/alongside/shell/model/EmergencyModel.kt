package org.alongside.shell.model

/** The signs that need no plan, each with whom to ring first. */
data class EmergencyModel(
    val header: Header?,
    val signs: List<SignRow>,
    val untold: List<UntoldSignRow> = emptyList(),
    val rang: Boolean = false,
) : ScreenModel {
    /** Whom a clinician has put before 999 for this person. */
    val before: FirstCallRow? get() = signs.firstOrNull()?.first?.takeIf { it.name != null }
}

/** A sign that was recorded, and of which nobody has noted a call. `purpose` is how a call about it is found again. */
data class UntoldSignRow(val label: String, val at: String, val purpose: String)

sealed interface EmergencyIntent : Intent {
    data class Ring(val number: String, val sign: String? = null) : EmergencyIntent
}
