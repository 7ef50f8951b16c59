package org.alongside.shell

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Which part of the shell may know what. */
class WallsTest {
    @Test
    fun `screens do not know the core, and the engine alone does`() {
        assertFalse("alongside-core" in Sources.pom("screens"))
        assertTrue("alongside-core" in Sources.pom("engine"))
        assertEquals(emptyList<String>(), Sources.of("screens").naming("org.alongside.core"))
        assertEquals(emptyList<String>(), Sources.of("desktop").naming("org.alongside.core"))
    }

    @Test
    fun `screens open no window and name no desktop`() {
        assertEquals(emptyList<String>(), Sources.of("screens").naming("java.awt", "javax.swing", "androidx.compose.ui.window", "androidx.compose.desktop"))
        assertEquals(emptyList<String>(), Sources.of("engine").naming("java.awt", "javax.swing", "androidx.compose"))
    }

    @Test
    fun `no source file is longer than a reader can hold`() {
        assertEquals(emptyList<String>(), (Sources.shell + Sources.of("desktop")).filter { it.readLines().size > LINES_MAX }.map { it.name })
    }

    @Test
    fun `colours are named in the palette alone`() {
        val elsewhere = Sources.of("screens").filter { it.name != "Palette.kt" && "Color(0x" in it.readText() }
        assertEquals(emptyList<String>(), elsewhere.map { it.name })
    }

    private fun List<java.io.File>.naming(vararg words: String) =
        filter { file -> words.any { it in file.withoutComments() } }.map { it.name }

    private companion object {
        const val LINES_MAX = 350
    }
}
