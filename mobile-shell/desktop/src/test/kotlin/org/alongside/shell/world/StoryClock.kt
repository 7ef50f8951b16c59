package org.alongside.shell.world

import org.alongside.core.Clock
import org.alongside.shell.platform.Clocks
import java.time.LocalDateTime
import java.time.ZoneId

/** The one time that every clock of a story shows. It moves when the story says so. */
class StoryClock(begins: String, override val boot: Long = 1) : Clocks {
    @Volatile
    private var now = ms(begins)
    private val began = now

    override val wallMs: Long get() = now
    override val monotonicMs: Long get() = now - began + 1

    fun set(local: String): Long = ms(local).also {
        check(it >= now) { "time never goes back in a story" }
        now = it
    }

    /** The same clock, as the core's own type. */
    fun ofCore(): Clock = object : Clock {
        override fun wallMs() = now
        override fun monotonicMs() = monotonicMs.toULong()
        override fun boot() = boot.toULong()
    }

    companion object {
        fun ms(local: String): Long = LocalDateTime.parse(local).atZone(ZoneId.of("Europe/London")).toInstant().toEpochMilli()
    }
}
