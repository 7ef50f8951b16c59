package org.alongside.shell

import org.alongside.core.Body
import org.alongside.core.PersonHex
import org.alongside.core.Value
import org.alongside.shell.world.Grace
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

class RecordingTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `an observation is on the phone when it says saved, and on the server after the next sync`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T17:30")
            grace.amina.enrol()
            grace.at("2026-03-02T17:30")
            grace.amina.offline()
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("arrive")
                taps = 0
                tap("asked-wound_dressed")
                tap("field-strike_through-under_25")
                tap("field-pain_rest-2")
                tap("save")
                assertEquals(4, taps, "a usual observation takes four taps")
                assertTrue(sees("Saved on this phone at 17:30"))
                assertTrue(sees("2 records wait on this phone"))

                grace.amina.restart()
                grace.amina.unlock()
            }
            onScreen(grace.amina) {
                assertTrue(sees("2 records wait on this phone"), "the app was ended: what said saved is there")
                grace.amina.online()
                tap("strip-sync")
            }
            grace.beth.sync()
            val seen = grace.beth.replica.history(PersonHex(grace.person)).mapNotNull { (it.body as? Body.Observation)?.v1 }
            assertEquals(mapOf("strike_through" to Value.Text("under_25"), "pain_rest" to Value.Int(2)), seen.last().fields)
        }
    }
}
