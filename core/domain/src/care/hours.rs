//! When a contact can be reached: weekly hours, local to Europe/London, with bank holidays.

use crate::time::Moment;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

/// Minutes since local midnight, 0 to 1439, written `08:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime(u16);

/// Text that is no local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a local time is written as 00:00 to 23:59")]
pub struct LocalTimeError;

impl LocalTime {
    /// Minutes since midnight.
    pub fn minute(self) -> u16 {
        self.0
    }
}

impl FromStr for LocalTime {
    type Err = LocalTimeError;
    fn from_str(text: &str) -> Result<Self, LocalTimeError> {
        let (hours, minutes) = text.split_once(':').ok_or(LocalTimeError)?;
        let two = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if !two(hours) || !two(minutes) {
            return Err(LocalTimeError);
        }
        let number = |part: &str| part.parse::<u16>().map_err(|_| LocalTimeError);
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        if hours < 24 && minutes < 60 { Ok(LocalTime(hours * 60 + minutes)) } else { Err(LocalTimeError) }
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for LocalTime {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LocalTime {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say all")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    /// All seven, Monday first.
    pub const ALL: [Weekday; 7] =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

    fn of(day: NaiveDate) -> Weekday {
        Weekday::ALL[day.weekday().num_days_from_monday() as usize]
    }
}

/// A half-open interval on some days of the week: `from` is inside, `to` is not (R5). When `to` is not after
/// `from`, it ends on the next day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenSpan {
    /// The days on which it begins. All of them when left out.
    #[serde(default = "every_day")]
    pub days: BTreeSet<Weekday>,
    /// When it begins.
    pub from: LocalTime,
    /// When it ends.
    pub to: LocalTime,
}

fn every_day() -> BTreeSet<Weekday> {
    Weekday::ALL.into()
}

/// What a bank holiday changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnBankHoliday {
    /// Nothing.
    #[default]
    AsUsual,
    /// Spans that would begin on it do not.
    Closed,
    /// Open from midnight to midnight, as out-of-hours services are.
    AllDay,
}

/// A nation with bank holidays of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nation {
    /// England and Wales.
    #[default]
    EnglandAndWales,
    /// Scotland.
    Scotland,
    /// Northern Ireland.
    NorthernIreland,
}

impl Nation {
    fn is_default(&self) -> bool {
        *self == Nation::default()
    }
}

/// The hours of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// The weekly spans.
    pub open: Vec<OpenSpan>,
    /// What a bank holiday changes.
    #[serde(default)]
    pub bank_holidays: OnBankHoliday,
    /// Whose bank holidays. Left out: those of England and Wales.
    #[serde(default, skip_serializing_if = "Nation::is_default")]
    pub nation: Nation,
}

/// Why text is no hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Not JSON of the expected shape.
    #[error("column {column}: {reason}")]
    Unreadable {
        /// Column, from 1.
        column: usize,
        /// What was expected.
        reason: String,
    },
    /// No span, or a span without days: leave the hours out for a contact that can always be reached.
    #[error("no span is open: leave the hours out if the contact can always be reached")]
    NeverOpen,
}

impl Hours {
    /// Reads hours from their JSON.
    pub fn parse(json: &str) -> Result<Hours, HoursError> {
        let hours: Hours = serde_json::from_str(json)
            .map_err(|error| HoursError::Unreadable { column: error.column(), reason: error.to_string() })?;
        let empty = hours.open.is_empty() || hours.open.iter().any(|span| span.days.is_empty());
        if empty { Err(HoursError::NeverOpen) } else { Ok(hours) }
    }

    /// Whether the contact can be reached at this moment.
    pub fn is_open(&self, at: Moment) -> bool {
        let (day, minute) = (at.local_day(), at.local_minute());
        let before = day.pred_opt().unwrap_or(day);
        if self.bank_holidays == OnBankHoliday::AllDay && is_bank_holiday(self.nation, day) {
            return true;
        }
        self.open.iter().any(|span| {
            let (from, to) = (span.from.minute(), span.to.minute());
            let begins = |on: NaiveDate| span.days.contains(&Weekday::of(on)) && !self.is_closed(on);
            if from < to {
                begins(day) && (from..to).contains(&minute)
            } else {
                (begins(day) && minute >= from) || (begins(before) && minute < to)
            }
        })
    }

    fn is_closed(&self, day: NaiveDate) -> bool {
        self.bank_holidays == OnBankHoliday::Closed && is_bank_holiday(self.nation, day)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "source, what is to check, and the first year are for the reader of the data")]
struct BankHolidayData {
    source: String,
    to_check: String,
    first_year: i32,
    last_year: i32,
    nations: BTreeMap<Nation, BTreeSet<NaiveDate>>,
}

static BANK_HOLIDAYS: LazyLock<BankHolidayData> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../catalogue/bank_holidays.json"))
        .expect("a test loads the bank holidays")
});

/// Whether the day is a bank holiday of the nation. Known until [`bank_holidays_end`] only.
pub fn is_bank_holiday(nation: Nation, day: NaiveDate) -> bool {
    BANK_HOLIDAYS.nations.get(&nation).is_some_and(|days| days.contains(&day))
}

/// The last day of which the list of bank holidays tells.
pub fn bank_holidays_end() -> NaiveDate {
    NaiveDate::from_ymd_opt(BANK_HOLIDAYS.last_year, 12, 31).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        let (day, time) = text.split_once(' ').expect("day and time");
        let time: LocalTime = time.parse().expect("a time");
        Moment::at_local(day.parse().expect("a day"), time.minute())
    }

    fn check(hours: &str, cases: &[(&str, bool)]) {
        let hours = Hours::parse(hours).expect("hours");
        for (moment, open) in cases {
            assert_eq!(hours.is_open(at(moment)), *open, "{moment}");
        }
    }

    #[test]
    fn hours_are_half_open() {
        check(
            r#"{"open":[{"from":"08:00","to":"18:00"}]}"#,
            &[
                ("2026-03-02 07:59", false),
                ("2026-03-02 08:00", true),
                ("2026-03-02 17:59", true),
                ("2026-03-02 18:00", false),
            ],
        );
    }

    #[test]
    fn a_span_over_midnight_belongs_to_the_day_on_which_it_begins() {
        check(
            r#"{"open":[{"days":["fri"],"from":"18:00","to":"08:00"}]}"#,
            &[
                ("2026-03-06 18:00", true),
                ("2026-03-07 07:59", true),
                ("2026-03-07 08:00", false),
                ("2026-03-07 18:00", false),
                ("2026-03-06 07:00", false),
            ],
        );
    }

    #[test]
    fn equal_ends_mean_the_whole_day() {
        check(
            r#"{"open":[{"from":"00:00","to":"00:00"}]}"#,
            &[("2026-03-02 00:00", true), ("2026-03-02 23:59", true)],
        );
    }

    #[test]
    fn a_bank_holiday_closes_the_day_service_and_opens_the_out_of_hours_one() {
        let easter_monday = "2026-04-06 12:00";
        check(
            r#"{"open":[{"from":"08:00","to":"18:00"}],"bank_holidays":"closed"}"#,
            &[(easter_monday, false)],
        );
        check(
            r#"{"open":[{"from":"18:00","to":"08:00"}],"bank_holidays":"all_day"}"#,
            &[(easter_monday, true)],
        );
        check(r#"{"open":[{"from":"08:00","to":"18:00"}]}"#, &[(easter_monday, true)]);
    }

    #[test]
    fn each_nation_has_its_own_bank_holidays_until_the_list_ends() {
        let days: Vec<usize> = BANK_HOLIDAYS.nations.values().map(BTreeSet::len).collect();
        assert_eq!(days, [16, 19, 20], "England and Wales, Scotland, Northern Ireland");
        let all = BANK_HOLIDAYS.nations.values().flatten();
        assert!(all.clone().all(|day| Weekday::of(*day) < Weekday::Sat), "a substitute day is on a weekday");
        assert!(all.clone().all(|day| *day <= bank_holidays_end()));
        assert_eq!(bank_holidays_end().to_string(), "2027-12-31");
    }

    #[test]
    fn a_contact_of_another_nation_is_closed_on_the_bank_holidays_of_its_own() {
        let (st_andrew, easter_monday) = ("2026-11-30 12:00", "2026-04-06 12:00");
        let hours = |nation: &str| {
            format!(r#"{{"open":[{{"from":"08:00","to":"18:00"}}],"bank_holidays":"closed"{nation}}}"#)
        };
        check(&hours(""), &[(st_andrew, true), (easter_monday, false)]);
        check(&hours(r#","nation":"scotland""#), &[(st_andrew, false), (easter_monday, true)]);
        check(&hours(r#","nation":"northern_ireland""#), &[("2026-07-13 12:00", false), (st_andrew, true)]);
        assert!(Hours::parse(&hours(r#","nation":"cornwall""#)).is_err());
    }

    #[test]
    fn hours_are_local_in_summer() {
        let hours = Hours::parse(r#"{"open":[{"from":"08:00","to":"18:00"}]}"#).expect("hours");
        assert!(hours.is_open(Moment(1_782_889_200_000)), "2026-07-01T07:00:00Z is 08:00 in London");
    }

    #[test]
    fn hours_that_are_never_open_are_refused() {
        for text in [r#"{"open":[]}"#, r#"{"open":[{"days":[],"from":"08:00","to":"09:00"}]}"#] {
            assert_eq!(Hours::parse(text), Err(HoursError::NeverOpen));
        }
        assert!(Hours::parse(r#"{"open":[{"from":"8:00","to":"09:00"}]}"#).is_err());
        assert!(Hours::parse(r#"{"open":[{"from":"08:00","to":"24:00"}]}"#).is_err());
    }
}
