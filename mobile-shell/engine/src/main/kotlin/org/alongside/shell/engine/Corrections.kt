package org.alongside.shell.engine

import org.alongside.core.Body
import org.alongside.core.Correction
import org.alongside.core.HistoryItem
import org.alongside.core.Observation
import org.alongside.core.RecordRef
import org.alongside.core.Value
import org.alongside.shell.model.ObservationDraft
import org.alongside.shell.model.Route
import java.math.BigDecimal

/** Which records of these a later one corrects, and why. */
internal fun List<HistoryItem>.corrected(): Map<RecordRef, String> =
    mapNotNull { it.correction() }.associate { it.record to it.reason }

/** Without those that a later record corrects. */
internal fun List<HistoryItem>.holding(): List<HistoryItem> = corrected().let { corrected -> filterNot { it.id in corrected } }

internal fun HistoryItem.correction(): Correction? = observation()?.corrects

internal fun HistoryItem.observation(): Observation? = (body as? Body.Observation)?.v1

/** What a record says; one that corrects another, also that and why. */
internal fun Core.said(item: HistoryItem): String? {
    val said = sayings.of(item.body) ?: return null
    return item.correction()?.let { words.say("history.correction", said, it.reason) } ?: said
}

/** Where its author puts a record right; of others' records this phone says nothing. */
internal fun Core.putRight(person: String, item: HistoryItem): Route.Record? {
    val seen = item.observation() ?: return null
    val isOpen = item.by == replica.me()?.staff && kinds.of(seen.kind)?.restricted == false
    return Route.Record(person, seen.visit?.hex, seen.kind, item.id.toModel()).takeIf { isOpen }
}

/** A record as it was filled in. */
internal fun Observation.asDraft() = ObservationDraft(
    values = fields.mapValues { (_, value) -> value.asTyped() },
    site = site,
    absent = absent?.name?.lowercase(),
    how = howKnown.name.lowercase(),
    note = note.orEmpty(),
    quoted = quoted.orEmpty(),
    changed = changed?.name?.lowercase(),
    present = present.orEmpty(),
    done = done.orEmpty(),
)

private fun Value.asTyped(): String = when (this) {
    is Value.Bool -> v1.toString()
    is Value.Int -> v1.toString()
    is Value.Decimal -> BigDecimal.valueOf(v1.digits, v1.places.toInt()).toPlainString()
    is Value.Text -> v1
}
