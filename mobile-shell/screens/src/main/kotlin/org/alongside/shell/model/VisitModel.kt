package org.alongside.shell.model

/** A visit: coming, handover, tasks, recording, going. */
data class VisitModel(
    val header: Header,
    val visit: String,
    val planned: String?,
    val stand: VisitStand,
    val others: List<String>,
    val arrived: String?,
    val left: String?,
    val notes: List<NoteRow>,
    val asked: List<AskedRow>,
    val tasks: List<TaskRow>,
    val recorded: List<RecordedRow>,
    val escalations: List<Untold>,
    val keySafe: KeySafe,
    val searchOpen: Boolean,
    val expectedLeaving: String?,
    /** When they came or left, where that is not now. */
    val seen: Seen? = null,
) : ScreenModel

/** What another carer left to be read. */
data class NoteRow(val note: RecordId, val by: String, val at: String, val text: String, val mine: Boolean)

/** A kind of observation that the plan asks for at each visit, and whether this visit has it. */
data class AskedRow(val kind: String, val label: String, val fields: List<String>, val missing: List<String>)

/** An action of the plan. What is ticked is kept on this phone, and becomes a record when the carer leaves. */
data class TaskRow(
    val action: String,
    val text: String,
    val who: String?,
    val mark: TaskMark?,
    val notDone: String?,
    val notSafe: String?,
    val differs: Boolean,
    val twoVersions: Boolean,
    /** For clinicians: shown, and nothing that a carer answers. */
    val clinical: Boolean = false,
) {
    /** It stands in a record, by whomever. */
    val isSaid: Boolean get() = mark == TaskMark.SAID_DONE || mark == TaskMark.SAID_NOT_DONE

    /** It was not done, and nobody has said why. */
    val lacksReason: Boolean get() = mark == TaskMark.NOT_DONE && notDone.isNullOrBlank()

    val isOpen: Boolean get() = mark == null && !clinical
}

enum class TaskMark { DONE, NOT_DONE, SAID_DONE, SAID_NOT_DONE }

/** A record of this visit on this phone. */
data class RecordedRow(val at: String, val what: String, val receipt: ReceiptMark, val corrected: String?)

enum class ReceiptMark { ON_THIS_PHONE, ON_THE_SERVER, SEEN_BY_THE_NURSE }

/** The code of the key safe: never kept; shown while it is held. */
data class KeySafe(val there: Boolean = false, val code: String? = null)

sealed interface VisitIntent : Intent {
    data object Arrive : VisitIntent
    data object Leave : VisitIntent

    /** It was not now; nothing: it is now after all. */
    data class SeenAt(val seen: Seen?) : VisitIntent
    data class Tick(val action: String, val done: Boolean) : VisitIntent
    data class WhyNot(val action: String, val why: String) : VisitIntent
    data class NotSafe(val action: String, val why: String) : VisitIntent
    data class Read(val note: RecordId) : VisitIntent
    data object ShowKeySafe : VisitIntent
    data object HideKeySafe : VisitIntent
    data class LeaveAt(val minutes: Int) : VisitIntent
}

/** A note to whoever comes next, while it is being written. */
data class HandoverModel(val header: Header, val visit: String, val text: String, val holdsCode: Boolean) : ScreenModel

sealed interface HandoverIntent : Intent {
    data class Typed(val text: String) : HandoverIntent
    data object Save : HandoverIntent
}
