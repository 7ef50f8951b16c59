package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.ContactRow
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Route
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.words.say

/** Somebody to ring, by name and number; about a person, the call can be noted. */
@Composable
internal fun OfficeNumber(contact: ContactRow, send: (Intent) -> Unit, person: String? = null) {
    val number = contact.phone ?: return
    OtherButton(say("call.named_number", contact.name, number), "dial-" + contact.entry) {
        send(Intent.Dial(number, person?.let { Route.Call(it, contact.name) }))
    }
}
