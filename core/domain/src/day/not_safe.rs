//! Actions of the plan that somebody found not safe to do, each for the local day on which it was seen.

use crate::care::records::Records;
use crate::ids::{EntryId, StaffId, VisitId};
use crate::journal::{Body, RecordRef};
use crate::time::Moment;
use chrono::NaiveDate;
use serde::Serialize;

/// An action is not safe to do today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotSafe {
    /// The record.
    pub record: RecordRef,
    /// The action in the plan.
    pub action: EntryId,
    /// At which visit it was seen.
    pub visit: Option<VisitId>,
    /// By whom.
    pub by: StaffId,
    /// When.
    pub at: Moment,
    /// What was seen.
    pub why: String,
    /// Who was told.
    pub told: Option<String>,
}

/// What was found not safe on a local day, by time. The next day it is asked again.
pub fn of_day(records: &Records, day: NaiveDate) -> Vec<NotSafe> {
    let flags = records.entries().iter().filter_map(|entry| match &entry.body {
        Body::NotSafeToday(flag) if entry.observed.local_day() == day => Some(NotSafe {
            record: entry.id,
            action: flag.action.clone(),
            visit: flag.visit,
            by: entry.header.by,
            at: entry.observed,
            why: flag.why.clone(),
            told: flag.told.clone(),
        }),
        _ => None,
    });
    let mut flags: Vec<NotSafe> = flags.collect();
    flags.sort_by_key(|flag| (flag.at, flag.record));
    flags
}
