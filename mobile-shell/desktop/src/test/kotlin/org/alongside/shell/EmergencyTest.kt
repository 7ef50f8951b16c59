package org.alongside.shell

import org.alongside.core.Body
import org.alongside.core.PersonHex
import org.alongside.core.Section
import org.alongside.shell.world.Grace
import org.alongside.shell.world.Hand
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** Signs that need no plan. */
class EmergencyTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `an emergency is two taps from the first screen to 999, and every sign is there`() {
        Grace(folder).use { grace ->
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("emergency")
                tap("dial-999")
                assertEquals(2, taps)
                assertEquals(listOf("999"), grace.amina.dialled)
                listOf("Not waking", "Choking", "Blue lips", "Chest pain").forEach { assertTrue(sees(it), it) }
                assertTrue(sees("Nobody at your organisation has signed off this list yet."))
            }
        }
    }

    @Test
    fun `a sign that was saved stays on the screen until it is told, and goes out at once`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("record")
                tap("kind-breathing")
                tap("field-chest_pain-yes")
                tap("save")
                assertTrue(sees("Chest pain, seen 09:00: no call is noted."), "the plan has no trigger for it")
                grace.beth.sync()
                assertEquals(1, grace.observations().size, "nobody pressed anything to send it")
                tap("back")
                assertTrue(sees("Grace: no call is noted. Ring now. Chest pain"))
                tap("back")
                tap("strip-untold")
                notesACall(grace, answered = false)
                assertTrue(sees("no call is noted"), "nobody answered: nobody was told")
                notesACall(grace, answered = true)
                assertFalse(sees("no call is noted"))
                tap("back")
                assertFalse(shows("strip-untold"))
            }
            grace.beth.sync()
            val calls = grace.beth.replica.history(PersonHex(grace.person)).mapNotNull { (it.body as? Body.Communication)?.v1 }
            assertEquals(listOf("Chest pain (no answer)" to "No answer", "Chest pain" to "An ambulance is on its way"), calls.map { it.purpose to it.said })
            assertEquals(setOf("999"), calls.map { it.with }.toSet())
        }
    }

    private fun Hand.notesACall(grace: Grace, answered: Boolean) {
        tap("dial-999")
        assertEquals("999", grace.amina.dialled.last())
        tap("note-call")
        assertTrue(sees("About: Chest pain"))
        tap(if (answered) "call-answered" else "call-no-answer")
        if (answered) type("call-said", "An ambulance is on its way")
        tap("save")
    }

    private fun Grace.observations() = beth.replica.history(PersonHex(person)).mapNotNull { (it.body as? Body.Observation)?.v1 }

    @Test
    fun `another call comes first only where a nurse wrote so, and 999 stays beside it`() {
        Grace(folder).use { grace ->
            grace.beth.set(grace.person, "agreed with Grace and her family", Section.SAFETY, "main", "call_first", "district_nursing")
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("person-" + grace.person)
                tap("emergency")
                assertFalse(has("dial-before"), "nobody is named who agreed it")
                tap("back")
                grace.beth.set(grace.person, "agreed with Grace and her family", Section.SAFETY, "main", "call_first_agreed_by", "Beth")
                grace.amina.syncs()
                tap("emergency")
                assertTrue(sees("For this person ring District nursing team first. Agreed by Beth."))
                tap("dial-before")
                tap("dial-999")
                assertEquals(listOf("01632 960101", "999"), grace.amina.dialled)
                tap("record-after")
                assertTrue(sees("Record"))
            }
        }
    }
}
