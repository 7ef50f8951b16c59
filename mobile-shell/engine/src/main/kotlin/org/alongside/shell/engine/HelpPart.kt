package org.alongside.shell.engine

import org.alongside.core.TodaysVisit
import org.alongside.core.WakeReason
import org.alongside.shell.model.HelpIntent
import org.alongside.shell.model.HelpModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.PlaceRow
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

internal class HelpPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val (person, visit) = route as Route.Help
        if (person != null) return HelpModel(PlaceRow(person, visit, null, null), numbers = core.office())
        val today = core.readable { core.replica.today() }.orEmpty()
        val here = today.singleOrNull(::isHere)
        return if (here != null) HelpModel(row(here), numbers = core.office()) else HelpModel(null, today.map(::row), numbers = core.office())
    }

    /** They have said that they arrived there, and not that they left. */
    private fun isHere(today: TodaysVisit): Boolean {
        val me = core.replica.me()?.staff
        return today.visit.arrivals.any { it.staff == me } && today.visit.leavings.none { it.staff == me }
    }

    private fun row(today: TodaysVisit) =
        PlaceRow(today.person.hex, today.visit.id.hex, today.name, today.visit.planned?.let { core.times.clock(it.start) })

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel = if (old is HelpModel) old else loaded

    /** That help was asked for is shown on no other screen, and not on the way back. */
    override fun kept(model: ScreenModel): ScreenModel? = null

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? =
        if (model is HelpModel && intent is HelpIntent.At) model.copy(place = intent.place) else null

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is HelpModel || intent != HelpIntent.Ask) return
        val place = model.place ?: return
        core.replica.askForHelp(person(place.person), place.visit?.let(::visit))
        stage.change { (it as? HelpModel)?.copy(asked = true) ?: it }
        stage.send(WakeReason.AT_ONCE)
    }
}
