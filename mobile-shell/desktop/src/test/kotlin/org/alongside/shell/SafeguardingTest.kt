package org.alongside.shell

import org.alongside.core.Body
import org.alongside.core.PersonHex
import org.alongside.core.Problem
import org.alongside.core.Section
import org.alongside.shell.model.Intent
import org.alongside.shell.world.Colleague
import org.alongside.shell.world.Entry
import org.alongside.shell.world.Grace
import org.alongside.shell.world.Hand
import org.alongside.shell.world.StoryClock
import org.alongside.shell.world.TestPhone
import org.alongside.shell.world.enter
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** The safeguarding story, as its carers tap through it: what Amina and Nia write and see, with and without signal. */
class SafeguardingTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `a concern is sealed on the phone, shows nothing but ring the office, and reaches the manager alone`() {
        Grace(folder, "2026-04-14T09:00").use { grace ->
            grace.amina.enrol()
            val visit = grace.visit("money", "2026-04-14T10:00")
            grace.colleague("dee").use { dee ->
                onScreen(grace.amina) {
                    grace.amina.online()
                    grace.at("2026-04-14T10:20")
                    grace.amina.offline()
                    sheWritesWhatSheSaw(visit)
                    tap("finish")
                    assertSaysNothing()
                    grace.at("2026-04-14T10:45")
                    herVisitSaysNothingOfIt(grace)
                    grace.at("2026-04-14T10:50")
                    sheNotesHerCallLater()
                    theLockedPhoneNamesNobody(grace)
                    untilItIsSafe(grace, dee)
                }
                val concern = dee.replica.concerns().single()
                assertEquals(PersonHex(grace.person), concern.person)
                assertEquals("they're helping me with the bank", concern.concern?.quoted)
                assertEquals(StoryClock.ms("2026-04-14T10:20"), concern.recorded.ms)
            }
            nobodyElseLearnsOfIt(grace)
        }
    }

    private fun Hand.sheWritesWhatSheSaw(visit: String) {
        tap("visit-$visit")
        tap("arrive")
        tap("concern")
        assertFalse(sees("suspect"), "no question names a suspect or a crime")
        assertFalse(sees("abuse"))
        type("concern-text", "Two people whom I do not know at the table. A cash card and a written PIN.")
        type("concern-quoted", "they're helping me with the bank")
        type("concern-present", "two strangers")
        tap("danger-no")
        type("concern-done", "stayed, said nothing to the visitors")
        tap("save")
        assertTrue(sees("Nothing of it can be read on this phone"))
        assertFalse(sees("strangers"), "what she wrote is gone from the screen")
        assertTrue(sees("Dee"), "whom to ring")
    }

    /** Outside, from where every phone says whom to ring. */
    private fun Hand.sheNotesHerCallLater() {
        tap("strip-office")
        assertFalse(sees("Everything is sent"))
        tap("note-of-call")
        listOf("strangers", "bank", "Concern", "concern", "seal").forEach { assertFalse(sees(it), "$it is on the screen") }
        type("call-with", "Dee")
        tap("call-answered")
        type("call-said", "Dee looks at it today")
        tap("call-save")
        assertTrue(sees("The note is saved."))
        tap("finish")
        assertSaysNothing()
        while (has("back")) tap("back")
    }

    /** All records are sent, and the concern is in one other place only: no screen says that all is well. */
    private fun Hand.sheIsNotToldThatAllIsDone() {
        assertFalse(sees("Everything is sent"))
        tap("more")
        tap("more-end")
        assertFalse(sees("You can go home"))
        assertTrue(sees("Ring the office before you go home."))
        while (has("back")) tap("back")
    }

    /** The ordinary record of the visit, with the line on the screen all the while. */
    private fun Hand.herVisitSaysNothingOfIt(grace: Grace) {
        tap("record")
        tap("kind-pain")
        tap("field-score-1")
        tap("save")
        tap("leave")
        assertSaysNothing()
        tap("to-plan")
        tap("history")
        assertSaysNothing()
        repeat(3) { tap("back") }
        assertTrue(has("strip-office"))
        assertFalse(has("strip-untold"), grace.person)
    }

    private fun Hand.assertSaysNothing() {
        assertTrue(sees("Ring the office"))
        listOf("strangers", "bank", "Concern", "Sealed").forEach { assertFalse(sees(it), "$it is on the screen") }
    }

    private fun Hand.theLockedPhoneNamesNobody(grace: Grace) {
        grace.amina.engine.send(Intent.Lock)
        settle()
        assertTrue(sees("Enter your PIN"))
        assertTrue(sees("Ring the office"))
        listOf("Grace", "Okafor", "Dee", "strangers", "bank", "concern").forEach { assertFalse(sees(it), "$it is on a locked phone") }
        assertTrue(grace.amina.notified.isEmpty())
        enter()
    }

    private fun Hand.untilItIsSafe(grace: Grace, dee: Colleague) {
        grace.at("2026-04-14T13:30")
        grace.amina.online()
        assertTrue(sees("Ring the office"), "so far it is in one other place only")
        sheIsNotToldThatAllIsDone()
        dee.sync()
        dee.sync()
        grace.amina.syncs()
        assertFalse(sees("Ring the office"), "it is on the server and with the manager")
        assertTrue(sees("Everything is sent"))
    }

    /** Neither who may not know has a stub of it, nor does the record of the visit tell. */
    private fun nobodyElseLearnsOfIt(grace: Grace) {
        for (other in listOf(grace.sam, grace.beth)) {
            other.sync()
            assertThrows(Problem.ShowAndKeep::class.java, { other.replica.concerns() }, "not even a count")
            assertNull(other.replica.ringTheOffice())
            val seen = other.replica.history(PersonHex(grace.person)).mapNotNull { (it.body as? Body.Observation)?.v1 }
            assertEquals(listOf("pain"), seen.map { it.kind })
            assertNull(seen.single().note)
        }
    }

    @Test
    fun `the next carer sees the neutral prompt to check in and nothing else`() {
        Grace(folder, "2026-04-14T09:00").use { grace ->
            val nia = grace.office.addStaff("Nia", "carer").also { grace.office.addToCareTeam(grace.person, it) }
            grace.amina.enrol()
            grace.colleague("dee").use { dee ->
                grace.amina.syncs()
                grace.at("2026-04-14T10:20")
                onScreen(grace.amina) { concern(grace, "Two strangers at the table with a written PIN") }
                grace.amina.syncs()
                dee.sync()
                dee.sync()
                grace.at("2026-04-14T16:55")
                dee.plan(grace.person, "to hear how he is", Entry(Section.ACTIONS, "check-in", 40, "text" to "Ask how his week is going", "who" to "Carers"))
            }
            grace.at("2026-04-15T07:30")
            val visit = grace.visit("nia", "2026-04-15T08:00", staff = nia)
            grace.phone("nia", ticket = grace.office.ticket(nia)).use { phone ->
                phone.enrol()
                onScreen(phone) {
                    tap("visit-$visit")
                    assertTrue(sees("Ask how his week is going"))
                    tap("to-plan")
                    assertTrue(sees("Ask how his week is going"))
                    assertKnowsNothing()
                    tap("history")
                    assertKnowsNothing()
                    repeat(3) { tap("back") }
                    tap("more")
                    tap("more-end")
                    assertKnowsNothing()
                }
                assertTrue(phone.notified.isEmpty())
            }
        }
    }

    private fun Hand.assertKnowsNothing() {
        listOf("strangers", "PIN", "Ring the office", "safeguarding", "sealed").forEach { assertFalse(sees(it), "$it is on the next carer's phone") }
    }

    @Test
    fun `a concern before midnight and one in the night of the clock change keep their own times, whenever they are sent`() {
        Grace(folder, "2026-03-28T23:30").use { grace ->
            val nia = grace.office.addStaff("Nia", "carer").also { grace.office.addToCareTeam(grace.person, it) }
            grace.amina.enrol()
            grace.colleague("dee").use { dee ->
                grace.amina.syncs()
                grace.amina.offline()
                grace.at("2026-03-29T00:40")
                onScreen(grace.amina) { concern(grace, "An unpaid bill for roof work on the mat") }
                grace.at("2026-03-29T23:10")
                isSafeAfter(grace.amina, dee)
                assertTimes(dee, 0, "2026-03-29T00:40")

                grace.at("2026-04-17T21:00")
                dee.sync()
                grace.phone("nia", ticket = grace.office.ticket(nia)).use { phone ->
                    phone.enrol()
                    phone.offline()
                    grace.at("2026-04-17T22:50")
                    onScreen(phone) { concern(grace, "His wallet was empty again") }
                    grace.at("2026-04-18T00:20")
                    isSafeAfter(phone, dee)
                }
                assertTimes(dee, 1, "2026-04-17T22:50")
            }
        }
    }

    /** From a phone that says "Ring the office" until the concern is in two other places. */
    private fun isSafeAfter(phone: TestPhone, dee: Colleague) = onScreen(phone) {
        assertTrue(sees("Ring the office"))
        phone.syncs()
        assertTrue(sees("Ring the office"), "the manager does not have it yet")
        dee.sync()
        dee.sync()
        phone.syncs()
        assertFalse(sees("Ring the office"))
    }

    private fun assertTimes(dee: Colleague, index: Int, local: String) {
        val concern = dee.replica.concerns().sortedBy { it.recorded.ms }[index]
        assertEquals(StoryClock.ms(local), concern.recorded.ms)
        assertEquals(StoryClock.ms(local), concern.seen.ms)
    }

    private fun Hand.concern(grace: Grace, text: String) {
        tap("person-${grace.person}")
        tap("concern")
        type("concern-text", text)
        tap("save")
        tap("finish")
        tap("back")
    }
}
