package org.alongside.shell.world

import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.alongside.core.Section
import org.alongside.shell.model.AppModel
import org.alongside.shell.model.CallIntent
import org.alongside.shell.model.ConcernIntent
import org.alongside.shell.model.EmergencyIntent
import org.alongside.shell.model.EscalationIntent
import org.alongside.shell.model.EscalationModel
import org.alongside.shell.model.HistoryModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.NoReplyIntent
import org.alongside.shell.model.ProposeIntent
import org.alongside.shell.model.ProposeModel
import org.alongside.shell.model.RecordIntent
import org.alongside.shell.model.Route
import org.alongside.shell.model.StepCode
import org.alongside.shell.model.StepEnd
import org.alongside.shell.model.VisitIntent

/** Every screen of the shell in a state that a carer meets, as a real store gave it. */
class Gallery(private val grace: Grace, private val phone: TestPhone) {
    private val found = LinkedHashMap<String, AppModel>()

    fun walk(): Map<String, AppModel> {
        runBlocking { phone.engine.model.first { it.route == Route.Enrol } }
        keep("enrol")
        phone.enrol({ keep("pin-first") }) { found["enrol-joined"] = phone.engine.model.value }
        grace.colleague("dee").close()
        grace.at("2026-03-02T11:05")
        grace.beth.observe(grace.person, "wound_dressed", "sacrum", "strike_through" to "none", "pain_rest" to 2, "smell" to "none", "skin_colour" to "same")
        val early = grace.visit("breakfast", "2026-03-02T08:00")
        val lunch = grace.visit("lunch", "2026-03-02T12:30", timeCritical = true)
        val tea = grace.visit("tea", "2026-03-02T17:30")
        grace.at("2026-03-02T12:31")
        grace.sam.set(grace.person, "three hours is too long", Section.ACTIONS, "turning", "interval_min", 150)
        phone.online()
        check(early.isNotEmpty())
        keep("today")
        open(Route.Plan(grace.person))
        keep("plan")
        open(Route.Induction(grace.person))
        keep("induction")
        send(Intent.Back)
        send(Intent.Back)
        visit(lunch)
        escalation()
        day(tea)
        send(Intent.Back)
        rest()
        return found
    }

    private fun visit(visit: String) {
        open(Route.Visit(grace.person, visit))
        keep("visit-before")
        send(VisitIntent.Arrive)
        send(VisitIntent.Tick("turning", true))
        send(VisitIntent.Tick("mattress", false))
        keep("visit")
        send(VisitIntent.WhyNot("mattress", "the pump beeps"))
        open(Route.Handover(grace.person, visit))
        keep("handover")
        send(Intent.Back)
        open(Route.Kinds(grace.person, visit))
        keep("kinds")
        send(Intent.Back)
        open(Route.Record(grace.person, visit, "skin_check"))
        send(RecordIntent.Site("left_heel"))
        keep("record-site")
        send(Intent.Back)
        open(Route.Record(grace.person, visit, "breathing"))
        send(RecordIntent.Choose("chest_pain", "yes"))
        keep("record-emergency")
        send(Intent.Back)
        phone.offline()
        open(Route.Record(grace.person, visit, "wound_dressed"))
        send(RecordIntent.Choose("strike_through", "25_to_75"))
        send(RecordIntent.Choose("pain_rest", "4"))
        send(RecordIntent.Note("looks infected"))
        keep("record")
        send(RecordIntent.Save)
    }

    /** A sign that was saved, before anybody has noted a call. */
    private fun sign() {
        open(Route.Record(grace.person, null, "breathing"))
        send(RecordIntent.Choose("chest_pain", "yes"))
        send(RecordIntent.Save)
        keep("emergency-untold")
        send(EmergencyIntent.Ring("999"))
        keep("emergency-rung")
        while (phone.engine.model.value.canGoBack) send(Intent.Back)
    }

    private fun escalation() {
        keep("escalation")
        val model = phone.engine.model.value.screen as EscalationModel
        val next = checkNotNull(model.next)
        send(EscalationIntent.Ring(next))
        keep("escalation-rung")
        send(EscalationIntent.NoAnswer(checkNotNull(next.entry)))
        keep("escalation-unanswered")
        open(Route.Answer(grace.person, model.trigger, model.route.match, checkNotNull(next.entry)))
        keep("answer")
        send(Intent.Back)
        send(Intent.Back)
        keep("visit-untold")
        send(Intent.Back)
    }

    private fun day(visit: String) {
        open(Route.NoReply(grace.person, visit))
        send(NoReplyIntent.Tried(StepCode.KNOCK, StepEnd.NO_REPLY))
        keep("no-reply")
        send(Intent.Back)
        open(Route.Late(grace.person, visit))
        keep("late")
        send(Intent.Back)
        open(Route.Help(null, null))
        keep("help")
        send(Intent.Back)
        open(Route.Emergency(grace.person))
        keep("emergency")
        send(Intent.Back)
        open(Route.Call(grace.person))
        send(CallIntent.Answered(true))
        keep("call")
        send(Intent.Back)
        open(Route.Concern(grace.person))
        send(ConcernIntent.Text("Two people whom I do not know sat at the table."))
        keep("concern")
        send(ConcernIntent.Save)
        keep("concern-saved")
    }

    private fun proposal() {
        open(Route.Propose(grace.person))
        val choice = (phone.engine.model.value.screen as ProposeModel).parts.first().choices.first()
        send(ProposeIntent.Choose(choice))
        send(ProposeIntent.Text("Change position at each visit"))
        send(ProposeIntent.Reason("It was not done between visits"))
        keep("propose-chosen")
        send(ProposeIntent.Send)
    }

    private fun correction() {
        open(Route.History(grace.person))
        val mine = (phone.engine.model.value.screen as HistoryModel).days.flatMap { it.items }.firstNotNullOf { it.putRight }
        open(mine)
        send(RecordIntent.Choose("smell", "close_to"))
        send(RecordIntent.Reason("I had not smelled it yet"))
        keep("correct")
        send(RecordIntent.Save)
        if (phone.engine.model.value.route is Route.Escalation) send(Intent.Back)
        keep("history-corrected")
        send(Intent.Back)
    }

    private fun rest() {
        correction()
        proposal()
        sign()
        listOf(
            "propose" to Route.Propose(grace.person), "history" to Route.History(grace.person), "end-of-shift" to Route.EndOfShift, "changes" to Route.Changes,
            "sync" to Route.Sync, "settings" to Route.Settings, "more" to Route.More, "pin" to Route.Pin,
        ).forEach { (name, route) ->
            open(route)
            keep(name)
            send(Intent.Back)
        }
        send(Intent.Lock)
        keep("unlock")
        open(Route.LockedNote(grace.person, grace.person))
        keep("locked-note")
    }

    private fun open(route: Route) = send(Intent.Open(route))

    private fun send(intent: Intent) {
        phone.engine.send(intent)
        phone.settle()
    }

    private fun keep(name: String) {
        phone.settle()
        found[name] = phone.engine.model.value
    }
}
