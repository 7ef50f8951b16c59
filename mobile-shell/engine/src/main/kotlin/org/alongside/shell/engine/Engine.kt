package org.alongside.shell.engine

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import org.alongside.core.Problem
import org.alongside.core.Replica
import org.alongside.core.WakeReason
import org.alongside.core.systemClock
import org.alongside.shell.model.AppModel
import org.alongside.shell.model.Blank
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Look
import org.alongside.shell.model.Notice
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.Strip
import org.alongside.shell.platform.Phone
import org.alongside.shell.platform.Shell
import java.util.concurrent.Executors

/**
 * The shell's one door to the core. It keeps the screens that are open, hands each intent to the part of the screen
 * that it came from, and draws what the core says then. The core is asked on one thread, which is not the screen's.
 */
class Engine private constructor(private val phone: Phone, replica: Replica) : Shell, AutoCloseable {
    private val thread = Executors.newSingleThreadExecutor { Thread(it, "core").apply { isDaemon = true } }
    private val scope = CoroutineScope(SupervisorJob() + thread.asCoroutineDispatcher())
    private val core = Core(replica, phone)
    private val untold = Untold(core)
    private val parts = Parts(core, untold)
    private val stack = ArrayDeque<Frame>()
    private val state = MutableStateFlow(AppModel(Route.Today, Blank, canGoBack = false, Strip(), look = core.look))
    private val stage = EngineStage()
    private val notifying = Notifying(core, scope) { guarded { isDue() } }
    private val guard = Guard(core, scope) { guarded { lockIfOpen() } }
    private val sync = Syncing(core, scope, ::refused) { synced() }

    override val model: StateFlow<AppModel> get() = state

    private class Frame(val route: Route, val model: ScreenModel)

    override fun send(intent: Intent) {
        val part = parts.of(state.value.route)
        state.update { now -> part.typed(now.screen, intent)?.let { now.copy(screen = it) } ?: now }
        scope.launch {
            guard.used()
            guarded { act(intent) }
        }
    }

    /** Waits until all that was sent is done, and no sync runs. */
    suspend fun settle() {
        handled()
        sync.isRunning.first { !it }
        handled()
    }

    /** Waits until all that was sent is done, whatever a sync does. */
    suspend fun handled() = scope.launch { yield() }.join()

    override fun close() {
        scope.cancel()
        thread.shutdown()
        thread.awaitTermination(CLOSE_S, java.util.concurrent.TimeUnit.SECONDS)
        core.replica.close()
    }

    private fun start() {
        phone.connectivity.onChange { scope.launch { if (phone.connectivity.isOnline) sync.wake(WakeReason.LINE_BACK) } }
        phone.presence.onLeft { scope.launch { guard.left() } }
        scope.launch { guarded { first() } }
        scope.launch { guarded { notifying.look() } }
        scope.launch { sync.wake(WakeReason.APP_OPENED) }
        scope.launch { untold.readAll { showStrip() } }
        scope.launch { follow() }
    }

    private fun first() {
        val isEnrolled = core.replica.me() != null
        show(if (isEnrolled) Route.Today else Route.Enrol)
    }

    private suspend fun synced() = guarded {
        // A phone that was without the server for too long shows people again once it has heard it.
        if (state.value.route == Route.Unlock && !core.replica.isLocked()) reopen()
        core.takeUpKinds()
        notifying.look()
        untold.readAll { showStrip() }
        stage.reload()
    }

    /** A time has come at which something is otherwise that nobody has recorded, such as an absence. */
    private suspend fun isDue() {
        untold.readAll { showStrip() }
        stage.reload()
    }

    /** Reads the screen again whenever something in the core has changed. */
    private suspend fun follow() {
        var seen = core.replica.changedSince(0u)
        while (true) {
            seen = core.replica.changedSince(seen)
            guarded { stage.reload() }
        }
    }

    private fun act(intent: Intent) {
        val now = state.value
        when (intent) {
            is Intent.Open -> stage.open(intent.route)
            Intent.Back -> if (now.route != Route.Unlock) stage.back().also { stage.notice(null) }
            Intent.CloseNotice -> stage.notice(null)
            is Intent.Dial -> {
                stage.dial(intent.number)
                intent.call?.let { stage.notice(Notice.Rang(it)) }
            }
            Intent.SyncNow -> sync.wake(WakeReason.AT_ONCE)
            Intent.Lock -> lockIfOpen()
            else -> parts.of(now.route).act(now.screen, intent, stage)
        }
    }

    /** Whatever goes wrong is said on the screen: a press that does nothing is the worst answer. */
    @Suppress("TooGenericExceptionCaught")
    private inline fun guarded(work: () -> Unit) {
        try {
            work()
        } catch (problem: Problem) {
            refused(problem)
        } catch (gone: Gone) {
            stage.home()
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (fault: Exception) {
            // Where it went wrong, and not its words: they may hold what somebody wrote.
            System.err.println(fault.stackTrace.joinToString("\n  ", "fault: ${fault.javaClass.name}\n  "))
            stage.notice(Notice.Refused(core.words.say("fault")))
        }
    }

    private fun refused(problem: Problem) {
        val (code, words, field) = problem.parts()
        if (code == LOCKED) showLocked() else stage.notice(Notice.Refused(words, field))
    }

    private fun lockIfOpen() {
        if (!guard.isOpen) return
        core.replica.lock()
        showLocked()
    }

    /** What was open stays open beneath, and nothing of it is on the screen. */
    private fun showLocked() {
        val now = state.value
        if (now.route == Route.Unlock) return stage.reload()
        stage.keep(Part::keptLocked)
        showUnlock()
    }

    private fun showUnlock() {
        untold.forget()
        stage.notice(null)
        show(Route.Unlock)
        state.update { it.copy(canGoBack = false) }
    }

    private fun reopen() {
        val frame = stack.removeLastOrNull()
        if (frame == null) show(Route.Today) else show(frame)
    }

    /** Where it may not be shown now, it is there again after the PIN. */
    private fun show(frame: Frame) {
        try {
            show(frame.route, frame.model)
        } catch (problem: Problem) {
            stack.addLast(frame)
            if (problem.parts().first == LOCKED) showUnlock() else throw problem
        }
    }

    /** What a screen says when it is left may be refused; it can be left all the same. */
    private fun leave(now: AppModel) {
        try {
            parts.of(now.route).leave(now.screen)
        } catch (problem: Problem) {
            if (problem.parts().first == LOCKED) untold.forget()
        }
    }

    private fun show(route: Route, kept: ScreenModel? = null) {
        val shown = guard.shown(route)
        if (shown != route) return show(shown)
        val part = parts.of(route)
        val loaded = part.load(route)
        val screen = if (kept == null) loaded else part.fresh(kept, loaded)
        state.update { it.copy(route = route, screen = screen, canGoBack = stack.isNotEmpty()) }
        showStrip()
    }

    private fun showStrip() {
        val strip = strip()
        state.update { it.copy(strip = strip) }
    }

    private fun strip(): Strip {
        if (core.replica.me() == null) return Strip()
        val known = core.replica.syncState()
        return Strip(
            waiting = known.waiting.toLong(),
            lastHeard = known.lastHeard?.let(core.times::at),
            untold = if (guard.mayShow) untold.list else emptyList(),
            ringTheOffice = core.replica.ringTheOffice(),
            sending = sync.isRunning.value,
        )
    }

    private inner class EngineStage : Stage {
        override fun open(route: Route) {
            val before = stack.size
            leave(state.value)
            keep(Part::kept)
            runCatching { show(route) }.onFailure { while (stack.size > before) stack.removeLast(); throw it }
            notice(null)
        }

        /** What may stay of the screen that is open stays beneath the next one. */
        fun keep(what: Part.(ScreenModel) -> ScreenModel?) {
            val now = state.value
            if (now.screen != Blank) parts.of(now.route).what(now.screen)?.let { stack.addLast(Frame(now.route, it)) }
        }

        override fun replace(route: Route) = show(route)

        override fun back(past: (Route) -> Boolean) {
            val now = state.value
            leave(now)
            while (stack.size > 1 && past(stack.last().route)) stack.removeLast()
            show(stack.removeLastOrNull() ?: return)
        }

        override fun home() {
            stack.clear()
            show(Route.Today)
        }

        override fun reload() {
            val now = state.value
            val part = parts.of(now.route)
            val loaded = part.load(now.route)
            state.update { if (it.route == now.route) it.copy(screen = part.fresh(it.screen, loaded)) else it }
            showStrip()
        }

        override fun notice(notice: Notice?) = state.update { it.copy(notice = notice) }

        override fun change(change: (ScreenModel) -> ScreenModel) = state.update { it.copy(screen = change(it.screen)) }

        override fun touched(person: String) {
            untold.read(person)
            showStrip()
            scope.launch { guarded { notifying.look() } }
        }

        override fun attended() = notifying.look()

        override fun send(why: WakeReason) = sync.wake(why)

        override fun unlocked() {
            reopen()
            scope.launch { synced() }
        }

        override fun look(look: Look) = state.update { it.copy(look = look) }

        override fun dial(number: String) {
            guard.rings()
            phone.dialler.dial(number)
        }

        override fun beside(work: suspend () -> Unit) {
            scope.launch { guarded { work() } }
        }
    }

    companion object {
        private const val CLOSE_S = 10L
        private const val LOCKED = "locked"

        /** Opens the store of this phone. It throws what the core says when it cannot. */
        fun open(phone: Phone): Engine {
            val replica = Replica.open(phone.folder, KeystoreOfPhone(phone.keys), phone.clocks?.let(::ClockOfPhone) ?: systemClock())
            return Engine(phone, replica).also { it.start() }
        }
    }
}

/** What a screen was about is not there any more. */
internal class Gone : Exception()

/** The code of a problem, its words, and the field that it names. */
internal fun Problem.parts(): Triple<String, String, String?> = when (this) {
    is Problem.TryLater -> Triple(code, words, null)
    is Problem.Enrol -> Triple(code, words, null)
    is Problem.ShowAndKeep -> Triple(code, words, field)
    is Problem.ReportFault -> Triple(code, words, null)
}
