package org.alongside.shell

import java.io.File

/** The shell's own sources, for the rules about them. */
internal object Sources {
    private val root = generateSequence(File("").absoluteFile) { it.parentFile }.first { File(it, "mobile-shell/pom.xml").isFile }.resolve("mobile-shell")

    val shell: List<File> = of("screens") + of("engine")

    fun of(module: String): List<File> = File(root, "$module/src/main/kotlin").walk().filter { it.extension == "kt" }.toList().also { check(it.isNotEmpty()) }

    fun pom(module: String): String = File(root, "$module/pom.xml").readText()
}

internal fun File.withoutComments(): String = readText().replace(Regex("(?s)/\\*.*?\\*/"), "").replace(Regex("(?m)//.*$"), "")
