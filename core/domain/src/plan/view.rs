//! The plan as screens show it: sections of entries of fields, with every candidate where two people differ.

use super::edit::Section;
use crate::ids::{EntryId, StaffId};
use crate::journal::RecordRef;
use crate::time::Moment;
use crate::value::{Fields, Value};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The plan at one version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
pub struct PlanView {
    /// The canonical version: as [`crate::journal::PlanSeen::version`].
    #[n(0)]
    pub version: u64,
    /// Entries by section. Retired ones are left out.
    #[n(1)]
    pub sections: BTreeMap<Section, BTreeMap<EntryId, EntryView>>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
pub struct EntryView {
    /// Its place among the others: shown by (order, id).
    #[n(0)]
    pub order: i64,
    /// Its fields by code.
    #[n(1)]
    pub fields: BTreeMap<String, FieldView>,
}

/// One field: a single candidate, or several when people differ and nobody has chosen yet.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct FieldView {
    /// At least one; values are distinct; the one that the document shows comes first, then by time.
    #[n(0)]
    pub candidates: Vec<Candidate>,
    /// The viewer's own edit, not yet confirmed by the server, is among the candidates.
    #[n(1)]
    pub unconfirmed: bool,
}

/// A value, and who set it when. Equal values of several people are one candidate, of the earliest.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Candidate {
    /// The value.
    #[n(0)]
    pub value: Value,
    /// Who set it.
    #[n(1)]
    pub author: StaffId,
    /// When they did.
    #[n(2)]
    pub at: Moment,
    /// In which edit.
    #[n(3)]
    pub edit: RecordRef,
}

impl FieldView {
    /// The value to act on until someone chooses: the first candidate's.
    pub fn value(&self) -> &Value {
        &self.candidates.first().expect("a field has at least one candidate").value
    }

    /// Whether people differ.
    pub fn is_conflict(&self) -> bool {
        self.candidates.len() > 1
    }
}

impl EntryView {
    /// The fields as plain values.
    pub fn values(&self) -> Fields {
        self.fields.iter().map(|(code, field)| (code.clone(), field.value().clone())).collect()
    }
}

impl PlanView {
    /// The entries of a section in the order in which they are shown.
    pub fn entries(&self, section: Section) -> Vec<(&EntryId, &EntryView)> {
        let mut entries: Vec<_> = self.sections.get(&section).into_iter().flatten().collect();
        entries.sort_by_key(|(id, entry)| (entry.order, (*id).clone()));
        entries
    }
}
