package org.alongside.shell

import org.alongside.shell.words.Words
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File

/** Every word that the shell says stands in its catalogue, and nothing else does. */
class WordsTest {
    private val words = Words.of(Words.ENGLISH)
    private val literals = Sources.shell.flatMap { file -> LITERAL.findAll(file.withoutComments()).map { it.groupValues[1] } }.toSet()

    @Test
    fun `no screen holds words of its own`() {
        val own = Sources.of("screens").flatMap { file ->
            LITERAL.findAll(file.withoutComments()).map { it.groupValues[1] }.filter(::isWords).map { "${file.name}: $it" }
        }
        assertEquals(emptyList<String>(), own, "put them into en.properties")
    }

    @Test
    fun `every key that is said is in the catalogue`() {
        val said = Sources.shell.flatMap { file -> SAID.findAll(file.readText()).map { it.groupValues[1] to it.groupValues[2] } }
        val missing = said.filter { (how, key) -> key.none { it == '$' } && !key.endsWith(".") && keysOf(how, key).any { it !in words.keys } }
        assertEquals(emptyList<Pair<String, String>>(), missing)
        assertTrue(said.size > 100, "the pattern still finds what is said")
    }

    @Test
    fun `every text of the catalogue is said somewhere`() {
        val stems = literals.filter { it.endsWith(".") || '$' in it || it.endsWith("_") }.map { it.substringBefore('$') }.filter { it.length > 2 }.toSet()
        val unused = words.keys.filter { key ->
            val plain = key.removeSuffix(".one").removeSuffix(".other")
            plain !in literals && stems.none { plain.startsWith(it) } && !NAMED.any { plain.startsWith(it) || plain.endsWith(it) }
        }
        assertEquals(emptyList<String>(), unused)
    }

    @Test
    fun `a count has one text for one and one for many`() {
        val ones = words.keys.filter { it.endsWith(".one") }.map { it.removeSuffix(".one") }.toSet()
        val others = words.keys.filter { it.endsWith(".other") && it != "record.other" && it != "late.other" }.map { it.removeSuffix(".other") }.toSet()
        assertEquals(ones, others)
    }

    @Test
    fun `the pseudo-language is longer, accented, and keeps the places of its arguments`() {
        val pseudo = Words.of(Words.PSEUDO)
        for (key in words.keys) {
            val (plain, strange) = words.say(key) to pseudo.say(key)
            assertTrue(strange.length >= plain.length * 4 / 3, key)
            assertEquals(PLACE.findAll(plain).map { it.value }.toSet(), PLACE.findAll(strange).map { it.value }.toSet(), key)
        }
    }

    private fun keysOf(how: String, key: String) = if (how == "count") listOf("$key.one", "$key.other") else listOf(key)

    /** Words, as opposed to a key, a tag or a code: a space between letters, or a capital at the start. */
    private fun isWords(literal: String): Boolean {
        val plain = literal.replace(TEMPLATE, "")
        return WITH_SPACE.containsMatchIn(plain) || CAPITAL.containsMatchIn(plain)
    }

    private companion object {
        val LITERAL = Regex("\"((?:[^\"\\\\]|\\\\.)*)\"")
        val SAID = Regex("\\b(say|count)\\(\"([^\"]+)\"")
        val PLACE = Regex("\\{\\d}")
        val TEMPLATE = Regex("\\$\\{[^}]*}|\\$\\w+")
        val WITH_SPACE = Regex("\\p{L} +\\p{L}")
        val CAPITAL = Regex("^\\p{Lu}\\p{Ll}+$")

        /** Said by a name that is put together: places of the menu. */
        val NAMED = listOf(".title")
    }
}
