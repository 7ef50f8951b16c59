//! Fates that nobody has looked at: what was declined, or waits, and its author does not know.
//!
//! A fate counts as seen when a screen of its author has rendered it as what became of their edit, or somebody says
//! that they have told them: both are looks ([`crate::journal::body::Looked`]). What is not seen for
//! [`UNSEEN_AFTER_MS`] stands before the supervisor. Of an author who cannot look any more it stands there at once:
//! their phone lists it, but what is about a person whom it may not show is written into no journal, so nobody would
//! ever hear that they have read it.

use super::states::{EditRecord, EditStates, KnownFate};
use crate::ids::{AuthorId, Epoch, StaffId};
use crate::journal::body::{FateOutcome, Looked, ShownRun};
use crate::journal::{Body, Channel, Entry, RecordRef};
use crate::time::{HOUR_MS, Moment};
use std::collections::BTreeMap;

/// How long a fate may stay unseen, by the server's clock. A default, to be agreed by each organisation.
pub const UNSEEN_AFTER_MS: i64 = 14 * 24 * HOUR_MS;

/// What each reader has been shown of fates, and which of them somebody has told to their authors.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FateLooks {
    /// By reader, and by stream: first, last, and when.
    shown: BTreeMap<StaffId, Runs>,
    told: Runs,
}

type Runs = BTreeMap<(AuthorId, Epoch), Vec<(u64, u64, Moment)>>;

/// A fate that its author has not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnseenFate {
    /// The edit.
    pub edit: RecordRef,
    /// Who made it.
    pub author: StaffId,
    /// The record that tells what became of it.
    pub fate: RecordRef,
    /// Since when it is told.
    pub since: Moment,
    /// Its author cannot look any more.
    pub cannot_look: bool,
}

impl FateLooks {
    /// What the looks among a person's entries say.
    pub fn of<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> FateLooks {
        let mut looks = FateLooks::default();
        for entry in entries {
            let Body::Looked(Looked { fates: Some(fates), told, .. }) = &entry.body else { continue };
            let runs = match told {
                Some(_) => &mut looks.told,
                None => looks.shown.entry(entry.header.by).or_default(),
            };
            for run in fates {
                let of_stream = runs.entry((run.author, run.epoch)).or_default();
                of_stream.push((run.first, run.last, entry.effective));
            }
        }
        looks
    }

    /// When a screen first rendered a fate to this reader.
    pub fn shown_at(&self, reader: StaffId, fate: &RecordRef) -> Option<Moment> {
        first_in(self.shown.get(&reader)?, fate)
    }

    fn is_known(&self, author: StaffId, fate: &RecordRef) -> bool {
        self.shown_at(author, fate).is_some() || first_in(&self.told, fate).is_some()
    }

    /// What a screen that renders these fates to their author records: those that were not rendered before. Nothing
    /// where all were.
    pub fn look<'f>(
        &self,
        reader: StaffId,
        fates: impl IntoIterator<Item = &'f RecordRef>,
    ) -> Option<Looked> {
        let new = fates.into_iter().filter(|fate| self.shown_at(reader, fate).is_none());
        let runs: Vec<ShownRun> = new.take(Looked::SHOWN_MAX).map(run_of).collect();
        (!runs.is_empty()).then_some(Looked { role: None, shown: Vec::new(), fates: Some(runs), told: None })
    }
}

/// What somebody records who has told an author what became of their edit, in their words.
pub fn told(fate: &RecordRef, how: String) -> Looked {
    Looked { role: None, shown: Vec::new(), fates: Some(vec![run_of(fate)]), told: Some(how) }
}

fn run_of(fate: &RecordRef) -> ShownRun {
    ShownRun { author: fate.author, epoch: fate.epoch, first: fate.number, last: fate.number }
}

fn first_in(runs: &Runs, fate: &RecordRef) -> Option<Moment> {
    let has = |run: &&(u64, u64, Moment)| (run.0..=run.1).contains(&fate.number);
    let of_stream = runs.get(&(fate.author, fate.epoch)).filter(|_| fate.channel == Channel::Care)?;
    of_stream.iter().filter(has).map(|(_, _, at)| *at).min()
}

/// What an edit's author has to know of what became of it: that it was declined, or waits for somebody.
fn fate_to_know(record: &EditRecord) -> Option<&KnownFate> {
    match &record.settled {
        Some(settled) => {
            Some(settled).filter(|settled| matches!(settled.fate.outcome, FateOutcome::Declined { .. }))
        }
        None => record.held.as_ref(),
    }
}

/// The fates of edits by `author` that they have to know of, oldest first.
pub fn fates_of(states: &EditStates, author: StaffId) -> Vec<UnseenFate> {
    all(states, |_| true).into_iter().filter(|fate| fate.author == author).collect()
}

/// The fates that stand before the supervisor at `now`, longest first. `can_look` says of an author whether a screen can
/// still show them this person.
pub fn unseen_fates(
    states: &EditStates,
    looks: &FateLooks,
    can_look: impl Fn(StaffId) -> bool,
    now: Moment,
) -> Vec<UnseenFate> {
    let mut unseen = all(states, can_look);
    unseen.retain(|fate| {
        let is_due = fate.cannot_look || now.since_ms(fate.since) >= UNSEEN_AFTER_MS;
        is_due && !looks.is_known(fate.author, &fate.fate)
    });
    unseen
}

fn all(states: &EditStates, can_look: impl Fn(StaffId) -> bool) -> Vec<UnseenFate> {
    let to_know = states.edits().filter_map(|(edit, record)| {
        let (made, known) = (record.made.as_ref()?, fate_to_know(record)?);
        let (author, since, fate) = (made.author, known.at, known.record?);
        Some(UnseenFate { edit: *edit, author, fate, since, cannot_look: !can_look(author) })
    });
    let mut to_know: Vec<UnseenFate> = to_know.collect();
    to_know.sort_by_key(|fate| (fate.since, fate.fate));
    to_know
}
