package org.alongside.shell.engine

import org.alongside.core.Replica
import org.alongside.core.StaffId
import org.alongside.shell.platform.Phone
import org.alongside.shell.words.Words

/** The core and what every screen needs beside it: labels, times, names. Used on the core's own thread. */
internal class Core(val replica: Replica, val phone: Phone) {
    val words = Words.of(phone.locale)
    val kinds = Kinds(phone.locale)
    val times = Times(replica::now)
    val plans = Plans(this)
    val sayings = Sayings(this)
    private var names: Map<String, String> = emptyMap()

    /** Somebody's name, as the server told it. */
    fun name(staff: StaffId): String =
        names[staff.hex] ?: replica.staffNames().also { names = it }[staff.hex] ?: words.say("someone")

    /** A code of the plan in words. */
    fun code(code: String): String = "code.$code".let { if (it in words.keys) words.say(it) else code.replace('_', ' ') }
}
