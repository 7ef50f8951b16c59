package org.alongside.shell

import org.alongside.core.Body
import org.alongside.core.PersonHex
import org.alongside.core.Section
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Route
import org.alongside.shell.world.Grace
import org.alongside.shell.world.StoryClock
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** The carer's day: nobody answers, coming late, needing help, going home. */
class DayTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `nobody answers the door - each step has its time, and it is open until somebody knows that she is safe`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            grace.amina.offline()
            grace.at("2026-03-02T09:30")
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("no-reply")
                assertTrue(sees("Next: Knock and call"))
                tap("no-answer")
                assertTrue(sees("Do this at 09:32"))
                assertTrue(sees("Next: Ring the person’s phone"))
                tap("dial-home")
                assertEquals("01632 960100", grace.amina.dialled.last())
                tap("no-answer")
                tap("not-possible")
                tap("not-possible")
                tap("no-answer")
                assertTrue(sees("Next: Ring the office"))
                tap("dial-on_call")
                assertEquals("01632 960105", grace.amina.dialled.last())
                tap("no-answer")
                assertTrue(sees("If nobody knows by 10:00 that the person is safe"))
                tap("back")
                tap("to-plan")
                tap("history")
                assertTrue(sees("Could not be done: Use the key safe"), "what was not done is not told as done")
                assertTrue(sees("No answer: Knock and call"))
                repeat(2) { tap("back") }
                tap("search")
                tap("back")
                assertTrue(sees("Nobody has answered the door."))
                tap("search")
                type("located-who", "Her daughter")
                type("located-how", "At the hospital since the morning")
                tap("located")
                assertTrue(sees("Safe. Her daughter: At the hospital since the morning"))
                grace.amina.syncs()
            }
            grace.amina.syncs()
            grace.sam.sync()
            val search = grace.sam.replica.day(PersonHex(grace.person)).searches.single()
            assertEquals(6, search.steps.size)
            assertEquals("Her daughter", search.located?.locatedBy)
        }
    }

    @Test
    fun `running late is one tap, and names the later visits that it endangers`() {
        Grace(folder).use { grace ->
            val first = grace.visit("first", "2026-03-02T09:30")
            grace.visit("second", "2026-03-02T10:30", timeCritical = true)
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("visit-$first")
                tap("late")
                taps = 0
                tap("late-90")
                assertEquals(1, taps)
                assertTrue(sees("You said: there by 10:30"))
                assertTrue(sees("Grace at 10:30: you would come at 11:30"))
                assertTrue(sees("Must be on time"))
                assertTrue(sees("The office sees it when this phone has signal."), "it has, and nobody pressed anything to send it")
            }
            grace.sam.sync()
            assertEquals(1, grace.sam.replica.day(PersonHex(grace.person)).late.size)
        }
    }

    @Test
    fun `who forgot to press came and left when they say, and nobody leaves before they came`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:00")
            grace.amina.enrol()
            grace.at("2026-03-02T09:40")
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("earlier")
                type("seen-time", "905")
                tap("arrive")
                assertTrue(sees("You arrived 09:05"))
                tap("earlier")
                type("seen-time", "0904")
                tap("leave")
                assertTrue(sees("That is before you arrived"))
                retype("seen-time", "0935")
                tap("leave")
                assertTrue(sees("You left 09:35"))
            }
            grace.amina.syncs()
            grace.sam.sync()
            val seen = grace.sam.replica.visits(PersonHex(grace.person)).single()
            assertEquals(listOf("2026-03-02T09:05", "2026-03-02T09:35").map(StoryClock::ms), listOf(seen.arrivals.single().at.ms, seen.leavings.single().at.ms))
        }
    }

    @Test
    fun `after a death nothing is asked of anybody, and what was recorded can be read`() {
        over("died", "This person has died. Thank you for the care that you gave.", isEmergencyAsked = false)
    }

    @Test
    fun `when care has ended nothing is asked of anybody but in an emergency`() {
        over("ended", "Care of this person by your organisation has ended.", isEmergencyAsked = true)
    }

    private fun over(status: String, said: String, isEmergencyAsked: Boolean) {
        Grace(folder).use { grace ->
            val visit = grace.visit("tea", "2026-03-02T17:30")
            grace.beth.observe(grace.person, "wound_dressed", "sacrum", "strike_through" to "leaking")
            grace.amina.enrol()
            onScreen(grace.amina) {
                assertTrue(shows("strip-untold"))
                grace.sam.sync()
                grace.sam.set(grace.person, "rung by the hospital", Section.SAFETY, "main", "status", status)
                grace.amina.syncs()
                assertFalse(shows("strip-untold"), "no line about her")
                tap("more")
                tap("back")
                assertFalse(has("visit-$visit"), "no visit of today")
                tap("more")
                tap("more-end")
                assertTrue(sees("You can go home."), "nothing is open about her")
                tap("back")
                tap("back")
                val routes = listOf(
                    Route.Plan(grace.person), Route.Visit(grace.person, visit), Route.Kinds(grace.person, visit), Route.Late(grace.person, visit),
                    Route.NoReply(grace.person, visit), Route.Propose(grace.person), Route.Handover(grace.person, visit), Route.Emergency(grace.person),
                ).filter { it !is Route.Emergency || !isEmergencyAsked }
                for (route in routes) {
                    grace.amina.engine.send(Intent.Open(route))
                    assertTrue(sees(said), "$route")
                    val asked = listOf("arrive", "late", "no-reply", "record", "late-10", "no-answer", "send", "not-planned", "propose", "dial-999", "save", "to-visit")
                    assertEquals(emptyList<String>(), asked.filter { has(it) }, "$route")
                    tap("history")
                    assertTrue(sees("Wound"), "what was recorded by $route")
                    tap("back")
                    tap("back")
                }
            }
        }
    }

    @Test
    fun `who is there when somebody dies can say that they leave`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:00")
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("arrive")
                grace.amina.syncs()
                grace.sam.sync()
                grace.sam.set(grace.person, "the GP was here", Section.SAFETY, "main", "status", "died")
                grace.amina.syncs()
                assertTrue(sees("This person has died."))
                assertFalse(has("done-turning"))
                tap("leave")
                assertFalse(has("leave"))
            }
            grace.amina.syncs()
            grace.sam.sync()
            assertEquals(1, grace.sam.replica.visits(PersonHex(grace.person)).single().leavings.size)
        }
    }

    @Test
    fun `a task that was not done asks why before she can leave, and a nurse's task asks her nothing`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("arrive")
                assertTrue(sees("Change the dressing on the sacrum"))
                assertTrue(sees("This is for the nurse"))
                assertFalse(has("done-dressing"))
                assertTrue(sees("2 tasks have no answer yet"))
                tap("done-turning")
                tap("not-done-mattress")
                assertTrue(sees("Say why 1 task was not done."))
                tap("leave")
                assertFalse(sees("You left"), "nobody says for her why it was not done")
                type("why-not-mattress", "the pump beeps")
                tap("leave")
                assertTrue(sees("Not done: the pump beeps"))
            }
            grace.beth.sync()
            val left = grace.beth.replica.history(PersonHex(grace.person)).mapNotNull { (it.body as? Body.VisitLeft)?.v1 }.single()
            assertEquals(mapOf("turning" to null, "mattress" to "the pump beeps"), left.tasks.associate { it.action to it.notDone })
        }
    }

    @Test
    fun `a call for help tells the office where she is, and nothing on the phone tells of it`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("help")
                tap("ask")
                assertTrue(sees("Nothing of it will show here."))
                tap("back")
                assertFalse(sees("help was"))
                tap("back")
                tap("more")
                tap("more-help")
                assertFalse(sees("It is saved"), "nothing on the way tells that help was asked for")
                tap("help-at-$visit")
                tap("ask")
            }
            grace.amina.syncs()
            grace.sam.sync()
            val calls = grace.sam.replica.helpCalls(PersonHex(grace.person))
            assertEquals(listOf(visit, visit), calls.map { it.visit?.hex })
        }
    }

    @Test
    fun `the end of a shift tells what is unsent, unread and open, and whom to ring`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            grace.amina.offline()
            grace.at("2026-03-02T09:30")
            onScreen(grace.amina) {
                tap("more")
                tap("more-end")
                assertTrue(sees("Everything is sent, read and done."))
                tap("back")
                tap("back")
                tap("visit-$visit")
                tap("arrive")
                tap("asked-wound_dressed")
                tap("field-strike_through-over_75")
                tap("save")
                tap("back")
                tap("back")
                tap("more")
                tap("more-end")
                assertTrue(sees("2 records are not sent yet."))
                assertTrue(sees("Nobody has been told. Ring. Strike-through more than 75%"))
                assertTrue(sees("You have not said that you left."))
                tap("dial-01632 960101")
                assertEquals("01632 960101", grace.amina.dialled.last())
            }
        }
    }
}
