package org.alongside.shell.model

/** Who this is about, and what must not be missed. Always on top. */
data class Header(
    val person: String,
    val name: String,
    val born: String?,
    val nhsNumber: String?,
    val status: PersonStatus,
    val alerts: List<Alert>,
    val facts: List<Fact>,
    val telephone: String? = null,
    /** What they like to be called, where that is another name. */
    val preferred: String? = null,
)

/** A line of the plan: what it is called, what it says, and whether several versions of it stand. */
data class Fact(val label: String, val value: String, val twoVersions: Boolean = false, val changed: Boolean = false)

/** What must not be missed: all of it, and one word for where there is no room. */
data class Alert(val fact: Fact, val sign: String, val weight: AlertWeight)

enum class AlertWeight {
    /** Allergies and the CPR form: never cut off. */
    ALWAYS,

    /** The word alone says it. */
    WORD,

    /** A text. */
    TEXT,
}

enum class PersonStatus {
    AT_HOME, IN_HOSPITAL, AWAY, ENDED, DIED, NOT_RECORDED;

    /** Nothing is asked of anybody any more. */
    val isOver: Boolean get() = this == ENDED || this == DIED
}
