package org.alongside.shell.world

import org.alongside.core.PersonHex

/** From the first page: a proposal about the mattress pump. */
fun Hand.proposes(grace: Grace) {
    tap("person-" + grace.person)
    tap("propose")
    tap("propose-actions-mattress")
    type("propose-text", " at each visit")
    type("propose-reason", "It was off twice")
    tap("send")
}

/** Sam says no to the one proposal that waits. The reason that it had. */
fun Grace.samDeclines(): String {
    val person = PersonHex(person)
    sam.sync()
    val held = sam.replica.plan(person).edits.single { it.settled == null }
    sam.replica.decideEdit(person, held.edit, false, "The pump has an alarm of its own")
    sam.sync()
    return held.reason
}
