package org.alongside.shell

import org.alongside.core.Section
import org.alongside.shell.world.Grace
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** Signs that need no plan. */
class EmergencyTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `an emergency is two taps from the first screen to 999, and every sign is there`() {
        Grace(folder).use { grace ->
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("emergency")
                tap("dial-999")
                assertEquals(2, taps)
                assertEquals(listOf("999"), grace.amina.dialled)
                listOf("Not waking", "Choking", "Blue lips", "Chest pain").forEach { assertTrue(sees(it), it) }
                assertTrue(sees("Nobody at your organisation has signed off this list yet."))
            }
        }
    }

    @Test
    fun `another call comes first only where a nurse wrote so, and 999 stays beside it`() {
        Grace(folder).use { grace ->
            grace.beth.set(grace.person, "agreed with Grace and her family", Section.SAFETY, "main", "call_first", "district_nursing")
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("person-" + grace.person)
                tap("emergency")
                assertFalse(has("dial-before"), "nobody is named who agreed it")
                tap("back")
                grace.beth.set(grace.person, "agreed with Grace and her family", Section.SAFETY, "main", "call_first_agreed_by", "Beth")
                grace.amina.syncs()
                tap("emergency")
                assertTrue(sees("For this person ring District nursing team first. Agreed by Beth."))
                tap("dial-before")
                tap("dial-999")
                assertEquals(listOf("01632 960101", "999"), grace.amina.dialled)
                tap("record-after")
                assertTrue(sees("Record"))
            }
        }
    }
}
