package org.alongside.shell.model

/** What somebody must know who comes to a person for the first time, on one page: the plan in short, in the core's words. */
data class InductionModel(val header: Header, val version: Long, val parts: List<InductionPart>) : ScreenModel

data class InductionPart(val title: String, val lines: List<String>)
