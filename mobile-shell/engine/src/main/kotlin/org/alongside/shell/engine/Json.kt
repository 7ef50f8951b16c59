package org.alongside.shell.engine

/** Reads the JSON that the core writes: the catalogue and the emergency signs. What is not JSON is a fault. */
internal class Json private constructor(private val text: String) {
    private var at = 0

    private fun value(): Any? {
        blank()
        return when (val next = text[at]) {
            '{' -> members()
            '[' -> items()
            '"' -> string()
            't' -> word("true", true)
            'f' -> word("false", false)
            'n' -> word("null", null)
            else -> number(next)
        }
    }

    private fun members(): Map<String, Any?> {
        val found = LinkedHashMap<String, Any?>()
        list('}') {
            val name = string()
            blank()
            check(text[at++] == ':') { "no colon at $at" }
            found[name] = value()
        }
        return found
    }

    private fun items(): List<Any?> = ArrayList<Any?>().also { found -> list(']') { found.add(value()) } }

    private inline fun list(end: Char, one: () -> Unit) {
        at++
        blank()
        if (text[at] == end) {
            at++
            return
        }
        while (true) {
            blank()
            one()
            blank()
            val next = text[at++]
            if (next == end) return
            check(next == ',') { "no comma at $at" }
        }
    }

    private fun string(): String {
        check(text[at++] == '"') { "no string at $at" }
        val found = StringBuilder()
        while (text[at] != '"') {
            val letter = text[at++]
            found.append(if (letter == '\\') escaped() else letter)
        }
        at++
        return found.toString()
    }

    private fun escaped(): Char = when (val letter = text[at++]) {
        'n' -> '\n'
        't' -> '\t'
        'r' -> '\r'
        'b' -> '\b'
        'f' -> '\u000c'
        'u' -> text.substring(at, at + HEX_DIGITS).toInt(HEX).toChar().also { at += HEX_DIGITS }
        else -> letter
    }

    private fun number(first: Char): Number {
        check(first == '-' || first.isDigit()) { "no value at $at" }
        val from = at
        while (at < text.length && text[at] in "+-.eE0123456789") at++
        val digits = text.substring(from, at)
        return digits.toLongOrNull() ?: digits.toDouble()
    }

    private fun <T> word(word: String, value: T): T {
        check(text.startsWith(word, at)) { "no value at $at" }
        at += word.length
        return value
    }

    private fun blank() {
        while (at < text.length && text[at].isWhitespace()) at++
    }

    companion object {
        private const val HEX = 16
        private const val HEX_DIGITS = 4

        fun read(text: String): Any? = Json(text).value()
    }
}

internal fun Any?.member(name: String): Any? = (this as? Map<*, *>)?.get(name)

internal fun Any?.text(name: String): String? = member(name) as? String

internal fun Any?.number(name: String): Long? = (member(name) as? Number)?.toLong()

internal fun Any?.list(name: String): List<Any?> = (member(name) as? List<*>).orEmpty()
