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
        return KindsModel(plan.header(), visit, asked.map(::row), core.kinds.all.filterNot { it in asked }.map(::row))
    }

    private fun row(kind: Kind) = KindRow(kind.code, kind.label, concern = kind.restricted)
}
