package org.alongside.shell.model

/** A concern while it is written: what was seen and heard, and nothing that classifies it. */
data class ConcernModel(
    val header: Header,
    val draft: ConcernDraft = ConcernDraft(),
    val recipients: List<RecipientRow> = emptyList(),
    val routes: List<RouteRow> = emptyList(),
    val problem: String? = null,
) : ScreenModel

data class ConcernDraft(
    val text: String = "",
    val quoted: String = "",
    val place: String = "",
    val present: String = "",
    val danger: DangerMark? = null,
    val done: String = "",
    val leftOut: Set<String> = emptySet(),
)

enum class DangerMark { YES, NO, NOT_KNOWN }

data class RecipientRow(val staff: String, val name: String)

/** A way to report outside of the provider. */
data class RouteRow(val label: String, val how: String)

sealed interface ConcernIntent : Intent {
    data class Text(val text: String) : ConcernIntent
    data class Quoted(val text: String) : ConcernIntent
    data class Place(val text: String) : ConcernIntent
    data class Present(val text: String) : ConcernIntent
    data class InDanger(val danger: DangerMark) : ConcernIntent
    data class Done(val text: String) : ConcernIntent
    data class LeaveOut(val staff: String, val out: Boolean) : ConcernIntent
    data object Save : ConcernIntent
}

/** After a concern: nothing of it is here any more. Whom to ring, and a note of the call. */
data class ConcernSavedModel(
    val recipients: List<RecipientRow>,
    val routes: List<RouteRow>,
    val with: String = "",
    val answered: Boolean? = null,
    val said: String = "",
    val callSaved: Boolean = false,
    val problem: String? = null,
) : ScreenModel

sealed interface ConcernCallIntent : Intent {
    data class With(val name: String) : ConcernCallIntent
    data class Answered(val answered: Boolean) : ConcernCallIntent
    data class Said(val text: String) : ConcernCallIntent
    data object Save : ConcernCallIntent
}
