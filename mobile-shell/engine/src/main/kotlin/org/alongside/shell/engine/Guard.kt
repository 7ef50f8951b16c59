package org.alongside.shell.engine

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch
import org.alongside.shell.model.Route

/**
 * Whether anybody may be on the screen: a PIN was chosen, and whoever knows it is there. A phone that was left, or that
 * nobody has touched for a while, asks for it. Used on the core's own thread.
 */
internal class Guard(private val core: Core, private val scope: CoroutineScope, private val lock: () -> Unit) {
    private var isChosen = false
    private var isRinging = false
    private var waiting: Job? = null

    /** Nobody is shown before a PIN was chosen. */
    val mayShow: Boolean get() = isChosen || core.replica.pinState().isSet.also { isChosen = it }

    /** What is shown where this is asked for. */
    fun shown(route: Route): Route = if (route in NAMING_NOBODY || mayShow) route else Route.Pin

    /** Its holder did something. */
    fun used() {
        isRinging = false
        waiting?.cancel()
        waiting = scope.launch {
            core.phone.wait(LEFT_ALONE_MS)
            lock()
        }
    }

    /** Its holder rings somebody by this app: what to say is still to be read, and the answer to be written down. */
    fun rings() {
        isRinging = true
    }

    fun left() {
        if (!isRinging) lock()
    }

    /** There is something to lock. */
    val isOpen: Boolean get() = mayShow && !core.replica.isLocked()

    private companion object {
        /** A default, for the provider's information governance lead to agree. */
        const val LEFT_ALONE_MS = 5 * Times.MINUTE_MS
        val NAMING_NOBODY = setOf(Route.Enrol, Route.Pin, Route.Unlock, Route.Sync, Route.Emergency(null))
    }
}
