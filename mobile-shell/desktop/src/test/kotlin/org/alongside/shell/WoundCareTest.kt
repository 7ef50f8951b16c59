package org.alongside.shell

import org.alongside.core.Body
import org.alongside.core.Closing
import org.alongside.core.EscalationState
import org.alongside.core.PersonHex
import org.alongside.core.Section
import org.alongside.core.MatchRef
import org.alongside.shell.world.Grace
import org.alongside.shell.world.Hand
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** The wound care story, as Amina taps through it: with signal, without, and back. */
class WoundCareTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `a carer without signal sees a wound get worse, rings, is answered, and all of it reaches the nurse`() {
        Grace(folder).use { grace ->
            grace.amina.enrol()
            grace.at("2026-03-02T11:05")
            grace.beth.observe(
                grace.person, "wound_dressed", "sacrum",
                "strike_through" to "none", "pain_rest" to 2, "smell" to "none", "skin_colour" to "same",
            )
            val monday = grace.visit("mon", "2026-03-02T17:30")
            val morning = grace.visit("tue1", "2026-03-03T08:00")
            val lunch = grace.visit("tue2", "2026-03-03T12:30")
            onScreen(grace.amina) {
                mondayWithSignal(grace, monday)
                tuesdayMorningWithout(grace, morning)
                tuesdayLunch(grace, lunch)
                sheRings(grace)
                theIntervalIsChangedTwice(grace)
                backInSignal(grace)
            }
        }
    }

    private fun Hand.mondayWithSignal(grace: Grace, visit: String) {
        grace.at("2026-03-02T17:30")
        grace.amina.online()
        tap("visit-$visit")
        assertTrue(sees("Allergies: none known"))
        assertTrue(sees("CPR form: not recorded"))
        tap("header-all")
        assertTrue(sees("never means “do not attempt”"))
        tap("header-all")
        tap("to-plan")
        assertTrue(sees("Sit in my chair for lunch"))
        assertTrue(sees("Responsible: Carers at visits"))
        tap("back")
        tap("arrive")
        record("position", "field-to-right_side")
        wound("under_25", 2, "none", "same")
        assertTrue(sees("Recorded at this visit"))
        tap("done-turning")
        tap("leave")
        tap("back")
        assertTrue(sees("Everything is sent"))
    }

    private fun Hand.tuesdayMorningWithout(grace: Grace, visit: String) {
        grace.at("2026-03-03T07:45")
        grace.amina.offline()
        grace.at("2026-03-03T08:05")
        tap("more")
        tap("back")
        tap("visit-$visit")
        tap("arrive")
        record("position", "field-to-left_side")
        wound("under_25", 3, null, null)
        assertTrue(sees("Still asked for: Smell"))
        tap("leave")
        tap("back")
    }

    private fun Hand.tuesdayLunch(grace: Grace, visit: String) {
        grace.at("2026-03-03T12:40")
        tap("more")
        tap("back")
        tap("visit-$visit")
        tap("arrive")
        tap("asked-wound_dressed")
        tap("field-strike_through-25_to_75")
        tap("field-pain_rest-4")
        tap("field-smell-close_to")
        type("note", "looks infected")
        assertTrue(sees("“infected”: write what you saw instead"))
        grace.at("2026-03-03T12:41")
        tap("save")
        assertTrue(sees("Nobody has been told. Ring."))
        assertTrue(sees("Pain at rest up by 2 or more within 48 hours"))
        assertTrue(sees("Ring District nursing team"))
        assertTrue(sees("Leave the dressing. Help Grace to change position."))
        assertTrue(sees("What to say"))
    }

    private fun Hand.sheRings(grace: Grace) {
        grace.at("2026-03-03T12:48")
        tap("ring")
        assertEquals(listOf("01632 960101"), grace.amina.dialled)
        tap("no-answer")
        assertTrue(sees("Ring Mill Lane Surgery"), "the next who is in hours is offered")
        assertTrue(sees("Nobody has been told. Ring."))
        tap("back")
        assertTrue(has("strip-untold"), "it stands on every screen")
        tap("strip-untold")
        grace.at("2026-03-03T12:55")
        tap("again-district_nursing")
        tap("answered")
        tap("back")
        assertTrue(sees("Nobody has been told. Ring."), "that somebody answered is not yet what they said")
        tap("write-answer")
        type("answer-from", "Beth")
        type("answer-said", "will come, leave the dressing")
        tap("promise-15:30")
        tap("save")
        assertTrue(sees("Somebody has answered"))
        assertTrue(sees("Promised by 15:30"))
        assertTrue(sees("12:48 District nursing team: no answer"))
        assertFalse(has("strip-untold"))
        tap("back")
        tap("back")
        assertTrue(sees("records wait on this phone"))
    }

    /** Beth and Sam change the same interval from the same version. */
    private fun theIntervalIsChangedTwice(grace: Grace) {
        grace.at("2026-03-03T13:20")
        grace.beth.sync()
        grace.sam.set(grace.person, "three hours is too long", Section.ACTIONS, "turning", "interval_min", 150)
        grace.beth.set(grace.person, "pain is going up", Section.ACTIONS, "turning", "interval_min", 120)
    }

    private fun Hand.backInSignal(grace: Grace) {
        grace.at("2026-03-03T18:20")
        grace.amina.online()
        assertTrue(sees("Everything is sent"))
        tap("person-${grace.person}")
        assertTrue(sees("Two versions: ask the office"))
        assertTrue(sees("120 / 150") || sees("150 / 120"))
        assertTrue(sees("Changed since you looked"))
        tap("back")
        grace.at("2026-03-03T21:30")
        tap("person-${grace.person}")
        assertFalse(sees("Changed since you looked ("), "she has looked, and that was a while ago")
        tap("back")
        theNurseReadsAndCloses(grace)
    }

    private fun theNurseReadsAndCloses(grace: Grace) {
        val person = PersonHex(grace.person)
        grace.beth.sync()
        val escalation = grace.beth.replica.escalations(person).list.single()
        assertEquals(EscalationState.ANSWERED, escalation.state)
        assertEquals(listOf(false, true), escalation.attempts.map { it.answered })
        assertEquals("Beth", escalation.responses.single().from)
        assertEquals(14L, escalation.responseMinutes)
        val about = MatchRef(escalation.trigger.id, escalation.raisedBy)
        grace.beth.replica.record(person, Body.Closing(Closing(about, "dressing changed, swab taken")))
        grace.beth.sync()
    }

    private fun Hand.record(kind: String, vararg taps: String) {
        tap("record")
        tap("kind-$kind")
        taps.forEach(::tap)
        tap("save")
    }

    private fun Hand.wound(strike: String, pain: Int, smell: String?, skin: String?) {
        tap("asked-wound_dressed")
        tap("field-strike_through-$strike")
        tap("field-pain_rest-$pain")
        smell?.let { tap("field-smell-$it") }
        skin?.let { tap("field-skin_colour-$it") }
        tap("save")
    }
}
