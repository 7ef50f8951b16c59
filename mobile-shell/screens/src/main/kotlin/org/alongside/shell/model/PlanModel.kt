package org.alongside.shell.model

/** A person's current plan on one page. */
data class PlanModel(
    val header: Header,
    val version: Long,
    val lastLooked: String?,
    val changes: List<PlanChangeRow>,
    val goals: List<PlanLine>,
    val risks: List<PlanLine>,
    val actions: List<PlanLine>,
    val triggers: List<PlanLine>,
    val asked: List<String>,
    val about: List<Fact>,
    val contacts: List<ContactRow>,
    val equipment: List<PlanLine>,
    val baselines: List<PlanLine>,
    val views: List<PlanLine>,
    val family: List<PlanLine>,
    val escalations: List<Untold>,
    val visit: String?,
    val notShared: List<String>,
    val stillComing: Boolean,
    /** What this page does not say, since what it hangs on is not shared: in the core's words. */
    val cannotTell: List<String>,
) : ScreenModel

/** An entry of the plan: its words, who answers for it, and what changed. */
data class PlanLine(
    val entry: String,
    val text: String,
    val who: String?,
    val more: List<Fact>,
    val changed: Boolean,
    val twoVersions: Boolean,
)

data class PlanChangeRow(val what: String, val by: String, val at: String, val reason: String)

sealed interface PlanIntent : Intent {
    /** They are there, and no visit was planned. */
    data object VisitNow : PlanIntent
}

data class ContactRow(
    val entry: String,
    val role: String,
    val name: String,
    val organisation: String?,
    val phone: String?,
)
