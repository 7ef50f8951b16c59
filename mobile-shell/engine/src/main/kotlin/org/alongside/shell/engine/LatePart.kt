package org.alongside.shell.engine

import org.alongside.core.Body
import org.alongside.core.RunningLate
import org.alongside.shell.model.EndangeredRow
import org.alongside.shell.model.Intent
import org.alongside.shell.model.LateChoice
import org.alongside.shell.model.LateIntent
import org.alongside.shell.model.LateModel
import org.alongside.shell.model.Notice
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

internal class LatePart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val (personHex, visit) = route as Route.Late
        val person = person(personHex)
        val names = core.replica.people().associate { it.person to it.name }
        val plan = core.plans.of(person)
        return LateModel(
            header = plan.header(),
            visit = visit,
            planned = core.replica.visits(person).firstOrNull { it.id.hex == visit }?.planned?.let { core.times.at(it.start) },
            choices = MINUTES.map { LateChoice(it, core.times.clock(core.times.after(it))) },
            said = core.replica.day(person).late.lastOrNull { it.visit.hex == visit }?.expected?.let(core.times::clock),
            ring = plan.office(),
            endangered = core.replica.endangered(person, visit(visit)).map {
                EndangeredRow(names[it.person].orEmpty(), core.times.clock(it.start), core.times.clock(it.expected), it.timeCritical)
            },
        )
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is LateModel || intent !is LateIntent.By) return
        val late = RunningLate(visit(model.visit), core.times.after(intent.minutes), null)
        val recorded = core.replica.record(person(model.header.person), Body.RunningLate(late))
        stage.reload()
        stage.notice(Notice.Saved(core.times.clock(recorded.recorded)))
        stage.send(recorded.wake)
    }

    private companion object {
        val MINUTES = listOf(10, 20, 30, 45, 60, 90)
    }
}
