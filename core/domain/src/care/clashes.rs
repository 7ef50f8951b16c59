//! Visits that do not go together (D4): of those that recur, and of those on the roster for the days ahead that it holds.
//!
//! A visit on the roster that begins as one of its kind that recurs is that one: what the plan says of it, that it is a
//! joint visit or a shower, holds. The roster itself says neither.

use super::schedule::{DayRoutine, MINUTES_USUAL, Occurrence, RecurringVisit, Task, occurrences};
use crate::ids::{EntryId, VisitId};
use crate::journal::body::{VisitKind, VisitPlanned};
use crate::time::{MINUTE_MS, Moment};
use chrono::NaiveDate;
use serde::Serialize;

/// The longest that a dressing stays on.
const DRESSING_DAYS_MAX: u64 = 14;

/// What a clash names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum VisitName {
    /// An entry of the schedule.
    Recurring(EntryId),
    /// One visit on the roster.
    Rostered(VisitId),
}

/// Two visits that do not go together, or one that does not fit the person's day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Clash {
    /// When.
    pub at: Moment,
    /// The visit that clashes.
    pub visit: VisitName,
    /// With which other, and when that is.
    pub with: Option<(VisitName, Moment)>,
    /// Why.
    pub why: ClashWhy,
}

/// Why visits clash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClashWhy {
    /// A carer and a clinician at the same time, not planned together.
    SameTime,
    /// A shower or bath on a dressing that is not waterproof, before its next change.
    WetDressing,
    /// Before the person's day begins, or after it ends.
    OutsideRoutine,
}

/// One time at which a visit is planned.
#[derive(Debug, Clone)]
struct Planned {
    start: Moment,
    /// Itself outside.
    end: Moment,
    name: VisitName,
    kind: VisitKind,
    joint: bool,
    task: Task,
    waterproof: bool,
}

impl Planned {
    fn recurring(occurrence: &Occurrence<'_>) -> Planned {
        let Occurrence { start, end, visit } = *occurrence;
        Planned {
            start,
            end,
            name: VisitName::Recurring(visit.id.clone()),
            kind: visit.visit_kind,
            joint: visit.joint,
            task: visit.task,
            waterproof: visit.waterproof,
        }
    }

    fn rostered(visit: &VisitPlanned) -> Planned {
        Planned {
            start: visit.start,
            end: visit.ends.unwrap_or(visit.start.plus_ms(MINUTES_USUAL * MINUTE_MS)),
            name: VisitName::Rostered(visit.visit),
            kind: visit.visit_kind,
            joint: false,
            task: Task::Other,
            waterproof: false,
        }
    }

    fn clash(&self, with: Option<&Planned>, why: ClashWhy) -> Clash {
        let with = with.map(|other| (other.name.clone(), other.start));
        Clash { at: self.start, visit: self.name.clone(), with, why }
    }
}

/// The clashes of the visits from day `from` to day `to`, both inside, by time.
pub fn clashes<'r>(
    schedule: &[RecurringVisit],
    roster: impl Iterator<Item = &'r VisitPlanned>,
    day: DayRoutine,
    from: NaiveDate,
    to: NaiveDate,
) -> Vec<Clash> {
    let look_around = chrono::Days::new(DRESSING_DAYS_MAX);
    let (before, after) = (from.checked_sub_days(look_around), to.checked_add_days(look_around));
    let (before, after) = (before.unwrap_or(from), after.unwrap_or(to));
    let mut around: Vec<Planned> =
        occurrences(schedule, before, after).iter().map(Planned::recurring).collect();
    let inside = |start: Moment| (from..=to).contains(&start.local_day());
    let recur = around.len();
    for visit in roster.filter(|visit| !visit.cancelled && inside(visit.start)) {
        let is_it = |one: &Planned| one.start == visit.start && one.kind == visit.visit_kind;
        if !around[..recur].iter().any(is_it) {
            around.push(Planned::rostered(visit));
        }
    }
    around.sort_by_key(|one| (one.start, one.name.clone()));
    let mut found: Vec<Clash> = Vec::new();
    for one in around.iter().filter(|one| inside(one.start)) {
        found.extend(same_time(&around, one));
        found.extend(wet_dressing(&around, one));
        if !day.holds(one.start, one.end) {
            found.push(one.clash(None, ClashWhy::OutsideRoutine));
        }
    }
    found.sort();
    found
}

/// Clinical visits that overlap with this visit of a carer.
fn same_time<'a>(around: &'a [Planned], care: &'a Planned) -> impl Iterator<Item = Clash> + 'a {
    let is_care = care.kind == VisitKind::Care && !care.joint;
    let clinical = around.iter().filter(move |other| {
        is_care
            && other.kind == VisitKind::Clinical
            && !other.joint
            && other.start < care.end
            && care.start < other.end
    });
    clinical.map(|other| care.clash(Some(other), ClashWhy::SameTime))
}

/// The dressing that this shower or bath would wet: the last one put on before it, if it is not waterproof and there
/// is a later change for it to last until.
fn wet_dressing(around: &[Planned], washing: &Planned) -> Option<Clash> {
    if washing.task != Task::Washing {
        return None;
    }
    let mut changes = around.iter().filter(|other| other.task == Task::DressingChange);
    let last = changes.clone().rfind(|change| change.start <= washing.start)?;
    let is_changed_later = changes.any(|change| change.start > washing.start);
    (!last.waterproof && is_changed_later).then(|| washing.clash(Some(last), ClashWhy::WetDressing))
}
