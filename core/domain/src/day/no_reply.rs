//! Nobody answers the door: a timed ladder of steps, each logged, open until somebody knows that the person is safe.
//!
//! The steps of all carers at a visit are one episode. It is a derived state, like an escalation: no record opens it but
//! the first step, and only [`LocatedSafe`](crate::journal::body::LocatedSafe) closes it.

use crate::care::records::Records;
use crate::ids::{StaffId, VisitId};
use crate::journal::body::{NoReplyStep, StepResult};
use crate::journal::{Body, Entry, RecordRef};
use crate::time::{MINUTE_MS, Moment};
use serde::Serialize;
use std::collections::BTreeMap;

/// A step of the ladder, and when it is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rung {
    /// The step.
    pub step: NoReplyStep,
    /// This many minutes after the first step.
    pub after_min: i64,
}

const fn rung(step: NoReplyStep, after_min: i64) -> Rung {
    Rung { step, after_min }
}

/// The ladder. A provider's clinical safety officer must agree the times.
pub const LADDER: [Rung; 6] = [
    rung(NoReplyStep::Knock, 0),
    rung(NoReplyStep::Ring, 2),
    rung(NoReplyStep::Look, 5),
    rung(NoReplyStep::KeySafe, 8),
    rung(NoReplyStep::Family, 12),
    rung(NoReplyStep::Office, 15),
];

/// A step that was not taken this long after it was due is overdue to the supervisor.
pub const OVERDUE_AFTER_MS: i64 = 5 * MINUTE_MS;
/// With every step taken, a person who was not located this long after the first step is overdue to the supervisor.
pub const LOCATE_WITHIN_MS: i64 = 30 * MINUTE_MS;

/// A search for a person, from the first step until they are located safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Episode {
    /// The visit at which nobody answered.
    pub visit: VisitId,
    /// When the first step was taken.
    pub began: Moment,
    /// All steps of everyone, by time.
    pub steps: Vec<StepTaken>,
    /// The first step of the ladder that nobody has taken; nothing once all are, or the person is located.
    pub next: Option<StepDue>,
    /// The end of it.
    pub located: Option<Located>,
    /// From when on the supervisor is told that it is overdue; nothing once the person is located.
    pub overdue_from: Option<Moment>,
}

/// A step that somebody took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepTaken {
    /// The record.
    pub record: RecordRef,
    /// Which.
    pub step: NoReplyStep,
    /// By whom.
    pub by: StaffId,
    /// When.
    pub at: Moment,
    /// What came of it.
    pub result: StepResult,
    /// In words.
    pub note: Option<String>,
}

/// A step to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StepDue {
    /// Which.
    pub step: NoReplyStep,
    /// When.
    pub due: Moment,
}

/// The person is safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Located {
    /// The record.
    pub record: RecordRef,
    /// When.
    pub at: Moment,
    /// Who recorded it.
    pub by: StaffId,
    /// The name of who located them.
    pub located_by: String,
    /// Where and how.
    pub how: String,
}

impl Episode {
    /// Nobody has located the person yet.
    pub fn is_open(&self) -> bool {
        self.located.is_none()
    }

    /// Whether it is overdue to the supervisor now.
    pub fn is_overdue(&self, now: Moment) -> bool {
        self.overdue_from.is_some_and(|from| now > from)
    }
}

/// All searches for a person, by their beginning.
pub fn fold(records: &Records) -> Vec<Episode> {
    let mut by_visit: BTreeMap<VisitId, (Vec<StepTaken>, Vec<Located>)> = BTreeMap::new();
    for entry in records.entries() {
        match &entry.body {
            Body::NoReplyTried(tried) => {
                by_visit.entry(tried.visit).or_default().0.push(StepTaken {
                    record: entry.id,
                    step: tried.step,
                    by: entry.header.by,
                    at: entry.observed,
                    result: tried.result,
                    note: tried.note.clone(),
                });
            }
            Body::LocatedSafe(located) => {
                let found = located_of(entry, &located.located_by, &located.how);
                by_visit.entry(located.visit).or_default().1.push(found);
            }
            _ => {}
        }
    }
    let mut episodes: Vec<Episode> =
        by_visit.into_iter().flat_map(|(visit, (steps, ends))| episodes_of(visit, steps, ends)).collect();
    episodes.sort_by_key(|episode| (episode.began, episode.visit));
    episodes
}

fn located_of(entry: &Entry, located_by: &str, how: &str) -> Located {
    Located {
        record: entry.id,
        at: entry.observed,
        by: entry.header.by,
        located_by: located_by.to_owned(),
        how: how.to_owned(),
    }
}

/// Each end closes what began before it; a step after it begins another search.
fn episodes_of(visit: VisitId, mut steps: Vec<StepTaken>, mut ends: Vec<Located>) -> Vec<Episode> {
    steps.sort_by_key(|step| (step.at, step.record));
    ends.sort_by_key(|end| (end.at, end.record));
    let mut episodes = Vec::new();
    for end in ends {
        let after = steps.iter().position(|step| step.at > end.at).unwrap_or(steps.len());
        let taken: Vec<StepTaken> = steps.drain(..after).collect();
        // A second word on the same end is no search of its own.
        if !taken.is_empty() {
            episodes.push(episode(visit, taken, Some(end)));
        }
    }
    if !steps.is_empty() {
        episodes.push(episode(visit, steps, None));
    }
    episodes
}

fn episode(visit: VisitId, steps: Vec<StepTaken>, located: Option<Located>) -> Episode {
    let began = steps.first().expect("a search begins with a step").at;
    let due = |rung: &Rung| began.plus_ms(rung.after_min * MINUTE_MS);
    let is_left = |rung: &&Rung| !steps.iter().any(|taken| taken.step == rung.step);
    let next = LADDER.iter().find(is_left).map(|rung| StepDue { step: rung.step, due: due(rung) });
    let next = next.filter(|_| located.is_none());
    let overdue_from = match (&located, next) {
        (Some(_), _) => None,
        (None, Some(next)) => Some(next.due.plus_ms(OVERDUE_AFTER_MS)),
        (None, None) => Some(began.plus_ms(LOCATE_WITHIN_MS)),
    };
    Episode { visit, began, steps, next, located, overdue_from }
}
