package org.alongside.shell.engine

import org.alongside.core.Section

/** Which fields of the plan the shell shows, and which it may propose to change: all of them, in this one place. */
object PlanFields {
    /** What an entry says, who answers for it, and what else is known. */
    internal class Line(val text: String, val who: String? = null, val more: List<String> = emptyList()) {
        val all: List<String> get() = listOfNotNull(text, who) + more
    }

    internal val LINES: Map<Section, Line> = mapOf(
        Section.GOALS to Line("text", "lead", listOf("own_words", "support", "target_date")),
        Section.RISKS to Line("text", "owner", listOf("measures", "approach")),
        Section.ACTIONS to Line("text", "who", listOf("who_between", "interval_min", "by_when", "may_change")),
        Section.TRIGGERS to Line("name", null, listOf("contact", "meanwhile", "agreed_by")),
        Section.EQUIPMENT to Line("text", "owner", listOf("place", "state", "since", "checked_on", "check_due")),
        Section.BASELINES to Line("usual", null, listOf("said_by", "since")),
        Section.VIEWS to Line("words", null, listOf("from", "about", "asked_on", "answer", "answered_by", "changed")),
        Section.FAMILY to Line("name", null, listOf("relation", "gives", "needs", "own_words", "contingency", "priority")),
    )

    internal val ABOUT = listOf("own_words", "matters_most", "communicate", "support_me", "important_people", "routines")

    /** What must not be missed, beside allergies and the CPR form: a word for yes, a level, or a text. */
    internal val ALERTS = listOf(
        "blood_thinner", "insulin", "oxygen", "spinal_injury", "fit_plan", "food_texture", "drink_texture",
        "time_critical_medicines", "moving_handling", "infection_precautions", "hazards", "communication", "interpreter",
        "attorney", "baselines",
    )

    internal val SAFETY = listOf(
        "preferred_name", "allergies", "allergies_known", "cpr_form", "cpr_form_where", "cpr_form_seen_by",
        "cpr_form_seen_on", "blood_thinner", "insulin", "oxygen", "time_critical_medicines", "food_texture",
        "drink_texture", "moving_handling", "carers_needed", "communication", "interpreter", "attorney",
        "infection_precautions", "hazards", "baselines", "spinal_injury", "fit_plan", "telephone",
    )

    internal val PROPOSED: List<Pair<Section, List<String>>> = listOf(
        Section.ACTIONS to listOf("text", "interval_min"), Section.GOALS to listOf("text"), Section.RISKS to listOf("text"),
        Section.EQUIPMENT to listOf("text", "place"),
    )

    /** Every field that is named here, by its section. */
    val named: Map<Section, Set<String>> =
        (LINES.map { it.key to it.value.all } + PROPOSED + (Section.ABOUT to ABOUT) + (Section.SAFETY to ALERTS + SAFETY))
            .groupBy({ it.first }, { it.second }).mapValues { it.value.flatten().toSet() }
}
