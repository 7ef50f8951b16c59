package org.alongside.shell.model

/** The signs that need no plan, each with whom to ring first. */
data class EmergencyModel(val header: Header?, val signs: List<SignRow>, val rang: Boolean = false) : ScreenModel {
    /** Whom a clinician has put before 999 for this person. */
    val before: FirstCallRow? get() = signs.firstOrNull()?.first?.takeIf { it.name != null }
}

sealed interface EmergencyIntent : Intent {
    data class Ring(val number: String) : EmergencyIntent
}
