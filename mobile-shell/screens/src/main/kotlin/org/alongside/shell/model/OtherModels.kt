package org.alongside.shell.model

/** What the holder proposed and what became of it, and where two versions stand. */
data class ChangesModel(val fates: List<FateRow>, val conflicts: List<ConflictRow>) : ScreenModel

data class FateRow(
    val person: String,
    val name: String,
    val what: String,
    val reason: String,
    val at: String,
    val stand: FateStand,
    val by: String?,
    val answer: String?,
)

enum class FateStand { WAITING, HELD, ACCEPTED, DECLINED, WITHDRAWN }

data class ConflictRow(val person: String, val name: String, val what: String, val versions: List<VersionRow>)

data class VersionRow(val value: String, val by: String, val at: String)

/** A person's records, newest first. */
data class HistoryModel(val header: Header, val days: List<HistoryDay>) : ScreenModel

data class HistoryDay(val day: String, val items: List<HistoryRow>)

data class HistoryRow(val key: String, val at: String, val by: String, val what: String, val receipt: ReceiptMark, val doubt: String?, val new: Boolean)

/** The state of sync in words that are true. */
data class SyncModel(
    val waiting: Long,
    val refusedPages: Long,
    val lastHeard: String?,
    val leaving: Long,
    val ended: Boolean,
    val setAside: Long,
    val damaged: List<String>,
    val online: Boolean,
    val sending: Boolean,
    val ringTheOffice: Boolean,
    val numbers: List<ContactRow>,
) : ScreenModel

data class SettingsModel(val holder: String, val role: String, val organisation: String, val device: String, val hasPin: Boolean) : ScreenModel

data class MoreModel(val changes: Int, val hasPin: Boolean) : ScreenModel
