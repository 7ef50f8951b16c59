package org.alongside.shell.engine

import org.alongside.core.Body
import org.alongside.core.Command
import org.alongside.core.NotSafeToday
import org.alongside.core.Problem
import org.alongside.core.Section
import org.alongside.core.Value
import org.alongside.core.WakeReason
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Notice
import org.alongside.shell.model.ProposeChoice
import org.alongside.shell.model.ProposeIntent
import org.alongside.shell.model.ProposeModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.ProposePart as PartOfPlan
import java.util.UUID

/** A change of the plan, which the core sends to whoever is responsible for that part. */
internal class ProposePart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val plan = core.plans.of(person((route as Route.Propose).person))
        val parts = PlanFields.PROPOSED.map { (section, fields) -> PartOfPlan(core.kinds.label(section.key), choices(plan, section, fields)) }
        val something = ProposeChoice(Section.ACTIONS.name, null, "text", core.words.say("propose.new"), "", false)
        return ProposeModel(plan.header(), parts.filter { it.choices.isNotEmpty() } + PartOfPlan(core.words.say("propose.missing"), listOf(something)))
    }

    private fun choices(plan: PlanReader, section: Section, fields: List<String>) = plan.entries(section)
        .filter { it.raw("state") !in setOf("done", "stopped") }
        .flatMap { entry -> fields.mapNotNull { choice(plan, entry, it, it == fields.first()) } }

    /** The first field is the entry's own words; another is named beside them. */
    private fun choice(plan: PlanReader, entry: PlanEntry, field: String, isMain: Boolean): ProposeChoice? {
        val value = entry.text(field) ?: return null
        val now = if (isMain) value else core.words.say("header.alert", core.place(plan, entry.section, entry.name, field), value)
        val isTwo = plan.hasTwoVersions(entry.section, entry.name, field)
        val isNumber = field in NUMBERS
        val typed = if (isNumber) entry.number(field)?.toString().orEmpty() else value
        return ProposeChoice(entry.section.name, entry.name, field, now, typed, isTwo, isNumber)
    }

    override fun fresh(old: ScreenModel, loaded: ScreenModel): ScreenModel {
        if (old !is ProposeModel || loaded !is ProposeModel) return loaded
        return loaded.copy(chosen = old.chosen, text = old.text, reason = old.reason, problem = old.problem, problemField = old.problemField)
    }

    override fun typed(model: ScreenModel, intent: Intent): ScreenModel? {
        if (model !is ProposeModel || intent !is ProposeIntent) return null
        return when (intent) {
            is ProposeIntent.Choose -> model.copy(chosen = intent.choice, text = intent.choice.value, problem = null)
            is ProposeIntent.Text -> model.copy(text = intent.text, problem = null)
            is ProposeIntent.Reason -> model.copy(reason = intent.text, problem = null)
            ProposeIntent.Send, ProposeIntent.NotSafe -> null
        }
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is ProposeModel) return
        val chosen = model.chosen ?: return
        val wake = try {
            when (intent) {
                ProposeIntent.Send -> {
                    core.replica.editPlan(person(model.header.person), listOf(command(chosen, model.text.trim())), model.reason.trim())
                    WakeReason.TIME
                }
                ProposeIntent.NotSafe -> core.replica.record(
                    person(model.header.person),
                    Body.NotSafeToday(NotSafeToday(null, chosen.entry.orEmpty(), model.reason.trim(), null)),
                ).wake
                else -> return
            }
        } catch (problem: Problem.ShowAndKeep) {
            stage.change { (it as? ProposeModel)?.copy(problem = problem.words, problemField = problem.field) ?: it }
            return
        }
        stage.touched(model.header.person)
        stage.back()
        stage.notice(Notice.Saved(core.times.clock(core.replica.now())))
        stage.send(wake)
    }

    private fun command(chosen: ProposeChoice, text: String): Command {
        val section = Section.valueOf(chosen.section)
        val entry = chosen.entry ?: return Command.AddEntry(section, newName(), mapOf(chosen.field to Value.Text(text)), LAST)
        // What is no number stays text: the core says what it takes.
        val number = if (chosen.isNumber) text.toLongOrNull() else null
        return Command.SetField(section, entry, chosen.field, number?.let { Value.Int(it) } ?: Value.Text(text))
    }

    /** A name that no other phone gives at the same time. */
    private fun newName() = "p-" + UUID.randomUUID().toString().take(NAME_DIGITS)

    private companion object {
        const val LAST = 1_000L
        const val NAME_DIGITS = 13
        val NUMBERS = setOf("interval_min")
    }
}
