package org.alongside.shell.engine

import org.alongside.core.News
import org.alongside.core.PersonHex
import org.alongside.core.Section
import org.alongside.core.lackWords
import org.alongside.shell.model.ContactRow
import org.alongside.shell.model.Intent
import org.alongside.shell.model.PlanChangeRow
import org.alongside.shell.model.PlanIntent
import org.alongside.shell.model.PlanLine
import org.alongside.shell.model.PlanModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import java.util.UUID

internal class PlanPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val person = person((route as Route.Plan).person)
        val news = core.replica.news(person)
        val summary = core.replica.people().firstOrNull { it.person == person }
        val plan = core.plans.of(person).apply { touched = news.plan.flatMap { it.touched } }
        return PlanModel(
            header = plan.header(),
            version = plan.page.view.version.toLong(),
            lastLooked = news.since?.let(core.times::at),
            changes = changes(news),
            goals = plan.lines(Section.GOALS),
            risks = plan.lines(Section.RISKS),
            actions = plan.entries(Section.ACTIONS).filter { it.raw("state") !in OVER }.map(plan::line),
            triggers = plan.lines(Section.TRIGGERS),
            asked = asked(plan),
            about = plan.main(Section.ABOUT)?.facts(PlanFields.ABOUT).orEmpty(),
            contacts = plan.contacts(),
            equipment = plan.lines(Section.EQUIPMENT),
            baselines = plan.entries(Section.BASELINES).map { baseline(plan, it) },
            views = plan.lines(Section.VIEWS),
            family = plan.lines(Section.FAMILY),
            escalations = core.untold(person.hex),
            visit = core.replica.today().firstOrNull { it.person == person && it.visit.leavings.isEmpty() }?.visit?.id?.hex,
            notShared = summary?.notShared.orEmpty(),
            stillComing = summary?.stillComing ?: false,
            cannotTell = core.cannotTell(person),
        )
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (model !is PlanModel || intent != PlanIntent.VisitNow) return
        stage.open(Route.Visit(model.header.person, UUID.randomUUID().toString().replace("-", "")))
    }

    /** What was marked as changed has been on the screen. */
    override fun leave(model: ScreenModel) {
        if (model is PlanModel) core.replica.looked(person(model.header.person))
    }

    private fun changes(news: News): List<PlanChangeRow> = news.plan.takeLast(CHANGES_SHOWN).map { change ->
        val sections = change.touched.map { it.section }.distinct()
        PlanChangeRow(
            what = sections.joinToString { core.kinds.label("plan.${it.name.lowercase()}") },
            by = core.name(change.by),
            at = core.times.at(change.at),
            reason = change.reason,
        )
    }

    /** Of which observation, and what is usual there. */
    private fun baseline(plan: PlanReader, entry: PlanEntry): PlanLine {
        val kind = "kind." + entry.raw("kind").orEmpty()
        val field = kind + ".field." + entry.raw("field").orEmpty()
        val of = listOfNotNull(core.kinds.label(kind), entry.raw("site")?.let { core.kinds.label("site.$it") }, core.kinds.label(field))
        val line = plan.line(entry)
        val usual = entry.raw("usual")?.let { core.kinds.known("$field.$it") } ?: line.text
        return line.copy(text = core.words.say("header.alert", of.joinToString(", "), usual))
    }

    private fun asked(plan: PlanReader): List<String> = plan.entries(Section.ASKED).mapNotNull { entry ->
        val kind = entry.raw("kind") ?: return@mapNotNull null
        core.kinds.label("kind.$kind") + ": " + core.kinds.label("kind.$kind.field.${entry.raw("field")}")
    }

    private companion object {
        const val CHANGES_SHOWN = 20
        val OVER = setOf("done", "stopped")
    }
}

/** What cannot be told about a person here, in the core's words. */
private fun Core.cannotTell(person: PersonHex): List<String> {
    val organisation = replica.me()?.organisation.orEmpty()
    return replica.lacks(person).map { lackWords(it, organisation) }
}

internal fun PlanReader.lines(section: Section): List<PlanLine> = entries(section).map(::line)

internal fun PlanReader.line(entry: PlanEntry): PlanLine {
    val fields = PlanFields.LINES.getValue(entry.section)
    return PlanLine(
        entry = entry.name,
        text = entry.text(fields.text).orEmpty(),
        who = fields.who?.let(entry::text),
        more = entry.facts(fields.more),
        changed = entry.isChanged,
        twoVersions = entry.isTwoVersions,
    )
}

/** Whom the plan names, in its order. */
internal fun PlanReader.contacts(): List<ContactRow> = entries(Section.CONTACTS).map {
    ContactRow(it.name, it.text("role").orEmpty(), it.text("name").orEmpty(), it.text("organisation"), it.text("phone"))
}
