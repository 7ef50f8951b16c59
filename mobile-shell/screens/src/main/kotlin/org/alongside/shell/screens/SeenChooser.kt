package org.alongside.shell.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.runtime.Composable
import org.alongside.shell.model.Seen
import org.alongside.shell.parts.Answers
import org.alongside.shell.parts.Chip
import org.alongside.shell.parts.NumberField
import org.alongside.shell.theme.Sizes
import org.alongside.shell.words.say

/** Some minutes ago by one touch; else the day, and the time of that day. */
@Composable
internal fun SeenChooser(seen: Seen, minutes: List<Int>, choose: (Seen) -> Unit) {
    Column(verticalArrangement = Arrangement.spacedBy(Sizes.gap)) {
        Answers {
            minutes.forEach { ago -> AgoChip(ago, seen.minutesAgo, "earlier") { choose(Seen(minutesAgo = ago)) } }
            DAYS.forEachIndexed { ago, day ->
                Chip(say("seen.$day"), seen.daysAgo == ago, "seen-$day") { choose(Seen(daysAgo = ago, time = seen.time)) }
            }
        }
        if (seen.daysAgo != null) NumberField(say("seen.time"), seen.time, "seen-time") { choose(seen.copy(time = it)) }
    }
}

/** Now, or some minutes ago. */
@Composable
internal fun AgoChip(ago: Int, chosen: Int?, tag: String, choose: () -> Unit) {
    val label = if (ago == 0) say("record.now") else say("record.minutes_ago", ago)
    Chip(label, chosen == ago, "$tag-$ago", press = choose)
}

internal val EARLIER = listOf(0, 15, 30, 60, 120)
private val DAYS = listOf("today", "yesterday", "two_days_ago")
