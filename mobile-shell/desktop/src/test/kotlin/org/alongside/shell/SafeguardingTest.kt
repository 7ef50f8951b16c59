package org.alongside.shell

import org.alongside.core.PersonHex
import org.alongside.core.Problem
import org.alongside.shell.world.Grace
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** A concern, as Amina taps it in without signal: sealed as it is saved, and gone from her phone once it is safe. */
class SafeguardingTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `a concern is sealed on the phone, shows nothing but ring the office, and reaches the manager alone`() {
        Grace(folder, "2026-04-14T09:00").use { grace ->
            grace.amina.enrol()
            val visit = grace.visit("money", "2026-04-14T10:00")
            grace.colleague("dee").use { dee ->
                onScreen(grace.amina) {
                    grace.amina.online()
                    grace.at("2026-04-14T10:20")
                    grace.amina.offline()
                    tap("visit-$visit")
                    tap("arrive")
                    tap("concern")
                    assertFalse(sees("suspect"), "no question names a suspect or a crime")
                    assertFalse(sees("abuse"))
                    type("concern-text", "Two people whom I do not know at the table. A cash card and a written PIN.")
                    type("concern-quoted", "they're helping me with the bank")
                    type("concern-present", "two strangers")
                    tap("danger-no")
                    type("concern-done", "stayed, said nothing to the visitors")
                    tap("save")
                    assertTrue(sees("Nothing of it can be read on this phone"))
                    assertFalse(sees("strangers"), "what she wrote is gone from the screen")
                    assertTrue(sees("Dee"), "whom to ring")

                    grace.at("2026-04-14T10:50")
                    type("call-with", "Dee")
                    tap("call-answered")
                    type("call-said", "Dee will come on Thursday")
                    tap("call-save")
                    assertTrue(sees("The call is sealed and saved."))
                    tap("finish")
                    assertTrue(sees("Ring the office"))
                    assertFalse(sees("strangers"))
                    assertFalse(sees("bank"))

                    grace.at("2026-04-14T13:30")
                    grace.amina.online()
                    assertTrue(sees("Ring the office"), "so far it is in one other place only")
                    dee.sync()
                    dee.sync()
                    grace.amina.online()
                    assertFalse(sees("Ring the office"), "it is on the server and with the manager")
                }
                val concern = dee.replica.concerns().single()
                assertEquals(PersonHex(grace.person), concern.person)
                assertEquals("they're helping me with the bank", concern.concern?.quoted)
                grace.sam.sync()
                assertThrows(Problem.ShowAndKeep::class.java, { grace.sam.replica.concerns() }, "not even a count")
            }
        }
    }
}
