//! Whether a record can have met a trigger, told without a fold: what most records are asked when they are made.

use super::CareInputs;
use super::records::Seen;
use super::triggers::Judging;
use crate::journal::body::Observation;
use crate::journal::{Body, Entry, RecordRef};

/// Whether [`super::escalation::fold`] may find a match of this record. When this is false it finds none; when
/// this is true, only the fold knows. Costs what the look-back of the triggers on this kind of record holds.
pub fn may_have_met(inputs: &CareInputs<'_>, record: RecordRef) -> bool {
    let Some(entry) = inputs.records.entry(record) else { return false };
    let Body::Observation(observation) = &entry.body else { return false };
    if !is_plainly_judged(inputs, entry, observation) {
        return true;
    }
    // Without the escalations that were closed before, a change is compared with more values, never with fewer.
    let judging = Judging { records: inputs.records, catalogue: inputs.catalogue, raised_before: None };
    let seen = Seen { entry, observation };
    let triggers = inputs.plan.newest().into_iter().flat_map(|at| at.plan.triggers.values());
    triggers.into_iter().any(|trigger| judging.judge(trigger, seen).is_some())
}

/// Whether the record is judged by the newest plan alone (R3), and neither corrects nor is corrected.
fn is_plainly_judged(inputs: &CareInputs<'_>, entry: &Entry, observation: &Observation) -> bool {
    let seen = entry.header.plan_seen;
    let saw_newest = inputs
        .plan
        .newest()
        .is_none_or(|newest| newest.version <= seen.version && newest.accepted <= entry.observed);
    let stands_alone = observation.corrects.is_none() && !inputs.records.is_superseded(entry.id);
    saw_newest && seen.own_edit.is_none() && stands_alone
}
