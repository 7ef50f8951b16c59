package org.alongside.shell.screens

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.offset
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.selection.selectable
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.CornerRadius
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import org.alongside.shell.model.Choice
import org.alongside.shell.model.Intent
import org.alongside.shell.model.RecordIntent
import org.alongside.shell.model.RecordModel
import org.alongside.shell.parts.Answers
import org.alongside.shell.parts.Card
import org.alongside.shell.parts.Chip
import org.alongside.shell.parts.PartTitle
import org.alongside.shell.parts.Quiet
import org.alongside.shell.parts.isLargeText
import org.alongside.shell.theme.LocalPalette
import org.alongside.shell.words.say

/** Where on the body: the usual place at once; else a touch on the figure narrows the list, and one on the list chooses. */
@Composable
internal fun SiteChooser(model: RecordModel, send: (Intent) -> Unit) {
    var open by rememberSaveable { mutableStateOf(model.usualSites.isEmpty()) }
    Card {
        PartTitle(say("record.site"))
        if (open) Map(model, send) else Usual(model, send) { open = true }
        val chosen = model.sites.firstOrNull { it.code == model.draft.site }
        Quiet(chosen?.let { say("record.site_chosen", it.label) } ?: say("record.site_none"))
    }
}

@Composable
private fun Usual(model: RecordModel, send: (Intent) -> Unit, other: () -> Unit) {
    Answers {
        model.usualSites.forEach { SiteChip(it, model, send) }
        Chip(say("record.site_other"), false, "site-other", press = other)
    }
}

@Composable
private fun Map(model: RecordModel, send: (Intent) -> Unit) {
    var region by rememberSaveable { mutableStateOf<Region?>(null) }
    if (region == null) Quiet(say("record.site_touch"))
    if (isLargeText) {
        Figure(region, model.sites) { region = it.takeIf { it != region } }
        Sites(region, model, send)
    } else {
        Row(Modifier.fillMaxWidth(), Arrangement.spacedBy(12.dp)) {
            Figure(region, model.sites) { region = it.takeIf { it != region } }
            Column(Modifier.weight(1f)) { Sites(region, model, send) }
        }
    }
}

@Composable
private fun Sites(region: Region?, model: RecordModel, send: (Intent) -> Unit) {
    Answers {
        model.sites.filter { region == null || Region.of(it.code) == region || it.code == model.draft.site }
            .take(if (region == null) FIRST else model.sites.size)
            .forEach { SiteChip(it, model, send) }
    }
}

@Composable
private fun SiteChip(site: Choice, model: RecordModel, send: (Intent) -> Unit) {
    Chip(site.label, model.draft.site == site.code, "site-" + site.code) { send(RecordIntent.Site(site.code)) }
}

/** The figure as somebody sees it who stands in front: the person's left is on the right. */
@Composable
private fun Figure(chosen: Region?, sites: List<Choice>, touch: (Region) -> Unit) {
    val palette = LocalPalette.current
    Box(Modifier.size(168.dp, 300.dp)) {
        Canvas(Modifier.size(168.dp, 300.dp)) {
            Region.entries.forEach { region ->
                val at = Offset(region.x.dp.toPx(), region.y.dp.toPx())
                val size = Size(region.width.dp.toPx(), region.height.dp.toPx())
                val round = CornerRadius(14.dp.toPx())
                drawRoundRect(if (region == chosen) palette.chosen else palette.page, at, size, round)
                drawRoundRect(palette.line, at, size, round, style = Stroke(2.dp.toPx()))
            }
        }
        Region.entries.filter { region -> sites.any { Region.of(it.code) == region } }.forEach { region ->
            val name = say("region." + region.name.lowercase())
            Box(
                Modifier.offset(region.x.dp, region.y.dp).size(region.width.dp, region.height.dp)
                    .selectable(region == chosen, role = Role.RadioButton) { touch(region) }
                    .testTag("region-" + region.name.lowercase())
                    .semantics { contentDescription = name },
                contentAlignment = Alignment.Center,
            ) { Box(Modifier.width(1.dp)) }
        }
    }
}

/** Parts of the figure, each as large as a thumb. */
internal enum class Region(val x: Int, val y: Int, val width: Int, val height: Int, private vararg val parts: String) {
    HEAD(56, 0, 56, 56, "head", "ear", "face", "neck"),
    TRUNK(56, 60, 56, 70, "chest", "belly", "back", "spine"),
    SEAT(56, 134, 56, 56, "sacrum", "hip", "buttock"),
    RIGHT_ARM(0, 60, 52, 130, "right_shoulder", "right_elbow", "right_arm", "right_hand"),
    LEFT_ARM(116, 60, 52, 130, "left_shoulder", "left_elbow", "left_arm", "left_hand"),
    RIGHT_LEG(26, 194, 56, 106, "right_upper_leg", "right_lower_leg", "right_knee", "right_ankle", "right_heel", "right_foot"),
    LEFT_LEG(86, 194, 56, 106, "left_upper_leg", "left_lower_leg", "left_knee", "left_ankle", "left_heel", "left_foot"),
    ;

    companion object {
        /** Where a site is on the figure; nothing for a place that is on no body, such as under a device. */
        fun of(site: String): Region? {
            val exact = entries.firstOrNull { site in it.parts }
            return exact ?: entries.firstOrNull { region -> region.parts.any { site.endsWith(it) || site == "back_of_head" && it == "head" } }
        }
    }
}

private const val FIRST = 6
