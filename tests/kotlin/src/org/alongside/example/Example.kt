package org.alongside.example

import java.io.File
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import org.alongside.core.Body
import org.alongside.core.HowKnown
import org.alongside.core.Observation
import org.alongside.core.Problem
import org.alongside.core.Replica
import org.alongside.core.Value
import org.alongside.core.WakeReason
import org.alongside.core.catalogueVersion
import org.alongside.core.fileKeystore
import org.alongside.core.systemClock

/** Enrols a phone, records pain of 4, and tells what waits. No call of it belongs on a thread that draws. */
suspend fun recordPain(folder: File, ticket: String): String = withContext(Dispatchers.IO) {
    // On a phone: a keystore of your own, over two entries of the system's.
    val keystore = fileKeystore(File(folder, "key").path)
    Replica.open(folder.path, keystore, systemClock()).use { replica ->
        replica.enrol(ticket)
        replica.wake(WakeReason.APP_OPENED)
        val person = replica.people().first().person
        val pain = Observation(
            kind = "pain", catalogueVersion = catalogueVersion(), fields = mapOf("score" to Value.Int(4)),
            howKnown = HowKnown.SEEN_NOW)
        try {
            // Durable on this phone when it returns.
            replica.record(person, Body.Observation(pain))
        } catch (problem: Problem.ShowAndKeep) {
            return@use problem.words
        }
        val again = replica.wake(WakeReason.VISIT_ENDED).againInMs
        "${replica.syncState().waiting} waiting; wake again in $again ms"
    }
}
