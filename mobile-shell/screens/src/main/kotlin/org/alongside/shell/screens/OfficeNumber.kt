package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.ContactRow
import org.alongside.shell.model.Intent
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.words.say

/** Somebody to ring, by name and number. */
@Composable
internal fun OfficeNumber(contact: ContactRow, send: (Intent) -> Unit) {
    val number = contact.phone ?: return
    OtherButton(say("call.named_number", contact.name, number), "dial-" + contact.entry) { send(Intent.Dial(number)) }
}
