package org.alongside.shell.model

/** A note that is written down without the PIN: it is saved, and not shown again before the phone is unlocked. */
data class LockedNoteModel(val person: String, val visit: String, val text: String = "", val saved: String? = null, val problem: String? = null) :
    ScreenModel

sealed interface LockedNoteIntent : Intent {
    data class Typed(val text: String) : LockedNoteIntent
    data object Save : LockedNoteIntent
}
