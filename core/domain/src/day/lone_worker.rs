//! Working alone: when somebody is expected to leave a visit, and the alarm to the on-call when they have not.
//!
//! Silence is an alarm here, not "cannot tell": a carer who lies hurt in a home without signal looks, from the office,
//! like one who has left and has no signal. A needless call costs a minute. The alarm says which of the two it is, and
//! the clinical safety officer must agree that it is raised in both.

use super::help::Safe;
use crate::care::CareInputs;
use crate::care::visits::{Stay, Visit, last_heard};
use crate::ids::{PersonId, StaffId, VisitId};
use crate::journal::Body;
use crate::time::{HOUR_MS, MINUTE_MS, Moment};
use serde::Serialize;
use std::collections::BTreeMap;

/// The alarm comes this long after the expected leaving.
pub const ALARM_AFTER_MS: i64 = 15 * MINUTE_MS;
/// How long a visit is taken to last whose end is neither planned nor said.
pub const USUAL_STAY_MS: i64 = HOUR_MS;

/// Somebody at a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AtVisit {
    /// The visit.
    pub visit: VisitId,
    /// Who.
    pub staff: StaffId,
    /// When they arrived: the last time, where they came back.
    pub arrived: Moment,
    /// When they are expected to leave: as they said last, else as long after arriving as was planned.
    pub expected_leaving: Moment,
    /// When they said so; nothing where it is the plan's time, or the usual one.
    pub said: Option<Moment>,
    /// When they left.
    pub left: Option<Moment>,
    /// Since when the on-call is to ring them.
    pub alarm: Option<LoneAlarm>,
}

/// They should have left, and have not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LoneAlarm {
    /// Since when.
    pub since: Moment,
    /// When a device of theirs was last heard.
    pub last_heard: Option<Moment>,
    /// No device of theirs was heard since the alarm: they may have left where there is no signal.
    pub silent: bool,
}

/// Everyone who came to a person, by arrival, with the alarms that nothing in the person's own records ends.
pub fn fold(inputs: &CareInputs<'_>, visits: &[Visit]) -> Vec<AtVisit> {
    let said = said(inputs);
    let mut found = Vec::new();
    for visit in visits {
        for (staff, stay) in visit.stays() {
            found.push(at_visit(inputs, visit, staff, stay, said.get(&(visit.id, staff)).copied()));
        }
    }
    found.sort_by_key(|one| (one.arrived, one.visit, one.staff));
    found
}

/// The last word of each on when they leave: (when they said it, what).
fn said(inputs: &CareInputs<'_>) -> BTreeMap<(VisitId, StaffId), (Moment, Moment)> {
    let entries = inputs.records.entries().iter();
    let said = entries.filter_map(|entry| match &entry.body {
        Body::ExpectedLeaving(leaving) => {
            Some(((leaving.visit, entry.header.by), (entry.effective, leaving.at)))
        }
        _ => None,
    });
    said.collect()
}

fn at_visit(
    inputs: &CareInputs<'_>,
    visit: &Visit,
    staff: StaffId,
    Stay { arrived, left, again }: Stay,
    said: Option<(Moment, Moment)>,
) -> AtVisit {
    // What was said of an earlier stay is not about this one.
    let said = said.filter(|(when, _)| !again || *when >= arrived);
    let planned = visit.planned.as_ref();
    let planned_stay_ms = planned.and_then(|planned| Some(planned.ends?.since_ms(planned.start)));
    let stay_ms = planned_stay_ms.filter(|stay_ms| *stay_ms > 0).unwrap_or(USUAL_STAY_MS);
    let expected_leaving = said.map_or_else(|| arrived.plus_ms(stay_ms), |(_, at)| at);
    let since = expected_leaving.plus_ms(ALARM_AFTER_MS);
    let alarm = (left.is_none() && inputs.now >= since).then(|| {
        let last_heard = last_heard(inputs, staff);
        LoneAlarm { since, last_heard, silent: last_heard.is_none_or(|heard| heard < since) }
    });
    AtVisit { visit: visit.id, staff, arrived, expected_leaving, said: said.map(|(at, _)| at), left, alarm }
}

/// Takes away the alarms that others than the person's own records end: the carer has arrived somewhere else since, or
/// somebody of the office knows that they are safe. `all` are everyone's whom the reader knows.
pub fn settle(all: &mut [(PersonId, AtVisit)], safe: &[Safe]) {
    let arrivals: Vec<(StaffId, Moment)> = all.iter().map(|(_, one)| (one.staff, one.arrived)).collect();
    for (_, one) in all {
        let moved_on = arrivals.iter().any(|(staff, at)| *staff == one.staff && *at > one.arrived);
        // What was known before the carer said something new about leaving does not answer that.
        let known_from = one.said.map_or(one.arrived, |said| said.max(one.arrived));
        let is_safe = safe
            .iter()
            .any(|safe| safe.staff == one.staff && safe.visit == Some(one.visit) && safe.at >= known_from);
        if moved_on || is_safe {
            one.alarm = None;
        }
    }
}
