package org.alongside.shell.engine

import org.alongside.core.Problem
import org.alongside.core.Replica
import org.alongside.core.StaffId
import org.alongside.shell.model.ContactRow
import org.alongside.shell.model.Look
import org.alongside.shell.model.Route
import org.alongside.shell.platform.Phone
import org.alongside.shell.words.Words

/** The core and what every screen needs beside it: labels, times, names. Used on the core's own thread. */
internal class Core(val replica: Replica, val phone: Phone) {
    var look = phone.look()
        private set
    var words = Words.of(look.locale ?: phone.locale)
        private set
    var kinds = Kinds(replica, look.locale ?: phone.locale)
        private set

    /** In English, for what others will read. */
    val english: Words by lazy { Words.of(Words.ENGLISH) }

    /** The visit that was last on the screen: what can be recorded on while the phone is locked. */
    var lastVisit: Route.Visit? = null

    /** Draws and speaks otherwise from now on, and keeps that on the phone. */
    fun choose(look: Look) {
        if (look.locale != this.look.locale) {
            words = Words.of(look.locale ?: phone.locale)
            kinds = Kinds(replica, look.locale ?: phone.locale)
        }
        this.look = look
        phone.keep(look)
    }

    /** A sync may have brought other kinds of the organisation's own. */
    fun takeUpKinds() {
        if (replica.catalogueJson() != kinds.source) kinds = Kinds(replica, look.locale ?: phone.locale)
    }

    val times = Times(replica::now)
    val plans = Plans(this)
    val sayings = Sayings(this)
    private var names: Map<String, String> = emptyMap()

    /** Somebody's name, as the server told it. */
    fun name(staff: StaffId): String =
        names[staff.hex] ?: replica.staffNames().also { names = it }[staff.hex] ?: words.say("someone")

    /** A code of the plan in words. */
    fun code(code: String): String = "code.$code".let { if (it in words.keys) words.say(it) else code.replace('_', ' ') }

    /** Whom to ring at the provider. They name nobody who is cared for, and are there on a locked phone too. */
    fun office(): List<ContactRow> = replica.office().map {
        val role = code(it.role).replaceFirstChar(Char::uppercase)
        ContactRow(it.role, role, it.name ?: role, null, it.phone)
    }

    /** What is read, where it may be shown now; nothing while the phone is locked or where it is not for its holder. */
    fun <T> readable(read: () -> T): T? = try {
        read()
    } catch (problem: Problem.ShowAndKeep) {
        null
    }
}
