package org.alongside.shell.model

/** What the holder proposed and what became of it, and where two versions stand. */
data class ChangesModel(val fates: List<FateRow>, val conflicts: List<ConflictRow>) : ScreenModel

data class FateRow(
    val edit: RecordId,
    val person: String,
    val name: String?,
    val what: String,
    val reason: String,
    val at: String,
    val stand: FateStand,
    val by: String?,
    val answer: String?,
    val forWhom: String? = null,
) {
    /** It can still be taken back. */
    val isOpen: Boolean get() = stand == FateStand.WAITING || stand == FateStand.HELD
}

/** `WITHDRAWING`: its author has taken it back, and the server has not said so yet. */
enum class FateStand { WAITING, HELD, WITHDRAWING, ACCEPTED, DECLINED, WITHDRAWN }

data class ConflictRow(val person: String, val name: String?, val what: String, val versions: List<VersionRow>)

data class VersionRow(val value: String, val by: String, val at: String)

sealed interface ChangesIntent : Intent {
    /** What became of the proposals has been rendered. */
    data object Shown : ChangesIntent

    data class Withdraw(val person: String, val edit: RecordId) : ChangesIntent
}

/** A change of the plan while it is proposed. Whoever is responsible for that part decides. */
data class ProposeModel(
    val header: Header,
    val parts: List<ProposePart>,
    val chosen: ProposeChoice? = null,
    val text: String = "",
    val reason: String = "",
    val problem: String? = null,
    val problemField: String? = null,
) : ScreenModel

data class ProposePart(val label: String, val choices: List<ProposeChoice>)

/** A place in the plan as it stands; without an entry, something new. `value` is what stands there, to be changed. */
data class ProposeChoice(
    val section: String,
    val entry: String?,
    val field: String,
    val now: String,
    val value: String,
    val twoVersions: Boolean,
    val isNumber: Boolean = false,
)

sealed interface ProposeIntent : Intent {
    data class Choose(val choice: ProposeChoice) : ProposeIntent
    data class Text(val text: String) : ProposeIntent
    data class Reason(val text: String) : ProposeIntent
    data object Send : ProposeIntent

    /** An action is not safe to do today, for the reason that was typed. */
    data object NotSafe : ProposeIntent
}
