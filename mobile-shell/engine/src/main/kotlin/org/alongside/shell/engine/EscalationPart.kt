package org.alongside.shell.engine

import org.alongside.core.Body
import org.alongside.core.ContactAttempt
import org.alongside.core.Escalation
import org.alongside.core.EscalationState
import org.alongside.core.Means
import org.alongside.core.Offer
import org.alongside.core.PersonId
import org.alongside.core.Section
import org.alongside.core.isOverdue
import org.alongside.shell.model.AnswerRow
import org.alongside.shell.model.AttemptRow
import org.alongside.shell.model.CallRow
import org.alongside.shell.model.EscalationIntent
import org.alongside.shell.model.EscalationModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.MatchId
import org.alongside.shell.model.Notice
import org.alongside.shell.model.Route
import org.alongside.shell.model.SayPart
import org.alongside.shell.model.SayWhat
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.Told

internal class EscalationPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        route as Route.Escalation
        val person = person(route.person)
        val plan = core.plans.of(person)
        val found = core.escalation(route.person, route.trigger, route.match)
        val sbard = core.replica.sbard(person, matchRef(route.trigger, route.match))
        val offers = found.offers
        return EscalationModel(
            header = plan.header(),
            trigger = found.trigger.id,
            name = found.trigger.name,
            told = found.state.toModel(),
            due = core.times.at(found.due),
            overdue = isOverdue(found, core.replica.now()),
            meanwhile = found.trigger.meanwhile.ifEmpty { null },
            agreedBy = found.trigger.agreedBy.ifEmpty { null },
            next = offers?.next?.let { plan.call(it) },
            again = offers?.retry.orEmpty().map { plan.call(Offer.Contact(it)) },
            list = offers?.list.orEmpty().map { plan.call(it) },
            homePhone = offers?.telephone?.ifEmpty { null },
            say = sbard?.run {
                listOf(
                    SayPart(SayWhat.SITUATION, situation),
                    SayPart(SayWhat.BACKGROUND, background),
                    SayPart(SayWhat.ASSESSMENT, assessment),
                    SayPart(SayWhat.RECOMMENDATION, recommendation),
                    SayPart(SayWhat.DECISION, decision),
                ).filter { it.sentences.isNotEmpty() }
            }.orEmpty(),
            attempts = found.attempts.map {
                AttemptRow(core.times.at(it.at), plan.call(Offer.Contact(it.contact)).name, core.name(it.by), it.answered)
            },
            answers = found.responses.map {
                AnswerRow(core.times.at(it.at), it.from, it.said, it.promise?.by?.let(core.times::at), it.refused)
            },
            calls = calls(person, found),
            unsaid = found.unsaid()?.let { plan.call(Offer.Contact(it)) },
            route = route,
        )
    }

    /** Calls about it that are no attempts on a contact: they name it by what they were for. */
    private fun calls(person: PersonId, found: Escalation): List<AnswerRow> {
        val purposes = setOf(found.trigger.name, core.english.say("call_note.unanswered", found.trigger.name))
        return core.replica.history(person).filter { it.observed.ms >= found.raised.ms }.mapNotNull { item ->
            val call = (item.body as? Body.Communication)?.v1?.takeIf { it.purpose in purposes } ?: return@mapNotNull null
            AnswerRow(core.times.at(item.observed), call.with, call.said, null, refused = false)
        }
    }

    /** Who answered a call of which nobody has written down what was said. */
    private fun Escalation.unsaid(): String? {
        val last = attempts.lastOrNull { it.answered } ?: return null
        return last.contact.takeIf { responses.none { it.at.ms >= last.at.ms } }
    }

    private fun PlanReader.call(offer: Offer): CallRow = when (offer) {
        is Offer.Contact -> {
            val contact = entry(Section.CONTACTS, offer.v1)
            CallRow(offer.v1, contact?.text("name") ?: offer.v1, contact?.text("role"), contact?.text("phone"))
        }
        Offer.OneOneOne -> CallRow(null, core.words.say("call.111"), null, ONE_ONE_ONE)
        Offer.NineNineNineIfWorse -> CallRow(null, core.words.say("call.999"), null, NINE_NINE_NINE)
    }

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel =
        if (old is EscalationModel && loaded is EscalationModel) loaded.copy(dialled = old.dialled) else loaded

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? {
        if (model !is EscalationModel) return null
        return when (intent) {
            is EscalationIntent.Ring -> model.copy(dialled = intent.call.entry ?: intent.call.phone)
            is EscalationIntent.NoAnswer, is EscalationIntent.Answered -> model.copy(dialled = null)
            else -> null
        }
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is EscalationModel || intent !is EscalationIntent) return
        when (intent) {
            is EscalationIntent.Ring -> intent.call.phone?.let(stage::dial)
            is EscalationIntent.NoAnswer -> tried(model, stage, intent.contact, answered = false)
            is EscalationIntent.Answered -> {
                tried(model, stage, intent.contact, answered = true)
                stage.open(Route.Answer(model.header.person, model.trigger, model.route.match, intent.contact))
            }
        }
    }

    /** A contact of the plan is attempted; 111 and 999 stand in no plan, and are noted as calls. */
    private fun tried(model: EscalationModel, stage: Stage, contact: String, answered: Boolean) {
        val recorded = core.replica.record(person(model.header.person), if (model.isOfPlan(contact)) attempt(model, contact, answered) else call(model, contact, answered))
        stage.touched(model.header.person)
        stage.reload()
        stage.notice(Notice.Saved(core.times.clock(recorded.recorded)))
        stage.send(recorded.wake)
    }

    private fun EscalationModel.isOfPlan(contact: String) = (list + again + listOfNotNull(next)).any { it.entry == contact }

    private fun attempt(model: EscalationModel, contact: String, answered: Boolean) =
        Body.ContactAttempt(ContactAttempt(matchRef(model.trigger, model.route.match), contact, Means.PHONE, answered))

    private fun call(model: EscalationModel, number: String, answered: Boolean): Body {
        val with = if (number == ONE_ONE_ONE) core.english.say("call.111") else number
        return Body.Communication(core.call(with, model.name, core.english.say("call_note.answered").takeIf { answered }))
    }
}

/** The escalation of a trigger that this match raised or joined. */
internal fun Core.escalation(person: String, trigger: String, match: MatchId): Escalation {
    val wanted = match.toCore()
    return replica.escalations(person(person)).list.lastOrNull { each ->
        each.trigger.id == trigger && (each.raisedBy == wanted || each.matches.any { it.matched == wanted })
    } ?: throw Gone()
}

private fun EscalationState.toModel(): Told = when (this) {
    EscalationState.RAISED -> Told.NOBODY
    EscalationState.ANSWERED -> Told.ANSWERED
    EscalationState.HELP_REFUSED -> Told.REFUSED
    EscalationState.CLOSED, EscalationState.OVERTAKEN -> Told.CLOSED
}
