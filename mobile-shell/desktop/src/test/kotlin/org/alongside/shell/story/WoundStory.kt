package org.alongside.shell.story

import org.alongside.core.Body
import org.alongside.core.Closing
import org.alongside.core.Escalation
import org.alongside.core.MatchRef
import org.alongside.core.PersonHex
import org.alongside.core.Section.CONTACTS
import org.alongside.core.Section.TRIGGERS
import org.alongside.shell.model.Route
import org.alongside.shell.world.Colleague
import org.alongside.shell.world.Entry
import org.alongside.shell.world.Grace
import org.alongside.shell.world.Hand
import org.alongside.shell.world.TestPhone
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import java.io.File

/** The stage of the wound care story: Amina's and Joel's phones with the shell, Beth and Sam on devices of their own. */
class WoundStory(folder: File) : AutoCloseable {
    val grace = Grace(folder)
    val person = PersonHex(grace.person)
    val amina: TestPhone = grace.amina
    val joel: TestPhone

    init {
        theRestOfThePlan()
        amina.enrol()
        joel = grace.phone("joel").apply { enrol() }
    }

    private fun theRestOfThePlan() {
        grace.sam.plan(
            grace.person, "everyone who helps",
            Entry(CONTACTS, "out_of_hours_nursing", 20, "role" to "out_of_hours_nursing", "name" to "Out-of-hours nursing", "phone" to "01632 960102", "hours" to """{"open":[{"from":"18:00","to":"08:00"}]}"""),
            Entry(CONTACTS, "daughter", 40, "role" to "family", "name" to "Ngozi Okafor, daughter", "phone" to "01632 960104"),
        )
        grace.beth.sync()
        grace.beth.plan(
            grace.person, "clinical part agreed with Grace",
            Entry(
                TRIGGERS, "T3", 30, "name" to "Skin beyond the dressing differs from nearby skin",
                "condition" to """{"compare":{"kind":"wound_dressed","field":"skin_colour","op":"is_one_of","value":["redder","purple","darker"]}}""",
                "contact" to "district_nursing", "urgency" to 60, "say" to "The skin around the dressing has changed.",
                "meanwhile" to "Keep Grace off that side.", "agreed_by" to "Beth", "agreed_on" to "2026-03-02",
            ),
            Entry(
                TRIGGERS, "T4", 40, "name" to "Three refused or quarter-eaten meals in 48 hours",
                "condition" to """{"count":{"of":{"kind":"meal","field":"eaten","op":"at_most","value":"quarter"},"at_least":3,"within_hours":48}}""",
                "contact" to "district_nursing", "urgency" to "same_day", "say" to "Grace has left three meals in two days.",
                "meanwhile" to "Offer drinks and food that she likes.", "agreed_by" to "Beth", "agreed_on" to "2026-03-02",
            ),
            Entry(
                TRIGGERS, "T5", 50, "name" to "No change of position recorded for 6 hours",
                "condition" to """{"absence":{"kind":"position","hours":6,"between":["08:00","22:00"]}}""",
                "contact" to "coordinator", "urgency" to "same_day", "say" to "No change of position has been recorded.",
                "agreed_by" to "Beth", "agreed_on" to "2026-03-02",
            ),
        )
    }

    fun at(local: String) = grace.at(local)

    /** On the screen of this phone, from the first page on and back to it. */
    fun on(phone: TestPhone, play: Hand.() -> Unit) = onScreen(phone) {
        home()
        play()
        home()
    }

    /** Everyone who has signal hears what is new. */
    fun everyoneSyncs() {
        listOf(grace.sam, grace.beth).forEach(Colleague::sync)
        listOf(amina, joel).forEach { if (it.line?.isUp == true) it.syncs() }
    }

    /** A visit as planned, with nothing new: another position, and all that is asked for as it was last. */
    fun usual(phone: TestPhone, visit: String, wound: Wound, then: Hand.() -> Unit = {}) = on(phone) {
        toVisit(visit)
        tap("arrive")
        record("position", "field-to-left_side")
        wound(wound)
        if (phone.engine.model.value.route is Route.Escalation) tap("back")
        then()
        tap("leave")
    }

    /** The escalations of a trigger, as somebody at a desk reads them. */
    fun escalations(of: String, reader: Colleague = grace.beth): List<Escalation> =
        reader.replica.escalations(person).list.filter { it.trigger.id == of }

    fun close(by: Colleague, trigger: String, outcome: String) {
        by.sync()
        val open = escalations(trigger, by).single { it.closed == null }
        by.replica.record(person, Body.Closing(Closing(MatchRef(trigger, open.raisedBy), outcome)))
        by.sync()
    }

    override fun close() {
        joel.close()
        grace.close()
    }
}

/** What is seen of a dressing that stays on. */
data class Wound(val strike: String?, val pain: Int, val smell: String?, val skin: String?)

fun Hand.home() {
    while (shows("back")) tap("back")
}

/** Today's list as it is now. */
fun Hand.today() {
    home()
    tap("more")
    tap("back")
}

fun Hand.toVisit(visit: String) {
    today()
    tap("visit-$visit")
}

fun Hand.record(kind: String, vararg taps: String) {
    tap("record")
    tap("kind-$kind")
    taps.forEach(::tap)
    tap("save")
}

fun Hand.wound(wound: Wound) {
    tap("asked-wound_dressed")
    wound.strike?.let { tap("field-strike_through-$it") }
    tap("field-pain_rest-${wound.pain}")
    wound.smell?.let { tap("field-smell-$it") }
    wound.skin?.let { tap("field-skin_colour-$it") }
    tap("save")
}

/** She rings whoever is offered, and somebody answers at once. */
fun Hand.ringsAndIsAnswered(number: String, phone: TestPhone, from: String, said: String) {
    tap("ring")
    assertTrue(phone.dialled.last() == number, "rung: ${phone.dialled}")
    tap("answered")
    type("answer-from", from)
    type("answer-said", said)
    tap("save")
    assertTrue(sees("Somebody has answered"))
    assertTrue(sees(said))
    assertFalse(shows("strip-untold"))
}

/** The history of the person, from her plan. */
fun Hand.history(person: String) {
    home()
    tap("person-$person")
    tap("history")
}
