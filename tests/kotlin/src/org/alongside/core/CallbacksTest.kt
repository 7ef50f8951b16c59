package org.alongside.core

import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.MILLISECONDS
import java.util.concurrent.TimeUnit.SECONDS
import kotlin.concurrent.thread
import kotlin.math.abs
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** What the shell gives can fail in any way: it becomes a problem, and never a crash, a hang or a lost record. */
@Timeout(120)
class CallbacksTest : WithOffice() {
    @Test
    fun `a keystore that is locked or throws anything is tried later`() {
        val faults = listOf<() -> Throwable>(
            { KeystoreProblem.Unavailable() }, { IllegalStateException("a fault in the shell") },
            { OutOfMemoryError("not really") })
        for (fault in faults) {
            problem<Problem.TryLater>("keystore", "unlock the phone") { newPhone(FailingKeystore(fault)) }
        }
    }

    @Test
    fun `a keystore that gives rubbish is a fault`() {
        for (length in listOf(0, 5, 31, 33, 100_000)) {
            problem<Problem.ReportFault>("key_damaged", "ask for help") { newPhone(KeyInMemory(ByteArray(length))) }
        }
        problem<Problem.ReportFault>("key_damaged", "ask for help") {
            newPhone(FailingKeystore { KeystoreProblem.Damaged() })
        }
    }

    @Test
    fun `a keystore that blocks holds up its own phone alone`() {
        val (asked, answers) = CountDownLatch(1) to CountDownLatch(1)
        val slow = object : KeyInMemory() {
            override fun load(name: KeyName): ByteArray? {
                asked.countDown()
                answers.await()
                return super.load(name)
            }
        }
        val opened = CountDownLatch(1)
        thread { newPhone(slow).use { opened.countDown() } }
        assertTrue(asked.await(60, SECONDS))
        phone("amina").use { other -> other.replica.record(person, pain(1)) }
        assertFalse(opened.await(10, MILLISECONDS))
        answers.countDown()
        assertTrue(opened.await(60, SECONDS))
    }

    @Test
    fun `a clock that throws is replaced by the machine's own`() {
        phone("amina", clock = ClockThat { error("a fault in the shell") }).use { amina ->
            assertTrue(abs(amina.replica.now().ms - System.currentTimeMillis()) < 60_000)
            amina.replica.record(person, pain(1))
        }
    }

    @Test
    fun `a clock that calls the core gets a problem and the call that asked it goes on`() {
        var replica: Replica? = null
        val told = mutableSetOf<String>()
        val clock = ClockThat {
            val core = replica ?: return@ClockThat
            val calls = listOf<() -> Any?>(
                { core.people() }, { core.now() }, { core.me() }, { core.ringTheOffice() },
                { core.record(person, pain(9)) }, { runBlocking { core.sync() } },
                { runBlocking { core.changedSince(0UL) } }, { runBlocking { core.wake(WakeReason.APP_OPENED) } })
            for (call in calls) {
                told += runCatching { call() }.exceptionOrNull().let { (it as Problem.ReportFault).code }
            }
        }
        phone("amina", clock = clock).use { amina ->
            replica = amina.replica
            amina.replica.record(person, pain(3))
            assertEquals(Outcome.UpToDate, amina.sync().outcome)
            assertEquals(pain(3), amina.replica.history(person).last().body)
            replica = null
        }
        assertEquals(setOf("called_back"), told)
    }

    @Test
    fun `a keystore that calls the core while the key is changed gets a problem`() {
        var replica: Replica? = null
        val told = mutableSetOf<String>()
        val keystore = object : KeyInMemory() {
            override fun store(name: KeyName, key: ByteArray) {
                replica?.let { core ->
                    told += (runCatching { core.people() }.exceptionOrNull() as Problem.ReportFault).code
                }
                super.store(name, key)
            }
        }
        phone("amina", keystore).use { amina ->
            val recorded = amina.replica.record(person, pain(1))
            replica = amina.replica
            amina.replica.changeKey()
            assertEquals(recorded.id, amina.replica.history(person).last().id)
        }
        assertEquals(setOf("called_back"), told)
    }
}
