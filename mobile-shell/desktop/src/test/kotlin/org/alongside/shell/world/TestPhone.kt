package org.alongside.shell.world

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.alongside.shell.desktop.FileKeys
import org.alongside.shell.desktop.WindowPresence
import org.alongside.shell.engine.Engine
import org.alongside.shell.model.EnrolIntent
import org.alongside.shell.model.EnrolModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.PinIntent
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.Strip
import org.alongside.shell.platform.Choices
import org.alongside.shell.platform.Connectivity
import org.alongside.shell.platform.ForNow
import org.alongside.shell.platform.NoNotifications
import org.alongside.shell.platform.NotificationKind
import org.alongside.shell.platform.Notifications
import org.alongside.shell.platform.Phone
import org.alongside.shell.words.Words
import java.io.File
import java.util.concurrent.ConcurrentHashMap

/** A carer's phone: a real encrypted store, a line that can be cut, and a dialler that notes what it was asked. */
class TestPhone(
    val folder: File,
    private val clock: StoryClock?,
    val line: Line?,
    private val locale: String = Words.ENGLISH,
    private val tray: Notifications = NoNotifications,
) : AutoCloseable {
    val dialled = mutableListOf<String>()

    /** What the phone says while nobody looks at the app. */
    val notified: MutableMap<NotificationKind, String> = ConcurrentHashMap()
    private val notifications = object : Notifications {
        override fun show(kind: NotificationKind, words: String) {
            notified[kind] = words
            tray.show(kind, words)
        }

        override fun takeBack(kind: NotificationKind) {
            notified -= kind
            tray.takeBack(kind)
        }
    }
    private var whenChanged: () -> Unit = {}
    val presence = WindowPresence()
    private var whenLeftAlone = CompletableDeferred<Unit>()
    private val connectivity = object : Connectivity {
        override val isOnline get() = line?.isUp == true
        override fun onChange(changed: () -> Unit) {
            whenChanged = changed
        }
    }
    var ticket: String? = null
    private val choices: Choices = ForNow()
    var engine: Engine = start()
        private set

    private fun start(): Engine {
        folder.mkdirs()
        return Engine.open(
            Phone(
                folder.path, FileKeys(folder), { dialled += it }, { ticket }, connectivity, presence, locale, clock, choices,
                notifications = notifications, wait = { CompletableDeferred<Unit>().also { whenLeftAlone = it }.await() },
            ),
        )
    }

    /** The app is ended as the system ends apps, and opened again: it asks for the PIN. */
    fun restart() {
        engine.close()
        engine = start()
    }

    /** Another app is in front, or the screen went dark. */
    fun isLeft() {
        settle()
        presence.left()
        settle()
    }

    /** Nobody has touched it for as long as the shell waits. */
    fun isLeftAlone() {
        settle()
        whenLeftAlone.complete(Unit)
        settle()
    }

    /** The PIN by its keys, where the phone asks for it. */
    fun unlock() = runBlocking {
        withTimeout(ENROL_MS) {
            engine.model.first { it.route == Route.Unlock }
            enterPin()
            engine.model.first { it.route != Route.Unlock }
            engine.settle()
        }
    }

    private suspend fun enterPin() {
        PIN.forEach { engine.send(PinIntent.Digit(it)) }
        engine.send(PinIntent.Done)
        engine.handled()
    }

    /** Joins by the ticket that the camera sees, and its holder chooses the PIN of every story. */
    fun enrol(choosing: () -> Unit = {}, meanwhile: () -> Unit = {}) = runBlocking {
        withTimeout(ENROL_MS) {
            engine.model.first { it.route == Route.Enrol }
            engine.send(EnrolIntent.Scan)
            engine.model.first { (it.screen as? EnrolModel)?.joined != null }
            meanwhile()
            engine.send(EnrolIntent.Start)
            engine.model.first { it.route == Route.Pin }
            choosing()
            repeat(2) { enterPin() }
            engine.model.first { it.route == Route.Today }
            engine.settle()
        }
    }

    fun online() {
        line?.isUp = true
        whenChanged()
        settle()
    }

    fun offline() {
        line?.isUp = false
        whenChanged()
    }

    /** Until what the screen is drawn from is so. */
    fun waitFor(isSo: (ScreenModel) -> Boolean) = runBlocking { withTimeout(ENROL_MS) { engine.model.first { isSo(it.screen) } } }

    /** Until the strip is so: what comes by the clock comes by itself. */
    fun waitForStrip(isSo: (Strip) -> Boolean) = runBlocking { withTimeout(ENROL_MS) { engine.model.first { isSo(it.strip) } } }

    /** There is a line, and somebody presses "send now". */
    fun syncs() {
        line?.isUp = true
        engine.send(Intent.SyncNow)
        settle()
    }

    /** Waits for the core's own thread, and for no network. */
    fun handled() = runBlocking { engine.handled() }

    fun settle() = runBlocking { engine.settle() }

    override fun close() {
        engine.close()
        line?.close()
    }

    private companion object {
        const val ENROL_MS = 20_000L
    }
}
