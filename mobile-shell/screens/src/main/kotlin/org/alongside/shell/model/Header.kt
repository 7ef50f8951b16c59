package org.alongside.shell.model

/** Who this is about, and what must not be missed. Always on top. */
data class Header(
    val person: String,
    val name: String,
    val born: String?,
    val nhsNumber: String?,
    val status: PersonStatus,
    val alerts: List<Fact>,
    val facts: List<Fact>,
    val telephone: String? = null,
)

/** A line of the plan: what it is called, what it says, and whether several versions of it stand. */
data class Fact(val label: String, val value: String, val twoVersions: Boolean = false, val changed: Boolean = false)

enum class PersonStatus { AT_HOME, IN_HOSPITAL, AWAY, ENDED, DIED, NOT_RECORDED }
