//! Whether what an edit adds to the plan is whole. A trigger without its condition or its contact would stand in the
//! plan and never be met; so an entry that an edit adds is judged with all its fields, those too that later commands
//! of the same edit set.

use super::document::PlanDocument;
use super::edit::{Command, Section};
use super::key::is_reserved;
use super::view::{EntryView, PlanView};
use crate::care::catalogue::Catalogue;
use crate::care::fields::{PlanFieldError, check_entry_with};
use crate::ids::EntryId;
use crate::value::Fields;
use automerge::ChangeHash;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// An added entry that lacks something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lacking {
    /// The command that adds it, from 0.
    pub(super) index: usize,
    /// What it lacks.
    pub(super) error: PlanFieldError,
}

/// Whether every entry that the commands add to this plan has what it needs.
pub fn check_added(
    catalogue: &Catalogue,
    plan: &PlanView,
    commands: &[Command],
) -> Result<(), PlanFieldError> {
    let before = |section, entry: &EntryId| {
        let there = plan.sections.get(&section).is_some_and(|entries| entries.contains_key(entry));
        (!there).then(Fields::new)
    };
    whole(catalogue, commands, &before).map_err(|lacking| lacking.error)
}

/// As [`check_added`], in the document at these heads.
pub(super) fn check_added_at(
    catalogue: &Catalogue,
    document: &PlanDocument,
    heads: &[ChangeHash],
    commands: &[Command],
) -> Result<(), Lacking> {
    let before = |section, entry: &EntryId| {
        let is_new = entry.is_valid() && !document.has_entry(section, entry, heads);
        // An entry that was retired has its fields still.
        let retired = || document.entry_at(section, entry, heads).as_ref().map(EntryView::values);
        is_new.then(|| retired().unwrap_or_default())
    };
    whole(catalogue, commands, &before)
}

/// `before` gives what a new entry has already; nothing for one that stands in the plan, which is not judged.
fn whole(
    catalogue: &Catalogue,
    commands: &[Command],
    before: &dyn Fn(Section, &EntryId) -> Option<Fields>,
) -> Result<(), Lacking> {
    let mut added: BTreeMap<(Section, &EntryId), (usize, Fields)> = BTreeMap::new();
    for (index, command) in commands.iter().enumerate() {
        let place = (command.section(), command.entry());
        match command {
            Command::AddEntry { fields, .. } => {
                let (_, whole) = match added.entry(place) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => {
                        let Some(before) = before(place.0, place.1) else { continue };
                        new.insert((index, before))
                    }
                };
                whole.extend(fields.clone());
            }
            Command::SetField { field, value, .. } if !is_reserved(field) => {
                if let Some((_, whole)) = added.get_mut(&place) {
                    whole.insert(field.clone(), value.clone());
                }
            }
            Command::RetireEntry { .. } => drop(added.remove(&place)),
            Command::SetField { .. } | Command::MoveEntry { .. } => {}
        }
    }
    for ((section, _), (index, fields)) in added {
        check_entry_with(catalogue, section, &fields).map_err(|error| Lacking { index, error })?;
    }
    Ok(())
}
