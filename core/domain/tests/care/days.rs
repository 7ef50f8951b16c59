//! Local days over years: clock changes, leap days and year ends neither lose nor double one.

use crate::cases::cases;
use alongside_domain::care::recurrence::Recurrence;
use alongside_domain::time::{HOUR_MS, Moment};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use proptest::prelude::*;

const WEEK: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

/// A day from 2000 to 2099.
fn day() -> impl Strategy<Value = NaiveDate> {
    (0..36_500_u64).prop_map(|after| plus(NaiveDate::from_ymd_opt(2000, 1, 1).expect("a day"), after))
}

fn plus(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).expect("a day of this century")
}

/// What the calendar says: the days of a span for which `is` holds.
fn by_calendar(from: NaiveDate, span: u64, is: impl Fn(NaiveDate) -> bool) -> Vec<NaiveDate> {
    (0..=span).map(|after| plus(from, after)).filter(|day| is(*day)).collect()
}

fn by_rule(rule: &str, first: NaiveDate, minute: u16, from: NaiveDate, span: u64) -> Vec<NaiveDate> {
    Recurrence::parse(rule).expect("a rule").days(first, minute, from, plus(from, span))
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn a_local_day_has_23_to_25_hours_and_every_moment_is_on_one_day(day in day(), within in 0..25 * HOUR_MS) {
        let (begins, ends) = (Moment::at_local(day, 0), Moment::day_after(day));
        let hours = ends.since_ms(begins) / HOUR_MS;
        prop_assert!((23..=25).contains(&hours) && ends.since_ms(begins) % HOUR_MS == 0, "{}", day);
        let at = begins.plus_ms(within);
        prop_assert_eq!(at.local_day(), if at < ends { day } else { plus(day, 1) });
        prop_assert_eq!(begins.end_of_local_day(), ends.plus_ms(-1000));
    }

    #[test]
    fn the_times_of_a_local_day_are_in_order_and_on_that_day(day in day(), one in 0..1440_u16, other in 0..1440_u16) {
        let (early, late) = (one.min(other), one.max(other));
        let (from, to) = (Moment::at_local(day, early), Moment::at_local(day, late));
        prop_assert!(from <= to);
        prop_assert_eq!((from.local_day(), to.local_day()), (day, day));
    }

    #[test]
    fn every_so_many_days_is_what_the_calendar_says(
        first in day(), every in 1..40_u64, after in 0..800_u64, span in 0..120_u64, minute in 0..1440_u16,
    ) {
        let from = plus(first, after);
        let expected = by_calendar(from, span, |day| {
            day >= first && (day.signed_duration_since(first).num_days() as u64).is_multiple_of(every)
        });
        let rule = format!("FREQ=DAILY;INTERVAL={every}");
        prop_assert_eq!(by_rule(&rule, first, minute, from, span), expected);
    }

    #[test]
    fn certain_days_of_every_so_many_weeks_are_what_the_calendar_says(
        first in day(), days in prop::sample::subsequence(WEEK.to_vec(), 1..=7), every in 1..6_i64,
        after in 0..800_u64, span in 0..120_u64, minute in 0..1440_u16,
    ) {
        let from = plus(first, after);
        let monday = |day: NaiveDate| day.num_days_from_ce() - day.weekday().num_days_from_monday() as i32;
        let expected = by_calendar(from, span, |day| {
            let weeks = i64::from(monday(day) - monday(first)) / 7;
            day >= first && weeks % every == 0 && days.iter().any(|(_, name)| *name == day.weekday())
        });
        let codes: Vec<&str> = days.iter().map(|(code, _)| *code).collect();
        let rule = format!("FREQ=WEEKLY;INTERVAL={every};BYDAY={}", codes.join(","));
        prop_assert_eq!(by_rule(&rule, first, minute, from, span), expected);
    }
}
