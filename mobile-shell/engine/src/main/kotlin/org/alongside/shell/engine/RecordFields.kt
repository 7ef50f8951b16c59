package org.alongside.shell.engine

import org.alongside.core.Body
import org.alongside.core.Decimal
import org.alongside.core.FromUsual
import org.alongside.core.HistoryItem
import org.alongside.core.HowKnown
import org.alongside.core.Observation
import org.alongside.core.ReasonAbsent
import org.alongside.core.Section
import org.alongside.core.Value
import org.alongside.shell.model.AsLast
import org.alongside.shell.model.Choice
import org.alongside.shell.model.Field
import org.alongside.shell.model.Input
import org.alongside.shell.model.RecordModel
import java.time.LocalTime

/** The fields of a kind as a form, and what was filled in as an observation. */
internal class RecordFields(private val core: Core) {
    /** What the plan asks for stands first, then what the kind needs, then the rest. */
    fun of(kind: Kind, asked: List<String>, plan: PlanReader, past: List<HistoryItem>): List<Field> {
        val last = lastValues(kind, past)
        val fields = kind.fields.map { field ->
            Field(field.code, field.label, field.code in asked, field.required, last[field.code], input(field, plan), implied(kind, field))
        }
        return fields.sortedBy { if (it.asked) asked.indexOf(it.code) else if (it.required) asked.size else asked.size + 1 }
    }

    /** What has a value was there to be had: of a field with two answers, the one that does not rule it out. */
    private fun implied(kind: Kind, field: KindField): Pair<String, String>? {
        val (other, ruledOutBy) = field.notWhen ?: return null
        val answers = (kind.fields.firstOrNull { it.code == other }?.type as? FieldType.Codes)?.codes.orEmpty().map { it.first }
        return (answers - ruledOutBy).singleOrNull()?.let { other to it }
    }

    /**
     * What is asked for as the last record of each place has it. One that lacks some of it, or that is older, is no answer
     * for today: what stood before it may be other now.
     */
    fun asLast(asked: List<String>, past: List<HistoryItem>): List<AsLast> {
        val since = core.replica.now().ms - AS_LAST_MS
        return past.filter { it.observed.ms >= since }.distinctBy { it.observation()?.site }.mapNotNull { item ->
            val seen = item.observation() ?: return@mapNotNull null
            val values = seen.asDraft().values.filterKeys { it in asked }
            if (asked.isNotEmpty() && values.keys.containsAll(asked)) AsLast(seen.site, values, core.times.at(item.observed)) else null
        }
    }

    /** Which meal it is at this time of day. A default, for the provider to agree. */
    fun byHour(kind: Kind): Map<String, String> {
        val meals = (kind.fields.firstOrNull { it.code == MEAL && kind.code == MEAL }?.type as? FieldType.Codes)?.codes.orEmpty().map { it.first }
        val now = core.times.timeOf(core.replica.now())
        val meal = MEALS.lastOrNull { now >= it.first }?.second
        return if (meal in meals) mapOf(MEAL to meal.orEmpty()) else emptyMap()
    }

    /** What was recorded of a kind and holds, latest first. */
    fun past(kind: Kind, history: List<HistoryItem>): List<HistoryItem> =
        history.holding().asReversed().filter { it.observation()?.kind == kind.code }

    /** Where it was recorded of late, latest first: what is compared is compared at the same place. */
    fun sitesOf(past: List<HistoryItem>): List<String> {
        val since = core.replica.now().ms - SITES_MS
        return past.filter { it.observed.ms >= since }.mapNotNull { (it.body as Body.Observation).v1.site }.distinct()
    }

    private fun lastValues(kind: Kind, past: List<HistoryItem>): Map<String, String> {
        val found = HashMap<String, String>()
        for (item in past) {
            (item.body as Body.Observation).v1.fields.forEach { (field, value) ->
                found.getOrPut(field) {
                    core.sayings.value("kind.${kind.code}", field, value) + ", " + core.times.at(item.observed)
                }
            }
            if (found.size >= kind.fields.size) break
        }
        return found
    }

    private fun input(field: KindField, plan: PlanReader): Input = when (val type = field.type) {
        is FieldType.Codes -> Input.Chips(type.codes.map { (code, label) -> Choice(code, label) })
        is FieldType.Whole ->
            if (type.max - type.min <= SCALE_MAX) Input.Scale(type.min.toInt(), type.max.toInt()) else Input.Number(field.unit, 0)
        is FieldType.Parts -> Input.Number(field.unit, type.places)
        is FieldType.Words -> if (field.code == GOAL) goals(plan) else Input.Words(type.max)
        FieldType.Day -> Input.Day
    }

    private fun goals(plan: PlanReader) =
        Input.Chips(plan.entries(Section.GOALS).map { Choice(it.name, it.text("text").orEmpty()) })

    fun observation(model: RecordModel): Observation {
        val kind = core.kinds.of(model.kind)
        val draft = model.draft
        // What the hour filled in is nobody's record.
        val filled = if (draft.values == model.byHour) emptyMap() else draft.values
        val values = filled.mapNotNull { (code, text) ->
            kind?.fields?.firstOrNull { it.code == code }?.let { code to value(it, text.trim()) }
        }
        return Observation(
            visit = model.visit?.let(::visit),
            kind = model.kind,
            catalogueVersion = core.kinds.version,
            site = draft.site,
            fields = values.toMap(),
            absent = draft.absent?.let { ReasonAbsent.valueOf(it.uppercase()) },
            howKnown = HowKnown.valueOf(draft.how.uppercase()),
            note = draft.note.trim().ifEmpty { null },
            quoted = draft.quoted.trim().ifEmpty { null },
            changed = draft.changed?.let { FromUsual.valueOf(it.uppercase()) },
            present = draft.present.trim().ifEmpty { null },
            done = draft.done.trim().ifEmpty { null },
            firstNote = draft.firstNote.ifEmpty { null },
        )
    }

    /** What is no number stays text: the core says which field it cannot take. */
    private fun value(field: KindField, text: String): Value = when (field.type) {
        is FieldType.Whole -> text.toLongOrNull()?.let { Value.Int(it) } ?: Value.Text(text)
        is FieldType.Parts -> decimal(text) ?: Value.Text(text)
        else -> Value.Text(text)
    }

    private fun decimal(text: String): Value? {
        val number = text.replace(',', '.').toBigDecimalOrNull() ?: return null
        val scale = number.scale().coerceAtLeast(0)
        return runCatching { Value.Decimal(Decimal(number.setScale(scale).unscaledValue().longValueExact(), scale.toUByte())) }.getOrNull()
    }

    private companion object {
        const val SCALE_MAX = 10L
        const val MEAL = "meal"
        val MEALS = listOf(LocalTime.of(5, 0) to "breakfast", LocalTime.of(11, 0) to "lunch", LocalTime.of(15, 0) to "tea", LocalTime.of(19, 0) to "supper")

        /** How long ago a record may be for "all as last time". A default, for the clinical safety officer to agree. */
        const val AS_LAST_MS = 7L * 24 * 60 * Times.MINUTE_MS

        /** How long ago a place still counts as a usual one. A default, for the clinical safety officer to agree. */
        const val SITES_MS = 14L * 24 * 60 * Times.MINUTE_MS
    }
}

/** The field that names a goal of the plan. */
internal const val GOAL = "goal"
