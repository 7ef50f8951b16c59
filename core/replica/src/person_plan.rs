//! One person's plan in memory: as accepted, with the holder's own unsettled edits on top.

use crate::person::entries_of;
use crate::plan_steps::load_document;
use crate::store::{Store, StoreError};
use alongside_domain::access::Author;
use alongside_domain::ids::{AuthorId, PersonId, StaffId};
use alongside_domain::journal::body::Role;
use alongside_domain::journal::{Body, Category, Entry, PlanSeen};
use alongside_domain::plan::overlay::{Overlay, overlay};
use alongside_domain::plan::resumed::leave_out_late;
use alongside_domain::plan::states::EditStates;
use alongside_domain::plan::view::PlanView;
use alongside_domain::sharing::Scope;

/// What is in memory of one person's plan.
pub(crate) struct PersonPlan {
    /// Where each edit stands.
    pub(crate) edits: EditStates,
    /// The plan as this device's holder sees it: their own unsettled edits on top.
    pub(crate) shown: Overlay,
    /// The holder's edits, decisions and withdrawals, in the order in which they were made.
    own: Vec<Entry>,
}

/// Whose eyes a person's care is seen through.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Viewer {
    pub(crate) device: AuthorId,
    pub(crate) staff: StaffId,
    pub(crate) role: Role,
    /// The author of the server's records.
    pub(crate) store: AuthorId,
}

impl Viewer {
    /// What the device assumes of a member of staff with whom it shares a person, of whose record its holder reads
    /// this much.
    pub(crate) fn author(&self, staff: StaffId, scope: Scope) -> Author {
        Author { staff, role: self.role, scope: Some(scope) }
    }
}

/// Whether a record is about an edit of the plan.
pub(crate) fn is_about_the_plan(body: &Body) -> bool {
    matches!(body, Body::PlanEdit(_) | Body::EditDecision(_) | Body::EditWithdrawal(_) | Body::Fate(_))
}

/// What was asked of a person's plan and what the server's `writer` said about it.
fn edit_entries(store: &Store, person: PersonId, writer: AuthorId) -> Result<Vec<Entry>, StoreError> {
    let mut entries = entries_of(store, &store.edit_records(person)?, writer)?;
    leave_out_late(&mut entries, writer);
    Ok(entries)
}

/// Where each edit of a person's plan stands, as far as the journal tells.
pub(crate) fn edit_states(
    store: &Store,
    person: PersonId,
    writer: AuthorId,
) -> Result<EditStates, StoreError> {
    Ok(EditStates::fold(writer, &edit_entries(store, person, writer)?))
}

impl PersonPlan {
    /// Reads a person's plan from the store.
    pub(crate) fn load(store: &Store, person: PersonId, viewer: &Viewer) -> Result<PersonPlan, StoreError> {
        let mut entries = edit_entries(store, person, viewer.store)?;
        let edits = EditStates::fold(viewer.store, &entries);
        if !store.scope(person)?.reads(Category::PLAN) {
            let shown = Overlay { view: PlanView::default(), own_edit: None, held: Vec::new() };
            return Ok(PersonPlan { edits, shown, own: Vec::new() });
        }
        let view = store.plan_view(person)?.unwrap_or_default();
        let shown = Overlay { view, own_edit: None, held: Vec::new() };
        entries.retain(|entry| entry.id.author == viewer.device);
        let mut plan = PersonPlan { edits, shown, own: entries };
        plan.show_own_edits(store, person, viewer)?;
        Ok(plan)
    }

    /// Adds a record that was just made here, which is about an edit.
    pub(crate) fn add(
        &mut self,
        entry: Entry,
        store: &Store,
        person: PersonId,
        viewer: &Viewer,
    ) -> Result<(), StoreError> {
        self.edits.add(&entry);
        self.own.push(entry);
        self.show_own_edits(store, person, viewer)
    }

    /// Puts what the server has not answered on top of the canonical plan, as the server will. Loads the document
    /// only when there is any of it.
    fn show_own_edits(&mut self, store: &Store, person: PersonId, viewer: &Viewer) -> Result<(), StoreError> {
        let edits = &self.edits;
        self.own.retain(|entry| waits(edits, entry));
        let Some(first) = self.own.first() else { return Ok(()) };
        let epoch = store.plan_epoch(person)?.unwrap_or(first.id.epoch);
        let document = load_document(store, person, (viewer.store, epoch))?;
        let scope = store.scope(person)?;
        self.shown = overlay(&document, &self.edits, &self.own, store.catalogue(), &|staff| {
            viewer.author(staff, scope)
        });
        Ok(())
    }

    /// The plan that the device's holder is looking at.
    pub(crate) fn plan_seen(&self) -> PlanSeen {
        PlanSeen { version: self.shown.view.version, own_edit: self.shown.own_edit }
    }
}

/// Whether the server has still to answer this entry.
fn waits(edits: &EditStates, entry: &Entry) -> bool {
    let edit = match &entry.body {
        Body::EditDecision(decision) => decision.edit,
        Body::EditWithdrawal(withdrawal) => withdrawal.edit,
        _ => entry.id,
    };
    edits.edit(&edit).is_none_or(|record| record.settled.is_none())
}
