//! Calls for help, and who is known to be safe: folds over the office channel.
//!
//! A call is in the office channel because whoever makes the carer afraid may look at her phone: no view that a phone
//! of a carer shows is folded from that channel, and the server can read it, so that the console shows it at once. In
//! the restricted channel nobody but a recipient's device could read it, and it would wait for a second durable copy.

use crate::ids::{StaffId, VisitId};
use crate::journal::{Body, Entry, RecordRef};
use crate::time::Moment;
use serde::Serialize;

/// Somebody asks for help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HelpCall {
    /// The record.
    pub record: RecordRef,
    /// Who.
    pub by: StaffId,
    /// When.
    pub at: Moment,
    /// Where they are.
    pub visit: Option<VisitId>,
    /// Who knows that they are safe; nothing while it is open.
    pub answered: Option<Safe>,
}

/// Somebody of the office knows that a colleague is safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Safe {
    /// The record.
    pub record: RecordRef,
    /// The colleague.
    pub staff: StaffId,
    /// The call that it answers.
    pub help: Option<RecordRef>,
    /// The visit whose alarm it answers.
    pub visit: Option<VisitId>,
    /// Who says so.
    pub by: StaffId,
    /// When.
    pub at: Moment,
    /// How it is known, and what was done.
    pub how: String,
}

impl HelpCall {
    /// Nobody knows that they are safe.
    pub fn is_open(&self) -> bool {
        self.answered.is_none()
    }
}

/// All words of the office that somebody is safe, by time.
pub fn safe(office: &[Entry]) -> Vec<Safe> {
    let mut found: Vec<Safe> = office
        .iter()
        .filter_map(|entry| match &entry.body {
            Body::CarerSafe(safe) => Some(Safe {
                record: entry.id,
                staff: safe.staff,
                help: safe.help,
                visit: safe.visit,
                by: entry.header.by,
                at: entry.effective,
                how: safe.how.clone(),
            }),
            _ => None,
        })
        .collect();
    found.sort_by_key(|safe| (safe.at, safe.record));
    found.dedup_by_key(|safe| safe.record);
    found
}

/// All calls for help in the office channel of a person, by time.
pub fn calls(office: &[Entry]) -> Vec<HelpCall> {
    let safe = safe(office);
    let mut found: Vec<HelpCall> = office
        .iter()
        .filter_map(|entry| match &entry.body {
            Body::HelpAsked(asked) => Some(HelpCall {
                record: entry.id,
                by: entry.header.by,
                at: entry.observed,
                visit: asked.visit,
                answered: safe.iter().find(|safe| safe.help == Some(entry.id)).cloned(),
            }),
            _ => None,
        })
        .collect();
    found.sort_by_key(|call| (call.at, call.record));
    found.dedup_by_key(|call| call.record);
    found
}
