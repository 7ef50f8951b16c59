package org.alongside.shell

import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.ImageComposeScene
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.hasAnyAncestor
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.runDesktopComposeUiTest
import androidx.compose.ui.unit.Density
import org.alongside.shell.model.AppModel
import org.alongside.shell.model.Route
import org.alongside.shell.words.Words
import org.alongside.shell.world.Gallery
import org.alongside.shell.world.Grace
import org.alongside.shell.world.fullHeader
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestInstance
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** Every screen drawn in every size, light and text size, to be looked at; and what can be said of it by a rule. */
@OptIn(ExperimentalTestApi::class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScreensTest {
    private lateinit var english: Map<String, AppModel>
    private lateinit var pseudo: Map<String, AppModel>
    private lateinit var full: AppModel

    @BeforeAll
    fun walk(@TempDir folder: File) {
        english = Grace(File(folder, "en").apply { mkdirs() }).use { Gallery(it, it.amina).walk() }
        full = Grace(File(folder, "full").apply { mkdirs() }).use(::fullHeader)
        pseudo = Grace(File(folder, "xa").apply { mkdirs() }, locale = Words.PSEUDO).use { Gallery(it, it.amina).walk() }
    }

    @Test
    fun `a full header has a word for everything that must not be missed, and says where two versions stand`() {
        for (text in listOf(1f, 2f)) {
            draw(full, Words.ENGLISH, 360, 740, false, text, "header-full-360x740-light-${(text * 100).toInt()}.png")
            runDesktopComposeUiTest(width = 360, height = 740) {
                setContent { CompositionLocalProvider(LocalDensity provides Density(1f, text)) { Drawn(full, dark = false, Words.ENGLISH) {} } }
                waitForIdle()
                val seen = onAllNodes(hasAnyAncestor(hasTestTag("safety-header")), useUnmergedTree = true).fetchSemanticsNodes()
                    .flatMap { it.config.getOrNull(SemanticsProperties.Text).orEmpty() }.joinToString("\n") { it.text }
                val words = listOf(
                    "Mrs Grace Okafor (“Grace”)", "Penicillin", "held: In the blue folder", "Blood-thinner", "Insulin", "Oxygen", "Food: level 5",
                    "Drinks: level 2", "edicines", "Moving", "Infection", "Communication", "Interpreter", "Attorney", "usual", "Hazards", "wo versions",
                )
                assertEquals(emptyList<String>(), words.filter { it !in seen }, "at $text: $seen")
            }
        }
    }

    @Test
    fun `every route has a screen in the gallery`() {
        val seen = english.values.map { it.route::class.java }.toSet()
        assertEquals(Route::class.java.permittedSubclasses.toSet(), seen)
    }

    @Test
    fun `every screen is drawn in every size, light, and size of text`() {
        var drawn = 0
        for ((name, model) in english) {
            for ((width, height) in SIZES) for (dark in listOf(false, true)) for (text in listOf(1f, 2f)) {
                val file = "$name-${width}x$height-${if (dark) "dark" else "light"}-${(text * 100).toInt()}.png"
                draw(model, Words.ENGLISH, width, height, dark, text, file)
                drawn++
            }
        }
        for ((name, model) in pseudo) {
            draw(model, Words.PSEUDO, 360, 740, false, 1f, "$name-360x740-pseudo-100.png")
            drawn++
        }
        println("pictures: $drawn of ${english.size} screens in ${pictures()}")
        assertTrue(drawn > 0)
    }

    @Test
    fun `everything that can be pressed has a name, and is as large as a thumb`() {
        val found = english.flatMap { (name, model) -> faults(model).map { "$name: $it" } }
        assertEquals(emptyList<String>(), found)
    }

    @Test
    fun `the largest text on a small phone leaves room to read, but where somebody is to ring 999 before they go on`() {
        val tight = english.filterKeys { it != "record-emergency" }.filterValues { roomToRead(it) < TWO_LARGE_LINES }
        assertEquals(emptySet<String>(), tight.keys)
    }

    private fun roomToRead(model: AppModel): Int {
        var height = 0
        runDesktopComposeUiTest(width = 360, height = 740) {
            setContent { CompositionLocalProvider(LocalDensity provides Density(1f, 2f)) { Drawn(model, dark = false, Words.ENGLISH) {} } }
            waitForIdle()
            height = onAllNodes(hasTestTag("page")).fetchSemanticsNodes().single().size.height
        }
        return height
    }

    /** All of a screen at once, on a screen that is long enough. */
    private fun faults(model: AppModel): List<String> {
        var faults = emptyList<String>()
        runDesktopComposeUiTest(width = 360, height = LONG) {
            setContent { Drawn(model, dark = false, Words.ENGLISH) {} }
            waitForIdle()
            val nodes = onAllNodes(hasClickAction()).fetchSemanticsNodes()
            assertTrue(nodes.isNotEmpty(), "something can be pressed")
            faults = nodes.mapNotNull(::fault)
        }
        return faults
    }

    private fun fault(node: SemanticsNode): String? {
        val config = node.config
        val tag = config.getOrNull(SemanticsProperties.TestTag)
        val texts = config.getOrNull(SemanticsProperties.Text).orEmpty().map { it.text } + config.getOrNull(SemanticsProperties.ContentDescription).orEmpty()
        return when {
            texts.none { it.any(Char::isLetterOrDigit) } -> "$tag has no name"
            node.size.width < THUMB || node.size.height < THUMB -> "$tag is ${node.size}"
            tag == null -> "${texts.first()} has no tag"
            else -> null
        }
    }

    private fun draw(model: AppModel, locale: String, width: Int, height: Int, dark: Boolean, text: Float, file: String) {
        val scene = ImageComposeScene(width, height, Density(1f, text)) { Drawn(model, dark, locale) {} }
        try {
            scene.render(0)
            val bytes = checkNotNull(scene.render(FRAME_NS).encodeToData()) { file }.bytes
            assertTrue(bytes.size > EMPTY_BYTES, "$file is not empty")
            File(pictures(), file).writeBytes(bytes)
        } finally {
            scene.close()
        }
    }

    private fun pictures() = File(System.getProperty("alongside.pictures")).apply { mkdirs() }

    private companion object {
        val SIZES = listOf(360 to 740, 412 to 915)
        const val FRAME_NS = 1_000_000_000L
        const val EMPTY_BYTES = 4_000
        const val LONG = 9_000
        const val THUMB = 48
        const val TWO_LARGE_LINES = 96
    }
}
