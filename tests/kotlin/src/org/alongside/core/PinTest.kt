package org.alongside.core

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** The PIN and wake-ups, as a shell meets them. */
class PinTest : WithOffice() {
    @Test
    fun `a locked phone shows nothing, records and syncs, and opens with its PIN`() {
        phone("amina").use { amina ->
            amina.replica.setPin("260893")
            amina.replica.lock()
            assertTrue(amina.replica.isLocked())
            problem<Problem.ShowAndKeep>("locked", "enter the PIN") { amina.replica.people() }
            problem<Problem.ShowAndKeep>("locked", "enter the PIN") { amina.replica.history(person) }
            amina.replica.record(person, pain(4))
            assertEquals(0UL, amina.sync().waiting)
            amina.reopen()
            assertTrue(amina.replica.isLocked(), "an app that starts asks")
            amina.replica.unlock("260893")
            assertFalse(amina.replica.isLocked())
            assertEquals(1, amina.replica.history(person).size)
        }
    }

    @Test
    fun `wrong tries lead to a wait, and nothing is lost`() {
        val clock = HandClock()
        phone("amina", clock = clock).use { amina ->
            val pinNotSet = { amina.replica.unlock("0") }
            assertEquals("pin", problem<Problem.ShowAndKeep>("pin_not_set", "choose one", pinNotSet).field)
            problem<Problem.ShowAndKeep>("pin_form", "4 to 12 digits") { amina.replica.setPin("1234") }
            amina.replica.setPin("260893")
            amina.replica.record(person, pain(4))
            for (left in 4 downTo 1) {
                problem<Problem.ShowAndKeep>("pin_wrong", "$left times") { amina.replica.unlock("111999") }
            }
            problem<Problem.TryLater>("pin_wait", "in 1 min") { amina.replica.unlock("111999") }
            assertEquals(PinState(isSet = true, isAsked = false, triesLeft = 1u, waitMs = 60_000UL), amina.replica.pinState())
            problem<Problem.TryLater>("pin_wait", "ask the office") { amina.replica.unlock("260893") }
            clock.ms += 60_000UL
            amina.replica.unlock("260893")
            assertEquals(1UL, amina.replica.syncState().waiting)
        }
    }

    @Test
    fun `a wake-up syncs, asks for the next one, and tries nothing without a line`() {
        phone("amina").use { amina ->
            amina.replica.record(person, pain(1))
            val line = object : Connectivity {
                var answer: () -> Boolean = { false }
                override fun hasLine() = answer()
            }
            fun wake(reason: WakeReason) = runBlocking { amina.replica.wake(reason, line) }
            assertEquals(Woken(null, 900_000UL), wake(WakeReason.VISIT_ENDED))

            line.answer = { true }
            val woken = wake(WakeReason.LINE_BACK)
            assertEquals(SyncReport(Outcome.UpToDate, waiting = 0UL), woken.sync)
            assertTrue(woken.againInMs!! in 450_000UL..900_000UL)
            assertEquals(null, wake(WakeReason.TIME).sync, "the system woke it too early")

            line.answer = { error("a fault in the shell") }
            assertEquals(Outcome.UpToDate, wake(WakeReason.APP_OPENED).sync?.outcome)
            var told: Throwable? = null
            line.answer = {
                told = runCatching { amina.replica.people() }.exceptionOrNull()
                true
            }
            assertEquals(Outcome.UpToDate, wake(WakeReason.APP_OPENED).sync?.outcome)
            assertEquals("called_back", (told as Problem.ReportFault).code)
            line.answer = { false }
            assertEquals(Outcome.UpToDate, wake(WakeReason.AT_ONCE).sync?.outcome, "the system may be wrong about the line")
        }
    }
}
