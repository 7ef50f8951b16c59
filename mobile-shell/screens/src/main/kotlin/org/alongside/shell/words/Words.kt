package org.alongside.shell.words

import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import androidx.compose.runtime.staticCompositionLocalOf
import java.io.InputStreamReader
import java.util.Properties

/** Every word that the shell itself says, by key, in one language. What the core says comes from the core. */
class Words private constructor(private val texts: Map<String, String>) {
    /** The text of a key, with its arguments in the places {0}, {1} and so on. */
    fun say(key: String, vararg arguments: Any): String {
        val text = texts[key] ?: error(key)
        return arguments.foldIndexed(text) { at, soFar, argument -> soFar.replace("{$at}", argument.toString()) }
    }

    /** The text for a count: `key.one` or `key.other`, with the count in the place {0}. */
    fun count(key: String, count: Long, vararg more: Any): String =
        say(if (count == 1L) "$key.one" else "$key.other", count, *more)

    val keys: Set<String> get() = texts.keys

    companion object {
        const val ENGLISH = "en-GB"
        const val PSEUDO = "en-XA"

        /** The words of a language that ships; any other is English. */
        fun of(locale: String): Words {
            val english = read()
            return Words(if (locale == PSEUDO) english.mapValues { Pseudo.disguise(it.value) } else english)
        }

        private fun read(): Map<String, String> {
            val properties = Properties()
            val stream = checkNotNull(Words::class.java.getResourceAsStream(CATALOGUE)) { CATALOGUE }
            InputStreamReader(stream, Charsets.UTF_8).use(properties::load)
            return properties.entries.associate { it.key.toString() to it.value.toString() }
        }

        private const val CATALOGUE = "/org/alongside/shell/words/en.properties"
    }
}

/** The words of the language of the screen. */
val LocalWords = staticCompositionLocalOf { Words.of(Words.ENGLISH) }

/** The text of a key. */
@Composable
@ReadOnlyComposable
fun say(key: String, vararg arguments: Any): String = LocalWords.current.say(key, *arguments)

/** The text of a key for a count. */
@Composable
@ReadOnlyComposable
fun count(key: String, count: Long, vararg more: Any): String = LocalWords.current.count(key, count, *more)
