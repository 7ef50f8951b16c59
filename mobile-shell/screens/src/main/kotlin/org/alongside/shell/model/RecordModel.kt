package org.alongside.shell.model

/** All kinds of observation, what the plan asks for first. */
data class KindsModel(val header: Header, val visit: String?, val asked: List<KindRow>, val all: List<KindRow>) :
    ScreenModel

/** A kind; of progress, on one goal. A restricted one opens the concern form. */
data class KindRow(val kind: String, val label: String, val concern: Boolean, val goal: String? = null)

/** An observation while it is being made. */
data class RecordModel(
    val header: Header,
    val visit: String?,
    val kind: String,
    val title: String,
    val fields: List<Field>,
    val sites: List<Choice>,
    val usualSites: List<Choice>,
    val absent: List<Choice>,
    val how: List<Choice>,
    val draft: ObservationDraft = ObservationDraft(),
    val correction: CorrectionDraft? = null,
    /** What was recorded last of all that is asked for, by place on the body. */
    val asLast: List<AsLast> = emptyList(),
    /** What is filled in by the time of day. */
    val byHour: Map<String, String> = emptyMap(),
    val findings: List<Finding> = emptyList(),
    val signs: List<SignRow> = emptyList(),
    val showAll: Boolean = false,
    val showBeside: Boolean = false,
    val problem: String? = null,
    val problemField: String? = null,
) : ScreenModel {
    /** What can be filled in as last time, at the place that is chosen; nothing where another record is put right. */
    val last: AsLast? get() = asLast.firstOrNull { it.site == draft.site }?.takeIf { correction == null }
}

/** An earlier record that is put right: what it says, when it was seen, and why it is wrong. It stays to be read. */
data class CorrectionDraft(val says: String, val at: String, val reason: String = "")

/** The values of the last record at a place on the body, or at none, and when that was. */
data class AsLast(val site: String?, val values: Map<String, String>, val at: String)

data class Choice(val code: String, val label: String)

/** A field of a kind, and how it is filled in. */
data class Field(
    val code: String,
    val label: String,
    val asked: Boolean,
    val required: Boolean,
    val last: String?,
    val input: Input,
    /** Another field, and what it is where this one has a value. */
    val implies: Pair<String, String>? = null,
)

sealed interface Input {
    data class Chips(val choices: List<Choice>) : Input
    data class Scale(val from: Int, val to: Int) : Input
    data class Number(val unit: String?, val decimals: Int) : Input
    data class Words(val max: Int) : Input
    data object Day : Input
}

/** What was chosen and typed. Values are kept as text until they are saved. */
data class ObservationDraft(
    val values: Map<String, String> = emptyMap(),
    val site: String? = null,
    val absent: String? = null,
    val how: String = "seen_now",
    val seen: Seen = Seen.NOW,
    val note: String = "",
    val quoted: String = "",
    /** Whether it is other than usual for this person: a code. */
    val changed: String? = null,
    val present: String = "",
    val done: String = "",
    /** The longest note in which words were pointed out. */
    val pointedOut: String = "",
) {
    /** The note as it was before words that were pointed out were changed; empty where none were. */
    val firstNote: String get() = pointedOut.trim().takeIf { it != note.trim() }.orEmpty()

    /** Something beside what was seen is filled in. */
    val hasBeside: Boolean get() = changed != null || present.isNotEmpty() || done.isNotEmpty()
}

/** Words that name an opinion, and what could be written of what was seen. It never blocks. */
data class Finding(
    val words: String,
    val offer: String,
    val kind: String?,
    val kindLabel: String?,
    val diagnostic: Boolean,
)

/** A sign of an emergency, and whom to ring first. */
data class SignRow(
    val code: String,
    val label: String,
    val sees: String,
    val first: FirstCallRow,
    val signedOff: Boolean,
    /** What a call about it is for, as others read it. */
    val purpose: String,
)

/** 999, or whom a clinician has put before it. */
data class FirstCallRow(val name: String?, val phone: String, val agreedBy: String?)

sealed interface RecordIntent : Intent {
    data class Choose(val field: String, val value: String) : RecordIntent
    data class Typed(val field: String, val text: String) : RecordIntent
    data class Site(val site: String) : RecordIntent
    data class Absent(val reason: String) : RecordIntent
    data class How(val how: String) : RecordIntent
    data class SeenAt(val seen: Seen) : RecordIntent
    data class Note(val text: String) : RecordIntent
    data class Quoted(val text: String) : RecordIntent
    data class Changed(val changed: String) : RecordIntent
    data class Present(val text: String) : RecordIntent
    data class Done(val text: String) : RecordIntent

    /** Why an earlier record is wrong. */
    data class Reason(val text: String) : RecordIntent
    data object ShowAll : RecordIntent

    /** All that is asked for is as it was recorded last. */
    data object AsLast : RecordIntent

    /** What is known beside what was seen. */
    data object ShowBeside : RecordIntent
    data object Save : RecordIntent
}
