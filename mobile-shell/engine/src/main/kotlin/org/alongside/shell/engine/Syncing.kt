package org.alongside.shell.engine

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.launch
import org.alongside.core.Connectivity
import org.alongside.core.Problem
import org.alongside.core.WakeReason

/** Wakes the core for what happens on the phone, and when the time has come that the core asked for. One at a time. */
internal class Syncing(
    private val core: Core,
    private val scope: CoroutineScope,
    private val refused: (Problem) -> Unit,
    private val done: suspend () -> Unit,
) {
    private val running = MutableStateFlow(false)
    private var next: WakeReason? = null
    private var timer: Job? = null
    private val line = object : Connectivity {
        override fun hasLine(): Boolean = core.phone.connectivity.isOnline
    }

    val isRunning: StateFlow<Boolean> get() = running

    /** The core says whether it is time to, and when it is to be asked again. */
    fun wake(reason: WakeReason) {
        if (core.replica.me() == null) return
        if (running.value) {
            // What can wait does not take the place of what cannot.
            if (next != WakeReason.AT_ONCE) next = reason
            return
        }
        running.value = true
        scope.launch { run(reason) }
    }

    private suspend fun run(first: WakeReason) {
        var synced = false
        try {
            var reason: WakeReason? = first
            while (reason != null) {
                val woken = core.replica.wake(reason, line)
                woken.againInMs?.let(::later)
                synced = synced || woken.sync != null
                reason = next.also { next = null }
            }
        } catch (problem: Problem) {
            refused(problem)
        } finally {
            running.value = false
        }
        if (synced) done()
    }

    private fun later(ms: ULong) {
        timer?.cancel()
        timer = scope.launch {
            delay(ms.toLong())
            wake(WakeReason.TIME)
        }
    }
}
