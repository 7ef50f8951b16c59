package org.alongside.shell.engine

import org.alongside.shell.model.HelpIntent
import org.alongside.shell.model.HelpModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

internal class HelpPart(private val core: Core) : Part {
    private var route: Route.Help? = null

    override fun load(route: Route): ScreenModel {
        this.route = route as Route.Help
        return HelpModel()
    }

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel = old

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        val route = this.route ?: return
        if (intent != HelpIntent.Ask) return
        val (person, visit) = where(route) ?: return
        core.replica.askForHelp(person(person), visit?.let(::visit))
        stage.change { HelpModel(asked = true) }
        stage.send(Sending.NOW)
    }

    /** Where the holder is: at the visit that they have not left, else at the next one, else anybody. */
    private fun where(route: Route.Help): Pair<String, String?>? {
        val said = route.person
        if (said != null) return said to route.visit
        val today = core.replica.today()
        val here = today.firstOrNull { it.visit.arrivals.isNotEmpty() && it.visit.leavings.isEmpty() } ?: today.firstOrNull()
        if (here != null) return here.person.hex to here.visit.id.hex
        return core.replica.people().firstOrNull()?.let { it.person.hex to null }
    }
}
