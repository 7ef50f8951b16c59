package org.alongside.shell.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ExperimentalLayoutApi
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import org.alongside.shell.model.Header
import org.alongside.shell.theme.LocalPalette
import org.alongside.shell.theme.Sizes
import org.alongside.shell.theme.Type
import org.alongside.shell.words.say

/** Where what is to be pressed goes on a page with room for a few lines only: elsewhere it stands below what scrolls. */
enum class Tight {
    /** It scrolls, after all else. */
    LAST,

    /** It scrolls, before all else. */
    FIRST,

    /** It stands all the same. */
    STANDS,
}

/** A page: its title with the way back, the person's header where it is about one, what scrolls, and what to press. */
@Composable
fun Page(
    title: String,
    header: Header? = null,
    back: (() -> Unit)? = null,
    foot: (@Composable () -> Unit)? = null,
    tight: Tight = Tight.LAST,
    list: LazyListScope.() -> Unit,
) {
    Column(Modifier.fillMaxSize().background(LocalPalette.current.page)) {
        var open by rememberSaveable(header?.person) { mutableStateOf(false) }
        TitleBar(title, back) { if (header != null) FactsToggle(open, hiddenOf(header)) { open = !open } }
        if (header != null) SafetyHeader(header, open)
        BoxWithConstraints(Modifier.weight(1f)) {
            val fewLines = with(LocalDensity.current) { Type.body.lineHeight.toDp() } * FEW_LINES
            val along = foot?.takeIf { tight != Tight.STANDS && maxHeight < fewLines }?.let { along(it) }
            Column {
                LazyColumn(
                    Modifier.weight(1f).fillMaxWidth().testTag("page"),
                    contentPadding = PaddingValues(Sizes.edge),
                    verticalArrangement = Arrangement.spacedBy(10.dp),
                ) {
                    if (tight == Tight.FIRST) along?.invoke(this)
                    list()
                    if (tight == Tight.LAST) along?.invoke(this)
                }
                if (foot != null && along == null) StandingFoot(foot)
            }
        }
    }
}

private fun along(foot: @Composable () -> Unit): LazyListScope.() -> Unit = {
    item("foot") { Column(verticalArrangement = Arrangement.spacedBy(8.dp)) { foot() } }
}

@Composable
private fun StandingFoot(foot: @Composable () -> Unit) {
    Column(
        Modifier.fillMaxWidth().heightIn(max = if (isLargeText) FOOT_MAX_LARGE else FOOT_MAX).verticalScroll(rememberScrollState())
            .background(LocalPalette.current.card).padding(horizontal = Sizes.edge, vertical = 8.dp),
        verticalArrangement = Arrangement.spacedBy(8.dp),
    ) { foot() }
}

@Composable
private fun TitleBar(title: String, back: (() -> Unit)?, end: @Composable () -> Unit) {
    val palette = LocalPalette.current
    Row(
        Modifier.fillMaxWidth().background(palette.card).heightIn(min = Sizes.target),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        if (back == null) {
            Box(Modifier.widthIn(min = Sizes.edge))
        } else {
            val name = say("back")
            Box(
                Modifier.heightIn(min = Sizes.target).widthIn(min = Sizes.target)
                    .clickable(role = Role.Button, onClick = back).testTag("back")
                    .semantics { contentDescription = name },
                contentAlignment = Alignment.Center,
            ) { Text(BACK_SIGN, style = Type.big, color = palette.act) }
        }
        Text(
            title, Modifier.weight(1f).padding(vertical = 4.dp).semantics { heading() }, style = if (isLargeText) Type.label else Type.title,
            color = palette.ink, maxLines = 2, overflow = TextOverflow.Ellipsis,
        )
        end()
    }
}

/** Answers beside each other, on as many lines as they need. */
@OptIn(ExperimentalLayoutApi::class)
@Composable
fun Answers(modifier: Modifier = Modifier, content: @Composable () -> Unit) {
    FlowRow(
        modifier.fillMaxWidth(),
        horizontalArrangement = Arrangement.spacedBy(Sizes.gap),
        verticalArrangement = Arrangement.spacedBy(Sizes.gap),
    ) { content() }
}

/** What is to be pressed never takes all of a small screen. */
private val FOOT_MAX = 300.dp
private val FOOT_MAX_LARGE = 230.dp

/** With fewer lines of text than these, hardly anything can be read above what is to be pressed. */
private const val FEW_LINES = 5
private const val BACK_SIGN = "‹"
