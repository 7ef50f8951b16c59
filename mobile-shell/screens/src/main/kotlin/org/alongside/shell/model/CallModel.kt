package org.alongside.shell.model

/** A call about a person while it is noted: with whom, what for, and what was said. */
data class CallModel(
    val header: Header,
    val with: String,
    val purpose: String,
    /** What it was about is known, and is not typed. */
    val isGiven: Boolean,
    val names: List<String>,
    val answered: Boolean? = null,
    val said: String = "",
    val minutesAgo: Int = 0,
    val problem: String? = null,
) : ScreenModel {
    val isWhole: Boolean get() = with.isNotBlank() && purpose.isNotBlank() && answered != null && (answered == false || said.isNotBlank())
}

sealed interface CallIntent : Intent {
    data class With(val name: String) : CallIntent
    data class Purpose(val text: String) : CallIntent
    data class Answered(val answered: Boolean) : CallIntent
    data class Said(val text: String) : CallIntent
    data class Earlier(val minutes: Int) : CallIntent
    data object Save : CallIntent
}
