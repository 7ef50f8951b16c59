package org.alongside.shell.engine

import org.alongside.shell.model.HelpIntent
import org.alongside.shell.model.HelpModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.PlaceRow
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

internal class HelpPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val (person, visit) = route as Route.Help
        val places = core.readable { places() }.orEmpty()
        val place = person?.let { PlaceRow(it, visit, null, null) } ?: core.lastVisit?.takeIf { places.isEmpty() }?.let { PlaceRow(it.person, it.visit, null, null) }
        return HelpModel(place, if (place == null) places else emptyList(), numbers = core.office)
    }

    /** Where the holder is, when they have said that they arrived and not that they left; else all of today. */
    private fun places(): List<PlaceRow> {
        val today = core.replica.today()
        val me = core.replica.me()?.staff
        val here = today.filter { each ->
            each.visit.arrivals.any { it.staff == me } && each.visit.leavings.none { it.staff == me }
        }
        return here.ifEmpty { today }.map { PlaceRow(it.person.hex, it.visit.id.hex, it.name, it.visit.planned?.let { planned -> core.times.clock(planned.start) }) }
    }

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
        stage.send(Sending.NOW)
    }
}
