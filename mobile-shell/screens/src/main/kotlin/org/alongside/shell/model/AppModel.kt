package org.alongside.shell.model

/** All that is on screen now. A new one replaces it; nothing in it changes. */
data class AppModel(
    val route: Route,
    val screen: ScreenModel,
    val canGoBack: Boolean,
    val strip: Strip,
    val notice: Notice? = null,
    val look: Look? = null,
)

/** What one screen is drawn from. */
sealed interface ScreenModel

/** Before anything was read: an empty page for the first instants, without a spinner. */
data object Blank : ScreenModel

/** The line that every screen has: what waits on this phone, and what nobody has been told. */
data class Strip(
    val waiting: Long = 0,
    val lastHeard: String? = null,
    val untold: List<Untold> = emptyList(),
    val ringTheOffice: String? = null,
    val sending: Boolean = false,
)

/** Something about a person of which somebody must still be rung, and the screen on which that is done. */
data class Untold(val person: String, val name: String, val key: String, val what: String, val stand: UntoldStand, val route: Route)

/** A sign of an emergency without a noted call; a met trigger that nobody has answered; a promise to come that is past. */
enum class UntoldStand { SIGN, NOBODY, BROKEN }

/** One thing that the holder must know about what they just did. */
sealed interface Notice {
    /** It is durable on this phone, since this time of day. */
    data class Saved(val at: String) : Notice

    /** A number was handed to the dialler: what came of the call can be noted. */
    data class Rang(val call: Route.Call) : Notice

    /** It was not done. The words are the core's own, with the remedy. */
    data class Refused(val words: String, val field: String? = null) : Notice
}

/** How something is marked beside its words and its sign. Never by colour alone. */
enum class Tone { PLAIN, DONE, CARE, DANGER }
