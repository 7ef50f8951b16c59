//! A week: Monday 00:00 to Sunday 24:00, local (R8).

use crate::time::Moment;
use chrono::{Datelike, Days, NaiveDate};
use serde::Serialize;

/// A week, by its Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Week(NaiveDate);

impl Week {
    /// The week that a local day belongs to.
    pub fn of_day(day: NaiveDate) -> Week {
        let since_monday = u64::from(day.weekday().num_days_from_monday());
        Week(day.checked_sub_days(Days::new(since_monday)).unwrap_or(day))
    }

    /// The week that a moment belongs to.
    pub fn of(at: Moment) -> Week {
        Week::of_day(at.local_day())
    }

    /// Its Monday.
    pub fn monday(self) -> NaiveDate {
        self.0
    }

    /// Its Sunday.
    pub fn sunday(self) -> NaiveDate {
        self.0.checked_add_days(Days::new(6)).unwrap_or(self.0)
    }

    /// Monday 00:00, itself inside.
    pub fn from(self) -> Moment {
        Moment::at_local(self.0, 0)
    }

    /// Sunday 24:00, itself outside.
    pub fn to(self) -> Moment {
        Moment::day_after(self.sunday())
    }

    /// The week so many weeks before this one.
    pub fn before(self, weeks: u64) -> Week {
        Week(self.0.checked_sub_days(Days::new(7 * weeks)).unwrap_or(self.0))
    }

    /// Whether a moment is in it.
    pub fn holds(self, at: Moment) -> bool {
        self.from() <= at && at < self.to()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR_MS;

    fn week(year: i32, month: u32, day: u32) -> Week {
        Week::of_day(NaiveDate::from_ymd_opt(year, month, day).expect("a day"))
    }

    #[test]
    fn r8_a_week_is_monday_to_sunday_by_the_local_clock() {
        let june = week(2026, 6, 7);
        assert_eq!(
            (june.monday().to_string(), june.sunday().to_string()),
            ("2026-06-01".into(), "2026-06-07".into())
        );
        assert_eq!(june.from().to_string(), "2026-05-31T23:00:00.000Z");
        assert!(june.holds(june.from()) && !june.holds(june.to()) && june.holds(june.to().plus_ms(-1)));
        assert_eq!(week(2026, 6, 8).before(1), june);
    }

    #[test]
    fn a_week_with_a_clock_change_or_a_new_year_is_whole() {
        let hours = |week: Week| week.to().since_ms(week.from()) / HOUR_MS;
        assert_eq!(
            [hours(week(2026, 3, 29)), hours(week(2026, 10, 25)), hours(week(2026, 12, 31))],
            [167, 169, 168]
        );
        assert_eq!(week(2027, 1, 3), week(2026, 12, 28));
    }
}
