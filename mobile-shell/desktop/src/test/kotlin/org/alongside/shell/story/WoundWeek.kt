package org.alongside.shell.story

import org.alongside.core.Section.ACTIONS
import org.alongside.shell.world.StoryClock
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue

/** Wednesday: T2 as changed is met; a visit is missed; Amina goes in between. */
fun WoundStory.wednesday() {
    val morning = grace.visit("wed1", "2026-03-04T08:00", by = "joel")
    grace.visit("wed2", "2026-03-04T12:30", by = "joel")
    val tea = grace.visit("wed3", "2026-03-04T17:30", by = "joel")
    at("2026-03-04T08:00")
    joel.syncs()
    on(joel) {
        toVisit(morning)
        tap("arrive")
        record("position", "field-to-right_side")
        wound(Wound(null, 5, null, null))
        assertTrue(sees("Nobody has been told. Ring."))
        assertTrue(sees("Pain at rest up by 1 or more within 48 hours"), "by the plan that he saw")
        at("2026-03-04T08:06")
        ringsAndIsAnswered("01632 960101", joel, "District nursing, duty nurse", "Beth will look at it on Thursday")
        tap("back")
        assertTrue(sees("Still asked for: "), "what he was asked and did not record")
        tap("leave")
    }
    nobodyCame()
    aminaGoes()
    at("2026-03-04T17:30")
    joel.syncs()
    usual(joel, tea, Wound("none", 5, "none", "same"))
}

/** T5 stands on Joel's phone too, with Sam to ring. */
private fun WoundStory.nobodyCame() {
    at("2026-03-04T14:00")
    joel.syncs()
    on(joel) {
        assertTrue(sees("Late"), "the visit of 12:30")
        tap("strip-untold")
        assertTrue(sees("No change of position recorded for 6 hours"))
        assertTrue(sees("Ring Sam"))
        tap("ring")
        assertEquals("01632 960106", joel.dialled.last())
    }
    grace.sam.sync()
    val raised = escalations("T5", grace.sam).single()
    assertEquals(StoryClock.ms("2026-03-04T14:00"), raised.raised.ms)
}

/** Sam has rung Amina: her visit was not planned. */
private fun WoundStory.aminaGoes() {
    at("2026-03-04T14:50")
    amina.syncs()
    on(amina) {
        tap("person-${grace.person}")
        tap("not-planned")
        assertTrue(sees("Not planned"))
        tap("arrive")
        record("position", "field-to-left_side")
        wound(Wound("none", 5, "none", "same"))
        assertTrue(sees("Somebody has answered"), "T2 of the morning is open, and Joel has told it")
        tap("back")
        tap("leave")
        today()
        assertTrue(sees("14:50"), "it stands in her day")
    }
    at("2026-03-04T15:00")
    close(grace.sam, "T5", "Amina went, position changed")
    everyoneSyncs()
    listOf(amina, joel).forEach { phone -> on(phone) { assertFalse(shows("strip-untold")) } }
    on(joel) {
        today()
        assertTrue(sees("Missed"), "the visit of 12:30")
    }
    on(amina) {
        history(grace.person)
        assertTrue(sees("15:00 Sam"))
        assertTrue(sees("Closed: Amina went, position changed"))
    }
}

/** Thursday: the dressing leaks. Beth comes and closes what is open. */
fun WoundStory.thursday() {
    val visits = listOf("08:00" to "amina", "12:30" to "joel", "17:30" to "joel").map { (at, by) -> grace.visit("thu$at", "2026-03-05T$at", by) }
    at("2026-03-05T08:00")
    amina.syncs()
    on(amina) {
        toVisit(visits[0])
        tap("arrive")
        record("position", "field-to-right_side")
        wound(Wound("leaking", 5, "none", "same"))
        assertTrue(sees("Strike-through more than 75% or leaking, or dressing off"))
        assertTrue(sees("Somebody must answer by 09:00"))
        assertTrue(sees("Leave the dressing. Cover it with a clean pad if it is off."))
        at("2026-03-05T08:03")
        ringsAndIsAnswered("01632 960101", amina, "Beth", "I come at 11:00, put a pad over it")
        tap("back")
        tap("leave")
    }
    at("2026-03-05T11:00")
    grace.beth.observe(
        grace.person, "wound_dressed", "sacrum",
        "strike_through" to "none", "pain_rest" to 3, "smell" to "none", "skin_colour" to "same",
    )
    at("2026-03-05T11:10")
    listOf("T2", "T1").forEach { close(grace.beth, it, "dressing changed") }
    everyoneSyncs()
    on(amina) {
        assertFalse(shows("strip-untold"))
        history(grace.person)
        assertTrue(sees("11:10 Beth"))
        assertTrue(sees("Closed: dressing changed"))
    }
    for ((visit, at) in listOf(visits[1] to "12:30", visits[2] to "17:30")) {
        at("2026-03-05T$at")
        joel.syncs()
        usual(joel, visit, Wound("none", 3, "none", "same"))
    }
}

/** Friday: Sam chooses one interval and answers Joel. Grace eats little. */
fun WoundStory.friday() {
    val lunch = grace.visit("fri1", "2026-03-06T12:30", by = "joel")
    val tea = grace.visit("fri2", "2026-03-06T17:30", by = "joel")
    at("2026-03-06T08:59")
    everyoneSyncs()
    listOf(amina, joel).forEach { phone ->
        on(phone) {
            tap("person-${grace.person}")
            assertTrue(sees("Two versions: ask the office"), "until Sam chooses")
        }
    }
    at("2026-03-06T09:00")
    samChoosesAndAnswers()
    everyoneSyncs()
    on(amina) {
        tap("person-${grace.person}")
        assertFalse(sees("Two versions"))
        assertFalse(sees("150"))
    }
    on(joel) {
        tap("more")
        tap("more-changes")
        assertFalse(sees("Two versions"))
        assertTrue(sees("Declined"))
        assertTrue(sees("Sam answered: the same interval was chosen"))
    }
    at("2026-03-06T12:30")
    joel.syncs()
    usual(joel, lunch, Wound("none", 3, "none", "same")) { record("meal", "absent-declined") }
    at("2026-03-06T17:30")
    joel.syncs()
    usual(joel, tea, Wound("none", 3, "none", "same")) {
        record("meal", "field-eaten-quarter")
        assertFalse(shows("strip-untold"), "two meals are not three")
    }
}

private fun WoundStory.samChoosesAndAnswers() {
    val sam = grace.sam
    val held = sam.replica.plan(person).edits.single { it.held != null && it.settled == null }
    assertEquals("her heels are red by the third hour", held.reason)
    sam.set(grace.person, "two hours, as Beth says", ACTIONS, "turning", "interval_min", 120)
    sam.replica.decideEdit(person, held.edit, false, "the same interval was chosen")
    sam.sync()
}

/** Saturday: the third meal. The daughter and the GP are told. */
fun WoundStory.saturday() {
    val breakfast = grace.visit("sat1", "2026-03-07T08:00", by = "joel")
    at("2026-03-07T08:00")
    joel.syncs()
    on(joel) {
        toVisit(breakfast)
        tap("arrive")
        record("position", "field-to-left_side")
        record("meal", "field-eaten-none")
        assertTrue(sees("Three refused or quarter-eaten meals in 48 hours"))
        at("2026-03-07T08:10")
        ringsAndIsAnswered("01632 960101", joel, "District nursing, duty nurse", "offer drinks with each visit")
        tap("back")
        tap("leave")
    }
    at("2026-03-07T09:00")
    close(grace.sam, "T4", "daughter and GP told")
    everyoneSyncs()
    on(amina) {
        assertFalse(shows("strip-untold"))
        assertTrue(sees("Everything is sent"))
        history(grace.person)
        assertTrue(sees("Closed: daughter and GP told"))
    }
    on(joel) { assertTrue(sees("Everything is sent")) }
    grace.beth.sync()
    val all = grace.beth.replica.escalations(person).list
    assertEquals(listOf("T2", "T2", "T5", "T1", "T4"), all.map { it.trigger.id }, "T3 never, and no other")
    assertTrue(all.all { it.closed != null })
}
