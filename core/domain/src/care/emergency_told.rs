//! Emergency signs that stand in the records, and whether anybody has noted a call about them.
//!
//! A trigger needs a plan and has an escalation; a sign needs none. It stays on the screen until somebody has written
//! down whom they rang about it, or what a named person answered about what it met.

use super::catalogue::Catalogue;
use super::emergency::{EmergencyList, Sign};
use super::emergency_plan::PlanTold;
use super::records::{Records, Seen};
use crate::ids::StaffId;
use crate::journal::body::Match;
use crate::journal::{Body, RecordRef};
use crate::time::{HOUR_MS, MINUTE_MS, Moment};
use serde::Serialize;

/// A call counts for a sign that was seen at most so long after it: whoever sees one rings first and records after.
/// A default for the clinical safety officer to agree.
pub const RUNG_BEFORE_MS: i64 = 30 * MINUTE_MS;

/// A sign is told of for so long: as far back as a phone folds records.
pub const TOLD_OF_MS: i64 = 60 * 24 * HOUR_MS;

/// A recorded emergency sign of which nobody has noted a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UntoldSign {
    /// The record, as it stands last.
    pub record: RecordRef,
    /// When it was seen.
    pub seen: Moment,
    /// By whom.
    pub by: StaffId,
    /// The sign; the first by the list where the record is several.
    pub sign: Sign,
}

/// Those of all records, by when they were seen. A call is noted by a communication whose purpose is the sign's label.
pub fn untold(
    records: &Records,
    plan: &PlanTold,
    (catalogue, list): (&Catalogue, &EmergencyList),
    now: Moment,
) -> Vec<UntoldSign> {
    let mut found = Vec::new();
    let from = now.plus_ms(-TOLD_OF_MS);
    let of_kinds = records.kinds().flat_map(|kind| records.of_kind(kind));
    for seen in of_kinds.filter(|seen| seen.entry.observed >= from) {
        let signs = plan.signs(catalogue, list, seen.observation);
        if let Some(sign) = signs.first()
            && !is_told(records, &seen, &signs)
        {
            let (record, seen, by) = (seen.entry.id, seen.entry.observed, seen.entry.header.by);
            found.push(UntoldSign { record, seen, by, sign: sign.clone() });
        }
    }
    found.sort_by_key(|sign| (sign.seen, sign.record));
    found
}

fn is_told(records: &Records, seen: &Seen<'_>, signs: &[Sign]) -> bool {
    let root = Match::Record(records.root(seen.entry.id));
    let from = seen.entry.observed.plus_ms(-RUNG_BEFORE_MS);
    records.recorded_after(from.plus_ms(-1)).any(|entry| match &entry.body {
        Body::Communication(call) => {
            entry.observed >= from && signs.iter().any(|sign| sign.label == call.purpose)
        }
        Body::Response(answer) => {
            answer.refused != Some(true) && records.root_of_match(answer.about.matched) == root
        }
        _ => false,
    })
}
