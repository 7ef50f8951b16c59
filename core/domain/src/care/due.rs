//! When something is due: at a fixed local time, relative to the day on which the person goes home, or to a referral.
//!
//! What hangs on going home moves when that day moves; what is fixed stays.

use super::hours::LocalTime;
use crate::time::{HOUR_MS, Moment, parse_local};
use chrono::{Days, NaiveDate};
use std::fmt;
use std::str::FromStr;

/// A due time as it stands in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// `2026-05-11T18:00`.
    At(NaiveDate, LocalTime),
    /// `home-1d@12:00`, `home@16:00`, `home+1d@11:00`: so many days from the day of going home, at a local time.
    FromHomeDay(i32, LocalTime),
    /// `home+24h`: so many hours after the person came home.
    AfterComingHome(u32),
    /// `referral+24h`: so many hours after the referral was made.
    AfterReferral(u32),
}

/// When the person goes home, and what else due times hang on, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GoingHome {
    /// The day that is planned.
    pub planned: Option<NaiveDate>,
    /// When they came home.
    pub came: Option<Moment>,
    /// When the referral was made that the due time's entry names.
    pub referred: Option<Moment>,
}

/// Text that is no due time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a due time is such as 2026-05-11T18:00, or home-1d@12:00, or home+24h, or referral+24h")]
pub struct DueError;

/// The most days before or after going home.
const DAYS_MAX: i32 = 366;
/// The most hours after coming home.
const HOURS_MAX: u32 = 24 * 366;

impl Due {
    /// The moment, once it is known on which day the person goes home.
    pub fn moment(self, home: GoingHome) -> Option<Moment> {
        let home_day = || home.came.map(Moment::local_day).or(home.planned);
        match self {
            Due::At(day, time) => Some(Moment::at_local(day, time.minute())),
            Due::FromHomeDay(days, time) => {
                let (day, by) = (home_day()?, Days::new(u64::from(days.unsigned_abs())));
                let day = if days < 0 { day.checked_sub_days(by) } else { day.checked_add_days(by) };
                Some(Moment::at_local(day?, time.minute()))
            }
            Due::AfterComingHome(hours) => Some(home.came?.plus_ms(i64::from(hours) * HOUR_MS)),
            Due::AfterReferral(hours) => Some(home.referred?.plus_ms(i64::from(hours) * HOUR_MS)),
        }
    }

    /// Whether it hangs on going home.
    pub fn hangs_on_going_home(self) -> bool {
        matches!(self, Due::FromHomeDay(..) | Due::AfterComingHome(_))
    }
}

impl FromStr for Due {
    type Err = DueError;
    fn from_str(text: &str) -> Result<Self, DueError> {
        if let Some(hours) = text.strip_prefix("referral+").and_then(|rest| rest.strip_suffix('h')) {
            return Ok(Due::AfterReferral(number(hours, HOURS_MAX)?));
        }
        let Some(after) = text.strip_prefix("home") else {
            let (day, _) = parse_local(text).ok_or(DueError)?;
            return Ok(Due::At(day, text[11..].parse().map_err(|_| DueError)?));
        };
        if let Some(hours) = after.strip_prefix('+').and_then(|rest| rest.strip_suffix('h')) {
            return Ok(Due::AfterComingHome(number(hours, HOURS_MAX)?));
        }
        let (days, time) = after.split_once('@').ok_or(DueError)?;
        Ok(Due::FromHomeDay(days_from_home(days)?, time.parse().map_err(|_| DueError)?))
    }
}

fn days_from_home(text: &str) -> Result<i32, DueError> {
    if text.is_empty() {
        return Ok(0);
    }
    let (sign, rest) = match text.split_at_checked(1) {
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        _ => return Err(DueError),
    };
    let days = rest.strip_suffix('d').ok_or(DueError)?;
    Ok(sign * number(days, DAYS_MAX.unsigned_abs())? as i32)
}

/// Digits only: no sign, no space.
fn number(text: &str, max: u32) -> Result<u32, DueError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<u32>().ok().filter(|number| digits && *number <= max);
    number.ok_or(DueError)
}

impl fmt::Display for Due {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Due::At(day, time) => write!(to, "{day}T{time}"),
            Due::FromHomeDay(0, time) => write!(to, "home@{time}"),
            Due::FromHomeDay(days, time) => write!(to, "home{days:+}d@{time}"),
            Due::AfterComingHome(hours) => write!(to, "home+{hours}h"),
            Due::AfterReferral(hours) => write!(to, "referral+{hours}h"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 5, day).expect("a day in May")
    }

    #[test]
    fn a_due_time_reads_back_from_what_it_writes() {
        for text in
            ["2026-05-11T18:00", "home@16:00", "home-1d@12:00", "home+1d@11:00", "home+24h", "referral+24h"]
        {
            assert_eq!(text.parse::<Due>().map(|due| due.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn text_that_is_no_due_time_is_refused() {
        for text in [
            "",
            "home",
            "home@",
            "home1d@12:00",
            "home+1@12:00",
            "home+-1d@12:00",
            "home+1d@24:00",
            "home-24h",
            "home+999999h",
            "home+400d@12:00",
            "2026-05-11",
            "2026-05-11T18:00:00",
            "2026-05-32T18:00",
            "home\u{661}d@12:00",
            "referral-24h",
            "referral+24",
        ] {
            assert_eq!(text.parse::<Due>(), Err(DueError), "{text}");
        }
    }

    #[test]
    fn what_hangs_on_going_home_moves_with_it_and_what_is_fixed_stays() {
        let due = |text: &str, home: GoingHome| {
            let due: Due = text.parse().expect("a due time");
            due.moment(home).map(|at| at.to_string())
        };
        let planned = |day| GoingHome { planned: Some(day), ..GoingHome::default() };
        let utc = |text: &str| Some(format!("2026-05-{text}:00.000Z"));
        assert_eq!(due("home-1d@12:00", planned(day(12))), utc("11T11:00"));
        assert_eq!(due("home-1d@12:00", planned(day(13))), utc("12T11:00"));
        assert_eq!(due("2026-05-11T18:00", planned(day(13))), utc("11T17:00"));
        assert_eq!(due("home+24h", planned(day(13))), None);
        let came = Some(Moment::at_local(day(13), 15 * 60 + 20));
        let came = GoingHome { planned: Some(day(12)), came, referred: None };
        assert_eq!(due("home+24h", came), utc("14T14:20"));
        assert_eq!(due("home+1d@11:00", came), utc("14T10:00"));
        assert_eq!(due("home@12:00", GoingHome::default()), None);
        let referred = GoingHome { referred: Some(Moment::at_local(day(8), 570)), ..GoingHome::default() };
        assert_eq!(due("referral+24h", referred), utc("09T08:30"));
        assert_eq!(due("referral+24h", came), None);
    }
}
