package org.alongside.shell.model

/** A concern while it is written: what was seen and heard, and nothing that classifies it. */
data class ConcernModel(
    val person: String,
    val name: String?,
    val draft: ConcernDraft = ConcernDraft(),
    val times: List<SeenChoice> = emptyList(),
    val recipients: List<RecipientRow> = emptyList(),
    val routes: List<RouteRow> = emptyList(),
    val problem: String? = null,
) : ScreenModel

data class ConcernDraft(
    val text: String = "",
    val quoted: String = "",
    val place: String = "",
    val present: String = "",
    val seen: SeenChoice? = null,
    val danger: DangerMark? = null,
    val done: String = "",
    val leftOut: Set<String> = emptySet(),
)

/** When it was seen: a moment, as a carer would say it. */
data class SeenChoice(val ms: Long, val minutesAgo: Int, val at: String)

enum class DangerMark { YES, NO, NOT_KNOWN }

data class RecipientRow(val staff: String, val name: String)

/** A way to report outside of the provider, with the numbers that stand in its words. */
data class RouteRow(val code: String, val label: String, val how: String, val numbers: List<String>)

sealed interface ConcernIntent : Intent {
    data class Text(val text: String) : ConcernIntent
    data class Quoted(val text: String) : ConcernIntent
    data class Place(val text: String) : ConcernIntent
    data class Present(val text: String) : ConcernIntent
    data class SeenAt(val seen: SeenChoice) : ConcernIntent
    data class InDanger(val danger: DangerMark) : ConcernIntent
    data class Done(val text: String) : ConcernIntent
    data class LeaveOut(val staff: String, val out: Boolean) : ConcernIntent
    data object Save : ConcernIntent

    /** Somebody comes: to the first screen at once, with nothing of it kept. */
    data object Hide : ConcernIntent
}

/** After a concern: nothing of it is here any more. Its reference for paper, whom to ring, and a note of the call. */
data class ConcernSavedModel(
    val reference: String,
    val recipients: List<RecipientRow>,
    val routes: List<RouteRow>,
    val with: String = "",
    val answered: Boolean? = null,
    val said: String = "",
    val callSaved: Boolean = false,
    /** Opened again for a note of a call: it says nothing else. */
    val later: Boolean = false,
    val problem: String? = null,
) : ScreenModel

sealed interface ConcernCallIntent : Intent {
    data class With(val name: String) : ConcernCallIntent
    data class Answered(val answered: Boolean) : ConcernCallIntent
    data class Said(val text: String) : ConcernCallIntent
    data object Save : ConcernCallIntent
}
