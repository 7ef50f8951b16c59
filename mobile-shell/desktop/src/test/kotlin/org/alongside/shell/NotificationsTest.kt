package org.alongside.shell

import org.alongside.shell.model.Intent
import org.alongside.shell.platform.NotificationKind
import org.alongside.shell.words.Words
import org.alongside.shell.world.Grace
import org.alongside.shell.world.enter
import org.alongside.shell.world.onScreen
import org.alongside.shell.world.proposes
import org.alongside.shell.world.samDeclines
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** What a phone says while nobody looks at the app. Anybody may read it. */
class NotificationsTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `a locked phone says that there is an answer, in words that name nobody, until its holder has read it`() {
        Grace(folder).use { grace ->
            grace.amina.enrol()
            onScreen(grace.amina) {
                proposes(grace)
                grace.amina.syncs()
                grace.amina.engine.send(Intent.Lock)
                settle()
                grace.samDeclines()
                assertEquals(emptySet<NotificationKind>(), grace.amina.notified.keys, "it does not know yet")
                grace.amina.syncs()
                assertNamesNobody(grace, NotificationKind.FATE, "notify.fate")
                assertTrue(sees("Enter your PIN"), "and it is still locked")
                enter()
                while (has("back")) tap("back")
                tap("more")
                tap("more-changes")
                assertTrue(sees("Declined"))
                settle()
                assertFalse(NotificationKind.FATE in grace.amina.notified, "it has been read")
            }
        }
    }

    @Test
    fun `a promise that is due is told of once the time has come, in words that name nobody`() {
        Grace(folder).use { grace ->
            val visit = grace.visit("morning", "2026-03-02T09:30")
            grace.amina.enrol()
            grace.amina.offline()
            onScreen(grace.amina) {
                tap("visit-$visit")
                tap("asked-wound_dressed")
                tap("field-strike_through-leaking")
                tap("save")
                tap("ring")
                tap("answered")
                type("answer-from", "Beth")
                type("answer-said", "I come")
                tap("promise-10:30")
                tap("save")
                grace.amina.engine.send(Intent.Lock)
                settle()
                grace.at("2026-03-02T10:29")
                grace.amina.engine.send(Intent.SyncNow)
                settle()
                assertTrue(grace.amina.notified.isEmpty(), "not before it is due")
                grace.at("2026-03-02T10:30")
                grace.amina.engine.send(Intent.SyncNow)
                settle()
                assertNamesNobody(grace, NotificationKind.PROMISE_DUE, "notify.promise_due")
            }
        }
    }

    private fun assertNamesNobody(grace: Grace, kind: NotificationKind, key: String) {
        val said = grace.amina.notified
        assertEquals(setOf(kind), said.keys)
        assertEquals(Words.of(Words.ENGLISH).say(key), said[kind], "the words of the catalogue, with nothing filled in")
        val names = listOf("Grace", "Okafor", "Beth", "Sam", "Amina", "pump", "alarm", "Strike", "10:30")
        names.forEach { assertFalse(it in said.getValue(kind), it) }
    }
}
