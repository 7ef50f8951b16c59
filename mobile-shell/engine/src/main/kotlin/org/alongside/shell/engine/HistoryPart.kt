package org.alongside.shell.engine

import org.alongside.core.HistoryItem
import org.alongside.core.RecordRef
import org.alongside.shell.model.HistoryDay
import org.alongside.shell.model.HistoryIntent
import org.alongside.shell.model.HistoryModel
import org.alongside.shell.model.HistoryRow
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

internal class HistoryPart(private val core: Core) : Part {
    private var shown = STEP

    override fun load(route: Route): ScreenModel {
        val person = person((route as Route.History).person)
        val news = core.replica.news(person)
        val new = if (news.since == null) emptySet() else news.records.toSet()
        val records = core.replica.history(person)
        val corrected = records.corrected()
        val items = records.asReversed().asSequence().mapNotNull { item -> core.said(item)?.let { item to it } }.take(shown + 1).toList()
        val days = items.take(shown).groupBy { core.times.day(it.first.observed) }
        return HistoryModel(
            header = core.plans.header(person),
            days = days.map { (_, of) ->
                HistoryDay(core.times.dateOf(of.first().first.observed), of.map { (item, what) -> row(person.hex, item, what, new, corrected) })
            },
            isAll = items.size <= shown,
        )
    }

    override fun act(model: ScreenModel, intent: Intent, stage: Stage) {
        if (intent != HistoryIntent.ShowMore) return
        shown += STEP
        stage.reload()
    }

    override fun leave(model: ScreenModel) {
        shown = STEP
    }

    private fun row(person: String, item: HistoryItem, what: String, new: Set<RecordRef>, corrected: Map<RecordRef, String>) = HistoryRow(
        key = item.id.run { author.hex + epoch.hex + number },
        at = core.times.clock(item.observed),
        by = core.name(item.by),
        what = what,
        receipt = item.receipt.toModel(),
        doubt = item.clockOffMs?.let { core.times.hoursAndMinutes(it) },
        recordedAt = core.times.at(item.recorded).takeIf { item.recorded.ms - item.observed.ms > LATER_MS },
        new = item.id in new,
        corrected = corrected[item.id],
        putRight = if (item.id in corrected) null else core.putRight(person, item),
    )

    private companion object {
        const val STEP = 200
        const val LATER_MS = 5 * Times.MINUTE_MS
    }
}
