package org.alongside.shell.engine

import org.alongside.core.Moment
import org.alongside.shell.model.Seen
import java.time.Instant
import java.time.LocalDate
import java.time.LocalTime
import java.time.ZoneId
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter
import java.util.Locale

/** Times as a carer reads them: local to the United Kingdom. */
internal class Times(private val now: () -> Moment) {
    /** 14:05 */
    fun clock(at: Moment): String = CLOCK.format(local(at))

    /** 14:05 where that was today, else Tue 3 Mar 14:05. */
    fun at(at: Moment): String = if (day(at) == day(now())) clock(at) else DAY_CLOCK.format(local(at))

    fun today(): String = DAY.format(local(now()))

    fun timeOf(at: Moment): LocalTime = local(at).toLocalTime()

    fun day(at: Moment): LocalDate = local(at).toLocalDate()

    fun dayOf(at: Moment): String = DAY.format(local(at))

    /** Tue 3 March, with the year where it is another one. */
    fun dateOf(at: Moment): String = (if (day(at).year == day(now()).year) DAY else DAY_YEAR).format(local(at))

    /** How much that is, as 2:05 or 0:30. */
    fun hoursAndMinutes(ms: Long): String = kotlin.math.abs(ms / MINUTE_MS).let { "%d:%02d".format(it / 60, it % 60) }

    fun after(minutes: Int): Moment = Moment(now().ms + minutes * MINUTE_MS)

    /** When that was. What is no time of day is not said yet. */
    fun of(seen: Seen): SeenTime {
        seen.minutesAgo?.let { return if (it == 0) SeenTime.Now else SeenTime.At(after(-it)) }
        val day = seen.daysAgo?.let { day(now()).minusDays(it.toLong()) } ?: return SeenTime.NotSaid
        val (hour, minute) = TIME_OF_DAY.matchEntire(seen.time.trim())?.destructured ?: return SeenTime.NotSaid
        val time = runCatching { LocalTime.of(hour.toInt(), minute.toInt()) }.getOrNull() ?: return SeenTime.NotSaid
        return SeenTime.At(moment(day, time))
    }

    fun tomorrowAt(time: LocalTime): Moment = moment(day(now()).plusDays(1), time)

    private fun moment(day: LocalDate, time: LocalTime): Moment = Moment(day.atTime(time).atZone(LONDON).toInstant().toEpochMilli())

    private fun local(at: Moment): ZonedDateTime = Instant.ofEpochMilli(at.ms).atZone(LONDON)

    companion object {
        const val MINUTE_MS = 60_000L
        private val TIME_OF_DAY = Regex("(\\d{1,2})[:., ]?(\\d{2})")
        private val LONDON = ZoneId.of("Europe/London")
        private val CLOCK = DateTimeFormatter.ofPattern("HH:mm", Locale.UK)
        private val DAY = DateTimeFormatter.ofPattern("EEEE d MMMM", Locale.UK)
        private val DAY_YEAR = DateTimeFormatter.ofPattern("EEEE d MMMM yyyy", Locale.UK)
        private val DAY_CLOCK = DateTimeFormatter.ofPattern("EEE d MMM HH:mm", Locale.UK)
        private val DATE = DateTimeFormatter.ofPattern("d MMM yyyy", Locale.UK)

        /** A date of the plan, such as 1941-06-14, as 14 Jun 1941; what is no date stays as it is. */
        fun date(text: String): String = runCatching { DATE.format(LocalDate.parse(text)) }.getOrDefault(text)
    }
}

/** When something was, as the core is told it: nothing for now. */
internal sealed interface SeenTime {
    val moment: Moment? get() = null

    data object Now : SeenTime
    data class At(override val moment: Moment) : SeenTime

    /** Somebody must still say it. */
    data object NotSaid : SeenTime
}
