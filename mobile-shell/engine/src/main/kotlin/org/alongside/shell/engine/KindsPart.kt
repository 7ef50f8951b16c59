package org.alongside.shell.engine

import org.alongside.core.Section
import org.alongside.shell.model.KindRow
import org.alongside.shell.model.KindsModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

internal class KindsPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val (person, visit) = route as Route.Kinds
        val plan = core.plans.of(person(person))
        val asked = plan.entries(Section.ASKED).mapNotNull { it.raw("kind") }.distinct().mapNotNull(core.kinds::of)
        return KindsModel(plan.header(), visit, asked.flatMap { rows(it, plan) }, core.kinds.all.filterNot { it in asked }.flatMap { rows(it, plan) })
    }

    /** Progress is recorded on one goal: each has a row of its own. */
    private fun rows(kind: Kind, plan: PlanReader): List<KindRow> {
        val row = KindRow(kind.code, kind.label, concern = kind.restricted)
        val goals = if (kind.fields.any { it.code == GOAL }) plan.entries(Section.GOALS) else emptyList()
        return goals.map { row.copy(label = core.words.say("header.alert", kind.label, it.text("text").orEmpty()), goal = it.name) }.ifEmpty { listOf(row) }
    }
}
