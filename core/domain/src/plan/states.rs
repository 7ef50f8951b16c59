//! What became of each edit of a person's plan: a fold over edits, fates, decisions and withdrawals.
//!
//! The same entries give the same states in whatever order they came.

use crate::ids::{AuthorId, StaffId};
use crate::journal::body::{Fate, FateOutcome, HeldWhy, PlanEdit, Role};
use crate::journal::{Body, Channel, Entry, PlanSeen, RecordRef};
use crate::time::Moment;
use std::collections::{BTreeMap, BTreeSet};

/// The edits of one person's plan, and what became of them.
#[derive(Debug, Clone)]
pub struct EditStates {
    store: AuthorId,
    edits: BTreeMap<RecordRef, EditRecord>,
}

/// Everything known about one edit. Its fate may arrive before the edit itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EditRecord {
    /// The edit; absent while only its fate is here.
    pub made: Option<MadeEdit>,
    /// The held fate.
    pub held: Option<KnownFate>,
    /// The final fate.
    pub settled: Option<KnownFate>,
    /// All decisions on it, also those without effect, by record.
    pub decisions: BTreeMap<RecordRef, Decision>,
    /// Who took it back, by record. Counts only from its author.
    pub withdrawals: BTreeMap<RecordRef, StaffId>,
}

/// An edit as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeEdit {
    /// Who made it.
    pub author: StaffId,
    /// When, corrected.
    pub at: Moment,
    /// What it is.
    pub edit: PlanEdit,
}

/// A fate, and the record that tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFate {
    /// The record; absent when it was decided just now and has no record yet.
    pub record: Option<RecordRef>,
    /// When it was told.
    pub at: Moment,
    /// The fate.
    pub fate: Fate,
}

/// A decision on a held edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Who decided.
    pub by: StaffId,
    /// When.
    pub at: Moment,
    /// Taken or not.
    pub accept: bool,
    /// Why, in words.
    pub reason: String,
}

/// Where an edit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditState<'a> {
    /// The store has not said anything yet.
    Unsettled,
    /// It waits for someone of this role.
    Held {
        /// Who decides.
        role: Role,
        /// Why.
        why: HeldWhy,
    },
    /// Its final fate: accepted, declined or withdrawn.
    Settled(&'a FateOutcome),
}

impl EditRecord {
    /// Where the edit stands.
    pub fn state(&self) -> EditState<'_> {
        if let Some(settled) = &self.settled {
            return EditState::Settled(&settled.fate.outcome);
        }
        match self.held.as_ref().map(|held| &held.fate.outcome) {
            Some(FateOutcome::Held { role, why }) => EditState::Held { role: *role, why: *why },
            _ => EditState::Unsettled,
        }
    }

    /// Whether its author took it back.
    pub fn is_withdrawn(&self) -> bool {
        let author = self.made.as_ref().map(|made| made.author);
        self.withdrawals.values().any(|by| Some(*by) == author)
    }

    fn made_by(&self, author: StaffId) -> Option<&MadeEdit> {
        self.made.as_ref().filter(|made| made.author == author)
    }
}

/// What an edit's own earlier edit came to, for finding its base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OwnEdit {
    /// In the plan.
    InPlan(PlanSeen),
    /// Waits for a decision.
    Held,
    /// Declined or withdrawn: as if it had never been.
    Dropped(PlanSeen),
    /// Not here, or not yet decided.
    Missing,
}

impl EditStates {
    /// No edits. Fates count only when `store` wrote them, in the care channel.
    pub fn new(store: AuthorId) -> Self {
        Self { store, edits: BTreeMap::new() }
    }

    /// The states after these entries.
    pub fn fold<'a>(store: AuthorId, entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut states = Self::new(store);
        entries.into_iter().for_each(|entry| states.add(entry));
        states
    }

    /// Takes one entry in. Entries of other kinds and other channels change nothing; nor does one given twice.
    pub fn add(&mut self, entry: &Entry) {
        if entry.id.channel != Channel::Care {
            return;
        }
        let (by, at) = (entry.header.by, entry.effective);
        match &entry.body {
            Body::PlanEdit(edit) => {
                let made = MadeEdit { author: by, at, edit: edit.clone() };
                self.edits.entry(entry.id).or_default().made.get_or_insert(made);
            }
            Body::Fate(fate) if entry.id.author == self.store => {
                self.settle(KnownFate { record: Some(entry.id), at, fate: fate.clone() });
            }
            Body::EditDecision(decision) => {
                let known = Decision { by, at, accept: decision.accept, reason: decision.reason.clone() };
                self.edits.entry(decision.edit).or_default().decisions.insert(entry.id, known);
            }
            Body::EditWithdrawal(withdrawal) => {
                self.edits.entry(withdrawal.edit).or_default().withdrawals.insert(entry.id, by);
            }
            _ => {}
        }
    }

    /// Notes a fate. Of two of one sort, which no store writes, the earlier one counts.
    pub(super) fn settle(&mut self, known: KnownFate) {
        let record = self.edits.entry(known.fate.edit).or_default();
        let place = if known.fate.outcome.is_final() { &mut record.settled } else { &mut record.held };
        let key = |fate: &KnownFate| (fate.record.is_none(), fate.at, fate.record);
        if place.as_ref().is_none_or(|old| key(&known) < key(old)) {
            *place = Some(known);
        }
    }

    /// All edits, by record.
    pub fn edits(&self) -> impl Iterator<Item = (&RecordRef, &EditRecord)> {
        self.edits.iter()
    }

    /// One edit.
    pub fn edit(&self, edit: &RecordRef) -> Option<&EditRecord> {
        self.edits.get(edit)
    }

    /// The edits that wait for someone of this role, longest first.
    pub fn held_for(&self, role: Role) -> Vec<(&RecordRef, &EditRecord)> {
        let waits =
            |record: &EditRecord| matches!(record.state(), EditState::Held { role: r, .. } if r == role);
        let mut held: Vec<_> = self.edits.iter().filter(|(_, record)| waits(record)).collect();
        held.sort_by_key(|(edit, record)| (record.held.as_ref().map(|held| held.at), **edit));
        held
    }

    /// The edits of one author about which the store has not said anything, in the order they were made.
    pub fn unsettled_of(&self, author: StaffId) -> Vec<(&RecordRef, &MadeEdit)> {
        let unsettled =
            |record: &EditRecord| record.state() == EditState::Unsettled && !record.is_withdrawn();
        let found = self.edits.iter().filter(|(_, record)| unsettled(record));
        let mut found: Vec<_> =
            found.filter_map(|(edit, record)| Some((edit, record.made_by(author)?))).collect();
        found.sort_by_key(|(edit, made)| (made.at, **edit));
        found
    }

    /// The fates of one author's edits whose records are not in `shown`, oldest first.
    pub fn fates_to_show(&self, author: StaffId, shown: &BTreeSet<RecordRef>) -> Vec<&KnownFate> {
        let own = self.edits.values().filter(|record| record.made_by(author).is_some());
        let mut fates: Vec<&KnownFate> = own
            .flat_map(|record| [&record.held, &record.settled].into_iter().flatten())
            .filter(|known| known.record.is_some_and(|record| !shown.contains(&record)))
            .collect();
        fates.sort_by_key(|known| (known.at, known.record));
        fates
    }

    pub(super) fn own_edit(&self, edit: &RecordRef) -> OwnEdit {
        let Some(record) = self.edits.get(edit) else { return OwnEdit::Missing };
        let Some(made) = &record.made else { return OwnEdit::Missing };
        match record.state() {
            EditState::Unsettled => OwnEdit::Missing,
            EditState::Held { .. } => OwnEdit::Held,
            EditState::Settled(FateOutcome::Accepted { .. }) => OwnEdit::InPlan(made.edit.base),
            EditState::Settled(_) => OwnEdit::Dropped(made.edit.base),
        }
    }
}
