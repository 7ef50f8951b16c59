package org.alongside.core

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

class RecordingTest : WithOffice() {
    @Test
    fun `an enrolled phone knows its holder and whom they look after`() {
        phone("amina").use { amina ->
            val me = amina.replica.me()!!
            assertEquals(Triple("Amina", Role.CARER, "Larkfield Homecare"), Triple(me.name, me.role, me.organisation))
            assertEquals(listOf(person), amina.replica.people().map { it.person })
        }
    }

    @Test
    fun `what is recorded without a server waits and then reaches the nurse`() {
        val (amina, beth) = phone("amina") to phone("beth")
        office.stop()
        val recorded = amina.replica.record(person, pain(4, note = "sits still"))

        val report = amina.sync()
        assertEquals(Outcome.NoAnswer(NoAnswer.UNREACHABLE), report.outcome)
        assertEquals(1UL, report.waiting)
        amina.reopen()
        assertEquals(listOf(Receipt.ON_THIS_PHONE), amina.replica.history(person).map { it.receipt })

        office.start()
        assertEquals(SyncReport(Outcome.UpToDate, waiting = 0UL), amina.sync())
        assertEquals(listOf(Receipt.ON_THE_SERVER), amina.replica.history(person).map { it.receipt })
        beth.sync()
        val seen = beth.replica.history(person).single()
        assertEquals(recorded.id to recorded.recorded, seen.id to seen.recorded)
        assertEquals(pain(4, note = "sits still"), seen.body)
        assertEquals("Amina", beth.replica.staffNames()[seen.by.hex])
    }
}
