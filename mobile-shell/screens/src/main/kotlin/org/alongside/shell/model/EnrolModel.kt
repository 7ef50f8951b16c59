package org.alongside.shell.model

/** A phone that is not yet anybody's. */
data class EnrolModel(val ticket: String = "", val working: Boolean = false, val problem: String? = null) : ScreenModel

sealed interface EnrolIntent : Intent {
    data object Scan : EnrolIntent
    data class Typed(val ticket: String) : EnrolIntent
    data object Join : EnrolIntent
}
