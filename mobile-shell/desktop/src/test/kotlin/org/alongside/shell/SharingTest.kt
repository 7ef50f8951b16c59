package org.alongside.shell

import org.alongside.core.Section
import org.alongside.shell.world.Entry
import org.alongside.shell.world.Grace
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** What a phone of a partner organisation says of what is not shared with it. */
class SharingTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `a plan says what cannot be told here and whom to ask, and nothing of it where all is shared`() {
        Grace(folder).use { grace ->
            grace.sam.plan(
                grace.person, "Grace told Amina",
                Entry(
                    Section.SHARING, "nurses-log", 10, "organisation" to "Northside Community Nursing", "category" to "contact_log",
                    "basis" to "public_task", "objection" to "the nurses need not know whom you ring for me", "objects" to true,
                ),
            )
            grace.phone("beth", folderName = "beths-phone").use { beth ->
                beth.enrol()
                onScreen(beth) {
                    tap("person-${grace.person}")
                    assertTrue(sees("Not shared with your organisation: contact"))
                    assertTrue(sees(OPEN), "what hangs on it is named")
                    assertTrue(sees("office"), "and whom to ask")
                    assertTrue(sees("Sit in my chair for lunch"), "the plan itself is shared")
                }
            }
            grace.amina.enrol()
            onScreen(grace.amina) {
                tap("person-${grace.person}")
                assertTrue(sees("Sit in my chair for lunch"))
                assertFalse(sees(OPEN))
                assertFalse(sees("Not shared with your organisation"))
            }
        }
    }

    private companion object {
        const val OPEN = "What is open or overdue, who was told and what they answered"
    }
}
