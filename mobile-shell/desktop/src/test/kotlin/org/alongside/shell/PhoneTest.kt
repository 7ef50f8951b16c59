package org.alongside.shell

import org.alongside.shell.model.Intent
import org.alongside.shell.model.Route
import org.alongside.shell.world.Grace
import org.alongside.shell.world.enter
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** What the phone promises while it is locked, put down, or without a server. */
class PhoneTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `a locked phone shows nothing about anybody, and what was half typed is there after the PIN`() {
        Grace(folder).use { grace ->
            grace.amina.enrol()
            val visit = grace.visit("lock", "2026-03-02T12:30")
            grace.amina.online()
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("asked-wound_dressed")
                type("note", "fluid cloudy cream")
                grace.amina.engine.send(Intent.Lock)
                assertTrue(sees("Enter your PIN"))
                listOf("Grace", "Okafor", "999 000 0018", "fluid cloudy cream").forEach { assertFalse(sees(it), it) }

                enter("1112")
                assertTrue(sees("Enter your PIN"), "a wrong PIN opens nothing")
                enter()
                assertTrue(sees("fluid cloudy cream"))
            }
        }
    }

    @Test
    fun `an app that was ended asks for the PIN again before it shows anything`() {
        Grace(folder).use { grace ->
            grace.amina.enrol()
            grace.amina.restart()
            onScreen(grace.amina) {
                assertTrue(sees("Enter your PIN"))
                assertFalse(sees("Grace"))
                enter()
                assertTrue(sees("Grace"))
                assertEquals(Route.Today, grace.amina.engine.model.value.route)
            }
        }
    }
}
