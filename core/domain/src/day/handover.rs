//! Handover notes: shown to whoever comes next, until somebody other than their author says that they have read them.

use crate::care::records::Records;
use crate::ids::{StaffId, VisitId};
use crate::journal::{Body, RecordRef};
use crate::time::Moment;
use serde::Serialize;
use std::collections::BTreeMap;

/// A handover note, and who has read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Handover {
    /// The record.
    pub note: RecordRef,
    /// The visit that it was written at.
    pub visit: Option<VisitId>,
    /// By whom.
    pub by: StaffId,
    /// When.
    pub at: Moment,
    /// In words.
    pub text: String,
    /// Who has said that they read it, by time; each once, its author never.
    pub reads: Vec<HandoverReader>,
}

/// Somebody who has read a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HandoverReader {
    /// Who.
    pub by: StaffId,
    /// When first.
    pub at: Moment,
}

impl Handover {
    /// Nobody but its author has read it: it is shown on every device.
    pub fn is_unread(&self) -> bool {
        self.reads.is_empty()
    }
}

/// All handover notes of a person, in the order of folds.
pub fn fold(records: &Records) -> Vec<Handover> {
    let mut notes: Vec<Handover> = Vec::new();
    let mut places: BTreeMap<RecordRef, usize> = BTreeMap::new();
    for entry in records.entries() {
        match &entry.body {
            Body::HandoverNote(note) => {
                places.insert(entry.id, notes.len());
                notes.push(Handover {
                    note: entry.id,
                    visit: note.visit,
                    by: entry.header.by,
                    at: entry.observed,
                    text: note.text.clone(),
                    reads: Vec::new(),
                });
            }
            // The order of folds puts it behind its note.
            Body::HandoverRead(read) => {
                let Some(note) = places.get(&read.note).map(|place| &mut notes[*place]) else { continue };
                let by = entry.header.by;
                if by != note.by && !note.reads.iter().any(|reader| reader.by == by) {
                    note.reads.push(HandoverReader { by, at: entry.observed });
                }
            }
            _ => {}
        }
    }
    notes
}

/// Those that nobody has read yet.
pub fn unread(records: &Records) -> Vec<Handover> {
    fold(records).into_iter().filter(Handover::is_unread).collect()
}
