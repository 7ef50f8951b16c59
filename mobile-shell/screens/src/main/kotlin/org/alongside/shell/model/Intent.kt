package org.alongside.shell.model

/** What the thumb did. */
sealed interface Intent {
    data class Open(val route: Route) : Intent

    data object Back : Intent

    data object CloseNotice : Intent

    /** Asks the phone to ring a number; where the call is about a person, it can be noted afterwards. */
    data class Dial(val number: String, val call: Route.Call? = null) : Intent

    data object SyncNow : Intent

    /** The phone was put down, or somebody looks over a shoulder. */
    data object Lock : Intent
}
