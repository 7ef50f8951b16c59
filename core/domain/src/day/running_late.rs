//! Running late: who comes when, and which of their later visits are in danger because of it.

use crate::care::CareInputs;
use crate::care::visits::{Visit, VisitState};
use crate::ids::{PersonId, StaffId, VisitId};
use crate::journal::{Body, RecordRef};
use crate::time::Moment;
use serde::Serialize;
use std::collections::BTreeMap;

/// Somebody said that they will come late, and has not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Late {
    /// The record.
    pub record: RecordRef,
    /// The visit.
    pub visit: VisitId,
    /// Who.
    pub by: StaffId,
    /// When they said so.
    pub at: Moment,
    /// When they expect to arrive.
    pub expected: Moment,
    /// Why.
    pub reason: Option<String>,
    /// How much after the planned start, in milliseconds; nothing for a visit on no roster.
    pub delay_ms: i64,
}

/// A later visit of the same carer that is not reached within its window, if the delay stays what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Endangered {
    /// To whom.
    pub person: PersonId,
    /// The visit.
    pub visit: VisitId,
    /// When it was to start.
    pub start: Moment,
    /// The end of its window.
    pub window_end: Moment,
    /// When it begins with the delay.
    pub expected: Moment,
    /// It must not be late.
    pub time_critical: bool,
}

/// Who is running late to a person, by the time expected: the last word of each on each visit, until they are there.
pub fn fold(inputs: &CareInputs<'_>, visits: &[Visit]) -> Vec<Late> {
    let mut said: BTreeMap<(VisitId, StaffId), Late> = BTreeMap::new();
    for entry in inputs.records.entries() {
        let Body::RunningLate(late) = &entry.body else { continue };
        let by = entry.header.by;
        let planned =
            visits.iter().find_map(|visit| visit.planned.as_ref().filter(|_| visit.id == late.visit));
        let delay_ms = planned.map_or(0, |planned| late.expected.since_ms(planned.start).max(0));
        said.insert(
            (late.visit, by),
            Late {
                record: entry.id,
                visit: late.visit,
                by,
                at: entry.observed,
                expected: late.expected,
                reason: late.reason.clone(),
                delay_ms,
            },
        );
    }
    let mut open: Vec<Late> = said.into_values().filter(|late| is_open(late, visits)).collect();
    open.sort_by_key(|late| (late.expected, late.visit, late.by));
    open
}

/// Neither has the carer come, nor was the visit taken off the roster, nor is it over.
fn is_open(late: &Late, visits: &[Visit]) -> bool {
    let of_visit = || visits.iter().filter(|visit| visit.id == late.visit);
    let came = of_visit().flat_map(|visit| &visit.arrivals).any(|arrival| arrival.staff == late.by);
    let is_over = of_visit().any(|visit| {
        matches!(visit.state, VisitState::Cancelled | VisitState::Paused | VisitState::Missed { .. })
    });
    !came && !is_over
}

/// The later visits of the same carer on the same local day that the delay puts beyond their windows: those that must
/// not be late first, then by time. `visits` are everyone's whom the reader knows.
pub fn endangered(late: &Late, visits: &[(PersonId, Visit)]) -> Vec<Endangered> {
    let start = |visit: &Visit| visit.planned.as_ref().map(|planned| planned.start);
    let Some(from) =
        visits.iter().find(|(_, visit)| visit.id == late.visit).and_then(|(_, visit)| start(visit))
    else {
        return Vec::new();
    };
    let mut found: Vec<Endangered> = visits
        .iter()
        .filter(|(_, visit)| {
            matches!(visit.state, VisitState::Expected | VisitState::Late { .. } | VisitState::Unknown { .. })
        })
        .filter_map(|(person, visit)| {
            let planned = visit.planned.as_ref()?;
            let expected = planned.start.plus_ms(late.delay_ms);
            let is_after = planned.start > from && planned.start.local_day() == from.local_day();
            let is_theirs = planned.staff.contains(&late.by);
            (is_after && is_theirs && expected > planned.window_end).then_some(Endangered {
                person: *person,
                visit: visit.id,
                start: planned.start,
                window_end: planned.window_end,
                expected,
                time_critical: planned.time_critical,
            })
        })
        .collect();
    found.sort_by_key(|one| (!one.time_critical, one.start, one.visit));
    found
}
