package org.alongside.shell

import org.alongside.core.Body
import org.alongside.core.PersonHex
import org.alongside.core.Section
import org.alongside.shell.world.Grace
import org.alongside.shell.world.onScreen
import org.alongside.shell.world.proposes
import org.alongside.shell.world.samDeclines
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** Proposals of a carer and what becomes of them. */
class ChangesTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `a proposal waits, is declined with a reason that she reads, and another is taken back`() {
        Grace(folder).use { grace ->
            val person = PersonHex(grace.person)
            grace.amina.enrol()
            onScreen(grace.amina) {
                grace.amina.offline()
                proposes(grace)
                assertTrue(sees("Saved on this phone at"))
                tap("back")
                tap("more")
                tap("more-changes")
                assertTrue(sees("Not sent yet"))
                grace.amina.syncs()
                grace.amina.settle()
                assertTrue(sees("Waits for an answer: supervisor"))
                assertEquals("It was off twice", grace.samDeclines())
                grace.amina.syncs()
                assertTrue(sees("Declined"))
                assertTrue(sees("Sam answered: The pump has an alarm of its own"))
                grace.amina.syncs()
                grace.sam.sync()
                val shown = grace.sam.replica.history(person).mapNotNull { (it.body as? Body.Looked)?.v1 }
                assertTrue(shown.isNotEmpty(), "that she was shown it is a record")

                tap("back")
                tap("back")
                tap("person-" + grace.person)
                tap("propose")
                tap("propose-actions-new")
                type("propose-text", "Cream on the heels")
                type("propose-reason", "They are dry")
                tap("send")
                tap("back")
                tap("more")
                tap("more-changes")
                assertTrue(sees("Cream on the heels"))
                val mine = grace.amina.engine.model.value.screen.toString()
                val number = Regex("number=(\\d+)").findAll(mine).map { it.groupValues[1].toLong() }.max()
                tap("withdraw-$number")
                assertTrue(sees("You asked to take it back."))
                assertFalse(has("withdraw-$number"))
                grace.amina.syncs()
                assertTrue(sees("You took it back"))
            }
        }
    }

    @Test
    fun `two versions of the plan are shown as such, with both values and who wrote them`() {
        Grace(folder).use { grace ->
            grace.amina.enrol()
            grace.sam.setOffline(grace.person, "moved", Section.CONTACTS, "gp", "name", "Hill Surgery")
            grace.colleague("dee").use { it.set(grace.person, "moved", Section.CONTACTS, "gp", "name", "Park Surgery") }
            grace.sam.sync()
            onScreen(grace.amina) {
                grace.amina.syncs()
                tap("more")
                tap("more-changes")
                assertTrue(sees("Two versions: ask the office"))
                assertTrue(sees("Hill Surgery (by Sam"))
                assertTrue(sees("Park Surgery (by Dee"))
            }
        }
    }

    @Test
    fun `an action that is not safe to do today is marked for everyone who comes`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("person-" + grace.person)
                tap("propose")
                tap("propose-actions-turning")
                type("propose-reason", "The slide sheet is torn")
                tap("not-safe")
                assertTrue(sees("Saved on this phone at"))
                tap("back")
                tap("visit-$visit")
                assertTrue(sees("Not safe today: The slide sheet is torn"))
            }
            grace.amina.syncs()
            grace.sam.sync()
            assertEquals("The slide sheet is torn", grace.sam.replica.day(PersonHex(grace.person)).notSafe.single().why)
        }
    }

    @Test
    fun `the history of a person says what was seen, when, by whom, and where it is`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            grace.amina.offline()
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("asked-wound_dressed")
                tap("field-strike_through-under_25")
                tap("save")
                tap("to-plan")
                tap("history")
                assertTrue(sees("Monday 2 March"))
                assertTrue(sees("09:00 Amina"))
                assertTrue(sees("On this phone"))
                grace.amina.syncs()
                assertTrue(sees("On the server"))
                assertFalse(sees("Show earlier records"))
            }
        }
    }
}
