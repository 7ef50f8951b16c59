package org.alongside.shell

import org.alongside.core.Body
import org.alongside.core.FromUsual
import org.alongside.core.HowKnown
import org.alongside.core.PersonHex
import org.alongside.core.Value
import org.alongside.shell.model.HistoryModel
import org.alongside.shell.model.Intent
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

class RecordingTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `an observation is on the phone when it says saved, and on the server after the next sync`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T17:30")
            grace.amina.enrol()
            grace.at("2026-03-02T17:30")
            grace.amina.offline()
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("arrive")
                taps = 0
                tap("asked-wound_dressed")
                tap("field-strike_through-under_25")
                tap("field-pain_rest-2")
                tap("save")
                assertEquals(4, taps, "a usual observation takes four taps")
                assertTrue(sees("Saved on this phone at 17:30"))
                assertTrue(sees("2 records wait on this phone"))

                grace.amina.restart()
                grace.amina.unlock()
            }
            onScreen(grace.amina) {
                assertTrue(sees("2 records wait on this phone"), "the app was ended: what said saved is there")
                grace.amina.online()
                tap("strip-sync")
            }
            grace.beth.sync()
            val seen = grace.beth.replica.history(PersonHex(grace.person)).mapNotNull { (it.body as? Body.Observation)?.v1 }
            assertEquals(mapOf("strike_through" to Value.Text("under_25"), "pain_rest" to Value.Int(2)), seen.last().fields)
        }
    }

    @Test
    fun `a paper note of yesterday stands in yesterday's history, and is not saved without its time`() {
        Grace(folder).use { grace ->
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("person-${grace.person}")
                tap("record")
                tap("kind-pain")
                tap("field-score-3")
                tap("how-from_paper")
                tap("save")
                assertTrue(sees("Say when it was"), "now is not meant by leaving it")
                tap("seen-yesterday")
                tap("save")
                assertTrue(sees("Say when it was"), "the day alone is no time")
                type("seen-time", "18.30")
                tap("save")
                assertTrue(sees("Saved on this phone at 09:00"))
                tap("history")
                val day = (grace.amina.engine.model.value.screen as HistoryModel).days.first { day -> day.items.any { "Pain" in it.what } }
                assertEquals("Sunday 1 March", day.day)
                assertEquals("18:30", day.items.single().at)
            }
            grace.amina.syncs()
            grace.beth.sync()
            val record = grace.beth.replica.history(PersonHex(grace.person)).single { it.body is Body.Observation }
            assertEquals(StoryClock.ms("2026-03-01T18:30"), record.observed.ms)
            assertEquals(HowKnown.FROM_PAPER, (record.body as Body.Observation).v1.howKnown)
        }
    }

    @Test
    fun `whether it is as usual, who else was there and what was done at once reach the nurse and stay with a correction`() {
        Grace(folder).use { grace ->
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("person-${grace.person}")
                tap("record")
                tap("kind-pain")
                tap("field-score-6")
                tap("beside")
                tap("changed-yes")
                type("present", "Her daughter")
                type("done", "Helped her to turn")
                tap("save")
                tap("history")
                assertTrue(sees("Other than usual"))
                assertTrue(sees("There too: Her daughter"))
                val mine = (grace.amina.engine.model.value.screen as HistoryModel).days.flatMap { it.items }.first { it.putRight != null }
                tap("put-right-" + mine.key)
                tap("field-score-5")
                retype("done", "Helped her to turn and rang the nurse")
                type("reason", "Touched the wrong number")
                tap("save")
            }
            grace.amina.syncs()
            grace.beth.sync()
            val seen = grace.beth.replica.history(PersonHex(grace.person)).mapNotNull { (it.body as? Body.Observation)?.v1 }
            assertEquals(List(2) { FromUsual.YES to "Her daughter" }, seen.map { it.changed to it.present })
            assertEquals(listOf("Helped her to turn", "Helped her to turn and rang the nurse"), seen.map { it.done })
        }
    }

    @Test
    fun `all that the wound story asks for, a meal, and progress on a goal take at most four taps each`() {
        Grace(folder).use { grace ->
            grace.at("2026-03-02T11:05")
            grace.beth.observe(grace.person, "wound_dressed", "sacrum", "strike_through" to "none", "pain_rest" to 2, "smell" to "none", "skin_colour" to "same")
            val visit = grace.visit("lunch", "2026-03-02T12:30")
            grace.amina.enrol()
            grace.at("2026-03-02T12:31")
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("arrive")
                inTaps("asked-wound_dressed", "as-last", "field-pain_rest-3", "save")
                assertFalse(sees("Still asked for"), "all four")
                inTaps("record", "kind-meal", "field-eaten-half", "save")
                inTaps("record", "kind-goal_progress-chair", "field-level-help_of_one", "save")
                inTaps("record", "kind-meal", "save")
                assertTrue(grace.amina.engine.model.value.route is Route.Record, "the hour alone is no record of a meal")
            }
            grace.amina.syncs()
            grace.beth.sync()
            val seen = grace.beth.replica.history(PersonHex(grace.person)).mapNotNull { (it.body as? Body.Observation)?.v1 }.drop(1)
            val expected = listOf(
                mapOf("strike_through" to Value.Text("none"), "pain_rest" to Value.Int(3), "smell" to Value.Text("none"), "skin_colour" to Value.Text("same")),
                mapOf("meal" to Value.Text("lunch"), "offered" to Value.Text("yes"), "eaten" to Value.Text("half")),
                mapOf("goal" to Value.Text("chair"), "level" to Value.Text("help_of_one")),
            )
            assertEquals(expected, seen.map { it.fields })
            assertEquals("sacrum", seen.first().site, "as last time is at the same place")
        }
    }

    @Test
    fun `as last time is not offered where the last record lacks some of it, is of another place, or is of the week before`() {
        Grace(folder).use { grace ->
            val all = arrayOf<Pair<String, Any>>("strike_through" to "none", "pain_rest" to 2, "smell" to "none", "skin_colour" to "same")
            grace.beth.observe(grace.person, "wound_dressed", "sacrum", *all)
            grace.at("2026-03-02T10:00")
            grace.beth.observe(grace.person, "wound_dressed", "left_heel", "strike_through" to "none")
            grace.amina.enrol()
            onScreen(grace.amina) {
                grace.amina.engine.send(Intent.Open(Route.Record(grace.person, null, "wound_dressed")))
                assertFalse(has("as-last"), "no place is chosen")
                tap("site-sacrum")
                assertTrue(has("as-last"))
                tap("site-left_heel")
                assertFalse(has("as-last"), "there only one of four was recorded")
                tap("back")
                grace.at("2026-03-09T09:01")
                grace.amina.syncs()
                grace.amina.engine.send(Intent.Open(Route.Record(grace.person, null, "wound_dressed")))
                tap("site-sacrum")
                assertFalse(has("as-last"))
            }
        }
    }

    private fun Hand.inTaps(vararg tags: String) {
        taps = 0
        tags.forEach(::tap)
        assertTrue(taps <= MOST_TAPS)
    }

    @Test
    fun `a time of day that is still to come is refused`() {
        Grace(folder).use { grace ->
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("person-${grace.person}")
                tap("record")
                tap("kind-pain")
                tap("field-score-3")
                tap("seen-today")
                type("seen-time", "1830")
                tap("save")
                assertTrue(sees("the time it was seen is later than now"))
            }
        }
    }

    private companion object {
        const val MOST_TAPS = 4
    }
}
