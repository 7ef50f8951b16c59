package org.alongside.shell.platform

import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.StateFlow
import org.alongside.shell.model.AppModel
import org.alongside.shell.model.Intent

/** What screens have of the engine: what to draw now, and where to say what the thumb did. */
interface Shell {
    val model: StateFlow<AppModel>

    fun send(intent: Intent)
}

/** Rings a number with the phone's own dialler. */
fun interface Dialler {
    fun dial(number: String)
}

/** Reads the code of a ticket with the camera; nothing when it was closed without one. */
fun interface TicketReader {
    suspend fun scan(): String?
}

/** Whether there is a line to the outside. `changed` is called whenever that may be another answer. */
interface Connectivity {
    val isOnline: Boolean

    fun onChange(changed: () -> Unit)
}

/** The two entries of the platform's keystore. A failure is an exception. */
interface KeyBox {
    fun load(entry: KeyEntry): ByteArray?

    fun store(entry: KeyEntry, key: ByteArray)

    fun destroy(entry: KeyEntry)
}

enum class KeyEntry { CURRENT, NEXT }

/** Tells when the app was left: another one is in front of it, or the screen went dark. */
fun interface Presence {
    fun onLeft(left: () -> Unit)
}

/** The phone's clocks: needed where the system's monotonic clock stops in deep sleep. */
interface Clocks {
    /** Milliseconds since 1970, as the user may have set them. */
    val wallMs: Long

    /** Milliseconds since the boot that `boot` names, also in sleep. */
    val monotonicMs: Long

    val boot: Long
}

/**
 * What the phone says while nobody looks at the app. Whoever passes can read it, also where the phone is locked: its
 * words name nobody and tell nothing about anybody.
 */
interface Notifications {
    /** Says it, in the place of what was said of this kind before. */
    fun show(kind: NotificationKind, words: String)

    fun takeBack(kind: NotificationKind)
}

enum class NotificationKind { FATE, PROMISE_DUE, UNTOLD }

/** A phone that says nothing by itself. */
object NoNotifications : Notifications {
    override fun show(kind: NotificationKind, words: String) = Unit

    override fun takeBack(kind: NotificationKind) = Unit
}

/** What the phone gives to the shell. */
class Phone(
    val folder: String,
    val keys: KeyBox,
    val dialler: Dialler,
    val tickets: TicketReader,
    val connectivity: Connectivity,
    val presence: Presence,
    val locale: String,
    val clocks: Clocks? = null,
    val choices: Choices = ForNow(),
    val version: String? = null,
    val notifications: Notifications = NoNotifications,
    /** Waits for so many milliseconds: what is asked for by nobody for a while is locked. */
    val wait: suspend (ms: Long) -> Unit = { delay(it) },
)

/** Small choices of the holder, such as dark colours. They hold nothing about anybody. */
interface Choices {
    fun load(name: String): String?

    fun store(name: String, value: String)
}

/** Choices that are gone when the app ends. */
class ForNow : Choices {
    private val kept = HashMap<String, String>()

    override fun load(name: String): String? = kept[name]

    override fun store(name: String, value: String) {
        kept[name] = value
    }
}
