package org.alongside.shell.model

/** The signs that need no plan, each with whom to ring first. */
data class EmergencyModel(val header: Header?, val signs: List<SignRow>, val signedOff: Boolean) : ScreenModel
