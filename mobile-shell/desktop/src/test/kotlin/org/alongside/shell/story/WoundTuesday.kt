package org.alongside.shell.story

import org.alongside.core.Body
import org.alongside.core.Communication
import org.alongside.core.EscalationState
import org.alongside.core.Means
import org.alongside.core.Section.ACTIONS
import org.alongside.core.Section.TRIGGERS
import org.alongside.core.UnixMs
import org.alongside.shell.platform.NotificationKind
import org.alongside.shell.world.Hand
import org.alongside.shell.world.StoryClock
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue

/** Monday: all is well, and everyone has signal. */
fun WoundStory.monday() {
    at("2026-03-02T11:05")
    grace.beth.observe(
        grace.person, "wound_dressed", "sacrum",
        "strike_through" to "none", "pain_rest" to 2, "smell" to "none", "skin_colour" to "same",
    )
    val lunch = grace.visit("mon1", "2026-03-02T12:30", by = "joel")
    val tea = grace.visit("mon2", "2026-03-02T17:30")
    at("2026-03-02T12:30")
    joel.syncs()
    usual(joel, lunch, Wound("none", 2, "none", "same"))
    at("2026-03-02T17:30")
    amina.syncs()
    on(amina) { sheReadsThePlanAndRecords(this@monday, tea) }
}

private fun Hand.sheReadsThePlanAndRecords(story: WoundStory, visit: String) {
    toVisit(visit)
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
    wound(Wound("under_25", 2, "none", "same"))
    assertTrue(sees("Recorded at this visit"))
    tap("done-turning")
    tap("leave")
    tap("back")
    assertTrue(sees("Everything is sent"))
    assertFalse(shows("strip-untold"), story.person.hex)
}

/** Tuesday: Amina has no signal, the wound gets worse, and three people change the plan. */
fun WoundStory.tuesday() {
    val visits = listOf("08:00", "12:30", "17:30").map { grace.visit("tue$it", "2026-03-03T$it") }
    at("2026-03-03T07:45")
    everyoneSyncs()
    amina.offline()
    on(amina) {
        theMorning(this@tuesday, visits[0])
        lunch(this@tuesday, visits[1])
        sheRings(this@tuesday)
    }
    threeChangeTheInterval()
    bethComesAsShePromised()
    at("2026-03-03T17:35")
    on(amina) { stillWithout(this@tuesday, visits[2]) }
    backInSignal()
    theEvening()
}

private fun Hand.theMorning(story: WoundStory, visit: String) {
    story.at("2026-03-03T08:05")
    toVisit(visit)
    tap("arrive")
    record("position", "field-to-left_side")
    wound(Wound("under_25", 3, null, null))
    assertTrue(sees("Still asked for: Smell"))
    tap("leave")
}

private fun Hand.lunch(story: WoundStory, visit: String) {
    story.at("2026-03-03T12:40")
    toVisit(visit)
    tap("arrive")
    record("position", "field-to-right_side")
    tap("asked-wound_dressed")
    tap("field-strike_through-25_to_75")
    tap("field-pain_rest-4")
    tap("field-smell-close_to")
    type("note", "looks infected")
    assertTrue(sees("“infected”: write what you saw instead"))
    retype("note", "fluid cloudy cream")
    assertFalse(sees("write what you saw instead"))
    assertTrue(sees("What you wrote first is kept beside it."))
    story.at("2026-03-03T12:41")
    tap("save")
    assertTrue(sees("Nobody has been told. Ring."))
    assertTrue(sees("Pain at rest up by 2 or more within 48 hours"))
    assertTrue(sees("Ring District nursing team"))
    assertTrue(sees("Leave the dressing. Help Grace to change position."))
    assertTrue(sees("What to say"))
}

private fun Hand.sheRings(story: WoundStory) {
    story.at("2026-03-03T12:48")
    tap("ring")
    assertEquals(listOf("01632 960101"), story.amina.dialled)
    tap("no-answer")
    assertTrue(sees("Ring Mill Lane Surgery"), "the next who is in hours is offered")
    assertTrue(sees("Nobody has been told. Ring."))
    tap("back")
    assertTrue(shows("strip-untold"), "it stands on every screen")
    tap("strip-untold")
    story.at("2026-03-03T12:55")
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
    assertFalse(shows("strip-untold"))
    tap("back")
    tap("leave")
    home()
    assertTrue(sees("records wait on this phone"))
}

/** Joel proposes, Sam sets, and Beth, without signal, sets the same and changes T2. */
private fun WoundStory.threeChangeTheInterval() {
    at("2026-03-03T13:00")
    grace.beth.sync()
    at("2026-03-03T13:10")
    joel.syncs()
    on(joel) {
        tap("person-${grace.person}")
        tap("propose")
        tap("propose-actions-turning-interval_min")
        retype("propose-text", "120")
        type("propose-reason", "her heels are red by the third hour")
        tap("send")
        joel.syncs()
        home()
        tap("more")
        tap("more-changes")
        assertTrue(sees("Waits for an answer: supervisor"), "he is told that it is held")
    }
    at("2026-03-03T13:20")
    grace.sam.sync()
    grace.sam.set(grace.person, "three hours is too long", ACTIONS, "turning", "interval_min", 150)
    at("2026-03-03T14:00")
    grace.beth.run {
        setOffline(grace.person, "pain is going up", TRIGGERS, "T2", "name", "Pain at rest up by 1 or more within 48 hours")
        setOffline(
            grace.person, "pain is going up", TRIGGERS, "T2", "condition",
            """{"change":{"kind":"wound_dressed","field":"pain_rest","direction":"up","by":1,"within_hours":48}}""",
        )
        setOffline(grace.person, "pain is going up", ACTIONS, "turning", "interval_min", 120)
    }
    joel.syncs()
    on(joel) { assertFalse(shows("strip-untold"), "nobody can tell whether she was turned: that is no escalation") }
    assertEquals(emptyList<Any>(), escalations("T5", grace.sam.apply { sync() }))
}

private fun WoundStory.bethComesAsShePromised() {
    at("2026-03-03T15:10")
    grace.beth.observeOffline(
        grace.person, "wound_dressed", "sacrum",
        "strike_through" to "none", "pain_rest" to 4, "smell" to "none", "skin_colour" to "same",
    )
    val call = Communication("Amina", Means.PHONE, "pain at rest has gone up", "will come by 15:30, leave the dressing")
    grace.beth.replica.record(person, Body.Communication(call), UnixMs(StoryClock.ms("2026-03-03T12:55")))
    at("2026-03-03T15:40")
    grace.beth.sync()
    joel.syncs()
    on(joel) {
        assertTrue(shows("strip-untold"), "what Beth saw met T2, and nobody here knows of the call yet")
        tap("more")
        tap("more-changes")
        assertTrue(sees("Two versions: ask the office"))
        assertTrue(sees("2 h 30 min (150 min) (by Sam"))
        assertTrue(sees("2 h (120 min) (by Beth"))
    }
}

/** Met again: it joins what is open, of which the promise is past. */
private fun Hand.stillWithout(story: WoundStory, visit: String) {
    toVisit(visit)
    tap("arrive")
    record("position", "field-to-left_side")
    wound(Wound("none", 4, "none", "same"))
    assertTrue(sees("They have not come, as far as this phone knows. Ring."), "this phone has not heard that Beth came")
    assertTrue(sees("12:48 District nursing team: no answer"))
    assertTrue(has("ring"))
    tap("back")
    tap("leave")
    home()
    assertTrue(sees("records wait on this phone"))
    assertTrue(NotificationKind.PROMISE_DUE in story.amina.notified, "this phone has not heard that Beth came")
}

private fun WoundStory.backInSignal() {
    at("2026-03-03T18:20")
    amina.online()
    on(amina) {
        assertTrue(sees("Everything is sent"))
        tap("person-${grace.person}")
        assertTrue(sees("Two versions: ask the office"))
        assertTrue(sees("2 h (120 min) / 2 h 30 min (150 min)") || sees("2 h 30 min (150 min) / 2 h (120 min)"))
        assertTrue(sees("Changed since you looked"))
        assertTrue(sees("Pain at rest up by 1 or more within 48 hours"), "T2 as Beth changed it")
    }
    grace.beth.sync()
    val escalation = escalations("T2").single()
    assertEquals(EscalationState.ANSWERED, escalation.state)
    assertEquals(listOf(false, true), escalation.attempts.map { it.answered })
    assertEquals("Beth", escalation.responses.single().from)
    assertEquals(14L, escalation.responseMinutes)
    assertEquals(StoryClock.ms("2026-03-03T12:41"), escalation.raised.ms)
    at("2026-03-03T18:25")
    close(grace.beth, "T2", "dressing changed, swab taken")
}

/** Nothing waits anywhere, and what Beth closed is closed on Amina's phone, by Beth's name. */
private fun WoundStory.theEvening() {
    at("2026-03-03T18:31")
    everyoneSyncs()
    listOf(grace.sam, grace.beth).forEach { assertEquals(0UL, it.replica.syncState().waiting) }
    listOf(amina, joel).forEach { phone ->
        on(phone) {
            assertTrue(sees("Everything is sent"))
            assertFalse(shows("strip-untold"))
        }
    }
    at("2026-03-03T21:30")
    everyoneSyncs()
    on(amina) {
        tap("person-${grace.person}")
        assertFalse(sees("Changed since you looked ("), "she has looked, and that was a while ago")
        history(grace.person)
        assertTrue(sees("18:25 Beth"))
        assertTrue(sees("Closed: dressing changed, swab taken"))
        assertFalse(shows("strip-untold"), "the changed T2 does not open it again")
    }
    assertEquals(1, escalations("T2").size)
    assertFalse(NotificationKind.PROMISE_DUE in amina.notified)
}
