package org.alongside.example

import java.io.File
import kotlinx.coroutines.runBlocking
import org.alongside.core.WithOffice
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class ExampleTest : WithOffice() {
    @Test
    fun `the example runs`() {
        val phone = File(folder, "example").apply { mkdirs() }
        val told = runBlocking { recordPain(phone, office.ticket(staff.getValue("amina"))) }
        assertTrue(told.startsWith("0 waiting; wake again in "), told)
    }

    @Test
    fun `the example is the one of the page`() {
        val page = File("../../bindings/kotlin/README.md").readText()
        val shown = page.substringAfter("```kotlin\n").substringBefore("```")
        assertEquals(File("src/org/alongside/example/Example.kt").readText(), shown)
    }
}
