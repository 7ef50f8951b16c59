package org.alongside.shell.engine

import org.alongside.core.HistoryItem
import org.alongside.core.Moment
import org.alongside.core.RecordRef
import org.alongside.core.UnixMs
import org.alongside.shell.model.HistoryDay
import org.alongside.shell.model.HistoryModel
import org.alongside.shell.model.HistoryRow
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel

internal class HistoryPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val person = person((route as Route.History).person)
        val news = core.replica.news(person)
        val new = if (news.since == null) emptySet() else news.records.toSet()
        val shown = core.replica.history(person).asReversed().asSequence().mapNotNull { item ->
            core.sayings.of(item.body)?.let { item to it }
        }.take(SHOWN).toList()
        val days = shown.groupBy { core.times.dayOf(it.first.observed) }
        return HistoryModel(core.plans.header(person), days.map { (day, items) -> HistoryDay(day, items.map { row(it.first, it.second, new) }) })
    }

    override fun leave(model: ScreenModel) {
        if (model is HistoryModel) core.replica.looked(person(model.header.person))
    }

    private fun row(item: HistoryItem, what: String, new: Set<RecordRef>) = HistoryRow(
        key = item.id.run { author.hex + epoch.hex + number },
        at = core.times.clock(item.observed),
        by = core.name(item.by),
        what = what,
        receipt = item.receipt.toModel(),
        doubt = item.clockOffMs?.let { core.times.at(UnixMs(item.observed.ms + it)) },
        new = item.id in new,
    )

    private companion object {
        const val SHOWN = 500
    }
}
