//! One person's records, indexed for the folds of care: order, corrections, windows.
//!
//! A correction supersedes the observation that it names in every fold. The two stay one observation with one
//! identity: what was done about the first stays with the second. Of two corrections of one record, the later
//! in the order of folds holds.

use super::catalogue::FieldRule;
use super::number::Number;
use crate::ids::{AuthorId, Epoch, StaffId, VisitId};
use crate::journal::body::{FateOutcome, Match, Observation, PlanEdit, ReasonAbsent, VisitPlanned};
use crate::journal::{Body, Channel, Entry, RecordRef};
use crate::time::Moment;
use crate::value::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// A person's records in the order of folds, without repeats.
#[derive(Debug, Clone, Default)]
pub struct Records {
    entries: Vec<Entry>,
    /// The place of each of them in the order of folds.
    fold_places: Vec<FoldPlace>,
    /// Where each record stands in `entries`.
    places: BTreeMap<RecordRef, usize>,
    /// The observations that hold, by kind, each list by (observed, order of folds).
    by_kind: BTreeMap<String, Vec<usize>>,
    /// For each observation that corrects or is corrected: the first of its chain.
    roots: BTreeMap<RecordRef, RecordRef>,
    /// For each such first: all of the chain in the order of folds; the last one holds.
    chains: BTreeMap<RecordRef, Vec<usize>>,
    /// The latest time recorded by each member of staff.
    last_by: BTreeMap<StaffId, Moment>,
    /// The records that others name, here or not.
    named: BTreeSet<RecordRef>,
    /// The last word on each planned visit.
    roster: BTreeMap<VisitId, usize>,
    /// The starts of the visits on the roster.
    starts: BTreeSet<(Moment, VisitId)>,
    /// The plan edits, in the order of their names.
    edits: BTreeMap<RecordRef, usize>,
    /// What became of each edit, in the order of folds.
    fates: BTreeMap<RecordRef, Vec<usize>>,
}

/// An observation and the record that it is in.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The record.
    pub entry: &'a Entry,
    /// What it holds.
    pub observation: &'a Observation,
}

/// A place in the order of observed times.
pub type ObservedKey = (Moment, Moment, RecordRef);

/// How deep records may name one another before the chain is cut; only a made-up journal gets there.
const DEPTH_MAX: u8 = 64;

fn content_key(entry: &Entry) -> (Moment, Vec<u8>) {
    (entry.effective, entry.body.encode())
}

/// How many records there is room for beside those that are indexed at once.
const ROOM: usize = 128;

impl Records {
    /// Indexes records given in any order, with any repeats.
    pub fn of<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Records {
        let mut unique: BTreeMap<RecordRef, &Entry> = BTreeMap::new();
        for entry in entries {
            let one = unique.entry(entry.id).or_insert(entry);
            // Two records of one name, which no phone makes: every replica must take the same.
            if *one != entry && content_key(entry) < content_key(one) {
                *one = entry;
            }
        }
        let mut keyed: Vec<_> =
            unique.values().map(|entry| (fold_place(&unique, entry, DEPTH_MAX), *entry)).collect();
        keyed.sort_by_key(|(key, _)| *key);
        let fold_places = keyed.iter().map(|(place, _)| *place).collect();
        // Those that are added one by one from now on do not move these.
        let mut entries = Vec::with_capacity(keyed.len() + ROOM);
        entries.extend(keyed.into_iter().map(|(_, entry)| entry.clone()));
        let mut records = Records { entries, fold_places, ..Records::default() };
        records.index();
        records
    }

    /// Adds a record. One that comes last in the order of folds, as almost every new one, costs the same whatever
    /// the others are; any other indexes all anew. Whether a fold that has gone through the others in their order
    /// may go on with this one: whether it leaves all that was found before it as it was.
    pub fn add(&mut self, entry: Entry) -> bool {
        let place = (entry.effective, 0, entry.id);
        let stands_last = self.fold_places.last().is_none_or(|last| *last < place);
        if stands_last && self.stands_where_written(&entry) {
            let changes_nothing_before = self.changes_nothing_before(&entry);
            self.push(entry, place);
            changes_nothing_before
        } else {
            *self = Records::of(self.entries.iter().chain([&entry]));
            false
        }
    }

    /// Whether no record that names it, or that it names, moves a new record from its own place or changes
    /// what another one is.
    fn stands_where_written(&self, entry: &Entry) -> bool {
        let follows = match named(&entry.body) {
            None => true,
            Some(Named::Moment(due)) => due < entry.effective,
            Some(Named::Record(id)) => {
                let named = self.places.get(&id).map(|place| self.fold_places[*place]);
                corrected(entry).is_none() && named.is_none_or(|named| named.0 < entry.effective)
            }
        };
        follows && !self.named.contains(&entry.id) && !self.places.contains_key(&entry.id)
    }

    /// An observation is judged with those observed before it; a visit on the roster gives deadlines, what is done
    /// about the plan says which triggers a record is judged by, and the store gives others their times.
    fn changes_nothing_before(&self, entry: &Entry) -> bool {
        let key = observed_key(entry);
        let mut last_of_kinds = self.by_kind.values().filter_map(|places| places.last());
        match &entry.body {
            Body::Observation(_) => last_of_kinds.all(|place| observed_key(&self.entries[*place]) < key),
            Body::VisitPlanned(_)
            | Body::PlanEdit(_)
            | Body::EditDecision(_)
            | Body::EditWithdrawal(_)
            | Body::Fate(_)
            | Body::PlanChange(_)
            | Body::Times(_)
            | Body::Received(_) => false,
            _ => true,
        }
    }

    fn push(&mut self, entry: Entry, fold_place: FoldPlace) {
        let place = self.entries.len();
        self.fold_places.push(fold_place);
        self.entries.push(entry);
        self.index_one(place);
        let entry = &self.entries[place];
        if let Body::Observation(observation) = &entry.body {
            let key = observed_key(entry);
            if !self.by_kind.contains_key(&observation.kind) {
                self.by_kind.insert(observation.kind.clone(), Vec::new());
            }
            let of_kind = self.by_kind.get_mut(&observation.kind).expect("it is there");
            let before = of_kind.partition_point(|place| observed_key(&self.entries[*place]) < key);
            of_kind.insert(before, place);
        }
    }

    /// Indexes what a record says by itself. Records come in the order of folds.
    fn index_one(&mut self, place: usize) {
        let entry = &self.entries[place];
        self.places.insert(entry.id, place);
        let last = self.last_by.entry(entry.header.by).or_insert(entry.effective);
        *last = (*last).max(entry.effective);
        if let Some(Named::Record(id)) = named(&entry.body) {
            self.named.insert(id);
        }
        match &entry.body {
            Body::VisitPlanned(planned) => {
                let before = self.roster.insert(planned.visit, place);
                if let Some(before) = before.and_then(|place| planned_in(&self.entries[place])) {
                    self.starts.remove(&(before.start, before.visit));
                }
                if !planned.cancelled {
                    self.starts.insert((planned.start, planned.visit));
                }
            }
            Body::PlanEdit(_) => drop(self.edits.insert(entry.id, place)),
            Body::Fate(fate) => self.fates.entry(fate.edit).or_default().push(place),
            _ => {}
        }
    }

    /// All records in the order of folds: by (effective, id), never before a record that they name.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The records after the first `count` of that order, each with its place in it.
    pub(crate) fn after(&self, count: usize) -> impl Iterator<Item = (&Entry, FoldPlace)> {
        self.entries.iter().zip(self.fold_places.iter().copied()).skip(count)
    }

    /// The records recorded after a moment, and those that stand behind one of them.
    pub fn recorded_after(&self, moment: Moment) -> impl Iterator<Item = &Entry> {
        let first = self.fold_places.partition_point(|place| place.0 <= moment);
        self.entries[first..].iter()
    }

    /// The record with this name.
    pub fn entry(&self, id: RecordRef) -> Option<&Entry> {
        self.places.get(&id).map(|place| &self.entries[*place])
    }

    /// The latest recorded time of this member of staff: proof that their device was heard since.
    pub fn last_by(&self, staff: StaffId) -> Option<Moment> {
        self.last_by.get(&staff).copied()
    }

    /// The roster as it stands: the last word on each planned visit.
    pub fn roster(&self) -> impl Iterator<Item = &VisitPlanned> {
        self.roster.values().filter_map(|place| planned_in(&self.entries[*place]))
    }

    /// The start of the first visit on the roster after a moment.
    pub fn next_visit_after(&self, moment: Moment) -> Option<Moment> {
        let after = (Bound::Excluded((moment, VisitId([0xff; 16]))), Bound::Unbounded);
        self.starts.range(after).next().map(|(start, _)| *start)
    }

    /// The plan edits of an author in the care channel, in the order of their names.
    pub(crate) fn edits_by(&self, author: AuthorId) -> impl Iterator<Item = (&Entry, &PlanEdit)> {
        let channel = Channel::Care;
        let first = RecordRef { author, epoch: Epoch([0; 8]), number: 0, channel };
        let of_author = self.edits.range(first..).take_while(move |(id, _)| id.author == author);
        of_author.filter(move |(id, _)| id.channel == channel).filter_map(|(_, place)| {
            let entry = &self.entries[*place];
            match &entry.body {
                Body::PlanEdit(edit) => Some((entry, edit)),
                _ => None,
            }
        })
    }

    /// What became of an edit, each with the moment of it, in the order of folds.
    pub(crate) fn fates(&self, edit: RecordRef) -> impl Iterator<Item = (Moment, &FateOutcome)> {
        self.fates.get(&edit).into_iter().flatten().filter_map(|place| {
            let entry = &self.entries[*place];
            match &entry.body {
                Body::Fate(fate) => Some((entry.effective, &fate.outcome)),
                _ => None,
            }
        })
    }

    /// The first record of the chain of corrections that this one belongs to; itself when there is none.
    pub fn root(&self, id: RecordRef) -> RecordRef {
        self.roots.get(&id).copied().unwrap_or(id)
    }

    /// The match with the identity that all corrections of its record share.
    pub fn root_of_match(&self, matched: Match) -> Match {
        match matched {
            Match::Record(record) => Match::Record(self.root(record)),
            Match::Absence(due) => Match::Absence(due),
        }
    }

    /// The observation that holds in place of this record: itself, or the last correction.
    pub fn holding(&self, id: RecordRef) -> Option<Seen<'_>> {
        let place = match self.chains.get(&self.root(id)) {
            Some(chain) => chain.last(),
            None => self.places.get(&id),
        };
        place.and_then(|place| self.seen(*place))
    }

    /// Whether another record supersedes this one.
    pub fn is_superseded(&self, id: RecordRef) -> bool {
        self.holding(id).is_some_and(|seen| seen.entry.id != id)
    }

    /// The kinds of which there is an observation.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.by_kind.keys().map(String::as_str)
    }

    /// The observations of a kind that hold, by observed time.
    pub fn of_kind<'r>(&'r self, kind: &str) -> impl DoubleEndedIterator<Item = Seen<'r>> + use<'r> {
        self.by_kind.get(kind).into_iter().flatten().filter_map(|place| self.seen(*place))
    }

    /// Those observed from `from` on and before `before` in the order of observed times.
    pub fn window<'r>(
        &'r self,
        kind: &str,
        from: Moment,
        before: ObservedKey,
    ) -> impl DoubleEndedIterator<Item = Seen<'r>> + use<'r> {
        let places = self.by_kind.get(kind).map(Vec::as_slice).unwrap_or_default();
        let first = places.partition_point(|place| self.entries[*place].observed < from);
        let end = places.partition_point(|place| observed_key(&self.entries[*place]) < before);
        places[first.min(end)..end].iter().filter_map(|place| self.seen(*place))
    }

    fn seen(&self, place: usize) -> Option<Seen<'_>> {
        let entry = &self.entries[place];
        match &entry.body {
            Body::Observation(observation) => Some(Seen { entry, observation }),
            _ => None,
        }
    }

    fn index(&mut self) {
        (0..self.entries.len()).for_each(|place| self.index_one(place));
        self.index_corrections();
        let superseded: BTreeSet<usize> =
            self.chains.values().flat_map(|chain| chain[..chain.len() - 1].iter().copied()).collect();
        for (place, entry) in self.entries.iter().enumerate() {
            if let Body::Observation(observation) = &entry.body
                && !superseded.contains(&place)
            {
                self.by_kind.entry(observation.kind.clone()).or_default().push(place);
            }
        }
        for places in self.by_kind.values_mut() {
            places.sort_by_key(|place| observed_key(&self.entries[*place]));
        }
    }

    /// In the order of folds a corrected record stands before its correction, so one pass finds every root.
    fn index_corrections(&mut self) {
        for (place, entry) in self.entries.iter().enumerate() {
            let Some(corrected) = corrected(entry) else { continue };
            let root = self.roots.get(&corrected).copied().unwrap_or(corrected);
            if root == entry.id {
                continue;
            }
            self.roots.insert(entry.id, root);
            let chain = self
                .chains
                .entry(root)
                .or_insert_with(|| self.places.get(&root).copied().into_iter().collect());
            chain.push(place);
        }
    }
}

fn planned_in(entry: &Entry) -> Option<&VisitPlanned> {
    match &entry.body {
        Body::VisitPlanned(planned) => Some(planned),
        _ => None,
    }
}

fn corrected(entry: &Entry) -> Option<RecordRef> {
    match &entry.body {
        Body::Observation(observation) => observation.corrects.as_ref().map(|correction| correction.record),
        _ => None,
    }
}

/// The place of a record among those of its kind by observed time.
pub fn observed_key(entry: &Entry) -> ObservedKey {
    (entry.observed, entry.effective, entry.id)
}

/// What a record must not stand before.
enum Named {
    Record(RecordRef),
    Moment(Moment),
}

fn named(body: &Body) -> Option<Named> {
    let of_match = |matched: &Match| match matched {
        Match::Record(record) => Named::Record(*record),
        Match::Absence(due) => Named::Moment(*due),
    };
    match body {
        Body::Observation(observation) => observation.corrects.as_ref().map(|c| Named::Record(c.record)),
        Body::ContactAttempt(attempt) => Some(of_match(&attempt.about.matched)),
        Body::Response(response) => Some(of_match(&response.about.matched)),
        Body::Closing(closing) => Some(of_match(&closing.about.matched)),
        Body::Fate(fate) => Some(Named::Record(fate.edit)),
        Body::EditDecision(decision) => Some(Named::Record(decision.edit)),
        Body::EditWithdrawal(withdrawal) => Some(Named::Record(withdrawal.edit)),
        Body::PlanChange(change) => change.edit.map(Named::Record),
        Body::HandoverRead(read) => Some(Named::Record(read.note)),
        _ => None,
    }
}

/// (moment, how many steps after the record that sets it, name): the order of folds.
pub(crate) type FoldPlace = (Moment, u8, RecordRef);

fn fold_place(all: &BTreeMap<RecordRef, &Entry>, entry: &Entry, depth: u8) -> FoldPlace {
    let own = (entry.effective, 0, entry.id);
    let after = match named(&entry.body) {
        Some(Named::Moment(due)) => Some((due, 0)),
        Some(Named::Record(id)) if depth > 0 => all.get(&id).map(|named| {
            let (moment, tier, _) = fold_place(all, named, depth - 1);
            (moment, tier)
        }),
        _ => None,
    };
    match after {
        Some((moment, tier)) if (moment, tier) >= (own.0, own.1) => {
            (moment, tier.saturating_add(1), entry.id)
        }
        _ => own,
    }
}

impl<'a> Seen<'a> {
    /// Its place by observed time.
    pub fn key(&self) -> ObservedKey {
        observed_key(self.entry)
    }

    /// The value of the field that `rule` is for, as conditions read it.
    pub fn value(&self, rule: &FieldRule) -> Option<Cow<'a, Value>> {
        value_of(self.observation, rule)
    }

    /// The value as a number that can be compared.
    pub fn measure(&self, rule: &FieldRule) -> Option<Number> {
        rule.measure(&*self.value(rule)?)
    }

    /// Where on the body.
    pub fn site(&self) -> Option<&'a str> {
        self.observation.site.as_deref()
    }
}

/// The value of the field that `rule` is for, as conditions read it (R7): a declined meal was not eaten; a
/// field that another one rules out, such as a meal that was not offered, has none.
pub(super) fn value_of<'a>(observation: &'a Observation, rule: &FieldRule) -> Option<Cow<'a, Value>> {
    if let Some(reason) = observation.absent {
        let declined = rule.declined_is.as_ref().filter(|_| reason == ReasonAbsent::Declined)?;
        return Some(Cow::Owned(Value::text(declined.as_str())));
    }
    let ruled_out = rule.not_when.as_ref().is_some_and(|other| {
        observation.fields.get(&other.field).and_then(Value::as_text) == Some(other.is.as_str())
    });
    observation.fields.get(&rule.code).filter(|_| !ruled_out).map(Cow::Borrowed)
}
