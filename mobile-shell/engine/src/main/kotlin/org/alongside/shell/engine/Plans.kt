package org.alongside.shell.engine

import org.alongside.core.EntryView
import org.alongside.core.FieldView
import org.alongside.core.PersonId
import org.alongside.core.PlanPage
import org.alongside.core.Section
import org.alongside.core.Touched
import org.alongside.core.Value
import org.alongside.shell.model.Alert
import org.alongside.shell.model.AlertWeight
import org.alongside.shell.model.Fact
import org.alongside.shell.model.Header
import org.alongside.shell.model.PersonStatus

/** Reads what stands in a plan. It decides nothing: where several versions stand, it says so. */
internal class Plans(private val core: Core) {
    fun of(person: PersonId): PlanReader = PlanReader(core, person, core.replica.plan(person))

    fun header(person: PersonId): Header = of(person).header()
}

internal class PlanReader(private val core: Core, val person: PersonId, val page: PlanPage) {
    private val conflicts = page.conflicts.map { Triple(it.section, it.entry, it.field) }.toSet()
    var touched: List<Touched> = emptyList()

    /** The entries of a section, in the order of the plan. */
    fun entries(section: Section): List<PlanEntry> =
        page.view.sections[section].orEmpty().entries
            .sortedWith(compareBy({ it.value.order }, { it.key }))
            .map { PlanEntry(this, section, it.key, it.value) }

    fun entry(section: Section, name: String): PlanEntry? = entries(section).firstOrNull { it.name == name }

    fun main(section: Section): PlanEntry? = entries(section).firstOrNull()

    fun hasTwoVersions(section: Section, entry: String, field: String? = null) =
        conflicts.any { it.first == section && it.second == entry && (field == null || it.third == field) }

    fun hasChanged(section: Section, entry: String, field: String? = null) =
        touched.any { it.section == section && it.entry == entry && (field == null || it.field == null || it.field == field) }

    fun label(section: Section, field: String): String = core.kinds.label("plan.${section.name.lowercase()}.$field")

    fun shown(section: Section, field: String, value: Value): String = when (value) {
        is Value.Bool -> core.words.say(if (value.v1) "yes" else "no")
        is Value.Int -> if (field.endsWith("_min")) minutes(value.v1) else value.v1.toString()
        is Value.Decimal -> value.v1.let { java.math.BigDecimal.valueOf(it.digits, it.places.toInt()).toPlainString() }
        is Value.Text -> text(section, field, value.v1)
    }

    /** From an hour on, in hours too. */
    private fun minutes(minutes: Long): String {
        val (hours, rest) = minutes / 60 to minutes % 60
        return when {
            hours == 0L -> minutes.toString()
            rest == 0L -> core.words.say("minutes.hours", hours, minutes)
            else -> core.words.say("minutes.both", hours, rest, minutes)
        }
    }

    private fun text(section: Section, field: String, text: String): String = when {
        field in DATES -> Times.date(text)
        field in CODES || (section == Section.SAFETY && text in YES_NO) -> text.split(',').joinToString { core.code(it) }
        else -> text
    }

    fun header(): Header {
        val safety = main(Section.SAFETY)
        val facts = safety?.facts(PlanFields.SAFETY).orEmpty()
        val preferred = safety?.text("preferred_name")
        val name = safety?.text("full_name") ?: preferred
        return Header(
            person = person.hex,
            name = name ?: core.words.say("header.no_name"),
            preferred = preferred?.takeIf { it != name },
            born = safety?.text("date_of_birth"),
            nhsNumber = safety?.text("nhs_number"),
            status = when (safety?.raw("status")) {
                "at_home" -> PersonStatus.AT_HOME
                "in_hospital" -> PersonStatus.IN_HOSPITAL
                "away" -> PersonStatus.AWAY
                "ended" -> PersonStatus.ENDED
                "died" -> PersonStatus.DIED
                else -> PersonStatus.NOT_RECORDED
            },
            alerts = alerts(safety),
            facts = facts,
            telephone = safety?.text("telephone"),
        )
    }

    /** What must not be missed: allergies and the CPR form always, the rest where it is more than "no". */
    private fun alerts(safety: PlanEntry?): List<Alert> {
        val words = core.words
        val listed = safety?.text("allergies")
        val allergies = listed ?: when (safety?.raw("allergies_known")) {
            "none_known" -> words.say("header.none_known")
            else -> words.say("header.not_recorded")
        }
        val form = when (safety?.raw("cpr_form")) {
            "held" -> listOfNotNull(words.say("header.cpr_held"), safety.text("cpr_form_where")).joinToString(": ")
            "none" -> words.say("header.cpr_none")
            else -> words.say("header.cpr_not_recorded")
        }
        val always = listOf(
            Fact(words.say("header.allergies"), allergies, two(safety, "allergies", "allergies_known")),
            Fact(words.say("header.cpr"), form, two(safety, "cpr_form")),
        ).map { Alert(it, it.label, AlertWeight.ALWAYS) }
        return always + PlanFields.ALERTS.mapNotNull { alert(safety ?: return always, it) }
    }

    private fun alert(safety: PlanEntry, field: String): Alert? {
        val fact = (if (field == "moving_handling") moving(safety) else safety.fact(field)) ?: return null
        if (!fact.twoVersions && fact.value in setOf(core.code("no"), core.code("not_recorded"))) return null
        val sign = core.words.say("header.sign.$field")
        return when {
            fact.twoVersions -> Alert(fact, sign, AlertWeight.TEXT)
            fact.value == core.code("yes") -> Alert(fact, sign, AlertWeight.WORD)
            safety.number(field) != null -> Alert(fact, core.words.say("header.level", sign, fact.value), AlertWeight.WORD)
            else -> Alert(fact, sign, AlertWeight.TEXT)
        }
    }

    /** How, and by how many. */
    private fun moving(safety: PlanEntry): Fact? {
        val (method, carers) = safety.fact("moving_handling") to safety.fact("carers_needed")
        if (carers == null) return method
        val by = core.words.say("header.carers", carers.value)
        val label = label(Section.SAFETY, "moving_handling")
        return Fact(label, listOfNotNull(method?.value, by).joinToString("; "), method?.twoVersions == true || carers.twoVersions, method?.changed == true || carers.changed)
    }

    private fun two(safety: PlanEntry?, vararg fields: String) =
        safety != null && fields.any { hasTwoVersions(Section.SAFETY, safety.name, it) }

    private companion object {
        val YES_NO = setOf("yes", "no", "not_recorded")
        val DATES = setOf(
            "date_of_birth", "cpr_form_seen_on", "told_on", "target_date", "starts_on", "review_on", "by_when",
            "agreed_on", "since", "checked_on", "check_due", "asked_on",
        )
        val CODES = setOf("role", "status", "allergies_known", "cpr_form", "state", "domain", "contact", "may_change")
    }
}

/** An entry of a plan. */
internal class PlanEntry(
    private val plan: PlanReader,
    val section: Section,
    val name: String,
    private val view: EntryView,
) {
    private fun field(field: String): FieldView? = view.fields[field]

    /** The value as it stands, for telling codes apart; nothing where it is absent or several versions stand. */
    fun raw(field: String): String? = (field(field)?.candidates?.singleOrNull()?.value as? Value.Text)?.v1

    fun isTrue(field: String): Boolean = (field(field)?.candidates?.singleOrNull()?.value as? Value.Bool)?.v1 == true

    fun number(field: String): Long? = (field(field)?.candidates?.singleOrNull()?.value as? Value.Int)?.v1

    /** In words; every version where there are several. */
    fun text(field: String): String? {
        val candidates = field(field)?.candidates.orEmpty()
        return candidates.takeIf { it.isNotEmpty() }?.joinToString(" / ") { plan.shown(section, field, it.value) }
    }

    fun fact(field: String, label: String = plan.label(section, field)): Fact? = text(field)?.let {
        Fact(label, it, plan.hasTwoVersions(section, name, field), plan.hasChanged(section, name, field))
    }

    fun facts(fields: List<String>): List<Fact> = fields.mapNotNull { fact(it) }

    val isTwoVersions: Boolean get() = plan.hasTwoVersions(section, name)

    val isChanged: Boolean get() = plan.hasChanged(section, name)
}
