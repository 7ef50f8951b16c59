package org.alongside.shell.engine

import org.alongside.core.TodaysVisit
import org.alongside.core.Visit
import org.alongside.core.VisitState
import org.alongside.shell.model.PersonRow
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.TodayModel
import org.alongside.shell.model.VisitRow
import org.alongside.shell.model.VisitStand

internal class TodayPart(private val core: Core, private val untold: Untold) : Part {
    override fun load(route: Route): ScreenModel {
        val replica = core.replica
        return TodayModel(
            holder = replica.me()?.name.orEmpty(),
            day = core.times.today(),
            visits = replica.today().filterNot(::isOver).map(::row),
            people = replica.people().map { PersonRow(it.person.hex, it.name, it.notShared, it.stillComing) },
        )
    }

    /** What is paused for good is no visit of today. */
    private fun isOver(today: TodaysVisit) = today.visit.state == VisitState.Paused && core.plans.header(today.person).status.isOver

    private fun row(today: TodaysVisit): VisitRow {
        val visit = today.visit
        val planned = visit.planned
        val me = core.replica.me()?.staff
        return VisitRow(
            person = today.person.hex,
            visit = visit.id.hex,
            name = today.name,
            from = core.times.clock(planned?.start ?: visit.arrivals.firstOrNull()?.at ?: core.replica.now()),
            until = planned?.ends?.let(core.times::clock),
            state = visit.stand(),
            timeCritical = planned?.timeCritical == true,
            mine = planned == null || me in planned.staff,
            unreadNotes = untold.unread(today.person.hex),
        )
    }
}

/** How a visit stands, as one word. */
internal fun Visit.stand(): VisitStand = when (state) {
    VisitState.Expected -> VisitStand.EXPECTED
    is VisitState.Arrived -> if (leavings.isEmpty()) VisitStand.ARRIVED else VisitStand.LEFT
    is VisitState.Late -> VisitStand.LATE
    is VisitState.Missed -> VisitStand.MISSED
    is VisitState.Unknown -> VisitStand.UNKNOWN
    VisitState.Unplanned -> if (leavings.isEmpty()) VisitStand.UNPLANNED else VisitStand.LEFT
    VisitState.Cancelled -> VisitStand.CANCELLED
    VisitState.Paused -> VisitStand.PAUSED
    VisitState.NotTold -> if (leavings.isEmpty()) VisitStand.NOT_TOLD else VisitStand.LEFT
}
