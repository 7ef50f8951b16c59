//! When a phone syncs: at once where somebody or something gives a reason, then by itself, later and later while the
//! server does not answer.
//!
//! What somebody must know at once waits for nothing: it is tried whatever was tried before, and each minute from then on.
//!
//! Chance is an argument: a thousand phones that lost one mast together must not all ask in the same second. The
//! figures are defaults, to be measured with real networks and batteries.

use super::machine::{NoAnswer, Outcome};
use crate::time::{HOUR_MS, MINUTE_MS};
use serde::Serialize;

/// How long after a sync that went well the next one comes by itself.
pub const EVERY_MS: u64 = 15 * MINUTE_MS as u64;
/// The wait after the first sync without an answer; it doubles with each further one.
pub const FIRST_WAIT_MS: u64 = 15_000;
/// The longest wait for a server that may be there again.
pub const WAIT_MAX_MS: u64 = 15 * MINUTE_MS as u64;
/// The longest wait while somebody must know at once what is here.
pub const AT_ONCE_WAIT_MAX_MS: u64 = MINUTE_MS as u64;
/// The wait where only the office can help.
pub const REFUSED_WAIT_MS: u64 = HOUR_MS as u64;
/// After a sync without an answer nothing asks sooner: a line that comes and goes must not empty the battery.
pub const GAP_MS: u64 = 5_000;

/// Why the app wakes the core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WakeReason {
    /// Somebody opened the app.
    AppOpened,
    /// Somebody came to a visit or left it, or has written down what the next must know.
    VisitEnded,
    /// The phone has a line again.
    LineBack,
    /// The time has come that was asked for.
    Time,
    /// Somebody must know at once what was recorded, such as a met trigger, or somebody asks for a sync.
    AtOnce,
}

/// Whether the phone has a line, as far as its system knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// It says so.
    Up,
    /// It says that there is none.
    Down,
    /// It does not say.
    Unknown,
}

/// How the last syncs went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace {
    /// Syncs without an answer, one after another.
    failures: u32,
    /// When the last one ended, by the clock that only counts.
    ended_ms: u64,
    /// How long after it the next one is due.
    wait_ms: u64,
    /// Somebody must know at once what is here, and the server has not answered since.
    at_once: bool,
}

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    /// Sync.
    Sync,
    /// Nothing; the time may be asked for again after so long.
    Wait {
        /// Milliseconds.
        ms: u64,
    },
}

impl Pace {
    /// What a wake-up leads to at `now_ms`, counted since the start of the phone.
    pub fn woken(&mut self, reason: WakeReason, line: Line, now_ms: u64) -> Now {
        if reason == WakeReason::AtOnce {
            // Also where the system says that there is no line: it may be wrong, and to be refused costs little.
            self.at_once = true;
            return Now::Sync;
        }
        // A count that went back is of another start of the phone: nothing is known of it.
        let since = now_ms.checked_sub(self.ended_ms).unwrap_or(u64::MAX);
        if line == Line::Down {
            return Now::Wait { ms: EVERY_MS };
        }
        let gap = match (reason, self.failures) {
            (WakeReason::Time, _) => self.wait_ms,
            (_, 0) => 0,
            _ => GAP_MS,
        };
        if since >= gap { Now::Sync } else { Now::Wait { ms: gap - since } }
    }

    /// How long to wait after a sync that ended so, with `waiting` records still here; nothing where no sync is of any
    /// use any more. `chance` is any number.
    pub fn ended(&mut self, outcome: Outcome, waiting: u64, now_ms: u64, chance: u64) -> Option<u64> {
        let wait = match outcome {
            Outcome::Wiped => return None,
            Outcome::UpToDate => {
                (self.failures, self.at_once) = (0, false);
                if waiting > 0 { FIRST_WAIT_MS } else { EVERY_MS }
            }
            Outcome::NoAnswer(NoAnswer::Unreachable | NoAnswer::Busy) | Outcome::GaveUp | Outcome::Disk => {
                self.failures = self.failures.saturating_add(1);
                let doubled = FIRST_WAIT_MS.checked_shl(self.failures.min(16) - 1).unwrap_or(WAIT_MAX_MS);
                doubled.min(if self.at_once { AT_ONCE_WAIT_MAX_MS } else { WAIT_MAX_MS })
            }
            Outcome::NoAnswer(NoAnswer::WrongServer | NoAnswer::NotUnderstood)
            | Outcome::NotEnrolled
            | Outcome::Ended => {
                self.failures = self.failures.saturating_add(1);
                REFUSED_WAIT_MS
            }
        };
        (self.ended_ms, self.wait_ms) = (now_ms, spread(wait, chance));
        Some(self.wait_ms)
    }
}

/// Between half of a wait and all of it.
fn spread(wait_ms: u64, chance: u64) -> u64 {
    let half = wait_ms / 2;
    half + chance % (wait_ms - half + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNREACHABLE: Outcome = Outcome::NoAnswer(NoAnswer::Unreachable);

    /// A pace after so many syncs without an answer, all at 0.
    fn failed(times: u32) -> Pace {
        let mut pace = Pace::default();
        for _ in 0..times {
            pace.ended(UNREACHABLE, 1, 0, 0);
        }
        pace
    }

    #[test]
    fn a_person_who_opens_the_app_or_leaves_a_visit_is_never_made_to_wait_after_a_sync_that_went_well() {
        let mut pace = Pace::default();
        pace.ended(Outcome::UpToDate, 0, 1_000, 0);
        for reason in [WakeReason::AppOpened, WakeReason::VisitEnded, WakeReason::LineBack] {
            assert_eq!(pace.woken(reason, Line::Unknown, 1_000), Now::Sync, "{reason:?}");
        }
    }

    #[test]
    fn what_somebody_must_know_at_once_is_tried_at_once_whatever_failed_before_and_whatever_is_said_of_the_line()
     {
        for line in [Line::Up, Line::Down, Line::Unknown] {
            assert_eq!(failed(9).woken(WakeReason::AtOnce, line, 1), Now::Sync, "{line:?}");
        }
    }

    #[test]
    fn what_somebody_must_know_at_once_is_tried_each_minute_until_the_server_has_answered() {
        let mut pace = failed(9);
        pace.woken(WakeReason::AtOnce, Line::Up, 0);
        let mut wait = |outcome| 2 * pace.ended(outcome, 1, 0, 0).expect("it goes on");
        assert_eq!([wait(UNREACHABLE), wait(UNREACHABLE)], [AT_ONCE_WAIT_MAX_MS; 2]);
        assert_eq!(wait(Outcome::UpToDate), FIRST_WAIT_MS);
        let later: Vec<u64> = (0..7).map(|_| wait(UNREACHABLE)).collect();
        assert_eq!(later.last(), Some(&WAIT_MAX_MS), "the next trouble is like any other");
    }

    #[test]
    fn a_line_that_comes_and_goes_asks_every_five_seconds_at_most() {
        let mut pace = failed(3);
        assert_eq!(pace.woken(WakeReason::LineBack, Line::Up, 4_000), Now::Wait { ms: 1_000 });
        assert_eq!(pace.woken(WakeReason::LineBack, Line::Up, 5_000), Now::Sync);
    }

    #[test]
    fn without_a_line_nothing_is_tried_and_nothing_is_counted() {
        assert_eq!(Pace::default().woken(WakeReason::AppOpened, Line::Down, 0), Now::Wait { ms: EVERY_MS });
    }

    #[test]
    fn the_system_that_wakes_too_early_is_told_when_to_wake() {
        let mut pace = failed(1);
        let wait = pace.ended(UNREACHABLE, 1, 10_000, 0).expect("it goes on");
        assert_eq!(pace.woken(WakeReason::Time, Line::Unknown, 10_000 + wait - 1), Now::Wait { ms: 1 });
        assert_eq!(pace.woken(WakeReason::Time, Line::Unknown, 10_000 + wait), Now::Sync);
    }

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour_and_end_with_the_first_answer() {
        let mut pace = Pace::default();
        // Without chance a wait is half of what it can be.
        let mut wait = |outcome| 2 * pace.ended(outcome, 0, 0, 0).expect("it goes on");
        let waits: Vec<u64> = (0..8).map(|_| wait(UNREACHABLE)).collect();
        assert_eq!(waits, [15_000, 30_000, 60_000, 120_000, 240_000, 480_000, 900_000, 900_000]);
        assert_eq!(wait(Outcome::UpToDate), EVERY_MS);
        assert_eq!(wait(UNREACHABLE), FIRST_WAIT_MS);
    }

    #[test]
    fn any_chance_gives_between_half_of_the_wait_and_all_of_it() {
        for chance in [0, 1, 7_499, 7_500, 7_501, u64::MAX - 1, u64::MAX] {
            let wait = Pace::default().ended(UNREACHABLE, 0, 0, chance).expect("it goes on");
            assert!((FIRST_WAIT_MS / 2..=FIRST_WAIT_MS).contains(&wait), "{chance}: {wait}");
        }
    }

    #[test]
    fn a_great_many_failures_are_no_trouble() {
        let wait = failed(100_000).ended(UNREACHABLE, 0, 0, u64::MAX);
        assert!(wait.is_some_and(|wait| wait <= WAIT_MAX_MS));
    }

    #[test]
    fn what_was_recorded_during_a_sync_goes_soon() {
        let wait = Pace::default().ended(Outcome::UpToDate, 3, 0, 0);
        assert!(wait.is_some_and(|wait| wait <= FIRST_WAIT_MS));
    }

    #[test]
    fn a_phone_that_was_emptied_wakes_no_more() {
        assert_eq!(Pace::default().ended(Outcome::Wiped, 0, 0, 0), None);
    }
}
