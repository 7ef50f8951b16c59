//! Visits that recur: rules of RFC 5545, section 3.3.10, told in local time.
//!
//! A rule is expanded over local days and times, and each is then placed on the clock: so "every day at 08:00" is at
//! 08:00 by the clock on the wall in summer and in winter, and a change of the clocks neither loses nor doubles a
//! visit.

use chrono::{NaiveDate, TimeZone};
use rrule::{Frequency, RRule, RRuleSet, Tz, Unvalidated};

/// A rule that has been read and checked.
#[derive(Debug, Clone)]
pub struct Recurrence {
    rule: RRule<Unvalidated>,
}

/// Why a rule cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecurrenceError {
    /// It is not a rule, or its parts do not fit together.
    #[error("not a rule such as FREQ=WEEKLY;BYDAY=MO,TH: {0}")]
    Unreadable(String),
    /// Visits recur by days, weeks, months or years.
    #[error("a visit recurs DAILY, WEEKLY, MONTHLY or YEARLY")]
    TooOften,
    /// The end of visits stands in a field of its own.
    #[error("leave out UNTIL: say from which day on there are no more in the field for it")]
    HasEnd,
    /// Every 0 days is never, or always.
    #[error("INTERVAL is 1 or more")]
    NoInterval,
    /// Times stand in the field for the first time.
    #[error("leave out BYHOUR, BYMINUTE and BYSECOND: make an entry for each time of day")]
    HasTime,
    /// The rule is too long.
    #[error("at most {max} characters", max = RULE_BYTES_MAX)]
    TooLong,
}

/// The longest rule.
const RULE_BYTES_MAX: usize = 200;
/// The most occurrences that are looked through: 27 years of days.
const LOOKED_THROUGH_MAX: u16 = 10_000;

impl Recurrence {
    /// Reads a rule.
    pub fn parse(text: &str) -> Result<Recurrence, RecurrenceError> {
        if text.len() > RULE_BYTES_MAX {
            return Err(RecurrenceError::TooLong);
        }
        let unreadable = |error: rrule::RRuleError| RecurrenceError::Unreadable(error.to_string());
        let rule: RRule<Unvalidated> = text.parse().map_err(unreadable)?;
        if matches!(rule.get_freq(), Frequency::Hourly | Frequency::Minutely | Frequency::Secondly) {
            return Err(RecurrenceError::TooOften);
        }
        if rule.get_interval() == 0 {
            return Err(RecurrenceError::NoInterval);
        }
        if rule.get_until().is_some() {
            return Err(RecurrenceError::HasEnd);
        }
        if !(rule.get_by_hour().is_empty()
            && rule.get_by_minute().is_empty()
            && rule.get_by_second().is_empty())
        {
            return Err(RecurrenceError::HasTime);
        }
        rule.clone().validate(floating(NaiveDate::default(), 0)).map_err(unreadable)?;
        Ok(Recurrence { rule })
    }

    /// The local days on which it falls from `from` to `to`, both inside, counted from its first time on day `first`
    /// at `minute` since midnight. As RFC 5545 says, a first day that does not fit the rule does not count.
    pub fn days(&self, first: NaiveDate, minute: u16, from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
        let begin = floating(first, minute);
        let Ok(rule) = self.rule.clone().validate(begin) else { return Vec::new() };
        let within = RRuleSet::new(begin).rrule(rule).after(floating(from, 0)).before(floating(to, 1439));
        let days = within.all(LOOKED_THROUGH_MAX).dates.into_iter().map(|at| at.date_naive());
        days.filter(|day| (from..=to).contains(day)).collect()
    }
}

/// A local day and time as if there were no zones: only its day and its time of day mean something.
fn floating(day: NaiveDate, minute: u16) -> chrono::DateTime<Tz> {
    let time =
        chrono::NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minute) * 60, 0).unwrap_or_default();
    Tz::UTC.from_utc_datetime(&day.and_time(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).expect("a day")
    }

    fn check(rule: &str, first: NaiveDate, from: NaiveDate, to: NaiveDate, expected: &[&str]) {
        let rule = Recurrence::parse(rule).expect("a rule");
        let days = rule.days(first, 11 * 60, from, to);
        assert_eq!(days.iter().map(|day| day.format("%-d %b").to_string()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_rule_falls_on_its_days_inside_the_span_asked_for() {
        let dressing = "FREQ=WEEKLY;BYDAY=MO,TH";
        check(dressing, day(3, 2), day(3, 2), day(3, 12), &["2 Mar", "5 Mar", "9 Mar", "12 Mar"]);
        check(dressing, day(3, 2), day(3, 6), day(3, 8), &[]);
        check(
            "FREQ=DAILY;INTERVAL=2;COUNT=3",
            day(3, 2),
            day(3, 1),
            day(3, 31),
            &["2 Mar", "4 Mar", "6 Mar"],
        );
        check("FREQ=MONTHLY;BYDAY=-1FR", day(1, 1), day(3, 1), day(4, 30), &["27 Mar", "24 Apr"]);
        check("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", day(1, 1), day(1, 1), day(12, 31), &[]);
    }

    #[test]
    fn a_change_of_the_clocks_neither_loses_nor_doubles_a_day() {
        check("FREQ=DAILY", day(3, 1), day(3, 28), day(3, 30), &["28 Mar", "29 Mar", "30 Mar"]);
        check("FREQ=DAILY", day(3, 1), day(10, 24), day(10, 26), &["24 Oct", "25 Oct", "26 Oct"]);
    }

    #[test]
    fn a_rule_that_does_not_fit_visits_says_what_to_do() {
        for (rule, expected) in [
            ("FREQ=HOURLY", "a visit recurs DAILY, WEEKLY, MONTHLY or YEARLY"),
            (
                "FREQ=DAILY;UNTIL=20260701T000000Z",
                "leave out UNTIL: say from which day on there are no more in the field for it",
            ),
            (
                "FREQ=DAILY;BYHOUR=8,12",
                "leave out BYHOUR, BYMINUTE and BYSECOND: make an entry for each time of day",
            ),
        ] {
            assert_eq!(
                Recurrence::parse(rule).map(drop).map_err(|error| error.to_string()),
                Err(expected.to_owned())
            );
        }
        let long = format!("FREQ=DAILY;BYDAY={}", "MO,".repeat(100));
        for rule in
            ["", "every day", "FREQ=", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;INTERVAL=0", "\u{1f600}", &long]
        {
            assert!(Recurrence::parse(rule).is_err(), "{rule}");
        }
    }
}
