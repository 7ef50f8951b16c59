package org.alongside.shell.model

/** A met trigger: whom to ring, what to say, who was tried, what was answered; `unsaid`, who answered without a word of it. */
data class EscalationModel(
    val header: Header,
    val trigger: String,
    val name: String,
    val told: Told,
    val due: String,
    val overdue: Boolean,
    val meanwhile: String?,
    val agreedBy: String?,
    val next: CallRow?,
    val again: List<CallRow>,
    val list: List<CallRow>,
    val homePhone: String?,
    val say: List<SayPart>,
    val attempts: List<AttemptRow>,
    /** Calls that were no attempt on a contact of the plan, such as 111. */
    val calls: List<AnswerRow>,
    val answers: List<AnswerRow>,
    val unsaid: CallRow? = null,
    val dialled: String? = null,
    val route: Route.Escalation,
) : ScreenModel {
    /** Somebody promised to come or ring, and that time is past. */
    val isBroken: Boolean get() = told == Told.ANSWERED && overdue
}

/** Only a named person's answer counts as told. */
enum class Told { NOBODY, ANSWERED, REFUSED, CLOSED }

/** Somebody to ring. Without an entry it is 111 or 999. */
data class CallRow(val entry: String?, val name: String, val role: String?, val phone: String?)

data class SayPart(val part: SayWhat, val sentences: List<String>)

enum class SayWhat { SITUATION, BACKGROUND, ASSESSMENT, RECOMMENDATION, DECISION }

data class AttemptRow(val at: String, val whom: String, val by: String, val answered: Boolean)

data class AnswerRow(val at: String, val from: String, val said: String, val by: String?, val refused: Boolean)

sealed interface EscalationIntent : Intent {
    data class Ring(val call: CallRow) : EscalationIntent
    data class NoAnswer(val contact: String) : EscalationIntent
    data class Answered(val contact: String) : EscalationIntent
}

/** What a named person answered, while it is written down. */
data class AnswerModel(
    val header: Header,
    val trigger: String,
    val from: String,
    val said: String = "",
    val promise: PromiseChoice? = null,
    val refused: Boolean = false,
    val promises: List<PromiseChoice> = emptyList(),
    val problem: String? = null,
) : ScreenModel

/** A time by which somebody comes or rings. */
data class PromiseChoice(val ms: Long, val at: String)

sealed interface AnswerIntent : Intent {
    data class From(val text: String) : AnswerIntent
    data class Said(val text: String) : AnswerIntent
    data class By(val promise: PromiseChoice?) : AnswerIntent
    data class Refused(val refused: Boolean) : AnswerIntent
    data object Save : AnswerIntent
}
