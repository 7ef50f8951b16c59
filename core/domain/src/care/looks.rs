//! What each reader has looked at: what is new since then, and who has seen a record.
//!
//! A look is a record: which numbers of which streams a screen has shown to its author, who is known by the record's
//! header, as is the version of the plan that they looked at. "Seen" is never an answer: an escalation waits for words.

use crate::ids::{AuthorId, EntryId, Epoch, StaffId};
use crate::journal::body::{FateOutcome, Looked, Role, ShownRun};
use crate::journal::{Body, Entry, RecordRef};
use crate::plan::edit::{Command, Section};
use crate::plan::states::EditStates;
use crate::time::{MINUTE_MS, Moment};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Who looks again within this time is still at the same reading: what was new then stays marked.
pub const SITTING_MS: i64 = 30 * MINUTE_MS;

/// What all readers of one person's care have looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looks {
    readers: BTreeMap<StaffId, Reader>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Reader {
    /// What they do, where the store says it.
    role: Option<Role>,
    /// When they looked, and at which version of the plan.
    looks: BTreeSet<(Moment, u64)>,
    /// What was shown to them, by stream.
    shown: BTreeMap<(AuthorId, Epoch), Vec<ShownAt>>,
}

/// First number, last number, and when they were shown.
type ShownAt = (u64, u64, Moment);

/// Somebody who has seen a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Who.
    pub by: StaffId,
    /// What they do, where it is known here.
    pub role: Option<Role>,
    /// When it was first shown to them.
    pub at: Moment,
}

/// What is new for one reader.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct News {
    /// When they looked before; absent where they never did: then all is new, and nothing is listed.
    pub since: Option<Moment>,
    /// What others changed in the plan, in the order of its versions.
    pub plan: Vec<PlanNews>,
    /// What others recorded, and this reader has not been shown, by time.
    pub records: Vec<RecordRef>,
}

/// An edit that became part of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanNews {
    /// The edit.
    pub edit: RecordRef,
    /// The version since which it is in the plan.
    pub version: u64,
    /// Who made it.
    pub by: StaffId,
    /// When they made it.
    pub at: Moment,
    /// Why, in words.
    pub reason: String,
    /// What it touches.
    pub touched: Vec<Touched>,
}

/// A place in the plan that an edit touches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Touched {
    /// The section.
    pub section: Section,
    /// The entry.
    pub entry: EntryId,
    /// The field; absent where the entry was added, retired or moved.
    pub field: Option<String>,
}

impl Looks {
    /// What the looks among a person's entries say. What the author of a look does counts only from the `store`.
    pub fn of<'e>(entries: impl IntoIterator<Item = &'e Entry>, store: AuthorId) -> Looks {
        let mut looks = Looks::default();
        for entry in entries {
            let Body::Looked(looked) = &entry.body else { continue };
            let reader = looks.readers.entry(entry.header.by).or_default();
            if entry.id.author == store {
                reader.role = reader.role.max(looked.role);
            }
            if looked.fates.is_some() {
                // Of what became of edits: not a look at the person.
                continue;
            }
            reader.looks.insert((entry.effective, entry.header.plan_seen.version));
            for run in &looked.shown {
                let shown = reader.shown.entry((run.author, run.epoch)).or_default();
                shown.push((run.first, run.last, entry.effective));
            }
        }
        looks
    }

    /// Who has seen a record, and since when: its author not among them, nor who comes after the first look of each.
    pub fn seen(&self, record: &RecordRef) -> Vec<Seen> {
        let seen = self.readers.iter().filter_map(|(by, reader)| {
            Some(Seen { by: *by, role: reader.role, at: reader.shown_at(record)? })
        });
        let mut seen: Vec<Seen> = seen.collect();
        seen.sort_by_key(|seen| (seen.at, seen.by));
        seen
    }

    /// What is new for a reader at `now`: since they looked before they sat down to what is before them.
    pub fn news<'e>(
        &self,
        reader: StaffId,
        entries: impl IntoIterator<Item = &'e Entry>,
        edits: &EditStates,
        now: Moment,
    ) -> News {
        let sat_down = now.plus_ms(-SITTING_MS);
        let Some(of) = self.readers.get(&reader) else { return News::default() };
        let earlier = of.looks.iter().filter(|(at, _)| *at <= sat_down);
        let Some((since, _)) = earlier.clone().next_back() else { return News::default() };
        let version = earlier.map(|(_, version)| *version).max().unwrap_or(0);
        let is_new = |entry: &&Entry| {
            is_told(&entry.body)
                && entry.header.by != reader
                && of.shown_at(&entry.id).is_none_or(|at| at > sat_down)
        };
        let mut records: Vec<&Entry> = entries.into_iter().filter(is_new).collect();
        records.sort_by_key(|entry| (entry.effective, entry.id));
        News {
            since: Some(*since),
            plan: plan_news(edits, reader, version),
            records: records.into_iter().map(|entry| entry.id).collect(),
        }
    }

    /// What a look of `reader` at these entries, and at this version of the plan, records; nothing where neither is new
    /// to them. `role`: only where the store writes it.
    pub fn look<'e>(
        &self,
        (reader, role): (StaffId, Option<Role>),
        entries: impl IntoIterator<Item = &'e Entry>,
        version: u64,
    ) -> Option<Looked> {
        let shown = self.to_show(reader, entries);
        let is_new = !shown.is_empty() || self.plan_seen(reader).is_none_or(|seen| seen < version);
        is_new.then_some(Looked { role, shown, fates: None, told: None })
    }

    /// What a look of `reader` at these entries shows for the first time: at most [`Looked::SHOWN_MAX`] runs, the rest
    /// with the next look. Nothing where only looks and what the store notes are new.
    pub fn to_show<'e>(
        &self,
        reader: StaffId,
        entries: impl IntoIterator<Item = &'e Entry>,
    ) -> Vec<ShownRun> {
        let of = self.readers.get(&reader);
        let is_shown = |id: &RecordRef| of.is_some_and(|of| of.shown_at(id).is_some());
        let mut new: BTreeMap<(AuthorId, Epoch), BTreeSet<u64>> = BTreeMap::new();
        let mut any_told = false;
        for entry in entries {
            if !is_shown(&entry.id) {
                any_told |= is_told(&entry.body) && entry.header.by != reader;
                new.entry((entry.id.author, entry.id.epoch)).or_default().insert(entry.id.number);
            }
        }
        if !any_told {
            return Vec::new();
        }
        let runs = new.iter().flat_map(|((author, epoch), numbers)| {
            runs_of(numbers).into_iter().map(|(first, last)| ShownRun {
                author: *author,
                epoch: *epoch,
                first,
                last,
            })
        });
        runs.take(Looked::SHOWN_MAX).collect()
    }

    /// The version of the plan that a reader has looked at last.
    fn plan_seen(&self, reader: StaffId) -> Option<u64> {
        self.readers.get(&reader)?.looks.iter().map(|(_, version)| *version).max()
    }
}

impl Reader {
    /// When a record was first shown.
    fn shown_at(&self, record: &RecordRef) -> Option<Moment> {
        let runs = self.shown.get(&(record.author, record.epoch))?;
        let has = |run: &&ShownAt| (run.0..=run.1).contains(&record.number);
        runs.iter().filter(has).map(|(_, _, at)| *at).min()
    }
}

/// Whether a record tells a reader something: looks and what the store notes do not, and what it writes about the plan
/// is told as a change of the plan.
fn is_told(body: &Body) -> bool {
    !matches!(
        body,
        Body::Looked(_)
            | Body::Times(_)
            | Body::Received(_)
            | Body::PlanEdit(_)
            | Body::Fate(_)
            | Body::PlanChange(_)
            | Body::PlanRootPart(_)
            | Body::PlanResumed(_)
            | Body::EditDecision(_)
            | Body::EditWithdrawal(_)
    )
}

fn runs_of(numbers: &BTreeSet<u64>) -> Vec<(u64, u64)> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    runs
}

fn plan_news(edits: &EditStates, reader: StaffId, seen: u64) -> Vec<PlanNews> {
    let news = edits.edits().filter_map(|(edit, record)| {
        let FateOutcome::Accepted { version } = record.settled.as_ref()?.fate.outcome else { return None };
        let made = record.made.as_ref()?;
        (version > seen && made.author != reader).then(|| PlanNews {
            edit: *edit,
            version,
            by: made.author,
            at: made.at,
            reason: made.edit.reason.clone(),
            touched: touched(&made.edit.commands),
        })
    });
    let mut news: Vec<PlanNews> = news.collect();
    news.sort_by_key(|news| (news.version, news.edit));
    news
}

fn touched(commands: &[Command]) -> Vec<Touched> {
    let places = commands.iter().map(|command| {
        let (section, entry, field) = command.place();
        Touched { section, entry: entry.clone(), field: field.map(str::to_owned) }
    });
    let places: BTreeSet<Touched> = places.collect();
    places.into_iter().collect()
}
