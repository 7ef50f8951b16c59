package org.alongside.core

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Test

/** Each kind of problem comes across as a type that says what an app can do, with words that name the remedy. */
class ProblemsTest : WithOffice() {
    @Test
    fun `a server that is away is tried later`() {
        val (ticket, phone) = office.ticket(staff.getValue("amina")) to newPhone()
        office.stop()
        try {
            problem<Problem.TryLater>("unreachable", "cannot be reached") {
                runBlocking { phone.replica.enrol(ticket) }
            }
        } finally {
            office.start()
        }
        assertEquals("Amina", runBlocking { phone.replica.enrol(ticket) }.name)
    }

    @Test
    fun `what is no ticket asks for another`() {
        val phone = newPhone()
        problem<Problem.Enrol>("ticket_unreadable", "scan it again") { runBlocking { phone.replica.enrol("{") } }
        problem<Problem.Enrol>("not_enrolled", "enrol it") { phone.replica.record(person, pain(1)) }
        problem<Problem.Enrol>("not_enrolled", "enrol it") { phone.sync() }
    }

    @Test
    fun `what does not fit is shown with its field, and nothing is stored`() {
        val amina = phone("amina").replica
        val said = "Grace Okafor sits still"
        val raised = problem<Problem.ShowAndKeep>("not_allowed", "0 to 10") { amina.record(person, pain(11, said)) }
        assertEquals("score", raised.field)
        assertFalse(said in raised.words || said in raised.message, "no words of a note in an error")
        assertEquals(emptyList<HistoryItem>(), amina.history(person))
        problem<Problem.ShowAndKeep>("not_a_name", "PersonId") { amina.record(PersonId("Grace"), pain(1)) }
    }

    @Test
    fun `a key that opens nothing is a fault that keeps the file`() {
        val phone = newPhone()
        phone.close()
        val before = phone.files()
        problem<Problem.ReportFault>("wrong_key", "ask the office") { phone.open(KeyInMemory(ByteArray(32))) }
        problem<Problem.ReportFault>("key_missing", "ask the office") { phone.open(KeyInMemory()) }
        assertEquals(before, phone.files())
    }
}
