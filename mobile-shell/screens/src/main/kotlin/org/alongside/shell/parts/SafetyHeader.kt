package org.alongside.shell.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ExperimentalLayoutApi
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import org.alongside.shell.model.Alert
import org.alongside.shell.model.AlertWeight
import org.alongside.shell.model.Fact
import org.alongside.shell.model.Header
import org.alongside.shell.model.PersonStatus
import org.alongside.shell.model.Tone
import org.alongside.shell.theme.LocalPalette
import org.alongside.shell.theme.Sizes
import org.alongside.shell.theme.Type
import org.alongside.shell.words.say

/**
 * Who this is about and what must not be missed. It stays on top while the rest scrolls. With large text it is shorter,
 * so that there is room for the rest: all of it is one press away.
 */
@Composable
fun SafetyHeader(header: Header, open: Boolean, modifier: Modifier = Modifier) {
    val palette = LocalPalette.current
    Column(modifier.fillMaxWidth().background(palette.card).testTag("safety-header")) {
        Column(Modifier.padding(horizontal = Sizes.edge)) {
            val name = header.preferred?.let { say("header.known_as", header.name, it) } ?: header.name
            Text(name, Modifier.semantics { heading() }, style = if (isLargeText) Type.label else Type.part, color = palette.ink, maxLines = 2)
            if (!isLargeText) Quiet(identity(header))
        }
        if (open) AllFacts(header) else Alerts(header)
        HorizontalDivider(color = palette.line)
    }
}

/** How many alerts are on the screen by one word only, until all facts are opened. */
@Composable
internal fun hiddenOf(header: Header): Int = shortened(header).size

/** For what there is no room but for a word. Where two versions stand comes first. */
@Composable
private fun shortened(header: Header): List<Alert> {
    val texts = header.alerts.filter { it.weight == AlertWeight.TEXT }.sortedByDescending { it.fact.twoVersions }
    return texts.drop(if (isLargeText) 0 else TEXTS_SHOWN)
}

/** What must not be missed is never cut off; of a text the end may be, and of what has no room a word stays. */
@OptIn(ExperimentalLayoutApi::class)
@Composable
private fun Alerts(header: Header) {
    val shortened = shortened(header)
    val words = if (isLargeText) header.alerts.filter { it.weight == AlertWeight.WORD } else emptyList()
    FlowRow(
        Modifier.padding(start = Sizes.edge, end = Sizes.edge, top = 4.dp, bottom = 8.dp),
        horizontalArrangement = Arrangement.spacedBy(6.dp),
        verticalArrangement = Arrangement.spacedBy(4.dp),
    ) {
        if (header.status != PersonStatus.AT_HOME) Mark(say(statusKey(header.status)), Tone.CARE)
        header.alerts.filterNot { it in shortened || it in words }.forEach { alert ->
            when (alert.weight) {
                AlertWeight.ALWAYS -> Mark(inWords(alert.fact), Tone.CARE)
                AlertWeight.WORD -> Mark(alert.sign, Tone.CARE)
                AlertWeight.TEXT -> Mark(inWords(alert.fact), Tone.CARE, lines = 2)
            }
        }
        val signs = (words + shortened).sortedByDescending { it.fact.twoVersions }.map { sign(it) }
        if (signs.isNotEmpty()) Mark(signs.joinToString(BETWEEN), Tone.CARE, Modifier.testTag("header-signs"), SIGN_LINES)
    }
}

@Composable
private fun AllFacts(header: Header) {
    Column(Modifier.heightIn(max = 300.dp).verticalScroll(rememberScrollState()).padding(horizontal = Sizes.edge)) {
        Body(identity(header))
        if (header.status != PersonStatus.AT_HOME) Mark(say(statusKey(header.status)), Tone.CARE)
        (header.alerts.filter { it.weight == AlertWeight.ALWAYS }.map { it.fact } + header.facts).forEach { FactLine(it) }
        Quiet(say("header.cpr_means"))
    }
}

/** Opens and closes all facts of the header. */
@Composable
internal fun FactsToggle(open: Boolean, more: Int, press: () -> Unit) {
    val name = say(if (open) "header.fewer" else "header.all")
    val text = when {
        open -> name
        more > 0 -> say(if (isLargeText) "header.more_short" else "header.all_more", more)
        else -> say("header.all_short")
    }
    Box(
        Modifier.heightIn(min = Sizes.target).widthIn(min = Sizes.target).clickable(role = Role.Button, onClick = press)
            .testTag("header-all").semantics { contentDescription = name }.padding(horizontal = Sizes.edge),
        contentAlignment = Alignment.Center,
    ) { Text(text, style = Type.small, color = LocalPalette.current.act) }
}

/** A line of the plan, marked where it changed or where several versions of it stand. */
@Composable
fun FactLine(fact: Fact, modifier: Modifier = Modifier) {
    Column(modifier.fillMaxWidth().padding(vertical = 4.dp)) {
        Quiet(fact.label)
        Body(fact.value)
        if (fact.twoVersions) Mark(say("plan.two_versions"), Tone.CARE)
        if (fact.changed) Mark(say("plan.changed"), Tone.CARE)
    }
}

@Composable
private fun identity(header: Header): String {
    val born = header.born?.let { say("header.born", it) }
    val number = header.nhsNumber?.let { say("header.nhs", it) }
    return listOfNotNull(born, number).joinToString(" · ")
}

@Composable
private fun inWords(fact: Fact): String {
    val text = say("header.alert", fact.label, fact.value)
    return if (fact.twoVersions) say("header.alert_two", text) else text
}

@Composable
private fun sign(alert: Alert): String = if (alert.fact.twoVersions) say("header.sign_two", alert.sign) else alert.sign

private fun statusKey(status: PersonStatus): String = "status." + status.name.lowercase()

private const val TEXTS_SHOWN = 3
private const val SIGN_LINES = 2
private const val BETWEEN = " · "
