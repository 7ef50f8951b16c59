package org.alongside.shell.model

/** A person's records, newest first. */
data class HistoryModel(val header: Header, val days: List<HistoryDay>, val isAll: Boolean) : ScreenModel

data class HistoryDay(val day: String, val items: List<HistoryRow>)

data class HistoryRow(
    val key: String,
    val at: String,
    val by: String,
    val what: String,
    val receipt: ReceiptMark,
    val doubt: String?,
    val recordedAt: String?,
    val new: Boolean,
    val corrected: String?,
    /** Where it can be put right: the holder's own observations, as they stand last. */
    val putRight: Route.Record? = null,
)

sealed interface HistoryIntent : Intent {
    data object ShowMore : HistoryIntent
}
