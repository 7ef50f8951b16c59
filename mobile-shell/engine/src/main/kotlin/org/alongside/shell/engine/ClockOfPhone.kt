package org.alongside.shell.engine

import org.alongside.core.Clock
import org.alongside.shell.platform.Clocks

/** The phone's clocks, as the core asks them. */
internal class ClockOfPhone(private val clocks: Clocks) : Clock {
    override fun wallMs(): Long = clocks.wallMs

    override fun monotonicMs(): ULong = clocks.monotonicMs.toULong()

    override fun boot(): ULong = clocks.boot.toULong()
}
