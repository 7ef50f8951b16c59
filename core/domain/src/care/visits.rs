//! Visits: planned, arrived, late, missed (R6), and unknown while the devices that would know are silent.

use super::CareInputs;
use super::lacks::Part;
use super::records::Records;
use crate::ids::{StaffId, VisitId};
use crate::journal::body::{TaskDone, VisitKind, VisitPlanned};
use crate::journal::{Body, Category, RecordRef};
use crate::time::{HOUR_MS, MINUTE_MS, Moment};
use serde::Serialize;
use std::collections::BTreeMap;

/// A visit is missed this long after its planned start.
pub const MISSED_AFTER_MS: i64 = 2 * HOUR_MS;
/// What began within this time and is not over is about now, on whichever day it began.
const ABOUT_MS: i64 = 24 * HOUR_MS;
/// The supervisor is told this long after the end of the window.
pub const TELL_AFTER_MS: i64 = 30 * MINUTE_MS;

/// One visit. A visit that was missed, and whose carer then came, makes two: the missed and an unplanned one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Visit {
    /// Its name.
    pub id: VisitId,
    /// Care or clinical.
    pub visit_kind: VisitKind,
    /// When and by whom it was planned; absent for an unplanned visit.
    pub planned: Option<PlannedVisit>,
    /// Who arrived, by time.
    pub arrivals: Vec<Arrival>,
    /// Who left, by time.
    pub leavings: Vec<Leaving>,
    /// How it stands.
    pub state: VisitState,
}

/// The roster's word on a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedVisit {
    /// When it starts.
    pub start: Moment,
    /// The end of its window.
    pub window_end: Moment,
    /// Who is rostered.
    pub staff: Vec<StaffId>,
    /// When it ends, as planned.
    pub ends: Option<Moment>,
    /// It must not be late.
    pub time_critical: bool,
}

/// Someone came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Arrival {
    /// The record.
    pub record: RecordRef,
    /// Who.
    pub staff: StaffId,
    /// When.
    pub at: Moment,
}

/// How long somebody was there, the last time that they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// When they came last.
    pub arrived: Moment,
    /// When they left after that.
    pub left: Option<Moment>,
    /// They had come before.
    pub again: bool,
}

/// Someone left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Leaving {
    /// The record.
    pub record: RecordRef,
    /// Who.
    pub staff: StaffId,
    /// When.
    pub at: Moment,
    /// What was done.
    pub tasks: Vec<TaskDone>,
}

/// How a visit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitState {
    /// Its window is not over.
    Expected,
    /// Someone came.
    Arrived {
        /// After the window.
        late: bool,
    },
    /// Nobody came by the end of the window.
    Late {
        /// When the supervisor is told, if there is still nobody.
        tell_at: Moment,
    },
    /// Nobody came.
    Missed {
        /// Since when it counts as missed.
        at: Moment,
    },
    /// Nothing is known: a device that would know has been silent.
    Unknown {
        /// When the supervisor is told, if there is still nothing.
        tell_at: Moment,
    },
    /// Someone came without a plan, or after the planned visit was missed.
    Unplanned,
    /// Taken off the roster.
    Cancelled,
    /// The person was not at home.
    Paused,
    /// What is shared with the reader does not tell.
    NotTold,
}

impl Visit {
    /// Whether someone came.
    pub fn happened(&self) -> bool {
        matches!(self.state, VisitState::Arrived { .. } | VisitState::Unplanned)
    }

    /// The first arrival.
    pub fn arrived(&self) -> Option<Arrival> {
        self.arrivals.first().copied()
    }

    /// The moment that it is listed under: the first arrival, else the planned start.
    pub fn at(&self) -> Moment {
        let planned = self.planned.as_ref().map(|planned| planned.start);
        self.arrived().map(|arrival| arrival.at).or(planned).unwrap_or(Moment(i64::MIN))
    }

    /// Of each who came, when they came last and when they left after that: who comes back is there again.
    pub fn stays(&self) -> BTreeMap<StaffId, Stay> {
        let mut stays: BTreeMap<StaffId, Stay> = BTreeMap::new();
        for arrival in &self.arrivals {
            let stay = Stay { arrived: arrival.at, left: None, again: stays.contains_key(&arrival.staff) };
            stays.insert(arrival.staff, stay);
        }
        for leaving in &self.leavings {
            if let Some(stay) = stays.get_mut(&leaving.staff).filter(|stay| leaving.at >= stay.arrived) {
                stay.left = stay.left.max(Some(leaving.at));
            }
        }
        stays
    }

    /// Whether it belongs on a list of what is about now: it is of this local day, or it began within the last 24 hours and
    /// nobody has come, or somebody who came has not left. Midnight ends nothing.
    pub fn is_about(&self, now: Moment) -> bool {
        let today = now.local_day();
        let planned = self.planned.as_ref().map(|planned| planned.start.local_day());
        if planned == Some(today) || self.at().local_day() == today {
            return true;
        }
        let is_recent = self.at() <= now && self.at().plus_ms(ABOUT_MS) > now;
        let goes_on = match self.state {
            VisitState::Expected
            | VisitState::Late { .. }
            | VisitState::Unknown { .. }
            | VisitState::Missed { .. } => true,
            VisitState::Arrived { .. } | VisitState::Unplanned => {
                self.stays().values().any(|stay| stay.left.is_none())
            }
            VisitState::Cancelled | VisitState::Paused | VisitState::NotTold => false,
        };
        is_recent && goes_on
    }

    /// When it stands otherwise than at `now`, if nobody comes: the end of its window, and when it is missed at the latest.
    pub fn next_turn(&self, now: Moment) -> Option<Moment> {
        use VisitState::{Expected, Late, Unknown};
        let planned = self.planned.as_ref()?;
        let waits = matches!(self.state, Expected | Late { .. } | Unknown { .. });
        let turns = [planned.window_end.plus_ms(1), planned.start.plus_ms(MISSED_AFTER_MS)];
        turns.into_iter().filter(|turn| waits && *turn > now).min()
    }

    /// Whether the supervisor is to be told now that it is late, missed or unknown.
    pub fn tells_supervisor(&self, now: Moment) -> bool {
        match self.state {
            VisitState::Late { tell_at } | VisitState::Unknown { tell_at } => now >= tell_at,
            VisitState::Missed { .. } => true,
            _ => false,
        }
    }
}

/// When any device of a member of staff is known to have been heard: by the server, or by a record of theirs.
pub fn last_heard(inputs: &CareInputs<'_>, staff: StaffId) -> Option<Moment> {
    inputs.heard.last(staff).max(inputs.records.last_by(staff))
}

/// All visits by time, then id.
pub fn fold(inputs: &CareInputs<'_>) -> Vec<Visit> {
    let roster: BTreeMap<VisitId, &VisitPlanned> =
        inputs.records.roster().map(|planned| (planned.visit, planned)).collect();
    let mut came = came(inputs.records);
    let mut visits: Vec<Visit> = Vec::new();
    for (id, planned) in &roster {
        let (arrivals, leavings, _) = came.remove(id).unwrap_or_default();
        let missed_at = missed_at(&roster, planned);
        let in_time = arrivals.first().is_some_and(|first| first.at <= missed_at);
        if in_time || arrivals.is_empty() {
            visits.push(planned_visit(inputs, planned, arrivals, leavings, missed_at));
        } else {
            visits.push(planned_visit(inputs, planned, Vec::new(), Vec::new(), missed_at));
            visits.push(unplanned(*id, planned.visit_kind, arrivals, leavings));
        }
    }
    for (id, (arrivals, leavings, kind)) in came {
        visits.push(unplanned(id, kind.unwrap_or(VisitKind::Care), arrivals, leavings));
    }
    if !inputs.tells(Part::Visits) {
        visits.iter_mut().for_each(|visit| visit.state = told(inputs, visit.state));
    }
    visits.sort_by_key(|visit| (visit.at(), visit.id, visit.planned.is_none()));
    visits
}

/// Without the plan nobody knows whether the person was at home. Without the visits of others there are one's own.
fn told(inputs: &CareInputs<'_>, state: VisitState) -> VisitState {
    match state {
        VisitState::Arrived { .. } | VisitState::Unplanned | VisitState::Cancelled
            if inputs.scope.reads(Category::VISITS) =>
        {
            state
        }
        _ => VisitState::NotTold,
    }
}

type Came = (Vec<Arrival>, Vec<Leaving>, Option<VisitKind>);

fn came(records: &Records) -> BTreeMap<VisitId, Came> {
    let mut came: BTreeMap<VisitId, Came> = BTreeMap::new();
    for entry in records.entries() {
        let (record, staff, at) = (entry.id, entry.header.by, entry.observed);
        match &entry.body {
            Body::VisitArrived(arrived) => {
                let (arrivals, _, kind) = came.entry(arrived.visit).or_default();
                arrivals.push(Arrival { record, staff, at });
                kind.get_or_insert(arrived.visit_kind);
            }
            Body::VisitLeft(left) => {
                let leaving = Leaving { record, staff, at, tasks: left.tasks.clone() };
                came.entry(left.visit).or_default().1.push(leaving);
            }
            _ => {}
        }
    }
    for (arrivals, leavings, _) in came.values_mut() {
        arrivals.sort_by_key(|arrival| (arrival.at, arrival.record));
        leavings.sort_by_key(|leaving| (leaving.at, leaving.record));
    }
    came
}

fn unplanned(id: VisitId, visit_kind: VisitKind, arrivals: Vec<Arrival>, leavings: Vec<Leaving>) -> Visit {
    Visit { id, visit_kind, planned: None, arrivals, leavings, state: VisitState::Unplanned }
}

/// R6: 2 h after the planned start, or the start of the next planned visit of its kind, whichever is earlier.
/// A nurse's planned visit does not make the carer's a missed one.
fn missed_at(roster: &BTreeMap<VisitId, &VisitPlanned>, planned: &VisitPlanned) -> Moment {
    let next = roster
        .values()
        .filter(|other| {
            !other.cancelled && other.visit_kind == planned.visit_kind && other.start > planned.start
        })
        .map(|other| other.start)
        .min();
    let after = planned.start.plus_ms(MISSED_AFTER_MS);
    next.map_or(after, |next| next.min(after))
}

fn planned_visit(
    inputs: &CareInputs<'_>,
    planned: &VisitPlanned,
    arrivals: Vec<Arrival>,
    leavings: Vec<Leaving>,
    missed_at: Moment,
) -> Visit {
    let state = state_of(inputs, planned, arrivals.first(), missed_at);
    let roster = PlannedVisit {
        start: planned.start,
        window_end: planned.window_end,
        staff: planned.staff.clone(),
        ends: planned.ends,
        time_critical: planned.time_critical.unwrap_or(false),
    };
    Visit {
        id: planned.visit,
        visit_kind: planned.visit_kind,
        planned: Some(roster),
        arrivals,
        leavings,
        state,
    }
}

fn state_of(
    inputs: &CareInputs<'_>,
    planned: &VisitPlanned,
    first: Option<&Arrival>,
    missed_at: Moment,
) -> VisitState {
    if let Some(first) = first {
        return VisitState::Arrived { late: first.at > planned.window_end };
    }
    if planned.cancelled {
        return VisitState::Cancelled;
    }
    if inputs.plan.at_home_since(planned.start).is_none() {
        return VisitState::Paused;
    }
    if inputs.now <= planned.window_end.min(missed_at) {
        return VisitState::Expected;
    }
    let tell_at = planned.window_end.plus_ms(TELL_AFTER_MS);
    // What a device has not told up to an instant is not known of that instant.
    let told_up_to = |instant: Moment| {
        planned.staff.iter().all(|staff| last_heard(inputs, *staff).is_some_and(|heard| heard >= instant))
    };
    if inputs.now >= missed_at && told_up_to(missed_at) {
        VisitState::Missed { at: missed_at }
    } else if inputs.now < missed_at && told_up_to(planned.window_end) {
        VisitState::Late { tell_at }
    } else {
        VisitState::Unknown { tell_at }
    }
}
