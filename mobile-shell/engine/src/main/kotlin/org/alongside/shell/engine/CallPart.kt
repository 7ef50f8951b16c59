package org.alongside.shell.engine

import org.alongside.core.Body
import org.alongside.core.Communication
import org.alongside.core.Means
import org.alongside.core.Problem
import org.alongside.shell.model.CallIntent
import org.alongside.shell.model.CallModel
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Notice
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

/** A call about a person that is no attempt on a contact for a met trigger: to 999, the family, the pharmacy, anybody. */
internal class CallPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        route as Route.Call
        val plan = core.plans.of(person(route.person))
        return CallModel(
            header = plan.header(),
            with = route.with.orEmpty(),
            purpose = route.purpose.orEmpty(),
            isGiven = route.purpose != null,
            names = (listOf(NINE_NINE_NINE, core.words.say("call.111")) + plan.contacts().map { it.name }).distinct(),
        )
    }

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel =
        if (old is CallModel && loaded is CallModel) old.copy(header = loaded.header) else loaded

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? {
        if (model !is CallModel) return null
        return when (intent) {
            is CallIntent.With -> model.copy(with = intent.name, problem = null)
            is CallIntent.Purpose -> model.copy(purpose = intent.text, problem = null)
            is CallIntent.Answered -> model.copy(answered = intent.answered, problem = null)
            is CallIntent.Said -> model.copy(said = intent.text, problem = null)
            is CallIntent.Earlier -> model.copy(minutesAgo = intent.minutes, problem = null)
            else -> null
        }
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is CallModel || intent != CallIntent.Save || !model.isWhole) return
        val call = core.call(model.with.trim(), model.purpose.trim(), model.said.trim().takeIf { model.answered == true })
        val recorded = try {
            core.replica.record(person(model.header.person), Body.Communication(call), model.minutesAgo.takeIf { it > 0 }?.let { core.times.after(-it) })
        } catch (problem: Problem.ShowAndKeep) {
            stage.change { (it as? CallModel)?.copy(problem = problem.words) ?: it }
            return
        }
        stage.touched(model.header.person)
        stage.back()
        stage.notice(Notice.Saved(core.times.clock(recorded.recorded)))
        stage.send(recorded.wake)
    }
}

/** A call as it is recorded; where nobody answered, that stands in its purpose too: it has told nobody. */
internal fun Core.call(with: String, purpose: String, said: String?): Communication = Communication(
    with = with,
    means = Means.PHONE,
    purpose = if (said == null) english.say("call_note.unanswered", purpose) else purpose,
    said = said ?: english.say("call_note.no_answer"),
)
