package org.alongside.shell.engine

import org.alongside.core.Body
import org.alongside.core.LocatedSafe
import org.alongside.core.NoReplyStep
import org.alongside.core.NoReplyTried
import org.alongside.core.Problem
import org.alongside.core.Section
import org.alongside.core.StepResult
import org.alongside.shell.model.ContactRow
import org.alongside.shell.model.Intent
import org.alongside.shell.model.NoReplyIntent
import org.alongside.shell.model.NoReplyModel
import org.alongside.shell.model.Notice
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.StepCode
import org.alongside.shell.model.StepEnd
import org.alongside.shell.model.StepRow

internal class NoReplyPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val (personHex, visit) = route as Route.NoReply
        val person = person(personHex)
        val plan = core.plans.of(person)
        val episode = core.replica.day(person).searches.lastOrNull { it.visit.hex == visit }
        val next = if (episode == null) StepRow(StepCode.KNOCK, null, null, null) else
            episode.next?.let { StepRow(StepCode.valueOf(it.step.name), core.times.clock(it.due), null, null) }
        val taken = episode?.steps.orEmpty().map {
            StepRow(StepCode.valueOf(it.step.name), null, core.times.clock(it.at), StepEnd.valueOf(it.result.name))
        }
        return NoReplyModel(
            header = plan.header(),
            visit = visit,
            steps = taken + listOfNotNull(next?.takeIf { it.due != null }),
            next = next,
            located = episode?.located?.let { it.locatedBy + ": " + it.how },
            ring = next?.let { ring(plan, it.step) } ?: plan.office(),
            overdueFrom = episode?.takeIf { it.next == null }?.overdueFrom?.let(core.times::clock),
        )
    }

    /** Whom this step rings, by the plan; nobody for a step that is taken at the door. */
    private fun ring(plan: PlanReader, step: StepCode): List<ContactRow> = when (step) {
        StepCode.RING -> plan.header().run { telephone?.let { listOf(ContactRow(HOME, "", name, null, it)) } }.orEmpty()
        StepCode.FAMILY -> plan.contactsIn("family")
        StepCode.OFFICE -> plan.office()
        else -> emptyList()
    }

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel =
        if (old is NoReplyModel && loaded is NoReplyModel) loaded.copy(who = old.who, how = old.how) else loaded

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? {
        if (model !is NoReplyModel) return null
        return when (intent) {
            is NoReplyIntent.Who -> model.copy(who = intent.text, problem = null)
            is NoReplyIntent.How -> model.copy(how = intent.text, problem = null)
            else -> null
        }
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is NoReplyModel) return
        val visit = visit(model.visit)
        val body = when (intent) {
            is NoReplyIntent.Tried ->
                Body.NoReplyTried(NoReplyTried(visit, NoReplyStep.valueOf(intent.step.name), StepResult.valueOf(intent.end.name), null))
            NoReplyIntent.Located -> Body.LocatedSafe(LocatedSafe(visit, model.who.trim(), model.how.trim()))
            else -> return
        }
        val recorded = try {
            core.replica.record(person(model.header.person), body)
        } catch (problem: Problem.ShowAndKeep) {
            stage.change { (it as? NoReplyModel)?.copy(problem = problem.words) ?: it }
            return
        }
        stage.reload()
        stage.notice(Notice.Saved(core.times.clock(recorded.recorded)))
        stage.send(recorded.wake)
    }

    private companion object {
        const val HOME = "home"
    }
}

/** The contacts of the plan in these roles, with a number. */
internal fun PlanReader.contactsIn(vararg roles: String): List<ContactRow> {
    val named = entries(Section.CONTACTS).filter { it.raw("role") in roles }.map { it.name }.toSet()
    return contacts().filter { it.entry in named && it.phone != null }
}

/** Whom to ring at the provider: its on-call, then the coordinator. */
internal fun PlanReader.office(): List<ContactRow> = contactsIn("on_call") + contactsIn("coordinator")
