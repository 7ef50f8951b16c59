//! Times as scenario files write them: local date and time in Europe/London, to the minute or the second.

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A local date and time, `2026-03-03T12:41` or `2026-03-03T12:41:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime(NaiveDateTime);

/// A time of day, `08:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayTime(NaiveTime);

/// Text that is not a time of the expected form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not a local date and time.
    #[error("write a local time such as 2026-03-03T12:41, not {0:?}")]
    NotLocal(String),
    /// A local time that the spring clock change skips.
    #[error("no clock in Europe/London ever shows {0:?}")]
    Skipped(String),
    /// Not a time of day.
    #[error("write a time of day such as 08:00, not {0:?}")]
    NotDayTime(String),
}

impl LocalTime {
    /// Milliseconds since 1970 in UTC. Of a time that the autumn change shows twice, the first.
    pub fn unix_ms(self) -> i64 {
        match London.from_local_datetime(&self.0) {
            LocalResult::Single(found) | LocalResult::Ambiguous(found, _) => found.timestamp_millis(),
            LocalResult::None => self.0.and_utc().timestamp_millis(),
        }
    }

    /// The local time that clocks show at `unix_ms`, cut to the second.
    pub fn from_unix_ms(unix_ms: i64) -> Option<LocalTime> {
        let utc = DateTime::<Utc>::from_timestamp(unix_ms.div_euclid(1000), 0)?;
        Some(LocalTime(utc.with_timezone(&London).naive_local()))
    }

    /// Its day.
    pub fn day(self) -> NaiveDate {
        self.0.date()
    }

    /// This time of day on each day from this moment to `last`, both included.
    pub fn each_day(self, times: &[DayTime], last: LocalTime) -> Vec<LocalTime> {
        let mut found = Vec::new();
        let mut day = self.day();
        while day <= last.day() {
            found.extend(times.iter().map(|time| LocalTime(day.and_time(time.0))));
            day = day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
        }
        found.retain(|time| (self..=last).contains(time));
        found.sort();
        found
    }
}

impl FromStr for LocalTime {
    type Err = TimeError;
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let parsed = match text.len() {
            16 => NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M"),
            _ => NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S"),
        };
        let time = parsed.map_err(|_| TimeError::NotLocal(text.to_owned()))?;
        match London.from_local_datetime(&time) {
            LocalResult::None => Err(TimeError::Skipped(text.to_owned())),
            _ => Ok(LocalTime(time)),
        }
    }
}

impl FromStr for DayTime {
    type Err = TimeError;
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let time = NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5);
        time.map(DayTime).ok_or_else(|| TimeError::NotDayTime(text.to_owned()))
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.and_utc().timestamp() % 60;
        write!(to, "{}", self.0.format(if seconds == 0 { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S" }))
    }
}

impl fmt::Display for DayTime {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}", self.0.format("%H:%M"))
    }
}

macro_rules! text_in_json {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
text_in_json!(LocalTime);
text_in_json!(DayTime);

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> LocalTime {
        text.parse().expect("a local time")
    }

    #[test]
    fn a_local_time_goes_to_utc_and_back_in_winter_and_summer() {
        assert_eq!(local("2026-03-03T12:41").unix_ms(), 1_772_541_660_000);
        assert_eq!(local("2026-07-01T12:00").unix_ms() % 86_400_000, 11 * 3_600_000);
        for text in ["2026-03-03T12:41", "2026-07-01T00:00:01"] {
            assert_eq!(
                LocalTime::from_unix_ms(local(text).unix_ms()).map(|time| time.to_string()),
                Some(text.to_owned())
            );
        }
    }

    #[test]
    fn a_time_that_no_clock_shows_is_refused() {
        assert!(matches!("2026-03-29T01:30".parse::<LocalTime>(), Err(TimeError::Skipped(_))));
        assert!(matches!("3 March".parse::<LocalTime>(), Err(TimeError::NotLocal(_))));
        assert!(matches!("8:00".parse::<DayTime>(), Err(TimeError::NotDayTime(_))));
    }

    #[test]
    fn each_day_stays_within_both_ends() {
        let times: Vec<DayTime> =
            ["08:00", "21:00"].iter().map(|text| text.parse().expect("a time")).collect();
        let found = local("2026-03-02T12:00").each_day(&times, local("2026-03-03T08:00"));
        assert_eq!(found, [local("2026-03-02T21:00"), local("2026-03-03T08:00")]);
    }
}
