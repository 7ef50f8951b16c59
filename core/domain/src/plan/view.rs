//! The plan as screens show it: sections of entries of fields, with every candidate where two people differ.

use super::edit::Section;
use super::key::is_reserved;
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
    /// Its fields by code. Where two people differ about its place, or one retired what another changed, that is
    /// among them as `order` or `retired`; else these two never are.
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

    /// The value in words; while people differ, that they do and what each says.
    pub fn words(&self, of: impl Fn(&Value) -> String) -> String {
        let values: Vec<String> = self.candidates.iter().map(|one| of(&one.value)).collect();
        match values.len() {
            0 | 1 => values.concat(),
            2 => format!("two versions: {}", values.join(" / ")),
            many => format!("{many} versions: {}", values.join(" / ")),
        }
    }

    /// Whether people differ.
    pub fn is_conflict(&self) -> bool {
        self.candidates.len() > 1
    }
}

impl EntryView {
    /// The fields of its section as plain values.
    pub fn values(&self) -> Fields {
        let own = self.fields.iter().filter(|(code, _)| !is_reserved(code));
        own.map(|(code, field)| (code.clone(), field.value().clone())).collect()
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

/// A field about which people differ, until someone responsible chooses: by setting it, at a version that shows
/// all candidates, to the value that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conflict<'a> {
    /// Where.
    pub section: Section,
    /// The entry.
    pub entry: &'a EntryId,
    /// The field's code; `order` for the entry's place, `retired` for its retirement.
    pub field: &'a str,
    /// At least two, as in [`FieldView::candidates`].
    pub candidates: &'a [Candidate],
}

/// All conflicts of a view, by section, entry and field.
pub fn conflicts(view: &PlanView) -> Vec<Conflict<'_>> {
    let mut found = Vec::new();
    for (section, entries) in &view.sections {
        for (entry, shown) in entries {
            for (field, it) in shown.fields.iter().filter(|(_, field)| field.is_conflict()) {
                found.push(Conflict { section: *section, entry, field, candidates: &it.candidates });
            }
        }
    }
    found
}
