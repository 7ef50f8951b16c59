package org.alongside.shell.world

import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.onAllNodesWithTag
import androidx.compose.ui.test.onNodeWithTag
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollToNode
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.performTextReplacement
import androidx.compose.ui.test.runDesktopComposeUiTest
import org.alongside.shell.App
import kotlin.time.Duration.Companion.minutes

/** A carer's thumb and eyes on the screen. It counts taps. */
@OptIn(ExperimentalTestApi::class)
class Hand(val ui: ComposeUiTest, private val phone: TestPhone) {
    var taps = 0

    fun tap(tag: String) {
        reach(tag)
        ui.onNodeWithTag(tag).performClick()
        taps++
        settle()
    }

    fun type(tag: String, text: String) {
        reach(tag)
        ui.onNodeWithTag(tag).performTextInput(text)
        settle()
    }

    /** In the place of what stands there. */
    fun retype(tag: String, text: String) {
        reach(tag)
        ui.onNodeWithTag(tag).performTextReplacement(text)
        settle()
    }

    fun settle() {
        phone.settle()
        ui.waitForIdle()
    }

    /** Whether these words are anywhere on the screen, also below what shows now. */
    fun sees(words: String): Boolean {
        settle()
        if (isDrawn(words)) return true
        return runCatching { page().performScrollToNode(hasText(words, substring = true)) }.isSuccess && isDrawn(words)
    }

    private fun isDrawn(words: String) =
        ui.onAllNodes(hasText(words, substring = true), useUnmergedTree = true).fetchSemanticsNodes().isNotEmpty()

    /** Whether this is drawn now; what is below what shows now is not looked for. */
    fun shows(tag: String): Boolean {
        settle()
        return ui.onAllNodesWithTag(tag).fetchSemanticsNodes().isNotEmpty()
    }

    fun has(tag: String): Boolean {
        if (shows(tag)) return true
        return runCatching { page().performScrollToNode(hasTestTag(tag)) }.isSuccess
    }

    private fun page() = ui.onNodeWithTag("page")

    private fun reach(tag: String) {
        settle()
        runCatching { page().performScrollToNode(hasTestTag(tag)) }
    }
}

/** The shell of a phone on a screen of its own, without a window. */
@OptIn(ExperimentalTestApi::class)
fun onScreen(phone: TestPhone, width: Int = 412, height: Int = 915, dark: Boolean = false, locale: String = "en-GB", play: Hand.() -> Unit) =
    runDesktopComposeUiTest(width = width, height = height, testTimeout = 10.minutes) {
        setContent { App(phone.engine, dark, locale) }
        Hand(this, phone).play()
    }
