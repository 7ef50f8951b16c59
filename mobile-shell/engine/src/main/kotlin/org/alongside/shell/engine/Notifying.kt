package org.alongside.shell.engine

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import org.alongside.core.Attention
import org.alongside.core.Moment
import org.alongside.core.Problem
import org.alongside.shell.platform.NotificationKind

/** Says on a phone that nobody looks at that its holder should open the app. The core counts; nobody is named. */
internal class Notifying(private val core: Core, private val scope: CoroutineScope, private val isDue: suspend () -> Unit) {
    private var known: Attention? = null
    private var timer: Job? = null

    /** What was there when the app was opened is no news. What cannot be counted now is counted the next time. */
    fun look() {
        if (core.replica.me() == null) return
        val now = try {
            core.replica.attention()
        } catch (problem: Problem) {
            return
        }
        val before = known ?: now
        known = now
        tell(NotificationKind.FATE, "notify.fate", before.fates, now.fates)
        tell(NotificationKind.PROMISE_DUE, "notify.promise_due", before.promisesDue, now.promisesDue)
        tell(NotificationKind.UNTOLD, "notify.untold", before.untold, now.untold)
        timer?.cancel()
        timer = now.nextDue?.let(::lookAt)
    }

    private fun tell(kind: NotificationKind, words: String, before: ULong, now: ULong) {
        if (now == 0UL) core.phone.notifications.takeBack(kind)
        if (now > before) core.phone.notifications.show(kind, core.words.say(words))
    }

    private fun lookAt(due: Moment): Job = scope.launch {
        delay(due.ms - core.replica.now().ms)
        // The next look takes the place of this one.
        scope.launch { isDue() }
        look()
    }
}
