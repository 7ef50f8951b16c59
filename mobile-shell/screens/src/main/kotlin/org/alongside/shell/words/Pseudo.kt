package org.alongside.shell.words

/** The pseudo-language: accented and a third longer, as other languages are. What stays plain is not translatable. */
internal object Pseudo {
    private const val PLAIN = "aceinosuyzACEINOSUYZ"
    private const val ACCENTED = "àçéîñöšûýžÀÇÉÎÑÖŠÛÝŽ"

    fun disguise(text: String): String {
        val accented = text.map { letter -> PLAIN.indexOf(letter).let { if (it < 0) letter else ACCENTED[it] } }
        val longer = "~".repeat((text.length + 2) / 3)
        return "[" + accented.joinToString("") + " " + longer + "]"
    }
}
