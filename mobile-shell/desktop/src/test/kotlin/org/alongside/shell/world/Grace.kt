package org.alongside.shell.world

import org.alongside.core.Section
import org.alongside.core.Section.ABOUT
import org.alongside.core.Section.ACTIONS
import org.alongside.core.Section.CONTACTS
import org.alongside.core.Section.GOALS
import org.alongside.core.Section.RISKS
import org.alongside.core.Section.SAFETY
import org.alongside.core.Section.TRIGGERS
import org.alongside.office.Office
import java.io.File
import org.alongside.shell.platform.NoNotifications
import org.alongside.shell.platform.Notifications

/** The wound care story: Grace, who cares for her, their devices and the server. Amina has the shell. */
class Grace(private val folder: File, begins: String = "2026-03-02T09:00", locale: String = "en-GB", private val tray: Notifications = NoNotifications) :
    AutoCloseable {
    val clock = StoryClock(begins)
    val office = Office(folder, testClock = true).start()
    private val staff = HashMap<String, String>()
    val person: String
    val sam: Colleague
    val beth: Colleague
    val amina: TestPhone

    init {
        office.moveClock(clock.wallMs)
        staff["amina"] = office.addStaff("Amina", "carer")
        staff["joel"] = office.addStaff("Joel", "carer")
        staff["sam"] = office.addStaff("Sam", "supervisor")
        staff["beth"] = office.addStaff("Beth", "nurse", "Northside Community Nursing")
        staff["dee"] = office.addStaff("Dee", "manager")
        office.setRecipients(staff.getValue("dee"))
        person = office.addPerson(*staff.values.toTypedArray())
        sam = colleague("sam")
        beth = colleague("beth")
        firstPlan()
        amina = phone("amina", locale)
    }

    /** A phone with the shell on it, and a ticket in front of its camera. */
    fun phone(
        name: String, locale: String = "en-GB", folderName: String = name,
        ticket: String = office.ticket(staff.getValue(name)),
    ): TestPhone {
        val line = Line(office.port)
        return TestPhone(File(folder, folderName), clock, line, locale, tray).apply {
            this.ticket = line.ticket(ticket)
        }
    }

    fun colleague(name: String) = Colleague(File(folder, name), clock, office.ticket(staff.getValue(name)))

    fun staff(name: String): String = staff.getValue(name)

    /** Moves every clock. */
    fun at(local: String) {
        office.moveClock(clock.set(local))
    }

    fun visit(name: String, at: String, by: String = "amina", timeCritical: Boolean = false, staff: String = staff(by)): String {
        val id = name.encodeToByteArray().joinToString("") { "%02x".format(it) }.padEnd(VISIT_DIGITS, '0')
        sam.planVisit(person, id, at, staff, timeCritical = timeCritical)
        sam.sync()
        return id
    }

    private fun firstPlan() {
        sam.plan(
            person, "first plan",
            Entry(
                SAFETY, "main", 0, "preferred_name" to "Grace", "full_name" to "Mrs Grace Okafor",
                "date_of_birth" to "1941-06-14", "nhs_number" to "999 000 0018", "status" to "at_home",
                "moving_handling" to "One carer, slide sheet", "carers_needed" to 1, "communication" to "Speaks English",
                "telephone" to "01632 960100",
            ),
            Entry(ABOUT, "main", 0, "own_words" to "I like the window open; call me Grace; I will not say if it hurts, look at my hands"),
            contact("district_nursing", 10, "District nursing team", "01632 960101", """{"open":[{"from":"08:00","to":"18:00"}]}"""),
            contact("gp", 30, "Mill Lane Surgery", "01632 960103", """{"open":[{"days":["mon","tue","wed","thu","fri"],"from":"08:00","to":"18:30"}]}"""),
            contact("on_call", 50, "Larkfield on-call", "01632 960105", null),
            contact("coordinator", 60, "Sam", "01632 960106", null),
            Entry(GOALS, "chair", 0, "text" to "Sit in my chair for lunch", "domain" to "transfers"),
            Entry(RISKS, "pressure", 0, "text" to "Pressure damage", "likelihood_provider" to 3, "impact_provider" to 4),
            Entry(
                ACTIONS, "turning", 10, "text" to "Change position", "who" to "Carers at visits",
                "who_between" to "Grace, with her bed control", "interval_min" to 180, "may_change" to "nurse,supervisor",
            ),
            Entry(ACTIONS, "mattress", 20, "text" to "Check the mattress pump", "who" to "Carers"),
        )
        beth.sync()
        beth.plan(
            person, "clinical part agreed with Grace",
            Entry(ACTIONS, "dressing", 30, "text" to "Change the dressing on the sacrum, Monday and Thursday. Carers do not open it.", "who" to "Beth", "clinical" to true),
            asked("strike_through", 10), asked("smell", 20), asked("pain_rest", 30), asked("skin_colour", 40),
            Entry(
                TRIGGERS, "T1", 10, "name" to "Strike-through more than 75% or leaking, or dressing off",
                "condition" to """{"compare":{"kind":"wound_dressed","field":"strike_through","op":"is_one_of","value":["over_75","leaking"]}}""",
                "contact" to "district_nursing", "urgency" to 60, "say" to "The dressing on the sacrum is leaking, full or off.",
                "meanwhile" to "Leave the dressing. Cover it with a clean pad if it is off.", "agreed_by" to "Beth", "agreed_on" to "2026-03-02",
            ),
            Entry(
                TRIGGERS, "T2", 20, "name" to "Pain at rest up by 2 or more within 48 hours",
                "condition" to """{"change":{"kind":"wound_dressed","field":"pain_rest","direction":"up","by":2,"within_hours":48}}""",
                "contact" to "district_nursing", "urgency" to "same_day", "say" to "Pain at rest has gone up.",
                "meanwhile" to "Leave the dressing. Help Grace to change position.", "agreed_by" to "Beth", "agreed_on" to "2026-03-02",
            ),
        )
        beth.set(person, "clinical part agreed with Grace", SAFETY, "main", "allergies_known", "none_known")
    }

    private fun contact(role: String, order: Long, name: String, phone: String, hours: String?): Entry {
        val fields = listOfNotNull("role" to role, "name" to name, "phone" to phone, hours?.let { "hours" to it })
        return Entry(CONTACTS, role, order, *fields.toTypedArray())
    }

    private fun asked(field: String, order: Long) = Entry(Section.ASKED, field, order, "kind" to "wound_dressed", "field" to field)

    override fun close() {
        amina.close()
        sam.close()
        beth.close()
        office.close()
    }

    private companion object {
        const val VISIT_DIGITS = 32
    }
}
