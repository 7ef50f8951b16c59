package org.alongside.shell.engine

import org.alongside.shell.model.Blank
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

/** Which part stands behind which screen. */
internal class Parts(core: Core, untold: Untold) {
    private val today = TodayPart(core, untold)
    private val enrol = EnrolPart(core)
    private val plan = PlanPart(core)
    private val visit = VisitPart(core)
    private val handover = HandoverPart(core)
    private val kinds = KindsPart(core)
    private val record = RecordPart(core)
    private val escalation = EscalationPart(core)
    private val answer = AnswerPart(core)

    fun of(route: Route): Part = when (route) {
        Route.Enrol -> enrol
        Route.Today -> today
        is Route.Plan -> plan
        is Route.Visit -> visit
        is Route.Handover -> handover
        is Route.Kinds -> kinds
        is Route.Record -> record
        is Route.Escalation -> escalation
        is Route.Answer -> answer
        else -> NothingYet
    }
}

private object NothingYet : Part {
    override fun load(route: Route): ScreenModel = Blank
}
