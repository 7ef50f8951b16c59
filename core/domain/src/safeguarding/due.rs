//! By when a concern is reported to those who answer for it: on the local day on which it was seen (R5).

use crate::care::escalation::InTime;
use crate::time::Moment;
use serde::Serialize;

/// Two facts about the report of a concern: it was done in time, and it was known in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Report {
    /// 23:59:59 in Europe/London of the day on which it was seen.
    pub due: Moment,
    /// Whether it was recorded by then.
    pub done_in_time: InTime,
    /// Whether the server had it by then.
    pub known_in_time: InTime,
}

/// The report of a concern that was recorded. `known`: when the server received it, where that is told.
pub fn report(seen: Moment, recorded: Moment, known: Option<Moment>) -> Report {
    let due = seen.min(recorded).end_of_local_day();
    // The last second counts whole.
    let by_then =
        |at: Moment| if at.0.div_euclid(1000) <= due.0.div_euclid(1000) { InTime::Yes } else { InTime::No };
    Report {
        due,
        done_in_time: by_then(recorded),
        known_in_time: known.map_or(InTime::Unknown, |known| by_then(known.max(recorded))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_local;
    use InTime::{No, Unknown, Yes};

    fn at(text: &str) -> Moment {
        let (day, minute) = parse_local(text).expect("a local time");
        Moment::at_local(day, minute)
    }

    /// Seen, recorded, known; due in UTC, done in time, known in time.
    fn check(times: [&str; 3], due: &str, expected: (InTime, InTime)) {
        let [seen, recorded, known] = times.map(at);
        let found = report(seen, recorded, Some(known));
        assert_eq!((found.done_in_time, found.known_in_time), expected, "{times:?}");
        assert_eq!(found.due.to_string(), due, "{times:?}");
    }

    #[test]
    fn recorded_before_midnight_and_known_after_it_is_done_in_time_and_known_late() {
        let times = ["2026-04-17T22:50", "2026-04-17T22:50", "2026-04-18T00:20"];
        check(times, "2026-04-17T22:59:59.000Z", (Yes, No));
    }

    #[test]
    fn the_day_on_which_clocks_go_forward_or_back_ends_at_its_own_midnight() {
        let spring = ["2026-03-29T00:40", "2026-03-29T00:40", "2026-03-29T23:10"];
        check(spring, "2026-03-29T22:59:59.000Z", (Yes, Yes));
        let late = ["2026-03-29T00:40", "2026-03-29T00:40", "2026-03-30T00:00"];
        check(late, "2026-03-29T22:59:59.000Z", (Yes, No));
        let autumn = ["2026-10-25T00:40", "2026-10-25T23:59", "2026-10-25T23:59"];
        check(autumn, "2026-10-25T23:59:59.000Z", (Yes, Yes));
    }

    #[test]
    fn what_was_seen_yesterday_and_recorded_today_is_late() {
        let times = ["2026-04-14T23:30", "2026-04-15T00:05", "2026-04-15T00:05"];
        check(times, "2026-04-14T22:59:59.000Z", (No, No));
    }

    #[test]
    fn the_last_second_of_the_day_is_in_time_and_the_next_one_is_not() {
        let due = at("2026-04-14T12:00").end_of_local_day();
        let known = |at: Moment| report(due, due, Some(at)).known_in_time;
        assert_eq!((known(due.plus_ms(999)), known(due.plus_ms(1000))), (Yes, No));
    }

    #[test]
    fn where_nobody_says_when_the_server_had_it_that_is_not_guessed() {
        let seen = at("2026-04-14T12:00");
        assert_eq!(report(seen, seen, None).known_in_time, Unknown);
    }
}
