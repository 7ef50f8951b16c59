//! Emergency signs that stand in the records, and whether anybody has noted a call about them.
//!
//! A trigger needs a plan and has an escalation; a sign needs none. It stays on the screen until somebody has written
//! down whom they rang about it, or what a named person answered about what it met.

use super::catalogue::Catalogue;
use super::emergency::{EmergencyList, Sign};
use super::emergency_plan::PlanTold;
use super::records::{Records, Seen};
use crate::journal::body::Match;
use crate::journal::{Body, RecordRef};
use crate::time::{MINUTE_MS, Moment};
use serde::Serialize;

/// A call counts for a sign that was seen at most so long after it: whoever sees one rings first and records after.
/// A default for the clinical safety officer to agree.
pub const RUNG_BEFORE_MS: i64 = 30 * MINUTE_MS;

/// A recorded emergency sign of which nobody has noted a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UntoldSign {
    /// The record, as it stands last.
    pub record: RecordRef,
    /// When it was seen.
    pub seen: Moment,
    /// The sign; the first by the list where the record is several.
    pub sign: Sign,
}

/// Those of all records, by when they were seen. A call is noted by a communication whose purpose is the sign's label.
pub fn untold(
    records: &Records,
    plan: &PlanTold,
    catalogue: &Catalogue,
    list: &EmergencyList,
) -> Vec<UntoldSign> {
    let mut found = Vec::new();
    for seen in records.kinds().flat_map(|kind| records.of_kind(kind)) {
        let signs = plan.signs(catalogue, list, seen.observation);
        if let Some(sign) = signs.first()
            && !is_told(records, &seen, &signs)
        {
            let (record, observed) = (seen.entry.id, seen.entry.observed);
            found.push(UntoldSign { record, seen: observed, sign: sign.clone() });
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
