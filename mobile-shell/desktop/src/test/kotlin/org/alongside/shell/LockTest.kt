package org.alongside.shell

import org.alongside.core.Body
import org.alongside.core.PersonHex
import org.alongside.shell.model.Intent
import org.alongside.shell.world.Grace
import org.alongside.shell.world.enter
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** A phone that was left alone. */
class LockTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `a locked phone names nobody, takes a note, opens with its PIN, and what was half written is still there`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            grace.amina.offline()
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("arrive")
                tap("asked-wound_dressed")
                tap("field-strike_through-over_75")
                tap("save")
                assertTrue(sees("Nobody has been told. Ring."))
                tap("back")
                tap("asked-wound_dressed")
                type("note", "half written")
                grace.amina.engine.send(Intent.Lock)
                settle()
                assertTrue(sees("Enter your PIN"))
                listOf("Grace", "Okafor", "half", "Strike", "told").forEach { assertFalse(sees(it), "$it is on a locked phone") }
                assertTrue(sees("2 records wait on this phone"), "that is said, and of nobody")

                tap("locked-note")
                type("locked-text", "She says that her hands hurt")
                tap("save")
                assertTrue(sees("Saved on this phone at 09:00"))
                assertFalse(sees("hands hurt"), "it is not shown again")
                tap("back")
                enter("111999")
                assertTrue(sees("this is not the PIN; you can try 4 times more"))
                enter()
                assertTrue(sees("half written"), "the page that was open, with what was typed")
                tap("back")
                assertTrue(sees("Note: She says that her hands hurt"))
                grace.amina.syncs()
            }
            grace.beth.sync()
            val notes = grace.beth.replica.history(PersonHex(grace.person)).mapNotNull { (it.body as? Body.HandoverNote)?.v1?.text }
            assertEquals(listOf("She says that her hands hurt"), notes)
        }
    }

    @Test
    fun `an app that starts asks for the PIN, too many wrong ones lead to a wait, and 999 is always there`() {
        Grace(folder).use { grace ->
            grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            grace.amina.restart()
            onScreen(grace.amina) {
                assertTrue(sees("Enter your PIN"))
                assertFalse(sees("Grace"))
                tap("dial-on_call")
                assertEquals("01632 960105", grace.amina.dialled.removeLast(), "whom to ring is known after a new start")
                repeat(5) { enter("111999") }
                assertTrue(sees("try again in 1 min"))
                tap("emergency")
                tap("dial-999")
                assertEquals(listOf("999"), grace.amina.dialled)
                tap("back")
                grace.at("2026-03-02T09:02")
                enter()
                assertTrue(sees("Grace"))
            }
        }
    }

    @Test
    fun `a phone without the server for too long shows nobody, says whom to ring, and opens by itself once it has heard it`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("visit-$visit")
                grace.amina.offline()
                grace.at("2026-03-06T09:00")
                tap("to-plan")
                assertTrue(sees("This phone has not heard from the server for too long"))
                assertTrue(sees("Ring the office"))
                assertFalse(sees("Grace"))
                tap("dial-on_call")
                assertEquals(listOf("01632 960105"), grace.amina.dialled)
                tap("sync-now")
                assertFalse(sees("Grace"), "nobody was heard")
                tap("locked-note")
                type("locked-text", "Her hands hurt")
                tap("save")
                assertTrue(sees("Saved on this phone at 09:00"))
                tap("back")
                grace.amina.syncs()
                assertTrue(sees("Grace"))
            }
        }
    }

    @Test
    fun `a phone that was left asks for its PIN, and keeps the page with what was half typed`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("asked-wound_dressed")
                type("note", "half written")
                val leavings = listOf(grace.amina::isLeft, grace.amina::isLeftAlone)
                leavings.forEach { leave ->
                    leave()
                    assertTrue(sees("Enter your PIN"))
                    listOf("Grace", "Okafor", "half").forEach { assertFalse(sees(it), "$it is on a phone that was left") }
                    leave()
                    assertTrue(sees("Enter your PIN"), "left again, it stays locked")
                    enter()
                    assertTrue(sees("half written"))
                }
            }
        }
    }

    @Test
    fun `who rings from a page finds it again without a PIN, and a phone that is then left alone asks for it`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("asked-wound_dressed")
                tap("field-strike_through-leaking")
                tap("save")
                tap("ring")
                grace.amina.isLeft()
                assertTrue(sees("What to say"), "the dialler is in front, and what to say is needed now")
                grace.amina.isLeftAlone()
                assertTrue(sees("Enter your PIN"))
                enter()
                tap("no-answer")
                grace.amina.isLeft()
                assertTrue(sees("Enter your PIN"), "the call is over")
            }
        }
    }
}
