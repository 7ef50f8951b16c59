package org.alongside.shell.model

/** The phone is locked: nothing about anybody is here. `visit` is where something can be written down all the same. */
data class UnlockModel(
    val pinAsked: Boolean,
    val triesLeft: Int,
    val waitMinutes: Int,
    val ringTheOffice: Boolean,
    val numbers: List<ContactRow>,
    val visit: Route.Visit?,
    val typed: String = "",
    val problem: String? = null,
    val working: Boolean = false,
) : ScreenModel

sealed interface UnlockIntent : Intent {
    data class Digit(val digit: Char) : UnlockIntent
    data object Rub : UnlockIntent
    data object Open : UnlockIntent
}

/** A note that is written down without the PIN: it is saved, and not shown again before the phone is unlocked. */
data class LockedNoteModel(val person: String, val visit: String, val text: String = "", val saved: String? = null, val problem: String? = null) :
    ScreenModel

sealed interface LockedNoteIntent : Intent {
    data class Typed(val text: String) : LockedNoteIntent
    data object Save : LockedNoteIntent
}
