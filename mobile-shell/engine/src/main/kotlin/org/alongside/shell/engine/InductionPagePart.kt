package org.alongside.shell.engine

import org.alongside.shell.model.InductionModel
import org.alongside.shell.model.InductionPart
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

internal class InductionPagePart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val person = person((route as Route.Induction).person)
        val page = core.replica.induction(person)
        return InductionModel(core.plans.header(person), page.version.toLong(), page.parts.map { InductionPart(it.title, it.lines) })
    }
}
