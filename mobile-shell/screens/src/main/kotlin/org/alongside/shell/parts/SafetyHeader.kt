package org.alongside.shell.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ExperimentalLayoutApi
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import org.alongside.shell.model.Fact
import org.alongside.shell.model.Header
import org.alongside.shell.model.PersonStatus
import org.alongside.shell.model.Tone
import org.alongside.shell.theme.LocalPalette
import org.alongside.shell.theme.Sizes
import org.alongside.shell.theme.Type
import org.alongside.shell.words.say

/** Who this is about and what must not be missed. It stays on top while the rest scrolls. */
@OptIn(ExperimentalLayoutApi::class)
@Composable
fun SafetyHeader(header: Header, modifier: Modifier = Modifier) {
    val palette = LocalPalette.current
    var open by rememberSaveable(header.person) { mutableStateOf(false) }
    Column(modifier.fillMaxWidth().background(palette.card).testTag("safety-header")) {
        Column(
            Modifier.padding(horizontal = Sizes.edge, vertical = 8.dp),
            verticalArrangement = Arrangement.spacedBy(4.dp),
        ) {
            Text(header.name, Modifier.semantics { heading() }, style = Type.part, color = palette.ink)
            Quiet(identity(header))
            if (header.status != PersonStatus.AT_HOME) {
                Mark(say(statusKey(header.status)), Tone.CARE)
            }
            FlowRow(horizontalArrangement = Arrangement.spacedBy(6.dp), verticalArrangement = Arrangement.spacedBy(4.dp)) {
                header.alerts.take(ALERTS_SHOWN).forEach { Mark(inWords(it), Tone.CARE) }
            }
        }
        AllFacts(header, open) { open = !open }
        HorizontalDivider(color = palette.line)
    }
}

@Composable
private fun AllFacts(header: Header, open: Boolean, press: () -> Unit) {
    val palette = LocalPalette.current
    val more = (header.alerts.size - ALERTS_SHOWN).coerceAtLeast(0)
    val label = when {
        open -> say("header.fewer")
        more > 0 -> say("header.all_more", more)
        else -> say("header.all")
    }
    if (open) {
        Column(Modifier.heightIn(max = 320.dp).verticalScroll(rememberScrollState()).padding(horizontal = Sizes.edge)) {
            (header.alerts.take(2) + header.facts).forEach { FactLine(it) }
        }
    }
    Row(
        Modifier.fillMaxWidth().heightIn(min = 48.dp).clickable(role = Role.Button, onClick = press)
            .testTag("header-all").padding(horizontal = Sizes.edge),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        Text(label, style = Type.small, color = palette.act)
    }
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

private fun statusKey(status: PersonStatus): String = "status." + status.name.lowercase()

private const val ALERTS_SHOWN = 4
