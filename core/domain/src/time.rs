//! Moments in time, and the local calendar of care.
//!
//! Nothing here reads a clock. Local rules (days, "same day", weeks) are those of Europe/London.

use chrono::{DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::{Europe::London, Tz};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Moment(#[n(0)] pub i64);

/// One minute in milliseconds.
pub const MINUTE_MS: i64 = 60_000;
/// One hour in milliseconds.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;

impl Moment {
    /// This moment moved by `ms` milliseconds, which may be negative. Stays at the ends of its range.
    pub fn plus_ms(self, ms: i64) -> Moment {
        Moment(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this moment; negative when `earlier` is the later one.
    pub fn since_ms(self, earlier: Moment) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The local date and time; for moments beyond the calendar, one of its last days at that end.
    pub fn local(self) -> DateTime<Tz> {
        let utc = DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or(if self.0 < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        });
        // Local time at the very ends would be beyond the calendar; two days leave room for any offset.
        let room = chrono::TimeDelta::days(2);
        utc.clamp(DateTime::<Utc>::MIN_UTC + room, DateTime::<Utc>::MAX_UTC - room).with_timezone(&London)
    }

    /// The local calendar day.
    pub fn local_day(self) -> NaiveDate {
        self.local().date_naive()
    }

    /// Local time of day in minutes since midnight, 0 to 1439.
    pub fn local_minute(self) -> u16 {
        use chrono::Timelike;
        let local = self.local();
        (local.hour() * 60 + local.minute()) as u16
    }

    /// The moment that a local clock shows `minute` (since midnight) on `day`. A time that the spring change
    /// skips is the first moment after it; one that the autumn change repeats is its first showing.
    pub fn at_local(day: NaiveDate, minute: u16) -> Moment {
        let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minute) * 60, 0)
            .unwrap_or(NaiveTime::MIN);
        let mut wanted = day.and_time(time);
        for _ in 0..4 {
            match London.from_local_datetime(&wanted) {
                LocalResult::Single(found) | LocalResult::Ambiguous(found, _) => {
                    return Moment(found.timestamp_millis());
                }
                LocalResult::None => wanted += chrono::TimeDelta::minutes(30),
            }
        }
        Moment(wanted.and_utc().timestamp_millis())
    }

    /// The start of the local day after `day`.
    pub fn day_after(day: NaiveDate) -> Moment {
        Moment::at_local(day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX), 0)
    }

    /// The last second of this moment's local day (23:59:59): the deadline of "same day" (R5).
    pub fn end_of_local_day(self) -> Moment {
        Moment::day_after(self.local_day()).plus_ms(-1000)
    }

    /// The day of the week here, Monday 0 to Sunday 6.
    pub fn local_weekday(self) -> u8 {
        self.local().weekday().num_days_from_monday() as u8
    }
}

/// The day and the minutes since midnight of a local date and time such as `2026-03-02T08:00`.
pub fn parse_local(text: &str) -> Option<(NaiveDate, u16)> {
    use chrono::{NaiveDateTime, Timelike};
    let found = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok().filter(|_| text.len() == 16)?;
    Some((found.date(), (found.hour() * 60 + found.minute()) as u16))
}

impl fmt::Display for Moment {
    /// UTC in RFC 3339 form.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::<Utc>::from_timestamp_millis(self.0) {
            Some(utc) => write!(to, "{}", utc.format("%Y-%m-%dT%H:%M:%S%.3fZ")),
            None => write!(to, "{} ms", self.0),
        }
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Moment({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a real day")
    }

    #[test]
    fn same_day_ends_at_the_last_second_of_the_local_day_in_summer_too() {
        let noon = Moment::at_local(day(2026, 7, 1), 12 * 60);
        assert_eq!(noon.to_string(), "2026-07-01T11:00:00.000Z");
        assert_eq!(noon.end_of_local_day().to_string(), "2026-07-01T22:59:59.000Z");
    }

    #[test]
    fn a_skipped_local_time_is_the_first_moment_after_the_change() {
        assert_eq!(Moment::at_local(day(2026, 3, 29), 90).to_string(), "2026-03-29T01:00:00.000Z");
    }

    #[test]
    fn a_day_with_a_clock_change_is_an_hour_shorter_or_longer() {
        let length = |date| Moment::day_after(date).since_ms(Moment::at_local(date, 0)) / HOUR_MS;
        assert_eq!(
            [length(day(2026, 3, 29)), length(day(2026, 10, 25)), length(day(2026, 5, 1))],
            [23, 25, 24]
        );
    }

    #[test]
    fn moments_beyond_the_calendar_do_not_panic() {
        for moment in [Moment(i64::MAX), Moment(i64::MIN)] {
            let _ = (moment.local_day(), moment.local_minute(), moment.to_string());
        }
    }
}
