package org.alongside.shell.model

/**
 * When something was seen or done: so many minutes ago, or at a time of day so many days ago. Nothing of it is chosen
 * where somebody must still say it.
 */
data class Seen(val minutesAgo: Int? = null, val daysAgo: Int? = null, val time: String = "") {
    val isNow: Boolean get() = minutesAgo == 0

    companion object {
        val NOW = Seen(minutesAgo = 0)
    }
}
