package org.alongside.shell.model

/** A phone that is not yet anybody's. */
data class EnrolModel(
    val ticket: String = "",
    val working: Boolean = false,
    val problem: String? = null,
    val joined: JoinedAs? = null,
) : ScreenModel

/** Whose the phone is now: to be looked at before anybody records on it. */
data class JoinedAs(val name: String, val role: String, val organisation: String, val device: String)

sealed interface EnrolIntent : Intent {
    data object Scan : EnrolIntent
    data class Typed(val ticket: String) : EnrolIntent
    data object Join : EnrolIntent

    /** It is theirs. */
    data object Start : EnrolIntent
}
