package org.alongside.shell.model

/** The state of sync in words that are true. On a locked phone the numbers are left, and nothing about anybody. */
data class SyncModel(
    val waiting: Long,
    val refusedPages: Long,
    val lastHeard: String?,
    val leaving: Long,
    val ended: Boolean,
    val setAside: Long,
    val damaged: List<String>,
    val online: Boolean,
    val ringTheOffice: Boolean,
    val numbers: List<ContactRow>,
    val lapsed: Boolean,
    /** Where a call to the office can be noted. */
    val noteOfCall: Route? = null,
) : ScreenModel

data class MoreModel(val changes: Int) : ScreenModel
