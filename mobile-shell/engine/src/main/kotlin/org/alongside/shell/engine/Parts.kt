package org.alongside.shell.engine

import org.alongside.shell.model.Route

/** Which part stands behind which screen. */
internal class Parts(core: Core, untold: Untold) {
    private val today = TodayPart(core, untold)
    private val enrol = EnrolPart(core)
    private val plan = PlanPart(core)
    private val induction = InductionPagePart(core)
    private val visit = VisitPart(core)
    private val handover = HandoverPart(core)
    private val kinds = KindsPart(core)
    private val record = RecordPart(core)
    private val escalation = EscalationPart(core)
    private val answer = AnswerPart(core)
    private val emergency = EmergencyPart(core)
    private val call = CallPart(core)
    private val reported = Reported(core)
    private val concern = ConcernPart(core, reported)
    private val concernSaved = ConcernSavedPart(core, reported)
    private val noReply = NoReplyPart(core)
    private val late = LatePart(core)
    private val help = HelpPart(core)
    private val endOfShift = EndOfShiftPart(core)
    private val changes = ChangesPart(core)
    private val history = HistoryPart(core)
    private val sync = SyncPart(core, reported)
    private val settings = SettingsPart(core)
    private val more = MorePart(core)
    private val pin = PinPart(core)
    private val lockedNote = LockedNotePart(core)
    private val propose = ProposePart(core)

    fun of(route: Route): Part = when (route) {
        Route.Enrol -> enrol
        Route.Today -> today
        is Route.Plan -> plan
        is Route.Induction -> induction
        is Route.Visit -> visit
        is Route.Handover -> handover
        is Route.Kinds -> kinds
        is Route.Record -> record
        is Route.Escalation -> escalation
        is Route.Answer -> answer
        is Route.Emergency -> emergency
        is Route.Call -> call
        is Route.Concern -> concern
        is Route.ConcernSaved -> concernSaved
        is Route.NoReply -> noReply
        is Route.Late -> late
        is Route.Help -> help
        Route.EndOfShift -> endOfShift
        Route.Changes -> changes
        is Route.History -> history
        Route.Sync -> sync
        Route.Settings -> settings
        Route.More -> more
        Route.Unlock, Route.Pin -> pin
        is Route.LockedNote -> lockedNote
        is Route.Propose -> propose
    }
}
