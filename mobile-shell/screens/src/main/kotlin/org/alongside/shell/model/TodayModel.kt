package org.alongside.shell.model

/** Today's visits, and everyone on this phone. */
data class TodayModel(
    val holder: String,
    val day: String,
    val visits: List<VisitRow>,
    val people: List<PersonRow>,
) : ScreenModel

data class VisitRow(
    val person: String,
    val visit: String,
    val name: String?,
    val from: String,
    val until: String?,
    val state: VisitStand,
    val timeCritical: Boolean,
    val mine: Boolean,
    val unreadNotes: Int,
)

data class PersonRow(val person: String, val name: String?, val notShared: List<String>, val stillComing: Boolean)

enum class VisitStand { EXPECTED, ARRIVED, LEFT, LATE, MISSED, UNKNOWN, UNPLANNED, CANCELLED, PAUSED, NOT_TOLD }
