package org.alongside.shell.engine

import org.alongside.core.FirstCall
import org.alongside.core.Observation
import org.alongside.core.PersonId
import org.alongside.core.Section
import org.alongside.core.Sign
import org.alongside.shell.model.FirstCallRow
import org.alongside.shell.model.SignRow

internal const val NINE_NINE_NINE = "999"
internal const val ONE_ONE_ONE = "111"

/** The emergency signs that an observation is, as the core finds them. */
internal fun Core.signs(person: PersonId, observation: Observation): List<SignRow> =
    replica.emergencySigns(person, observation).map { row(person, it) }

private fun Core.row(person: PersonId, sign: Sign) = SignRow(
    code = sign.code,
    label = kinds.label("sign.${sign.code}"),
    sees = kinds.label("sign.${sign.code}.sees"),
    first = first(person, sign.firstCall),
    signedOff = sign.signedOff != null,
    purpose = sign.label,
)

/** Whom to ring first in an emergency of this person. */
internal fun Core.first(person: PersonId): FirstCallRow = first(person, replica.firstCall(person))

/** 999, unless a clinician has put somebody before it. */
private fun Core.first(person: PersonId, call: FirstCall): FirstCallRow {
    val says = (call as? FirstCall.PlanSays)?.v1 ?: return FirstCallRow(null, NINE_NINE_NINE, null)
    val contact = plans.of(person).entry(Section.CONTACTS, says.contact)
    val phone = contact?.text("phone") ?: return FirstCallRow(null, NINE_NINE_NINE, null)
    return FirstCallRow(contact.text("name"), phone, says.agreedBy)
}
