//! Raising: the fold that finds each trigger's matches, joins them into runs, and puts what was done with them.

use super::CareInputs;
use super::absence::absences;
use super::escalation::{Answer, Attempt, Closed, Escalation, Escalations, Run};
use super::plan::Trigger;
use super::records::{ObservedKey, Seen, observed_key};
use super::timeline::Definitions;
use super::triggers::{Judging, MatchFound};
use super::visits::roster;
use crate::ids::EntryId;
use crate::journal::body::{Match, MatchRef};
use crate::journal::{Body, Entry};
use crate::time::Moment;
use std::collections::{BTreeMap, BTreeSet};

/// Folds all records into escalations.
pub fn fold(inputs: &CareInputs<'_>) -> Escalations {
    let definitions = Definitions::of(inputs.plan, inputs.records, inputs.catalogue);
    let absences = absences(inputs, &definitions);
    let mut fold = Fold::new(inputs, &definitions);
    let mut due = absences.matches.into_iter().peekable();
    for (entry, place) in inputs.records.entries().iter().zip(inputs.records.places()) {
        while let Some(absence) = due.next_if(|absence| (absence.raised, 0) <= (place.0, place.1)) {
            fold.absent(absence);
        }
        fold.record(entry, place.0);
    }
    due.for_each(|absence| fold.absent(absence));
    let mut list: Vec<Escalation> =
        fold.runs.into_iter().filter(Run::has_anything).map(|run| run.finish(inputs)).collect();
    list.sort_by_key(|escalation| (escalation.raised, escalation.trigger.id.clone(), escalation.raised_by));
    Escalations { list, cannot_tell: absences.cannot_tell }
}

struct Fold<'a> {
    inputs: &'a CareInputs<'a>,
    definitions: &'a Definitions<'a>,
    starts: BTreeSet<Moment>,
    runs: Vec<Run>,
    open: BTreeMap<EntryId, usize>,
    /// The run of each match, with the identity that corrections share.
    of_match: BTreeMap<(EntryId, Match), usize>,
    /// For each trigger, the latest observation that raised an escalation which is closed (R1).
    raised_before: BTreeMap<EntryId, ObservedKey>,
}

impl<'a> Fold<'a> {
    fn new(inputs: &'a CareInputs<'a>, definitions: &'a Definitions<'a>) -> Fold<'a> {
        let planned = roster(inputs.records).into_values().filter(|planned| !planned.cancelled);
        Fold {
            inputs,
            definitions,
            starts: planned.map(|planned| planned.start).collect(),
            runs: Vec::new(),
            open: BTreeMap::new(),
            of_match: BTreeMap::new(),
            raised_before: BTreeMap::new(),
        }
    }

    fn record(&mut self, entry: &Entry, recorded: Moment) {
        let (record, at, by) = (entry.id, entry.observed, entry.header.by);
        match &entry.body {
            Body::Observation(_) => self.observation(entry, recorded),
            Body::ContactAttempt(body) => {
                let (contact, means, answered) = (body.contact.clone(), body.means, body.answered);
                let attempt = Attempt { record, at, by, contact, means, answered };
                self.run_of(&body.about, at).attempts.push(attempt);
            }
            Body::Response(body) => {
                let (from, said, promise) = (body.from.clone(), body.said.clone(), body.promise.clone());
                let answer = Answer { record, at, by, from, said, promise };
                self.run_of(&body.about, at).responses.push(answer);
            }
            Body::Closing(body) => {
                let closed = Closed { record, at, by, outcome: body.outcome.clone() };
                self.close(&body.about, closed);
            }
            _ => {}
        }
    }

    /// Judges an observation. A corrected one is raised when it was first recorded, if what holds now and what
    /// was written then both meet the trigger; what only the correction says counts from the correction.
    /// `recorded` is its place in the order of folds: a correction is not before what it corrects.
    fn observation(&mut self, entry: &Entry, recorded: Moment) {
        let root = Match::Record(self.inputs.records.root(entry.id));
        let Some(holding) = self.inputs.records.holding(entry.id) else { return };
        let Body::Observation(observation) = &entry.body else { return };
        let written = Seen { entry, observation };
        let superseded = holding.entry.id != entry.id;
        let mut judged: BTreeSet<EntryId> = BTreeSet::new();
        for definition in self.definitions.for_record(entry) {
            let trigger = definition.trigger.as_ref();
            if judged.contains(&trigger.id) || self.is_matched(&trigger.id, root) {
                continue;
            }
            let judging = self.judging(&trigger.id);
            let Some(why) = judging.judge(trigger, holding) else { continue };
            if superseded && judging.judge(trigger, written).is_none() {
                continue;
            }
            judged.insert(trigger.id.clone());
            let found = MatchFound {
                trigger: trigger.id.clone(),
                matched: root,
                raised: recorded,
                observed: entry.observed,
                judged_by: definition.version,
                earlier_plan: definition.earlier_plan,
                why,
            };
            self.join(trigger, found);
        }
    }

    /// Whether this match has been found already: an earlier record of its chain of corrections raised it.
    fn is_matched(&self, trigger: &EntryId, matched: Match) -> bool {
        let run = self.of_match.get(&(trigger.clone(), matched)).map(|index| &self.runs[*index]);
        run.is_some_and(|run| !run.matches.is_empty())
    }

    fn judging(&self, trigger: &EntryId) -> Judging<'a> {
        let raised_before = self.raised_before.get(trigger).copied();
        Judging { records: self.inputs.records, catalogue: self.inputs.catalogue, raised_before }
    }

    fn absent(&mut self, found: MatchFound) {
        let at = self.inputs.plan.at_version(found.judged_by);
        let trigger = at.and_then(|at| at.plan.triggers.get(&found.trigger));
        let trigger = trigger.expect("an absence is found by a trigger of an accepted version").clone();
        self.join(&trigger, found);
    }

    /// A match joins the open escalation of its trigger, or raises one.
    fn join(&mut self, trigger: &Trigger, found: MatchFound) {
        let next_visit =
            self.starts.range((std::ops::Bound::Excluded(found.raised), std::ops::Bound::Unbounded));
        let due = trigger.urgency.due(found.raised, next_visit.copied().next());
        let index = match self.open.get(&trigger.id) {
            Some(index) => *index,
            None => {
                self.runs.push(Run::new(trigger.clone(), due));
                self.open.insert(trigger.id.clone(), self.runs.len() - 1);
                self.runs.len() - 1
            }
        };
        let acted_on = self.of_match.insert((found.trigger.clone(), found.matched), index);
        let (attempts, responses) =
            acted_on.map(|acted_on| self.runs[acted_on].take_acts()).unwrap_or_default();
        let run = &mut self.runs[index];
        run.attempts.extend(attempts);
        run.responses.extend(responses);
        if run.responses.is_empty() {
            run.answer_due = run.answer_due.min(due);
        }
        run.matches.push(found);
    }

    /// The run that an act is about. One whose match does not hold makes a run of its own, so that what was
    /// done stays in sight.
    fn run_of(&mut self, about: &MatchRef, at: Moment) -> &mut Run {
        let index = self.index_of(about, at);
        &mut self.runs[index]
    }

    fn index_of(&mut self, about: &MatchRef, at: Moment) -> usize {
        let matched = self.inputs.records.root_of_match(about.matched);
        let key = (about.trigger.clone(), matched);
        if let Some(index) = self.of_match.get(&key) {
            return *index;
        }
        let raised = match matched {
            Match::Absence(due) => due,
            Match::Record(record) => self.inputs.records.entry(record).map_or(at, |entry| entry.effective),
        };
        let mut run = Run::new(self.trigger_named(&about.trigger), raised);
        run.acted_on = Some((matched, raised));
        self.runs.push(run);
        self.of_match.insert(key, self.runs.len() - 1);
        self.runs.len() - 1
    }

    /// The newest definition of a trigger that no match was judged by.
    fn trigger_named(&self, id: &EntryId) -> Trigger {
        let versions = self.inputs.plan.versions().iter().rev();
        let known = versions.filter_map(|at| at.plan.triggers.get(id)).next();
        known.cloned().unwrap_or_else(|| Trigger::unknown(id))
    }

    /// The first closing ends the escalation; matches after it raise another. A later closing of the same one
    /// is kept, and ends nothing else.
    fn close(&mut self, about: &MatchRef, closed: Closed) {
        let index = self.index_of(about, closed.at);
        let run = &mut self.runs[index];
        run.closings.push(closed);
        if self.open.get(&about.trigger) != Some(&index) {
            return;
        }
        self.open.remove(&about.trigger);
        if let Some(key) = self.raising_key(index) {
            let latest = self.raised_before.entry(about.trigger.clone()).or_insert(key);
            *latest = (*latest).max(key);
        }
    }

    /// The place, by observed time, of what raised a run.
    fn raising_key(&self, index: usize) -> Option<ObservedKey> {
        let first = self.runs[index].matches.first()?;
        match first.matched {
            Match::Record(record) => self.inputs.records.holding(record).map(|seen| observed_key(seen.entry)),
            Match::Absence(_) => None,
        }
    }
}
