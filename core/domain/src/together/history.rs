//! How the parts of the plan came to say what they say: each field with the versions in which it changed.
//!
//! The plan's document keeps the whole history; this keeps what views of shared work ask of it, and grows version by
//! version.

use crate::ids::EntryId;
use crate::plan::edit::Section;
use crate::plan::view::{Candidate, EntryView, FieldView, PlanView};
use crate::time::Moment;
use crate::value::Value;
use std::collections::BTreeMap;

/// The parts of the plan whose history is asked for.
const SECTIONS: &[Section] = &[
    Section::Safety,
    Section::Risks,
    Section::Actions,
    Section::Triggers,
    Section::Equipment,
    Section::Reviews,
    Section::Decisions,
    Section::Disputes,
    Section::Rights,
    Section::Referrals,
    Section::Assessments,
    Section::Discharge,
];

/// The versions of a plan, and what changed in each.
#[derive(Debug, Clone, Default)]
pub struct PlanHistory {
    versions: Vec<VersionAt>,
    entries: BTreeMap<(Section, EntryId), EntryHistory>,
}

/// A version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionAt {
    /// As [`crate::journal::PlanSeen::version`].
    pub version: u64,
    /// When the server accepted it.
    pub accepted: Moment,
}

/// The place of a version in the history, from 0.
pub type At = usize;

#[derive(Debug, Clone, Default)]
struct EntryHistory {
    /// From which version on it was there, or was not.
    there: Vec<(At, bool)>,
    /// From which version on a field was so; nothing while the entry had no such field.
    fields: BTreeMap<String, Vec<(At, Option<FieldView>)>>,
}

impl PlanHistory {
    /// The history of versions given in any order. One given twice counts once, as first given.
    pub fn of(versions: impl IntoIterator<Item = (Moment, PlanView)>) -> PlanHistory {
        let mut sorted: Vec<(Moment, PlanView)> = versions.into_iter().collect();
        sorted.sort_by_key(|(_, view)| view.version);
        let mut history = PlanHistory::default();
        sorted.iter().for_each(|(accepted, view)| history.push(*accepted, view));
        history
    }

    /// Adds the next version. One that is not later than the last changes nothing.
    pub fn push(&mut self, accepted: Moment, view: &PlanView) {
        let version = VersionAt { version: view.version, accepted };
        if self.versions.last().is_some_and(|last| last.version >= version.version) {
            return;
        }
        let at = self.versions.len();
        self.versions.push(version);
        for section in SECTIONS {
            for (id, entry) in view.sections.get(section).into_iter().flatten() {
                self.entries.entry((*section, id.clone())).or_default().note(at, Some(entry));
            }
        }
        let is_there = |(section, id): &(Section, EntryId)| {
            view.sections.get(section).is_some_and(|entries| entries.contains_key(id))
        };
        let gone = self.entries.iter_mut().filter(|(key, _)| !is_there(key));
        gone.for_each(|(_, entry)| entry.note(at, None));
    }

    /// The history with what a device's holder sees on top: own edits that the server has not confirmed.
    pub fn with_own(&self, now: Moment, view: &PlanView) -> PlanHistory {
        let mut history = self.clone();
        let last = history.versions.last().map_or(0, |last| last.version);
        history.push(now, &PlanView { version: last + 1, sections: view.sections.clone() });
        history
    }

    /// The versions, oldest first.
    pub fn versions(&self) -> &[VersionAt] {
        &self.versions
    }

    /// The entries of a section that were there in a version.
    pub fn entries_at(&self, at: At, section: Section) -> impl Iterator<Item = &EntryId> {
        let of_section = self.entries.iter().filter(move |((of, _), _)| *of == section);
        of_section.filter(move |(_, entry)| entry.is_there(at)).map(|((_, id), _)| id)
    }

    /// The value to act on of a field as it stood in a version.
    pub fn value_at(&self, at: At, section: Section, id: &EntryId, code: &str) -> Option<&Value> {
        Some(self.field_at(at, section, id, code)?.value())
    }

    /// A field as it stood in a version, with all candidates.
    pub fn field_at(&self, at: At, section: Section, id: &EntryId, code: &str) -> Option<&FieldView> {
        let entry = self.entries.get(&(section, id.clone())).filter(|entry| entry.is_there(at))?;
        let changes = entry.fields.get(code)?;
        last_before(changes, at)?.as_ref()
    }

    /// Everything that a field was ever set to and acted on, oldest first: by when it was set, then by edit.
    pub fn settings(&self, section: Section, id: &EntryId, code: &str) -> Vec<&Candidate> {
        let entry = self.entries.get(&(section, id.clone()));
        let changes = entry.and_then(|entry| entry.fields.get(code)).into_iter().flatten();
        let mut found: Vec<&Candidate> =
            changes.filter_map(|(_, field)| field.as_ref()).flat_map(|field| &field.candidates).collect();
        found.sort_by(|a, b| (a.at, a.edit, &a.value).cmp(&(b.at, b.edit, &b.value)));
        found.dedup_by(|a, b| (a.edit, &a.value) == (b.edit, &b.value));
        found
    }

    /// The first version that has this candidate of a field.
    pub fn first_with(&self, section: Section, id: &EntryId, code: &str, wanted: &Candidate) -> Option<At> {
        let changes = self.entries.get(&(section, id.clone()))?.fields.get(code)?;
        let has = |field: &FieldView| field.candidates.iter().any(|one| one.edit == wanted.edit);
        changes.iter().find(|(_, field)| field.as_ref().is_some_and(has)).map(|(at, _)| *at)
    }
}

impl EntryHistory {
    fn note(&mut self, at: At, entry: Option<&EntryView>) {
        if self.there.last().map(|(_, there)| *there) != Some(entry.is_some()) {
            self.there.push((at, entry.is_some()));
        }
        let Some(entry) = entry else { return };
        for (code, field) in &entry.fields {
            let changes = self.fields.entry(code.clone()).or_default();
            if changes.last().and_then(|(_, last)| last.as_ref()) != Some(field) {
                changes.push((at, Some(field.clone())));
            }
        }
        for (code, changes) in &mut self.fields {
            if !entry.fields.contains_key(code) && changes.last().is_some_and(|(_, last)| last.is_some()) {
                changes.push((at, None));
            }
        }
    }

    fn is_there(&self, at: At) -> bool {
        last_before(&self.there, at).copied().unwrap_or(false)
    }
}

/// What held in a version, of changes by version.
fn last_before<T>(changes: &[(At, T)], at: At) -> Option<&T> {
    let after = changes.partition_point(|(since, _)| *since <= at);
    changes[..after].last().map(|(_, what)| what)
}
