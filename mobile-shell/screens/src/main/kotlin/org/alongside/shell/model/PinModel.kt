package org.alongside.shell.model

/** The PIN: asked for, or chosen. Nothing about anybody is here. */
data class PinModel(
    val mode: PinMode,
    /** There is none yet: nobody is shown before one is chosen. */
    val isFirst: Boolean = false,
    val typed: String = "",
    val present: String = "",
    val chosen: String = "",
    val differs: Boolean = false,
    val problem: String? = null,
    val wait: Long? = null,
    val ringTheOffice: Boolean = false,
    val visit: Route.Visit? = null,
    val numbers: List<ContactRow> = emptyList(),
) : ScreenModel {
    override fun toString() = "PinModel($mode)"
}

enum class PinMode {
    /** It is asked for. */
    UNLOCK,

    /** The phone has been without the server for too long: no PIN opens that. */
    LAPSED,

    /** The one that there is, before another is chosen. */
    PRESENT,
    CHOOSE,
    AGAIN,
}

sealed interface PinIntent : Intent {
    data class Digit(val digit: Char) : PinIntent
    data object Erase : PinIntent
    data object Done : PinIntent
}
