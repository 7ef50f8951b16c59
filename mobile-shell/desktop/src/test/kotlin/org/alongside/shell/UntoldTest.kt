package org.alongside.shell

import org.alongside.core.Body
import org.alongside.core.PersonHex
import org.alongside.core.Section
import org.alongside.shell.model.Intent
import org.alongside.shell.platform.NotificationKind
import org.alongside.shell.world.Entry
import org.alongside.shell.world.Grace
import org.alongside.shell.world.Hand
import org.alongside.shell.world.StoryClock
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** What nobody has been told is on every screen, on time, until somebody was. */
class UntoldTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `a second trigger of one save is on the screen of the first`() {
        Grace(folder).use { grace ->
            grace.beth.observe(grace.person, "wound_dressed", "sacrum", "strike_through" to "none", "pain_rest" to 1)
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            grace.at("2026-03-02T09:30")
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("asked-wound_dressed")
                tap("field-strike_through-leaking")
                tap("field-pain_rest-4")
                tap("save")
                assertTrue(sees("Tell somebody"))
                assertTrue(shows("strip-untold"), "one is open, the other is untold")
                tap("strip-untold")
                assertTrue(sees("Tell somebody"))
                assertTrue(shows("strip-untold"), "and the other way round")
            }
        }
    }

    @Test
    fun `an absence that falls due without any signal is shown and told of when its time has come`() {
        Grace(folder).use { grace ->
            grace.beth.plan(
                grace.person, "agreed with Grace",
                Entry(
                    Section.TRIGGERS, "T5", 50, "name" to "No change of position recorded for 6 hours",
                    "condition" to """{"absence":{"kind":"position","hours":6,"between":["08:00","22:00"]}}""",
                    "contact" to "coordinator", "urgency" to "same_day", "say" to "No change of position has been recorded.",
                    "agreed_by" to "Beth", "agreed_on" to "2026-03-02",
                ),
            )
            grace.amina.enrol()
            grace.amina.offline()
            onScreen(grace.amina) {
                grace.at("2026-03-02T14:59:59.700")
                tap("person-" + grace.person)
                tap("record")
                tap("kind-pain")
                tap("field-score-1")
                tap("save")
                assertFalse(shows("strip-untold"), "it is not due yet")
                grace.at("2026-03-02T15:00")
                grace.amina.waitForStrip { it.untold.isNotEmpty() }
                assertTrue(sees("nobody has been told. Ring. No change of position recorded for 6 hours"))
                assertTrue(NotificationKind.UNTOLD in grace.amina.notified)
            }
        }
    }

    @Test
    fun `a promise that was not kept is red, rung about again, and both calls stand`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            grace.amina.offline()
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("asked-wound_dressed")
                tap("field-strike_through-leaking")
                tap("save")
                isAnswered("promise-10:30", "I come by half past ten")
                assertTrue(sees("Somebody has answered"))
                assertFalse(has("ring"))
                grace.at("2026-03-02T10:31")
                tap("back")
                grace.amina.engine.send(Intent.SyncNow)
                assertTrue(sees("they have not come, as far as this phone knows. Ring."))
                tap("strip-untold")
                assertTrue(sees("They have not come, as far as this phone knows. Ring."))
                assertFalse(sees("Somebody has answered"))
                isAnswered("promise-11:30", "I was held up")
                assertTrue(sees("Somebody has answered"))
                assertTrue(sees("I come by half past ten"))
                assertTrue(sees("I was held up"))
            }
            grace.amina.syncs()
            grace.beth.sync()
            val one = grace.beth.replica.escalations(PersonHex(grace.person)).list.single()
            assertEquals(listOf(true, true), one.attempts.map { it.answered })
            assertEquals(2, one.responses.size)
        }
    }

    private fun Hand.isAnswered(promise: String, said: String) {
        tap("ring")
        tap("answered")
        type("answer-from", "Beth")
        type("answer-said", said)
        assertTrue(has("promise-Tue 3 Mar 09:00"), "tomorrow morning can be promised too")
        tap(promise)
        tap("save")
    }

    @Test
    fun `a call that is no attempt on a contact is noted, also one to 111`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("person-" + grace.person)
                tap("dial-gp")
                tap("note-call")
                type("call-purpose", "Her tablets are not here")
                tap("call-answered")
                type("call-said", "They come this afternoon")
                tap("call-earlier-30")
                tap("save")
                tap("back")
                tap("visit-$visit")
                tap("asked-wound_dressed")
                tap("field-strike_through-leaking")
                tap("save")
                tap("list-111")
                tap("no-answer")
                assertTrue(sees("NHS 111: No answer"))
                assertTrue(sees("Nobody has been told. Ring."))
                tap("list-111")
                tap("answered")
                type("answer-from", "Nurse of 111")
                type("answer-said", "Cover it")
                tap("save")
                assertTrue(sees("NHS 111: Answered"))
                assertTrue(sees("Somebody has answered"))
            }
            grace.sam.sync()
            val noted = grace.sam.replica.history(PersonHex(grace.person)).filter { it.body is Body.Communication }
            assertEquals(StoryClock.ms("2026-03-02T08:30"), noted.first().observed.ms, "when it was, and not when it was written down")
            val calls = noted.map { (it.body as Body.Communication).v1 }
            assertEquals(listOf("Mill Lane Surgery", "NHS 111", "NHS 111"), calls.map { it.with })
            assertEquals("Her tablets are not here", calls.first().purpose)
            assertEquals("They come this afternoon", calls.first().said)
        }
    }
}
