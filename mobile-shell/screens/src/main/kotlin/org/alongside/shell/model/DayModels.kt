package org.alongside.shell.model

/** Nobody answers the door: the steps, what was tried, and what comes next. */
data class NoReplyModel(
    val header: Header,
    val visit: String,
    val steps: List<StepRow>,
    val next: StepRow?,
    val located: String?,
    val ring: List<ContactRow>,
    val overdueFrom: String?,
    val who: String = "",
    val how: String = "",
    val problem: String? = null,
) : ScreenModel

data class StepRow(val step: StepCode, val due: String?, val at: String?, val result: StepEnd?)

enum class StepCode { KNOCK, RING, LOOK, KEY_SAFE, FAMILY, OFFICE }

enum class StepEnd { NO_REPLY, REPLY, NOT_POSSIBLE }

sealed interface NoReplyIntent : Intent {
    data class Tried(val step: StepCode, val end: StepEnd) : NoReplyIntent
    data class Who(val text: String) : NoReplyIntent
    data class How(val text: String) : NoReplyIntent
    data object Located : NoReplyIntent
}

/** Coming late, and who else must know. */
data class LateModel(
    val header: Header,
    val visit: String,
    val planned: String?,
    val choices: List<LateChoice>,
    val said: String?,
    val ring: List<ContactRow>,
    val endangered: List<EndangeredRow>,
) : ScreenModel

data class LateChoice(val minutes: Int, val at: String)

data class EndangeredRow(val name: String, val start: String, val expected: String, val timeCritical: Boolean)

sealed interface LateIntent : Intent {
    data class By(val minutes: Int) : LateIntent
}

/** A call for help. It says little on purpose. The office must know where: the visit, or one of these places. */
data class HelpModel(val place: PlaceRow?, val places: List<PlaceRow> = emptyList(), val asked: Boolean = false, val numbers: List<ContactRow> = emptyList()) :
    ScreenModel

data class PlaceRow(val person: String, val visit: String?, val name: String?, val at: String?)

sealed interface HelpIntent : Intent {
    data class At(val place: PlaceRow) : HelpIntent
    data object Ask : HelpIntent
}

/** What is left before somebody goes home. */
data class EndOfShiftModel(
    val unsent: Long,
    val refusedPages: Long,
    val unread: List<UnreadRow>,
    val open: List<OpenRowModel>,
    val edits: List<FateRow>,
    /** The office is to be rung, for a reason that is not told. */
    val ringTheOffice: Boolean,
    val numbers: List<ContactRow>,
) : ScreenModel {
    val isAllDone: Boolean get() = isNothingOpen && !ringTheOffice

    val isNothingOpen: Boolean get() = unsent == 0L && refusedPages == 0L && unread.isEmpty() && open.isEmpty()
}

data class UnreadRow(val person: String, val name: String?, val by: String, val at: String, val text: String)

data class OpenRowModel(
    val person: String,
    val name: String?,
    val what: OpenKind,
    val text: String?,
    val due: String?,
    val overdue: Boolean,
    val ring: List<ContactRow>,
)

enum class OpenKind { ESCALATION, PROMISED, NO_REPLY, NOT_LEFT }
