package org.alongside.shell.engine

import org.alongside.core.Body
import org.alongside.core.Problem
import org.alongside.core.Promise
import org.alongside.core.Response
import org.alongside.core.Section
import org.alongside.core.StaffHex
import org.alongside.core.StaffId
import org.alongside.core.UnixMs
import org.alongside.shell.model.AnswerIntent
import org.alongside.shell.model.AnswerModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Notice
import org.alongside.shell.model.PromiseChoice
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import java.time.LocalTime

/** What a named person answered. */
internal class AnswerPart(private val core: Core) : Part {
    private var route: Route.Answer? = null

    override fun load(route: Route): ScreenModel {
        route as Route.Answer
        this.route = route
        return AnswerModel(
            header = core.plans.header(person(route.person)),
            trigger = core.escalation(route.person, route.trigger, route.match).trigger.name,
            from = "",
            promises = promises(),
        )
    }

    /** The next half hours, and tomorrow morning. */
    private fun promises(): List<PromiseChoice> {
        val now = core.replica.now().ms
        val first = (now / HALF_HOUR_MS + 1) * HALF_HOUR_MS
        val soon = (0 until PROMISES).map { first + it * HALF_HOUR_MS }
        return (soon + core.times.tomorrowAt(MORNING).ms).distinct().map { PromiseChoice(it, core.times.at(UnixMs(it))) }
    }

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel =
        if (old is AnswerModel && loaded is AnswerModel) old.copy(header = loaded.header) else loaded

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? {
        if (model !is AnswerModel || intent !is AnswerIntent) return null
        return when (intent) {
            is AnswerIntent.From -> model.copy(from = intent.text, problem = null)
            is AnswerIntent.Said -> model.copy(said = intent.text, problem = null)
            is AnswerIntent.By -> model.copy(promise = intent.promise.takeIf { it != model.promise })
            is AnswerIntent.Refused -> model.copy(refused = intent.refused)
            AnswerIntent.Save -> null
        }
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is AnswerModel || intent != AnswerIntent.Save) return
        val route = this.route ?: return
        val response = Response(
            about = matchRef(route.trigger, route.match),
            from = model.from.trim(),
            said = model.said.trim(),
            promise = model.promise?.let { Promise(staffOf(route), UnixMs(it.ms)) },
            refused = true.takeIf { model.refused },
        )
        val recorded = try {
            core.replica.record(person(route.person), Body.Response(response))
        } catch (problem: Problem.ShowAndKeep) {
            stage.change { (it as? AnswerModel)?.copy(problem = problem.words) ?: it }
            return
        }
        stage.touched(route.person)
        stage.back()
        stage.notice(Notice.Saved(core.times.clock(recorded.recorded)))
        stage.send(recorded.wake)
    }

    /** Who of the staff the contact is that was rung, where the plan says so: then only their coming keeps the promise. */
    private fun staffOf(route: Route.Answer): StaffId? {
        val staff = core.plans.of(person(route.person)).entry(Section.CONTACTS, route.contact)?.raw("staff") ?: return null
        return runCatching { StaffHex(staff) }.getOrNull()
    }

    private companion object {
        val MORNING: LocalTime = LocalTime.of(9, 0)
        const val HALF_HOUR_MS = 30 * Times.MINUTE_MS
        const val PROMISES = 12
    }
}
