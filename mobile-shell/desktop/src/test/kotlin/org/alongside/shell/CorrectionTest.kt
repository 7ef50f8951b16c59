package org.alongside.shell

import org.alongside.core.Body
import org.alongside.core.PersonHex
import org.alongside.shell.model.HistoryModel
import org.alongside.shell.model.Route
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

/** A record that its author puts right. */
class CorrectionTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `a record is put right with a reason, keeps its time, and both can be read`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            grace.amina.offline()
            onScreen(grace.amina) {
                sheRecords(visit, strike = "under_25", pain = 2)
                grace.at("2026-03-02T09:40")
                putRight(grace)
                assertTrue(sees("Put right: "))
                assertTrue(sees("Recorded first, 09:00"))
                assertTrue(sees("It stays in the history, marked as corrected."))
                tap("field-pain_rest-3")
                tap("save")
                assertTrue(sees("say why it is corrected"), "not without a reason")
                assertTrue(sees("Look at this one"))
                type("reason", "I touched the wrong number")
                tap("save")
                assertTrue(sees("Saved on this phone at 09:40"))
                assertTrue(sees("Corrected later: I touched the wrong number"))
                assertTrue(sees("This corrects an earlier record: I touched the wrong number"))
                tap("back")
                tap("back")
                assertTrue(sees("Corrected later: I touched the wrong number"), "at the visit too")
            }
            grace.amina.syncs()
            grace.beth.sync()
            val (first, second) = grace.beth.replica.history(PersonHex(grace.person)).filter { it.body is Body.Observation }
            val correction = (second.body as Body.Observation).v1
            assertEquals(first.id, correction.corrects?.record)
            assertEquals((first.body as Body.Observation).v1.visit, correction.visit)
            assertEquals(StoryClock.ms("2026-03-02T09:00"), second.observed.ms)
            assertEquals(StoryClock.ms("2026-03-02T09:40"), second.recorded.ms)
            assertEquals(setOf("strike_through", "pain_rest"), correction.fields.keys, "the rest is as it was filled in")
        }
    }

    @Test
    fun `what a correction shows to be a met trigger is told at once`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            onScreen(grace.amina) {
                sheRecords(visit, strike = "under_25", pain = 2)
                putRight(grace)
                tap("field-strike_through-leaking")
                type("reason", "I had looked at the old dressing")
                tap("save")
                assertTrue(sees("Nobody has been told. Ring."))
                assertTrue(sees("Strike-through more than 75% or leaking"))
            }
        }
    }

    @Test
    fun `what others recorded, and what was corrected, is not put right here`() {
        Grace(folder).use { grace ->
            grace.beth.observe(grace.person, "pain", null, "score" to 4)
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            onScreen(grace.amina) {
                sheRecords(visit, strike = "under_25", pain = 2)
                putRight(grace)
                tap("field-pain_rest-3")
                type("reason", "I touched the wrong number")
                tap("save")
                val rows = (grace.amina.engine.model.value.screen as HistoryModel).days.flatMap { it.items }
                val open = rows.filter { it.putRight != null }
                assertEquals(1, open.size, "only what holds, and only her own")
                assertTrue("This corrects an earlier record" in open.single().what)
                assertFalse(rows.any { it.by == "Beth" && it.putRight != null })
            }
        }
    }

    private fun Hand.sheRecords(visit: String, strike: String, pain: Int) {
        tap("visit-$visit")
        tap("asked-wound_dressed")
        tap("field-strike_through-$strike")
        tap("field-pain_rest-$pain")
        tap("save")
    }

    /** From the visit, by the history. */
    private fun Hand.putRight(grace: Grace) {
        tap("to-plan")
        tap("history")
        val rows = (grace.amina.engine.model.value.screen as HistoryModel).days.flatMap { it.items }
        tap("put-right-" + rows.first { it.putRight != null }.key)
        assertTrue(grace.amina.engine.model.value.route is Route.Record)
    }
}
