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
    private var again = false
    private var timer: Job? = null
    private val line = object : Connectivity {
        override fun hasLine(): Boolean = core.phone.connectivity.isOnline
    }

    val isRunning: StateFlow<Boolean> get() = running

    /** The core says whether it is time to. */
    fun wake(reason: WakeReason) = run {
        val woken = core.replica.wake(reason, line)
        woken.againInMs?.let(::later)
        woken.sync != null
    }

    /** Somebody asked for it, or somebody must know at once. */
    fun now() = run {
        core.replica.sync()
        true
    }

    private fun later(ms: ULong) {
        timer?.cancel()
        timer = scope.launch {
            delay(ms.toLong())
            wake(WakeReason.TIME)
        }
    }

    private fun run(work: suspend () -> Boolean) {
        if (core.replica.me() == null) return
        if (running.value) {
            again = true
            return
        }
        running.value = true
        scope.launch {
            var synced = false
            try {
                synced = work()
                while (again) {
                    again = false
                    core.replica.sync()
                    synced = true
                }
            } catch (problem: Problem) {
                refused(problem)
            } finally {
                running.value = false
            }
            if (synced) done()
        }
    }
}
