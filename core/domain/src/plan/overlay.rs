//! The plan as its author sees it on a phone: the canonical plan with what the store has not confirmed yet.
//!
//! It is what the store will make of the same edits if nothing comes in between: the same code decides. So what the
//! author may only propose is not shown as if it stood in the plan.

use super::document::PlanDocument;
use super::fates::plan_fates;
use super::states::{EditState, EditStates};
use super::view::PlanView;
use crate::access::Author;
use crate::care::catalogue::Catalogue;
use crate::ids::StaffId;
use crate::journal::body::{HeldWhy, Role};
use crate::journal::{Entry, OwnRecord, RecordRef};
use std::collections::BTreeSet;

/// What an author sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    /// The plan; its version is the canonical one. Fields with an own edit among their candidates are marked.
    pub view: PlanView,
    /// The last own edit that the view contains beyond its version: with the version, the base of the next edit,
    /// and what records say that their author was looking at.
    pub own_edit: Option<OwnRecord>,
    /// Own edits that the store will hold, or holds, and so are not in the view.
    pub held: Vec<HeldEdit>,
}

/// An own edit that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldEdit {
    /// The edit.
    pub edit: RecordRef,
    /// For whom it waits.
    pub role: Role,
    /// Why.
    pub why: HeldWhy,
}

/// Puts an author's own entries (edits, decisions, withdrawals), in the order in which they were made, on top of the canonical plan. Those
/// that the store has decided about change nothing.
pub fn overlay(
    document: &PlanDocument,
    states: &EditStates,
    own: &[Entry],
    catalogue: &Catalogue,
    who: &dyn Fn(StaffId) -> Author,
) -> Overlay {
    let (mut copy, mut copied_states) = (document.clone(), states.clone());
    plan_fates(&mut copied_states, &mut copy, own, catalogue, who, document.version() + 1);
    let new: BTreeSet<RecordRef> =
        copy.edits.keys().filter(|edit| !document.edits.contains_key(edit)).copied().collect();
    let mut view = copy.view();
    view.version = document.version();
    mark(&mut view, &new);
    let own_edits = own.iter().map(|entry| entry.id);
    let last = own_edits.clone().rfind(|id| new.contains(id));
    let own_edit = last.map(|id| OwnRecord { epoch: id.epoch, number: id.number });
    let held = own_edits.filter_map(|edit| match copied_states.edit(&edit)?.state() {
        EditState::Held { role, why } => Some(HeldEdit { edit, role, why }),
        _ => None,
    });
    Overlay { own_edit, held: held.collect(), view }
}

fn mark(view: &mut PlanView, new: &BTreeSet<RecordRef>) {
    let entries = view.sections.values_mut().flat_map(|entries| entries.values_mut());
    for field in entries.flat_map(|entry| entry.fields.values_mut()) {
        field.unconfirmed = field.candidates.iter().any(|candidate| new.contains(&candidate.edit));
    }
}
