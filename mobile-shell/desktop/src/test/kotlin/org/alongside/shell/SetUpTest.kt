package org.alongside.shell

import org.alongside.shell.model.Intent
import org.alongside.shell.model.Route
import org.alongside.shell.world.Grace
import org.alongside.shell.world.Hand
import org.alongside.shell.world.enter
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** The phone itself: joining, the state of sync, how it draws. */
class SetUpTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `a phone joins by a ticket that is scanned or pasted, and says whose it is before anybody records`() {
        Grace(folder).use { grace ->
            val ticket = checkNotNull(grace.amina.ticket)
            grace.amina.ticket = "no ticket at all"
            onScreen(grace.amina) {
                tap("scan")
                assertTrue(sees("this is not a ticket"))
                type("ticket", ticket)
                tap("join")
                grace.amina.waitFor { it.toString().contains("JoinedAs") }
                assertTrue(sees("Amina"))
                assertTrue(sees("Larkfield Homecare"))
                tap("start")
                assertTrue(sees("Choose a PIN"))
                repeat(2) { enter() }
                assertTrue(sees("Everyone on this phone"))
            }
        }
    }

    @Test
    fun `nobody is shown before a PIN is chosen, and 999 is there all the while`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.beth.observe(grace.person, "wound_dressed", "sacrum", "strike_through" to "leaking")
            onScreen(grace.amina) {
                tap("scan")
                grace.amina.waitFor { it.toString().contains("JoinedAs") }
                tap("start")
                val routes = listOf(
                    Route.Today, Route.Plan(grace.person), Route.Visit(grace.person, visit), Route.Emergency(grace.person),
                    Route.Help(null, null), Route.EndOfShift, Route.Changes, Route.More, Route.Settings,
                )
                routes.forEach { route ->
                    grace.amina.engine.send(Intent.Open(route))
                    grace.amina.syncs()
                    assertNamesNobody("$route")
                }
                assertFalse(shows("strip-untold"))
                tap("emergency")
                tap("dial-999")
                assertEquals(listOf("999"), grace.amina.dialled)
                grace.amina.restart()
            }
            onScreen(grace.amina) {
                assertNamesNobody("a new start")
                repeat(2) { enter() }
                assertTrue(sees("Grace"))
                assertTrue(shows("strip-untold"))
            }
        }
    }

    private fun Hand.assertNamesNobody(where: String) {
        assertTrue(sees("Choose a PIN"), where)
        listOf("Grace", "Okafor", "Strike").forEach { assertFalse(sees(it), "$it by $where") }
    }

    @Test
    fun `the state of sync is true in numbers - what waits, when the server was heard, whom to ring`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T14:00")
            grace.amina.enrol()
            grace.at("2026-03-02T14:05")
            onScreen(grace.amina) {
                grace.amina.syncs()
                tap("strip-sync")
                assertTrue(sees("Everything is sent"))
                assertTrue(sees("Last heard from the server 14:05."))
                grace.amina.offline()
                grace.at("2026-03-02T14:10")
                tap("back")
                tap("visit-$visit")
                tap("arrive")
                tap("strip-sync")
                assertTrue(sees("1 record waits on this phone"))
                assertTrue(sees("There is no network now."))
                assertTrue(sees("Last heard from the server 14:05."))
                tap("sync-now")
                assertTrue(sees("1 record waits on this phone"), "a try that failed changes nothing")
                tap("dial-on_call")
                assertEquals("01632 960105", grace.amina.dialled.last())
                grace.amina.syncs()
                assertTrue(sees("Everything is sent"))
            }
        }
    }

    @Test
    fun `language, colours and text size change at once and are kept`() {
        Grace(folder).use { grace ->
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("more")
                tap("more-settings")
                tap("text-200")
                tap("theme-dark")
                tap("language-en-xa")
                assertTrue(sees("[Tèxt".take(2)), "the pseudo-language")
                assertFalse(sees("Text size"))
                tap("language-en-gb")
                assertTrue(sees("Text size"))
                grace.amina.restart()
                grace.amina.unlock()
            }
            onScreen(grace.amina) {
                assertEquals(Route.Today, grace.amina.engine.model.value.route)
                assertEquals(200, grace.amina.engine.model.value.look?.textPercent)
            }
        }
    }
}
