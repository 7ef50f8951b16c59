package org.alongside.shell

import org.alongside.core.PersonHex
import org.alongside.core.StaffHex
import org.alongside.shell.model.ConcernSavedModel
import org.alongside.shell.world.Colleague
import org.alongside.shell.world.Grace
import org.alongside.shell.world.Hand
import org.alongside.shell.world.StoryClock
import org.alongside.shell.world.enter
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** What a carer writes about a concern, with somebody at her shoulder. */
class ConcernTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `a concern that is left is on no screen, on no way back and in no model`() {
        Grace(folder, "2026-04-14T09:00").use { grace ->
            val visit = grace.visit("money", "2026-04-14T10:00")
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("visit-$visit")
                val leavings = listOf<Hand.() -> Unit>({ tap("back") }, { tap("strip-sync") }, { tap("hide") })
                leavings.forEach { leave ->
                    if (!has("concern")) tap("visit-$visit")
                    tap("concern")
                    type("concern-text", "Two strangers at the table")
                    leave()
                    assertNothingOf("strangers", grace)
                    if (has("back")) tap("back")
                    assertNothingOf("strangers", grace)
                }
                if (!has("concern")) tap("visit-$visit")
                tap("concern")
                assertNothingOf("strangers", grace)
                grace.amina.restart()
            }
            onScreen(grace.amina) { assertNothingOf("strangers", grace) }
        }
    }

    @Test
    fun `a phone that locks while a concern is written shows nothing of it, and has it again after the PIN`() {
        atAConcern { grace ->
            type("concern-text", "Two strangers at the table")
            grace.amina.isLeft()
            assertTrue(sees("Enter your PIN"))
            assertNothingOf("strangers", grace)
            enter()
            assertTrue(sees("Two strangers at the table"))
            tap("back")
            assertNothingOf("strangers", grace)
            tap("concern")
            assertNothingOf("strangers", grace)
        }
    }

    private fun Hand.assertNothingOf(words: String, grace: Grace) {
        assertFalse(sees(words))
        assertFalse(words in grace.amina.engine.model.value.toString(), "no model keeps it")
    }

    @Test
    fun `the reporter chooses who receives it and a call about it, says when it was, and sees ways outside with their numbers`() {
        Grace(folder, "2026-04-14T09:00").use { grace ->
            val ines = grace.office.addStaff("Ines", "manager")
            grace.office.setRecipients(grace.staff("dee"), ines)
            val herPhone = Colleague(File(folder, "ines"), grace.clock, grace.office.ticket(ines))
            val visit = grace.visit("money", "2026-04-14T10:00")
            grace.colleague("dee").use { dee ->
                grace.amina.enrol()
                grace.at("2026-04-14T10:50")
                grace.amina.offline()
                onScreen(grace.amina) {
                    tap("visit-$visit")
                    tap("concern")
                    assertTrue(sees("Care Quality Commission"))
                    tap("dial-police")
                    assertEquals(listOf("101"), grace.amina.dialled)
                    assertTrue(sees("03000 616161"))
                    type("concern-text", "Two people whom I do not know at the table.")
                    tap("recipient-$ines")
                    tap("seen-30")
                    tap("save")
                    assertTrue(sees("Nothing of it can be read on this phone"))
                    val reference = (grace.amina.engine.model.value.screen as ConcernSavedModel).reference
                    assertTrue(sees(reference), "for paper, and only now")
                    assertTrue(sees("freely: Dee."))
                    assertFalse(sees("Ines"), "who was left out is not to be rung")
                    type("call-with", "Dee")
                    tap("call-answered")
                    type("call-said", "She comes")
                    tap("call-save")
                    assertTrue(sees("The call is sealed and saved."))
                    tap("finish")
                    assertFalse(sees("Two people"))
                    assertFalse(reference in grace.amina.engine.model.value.toString(), "the phone does not keep it")
                }
                grace.amina.syncs()
                dee.sync()
                herPhone.sync()
                val got = dee.replica.concerns().single()
                assertEquals(PersonHex(grace.person), got.person)
                assertEquals(StaffHex(grace.staff("amina")), got.by)
                assertEquals(StoryClock.ms("2026-04-14T10:20"), got.seen.ms)
                assertEquals(emptyList<Any>(), herPhone.use { it.replica.concerns() })
            }
        }
    }

    @Test
    fun `danger now shows how to ring 999 before anything else is written`() {
        atAConcern { grace ->
            tap("danger-yes")
            tap("dial-999")
            assertEquals(listOf("999"), grace.amina.dialled)
        }
    }

    /** At a visit, where a concern is about to be written. */
    private fun atAConcern(play: Hand.(Grace) -> Unit) {
        Grace(folder, "2026-04-14T09:00").use { grace ->
            val visit = grace.visit("money", "2026-04-14T10:00")
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("concern")
                play(grace)
            }
        }
    }
}
