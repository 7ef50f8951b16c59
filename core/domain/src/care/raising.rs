//! Raising: the fold that finds each trigger's matches, joins them into runs, and puts what was done with them.
//!
//! [`fold`] goes through all records. [`Raising`] keeps what it found and goes on with those that are added, so
//! that what a new record meets is known without going through the others again. Absences come and go with time
//! and late records, so only [`fold`] knows of them: a record that may meet a trigger with an absence in it is
//! for [`fold`] ([`may_meet_beside_absences`]).

use super::CareInputs;
use super::absence::{Absences, absences};
use super::condition::{Condition, Leaf};
use super::escalation::{Answer, Attempt, Closed, Escalation, Escalations, MetHere, Run};
use super::lacks::Part;
use super::plan::Trigger;
use super::records::{ObservedKey, Records, Seen, observed_key};
use super::timeline::Definitions;
use super::triggers::{Judging, MatchFound};
use crate::ids::EntryId;
use crate::journal::body::{Match, MatchRef};
use crate::journal::{Body, Category, Entry, RecordRef};
use crate::time::Moment;
use std::collections::{BTreeMap, BTreeSet};

/// Folds all records into escalations. Where its reader does not read all that escalations are made from, there are
/// none: only what certainly met a trigger.
pub fn fold(inputs: &CareInputs<'_>) -> Escalations {
    if !inputs.tells(Part::Escalations) {
        let lacks = inputs.lacks(&[Part::TriggersMet, Part::Escalations]);
        return Escalations { met: met_here(inputs), lacks, ..Escalations::default() };
    }
    let Absences { matches, cannot_tell } = absences(inputs);
    Escalations { list: folded(inputs, matches), cannot_tell, ..Escalations::default() }
}

/// What the records here have met by themselves, for whoever has just recorded one of them and must know whom to ring,
/// whatever else is not here. Of absences it knows nothing, and neither who was rung already.
pub fn of_records(inputs: &CareInputs<'_>) -> Vec<Escalation> {
    folded(inputs, Vec::new())
}

/// What certainly met a trigger, whatever is not read: nothing that is hidden could take it back.
fn met_here(inputs: &CareInputs<'_>) -> Vec<MetHere> {
    let certain = |leaf: &&Leaf| match leaf {
        Leaf::Compare(_) | Leaf::Count(_) => true,
        Leaf::Run(_) => inputs.scope.reads(Category::CARE_NOTES),
        // What raised an escalation that was closed since is no base any more.
        Leaf::Change(_) => {
            inputs.scope.reads(Category::CARE_NOTES) && inputs.scope.reads(Category::CONTACT_LOG)
        }
        Leaf::Absence(_) => false,
    };
    let is_certain =
        |trigger: &Trigger| trigger.conditions.iter().flat_map(Condition::leaves).all(|leaf| certain(&leaf));
    let runs = of_records(inputs).into_iter().filter(|one| is_certain(&one.trigger));
    let mut met: Vec<MetHere> = runs
        .flat_map(|one| {
            let name = one.trigger.name;
            one.matches.into_iter().map(move |found| MetHere { name: name.clone(), found })
        })
        .collect();
    met.sort_by_key(|met| (met.found.raised, met.found.trigger.clone()));
    met
}

fn folded(inputs: &CareInputs<'_>, absences: Vec<MatchFound>) -> Vec<Escalation> {
    let mut raising = Raising::default();
    let mut fold = Fold { inputs, raising: &mut raising, with_absences: true };
    let mut due = absences.into_iter().peekable();
    for (entry, place) in inputs.records.after(0) {
        while let Some(absence) = due.next_if(|absence| (absence.raised, 0) <= (place.0, place.1)) {
            fold.absent(absence);
        }
        fold.record(entry, place.0);
    }
    due.for_each(|absence| fold.absent(absence));
    let mut list: Vec<Escalation> =
        raising.runs.into_iter().filter(Run::has_anything).map(|run| run.finish(inputs)).collect();
    sort(&mut list);
    list
}

fn sort(list: &mut [Escalation]) {
    list.sort_by_key(|escalation| (escalation.raised, escalation.trigger.id.clone(), escalation.raised_by));
}

/// What the records so far have raised by triggers that hold no absence. It goes on where it stood.
#[derive(Debug, Clone, Default)]
pub struct Raising {
    /// How many records it has gone through.
    folded: usize,
    runs: Vec<Run>,
    open: BTreeMap<EntryId, usize>,
    /// The runs of each match, by trigger, with the identity that corrections share.
    of_match: BTreeMap<Match, BTreeMap<EntryId, usize>>,
    /// For each trigger, the latest observation that raised an escalation which is closed (R1).
    raised_before: BTreeMap<EntryId, ObservedKey>,
}

impl Raising {
    /// The open escalations that a record has raised or joined, as [`fold`] finds them: those of triggers
    /// without an absence. Goes through the records that were added since the last time; the others must be
    /// those that it went through then, as [`Records::add`] says.
    pub fn met_by(&mut self, inputs: &CareInputs<'_>, record: RecordRef) -> Vec<Escalation> {
        let mut fold = Fold { inputs, raising: self, with_absences: false };
        fold.go_on();
        let matched = inputs.records.root_of_match(Match::Record(record));
        let runs = self.of_match.get(&matched).into_iter().flat_map(BTreeMap::values);
        let open = runs.map(|index| &self.runs[*index]).filter(|run| run.is_open());
        let mut met: Vec<Escalation> = open.map(|run| run.clone().finish(inputs)).collect();
        sort(&mut met);
        met
    }
}

/// Whether a record may have met a trigger that absences meet too. When this is true, only [`fold`] knows.
pub fn may_meet_beside_absences(inputs: &CareInputs<'_>, record: RecordRef) -> bool {
    let Some(entry) = inputs.records.entry(record) else { return false };
    let Body::Observation(observation) = &entry.body else { return false };
    if observation.corrects.is_some() || inputs.records.is_superseded(record) {
        return inputs.plan.has_triggers_on_absence();
    }
    let mut on_kind = inputs.plan.triggers_on(&observation.kind);
    if !on_kind.any(|trigger| inputs.plan.is_on_absence(trigger)) {
        return false;
    }
    // Without the escalations that were closed before, a change is compared with more values, never with fewer.
    let judging = Judging { records: inputs.records, catalogue: inputs.catalogue, raised_before: None };
    let seen = Seen { entry, observation };
    definitions(inputs).for_observation(seen).iter().any(|definition| {
        let trigger = definition.trigger.as_ref();
        inputs.plan.is_on_absence(&trigger.id) && judging.judge(trigger, seen).is_some()
    })
}

fn definitions<'a>(inputs: &CareInputs<'a>) -> Definitions<'a> {
    Definitions { plan: inputs.plan, records: inputs.records, catalogue: inputs.catalogue }
}

struct Fold<'a, 'r> {
    inputs: &'a CareInputs<'a>,
    raising: &'r mut Raising,
    /// Whether triggers that hold an absence are judged too.
    with_absences: bool,
}

impl<'a> Fold<'a, '_> {
    fn go_on(&mut self) {
        for (entry, place) in self.inputs.records.after(self.raising.folded) {
            self.record(entry, place.0);
        }
        self.raising.folded = self.inputs.records.entries().len();
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
                let refused = body.refused.unwrap_or(false);
                let answer = Answer { record, at, by, from, said, promise, refused };
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
        for definition in definitions(self.inputs).for_observation(written) {
            let trigger = definition.trigger.as_ref();
            if judged.contains(&trigger.id)
                || self.is_matched(&trigger.id, root)
                || self.leaves_out(&trigger.id)
            {
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

    fn leaves_out(&self, trigger: &EntryId) -> bool {
        !self.with_absences && self.inputs.plan.is_on_absence(trigger)
    }

    /// Whether this match has been found already: an earlier record of its chain of corrections raised it.
    fn is_matched(&self, trigger: &EntryId, matched: Match) -> bool {
        let index = self.raising.of_match.get(&matched).and_then(|of| of.get(trigger));
        index.is_some_and(|index| !self.raising.runs[*index].matches.is_empty())
    }

    fn judging(&self, trigger: &EntryId) -> Judging<'a> {
        let raised_before = self.raising.raised_before.get(trigger).copied();
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
        let due = trigger.due(found.raised, self.inputs.records.next_visit_after(found.raised));
        let raising = &mut *self.raising;
        let index = match raising.open.get(&trigger.id) {
            Some(index) => *index,
            None => raising.begin(trigger, due),
        };
        let of_match = raising.of_match.entry(found.matched).or_default();
        let acted_on = of_match.insert(found.trigger.clone(), index);
        let (attempts, responses) =
            acted_on.map(|acted_on| raising.runs[acted_on].take_acts()).unwrap_or_default();
        let run = &mut raising.runs[index];
        run.attempts.extend(attempts);
        run.responses.extend(responses);
        if run.responses.iter().all(|answer| answer.refused) {
            run.answer_due = run.answer_due.min(due);
        }
        run.matches.push(found);
    }

    /// The run that an act is about. One whose match does not hold makes a run of its own, so that what was
    /// done stays in sight.
    fn run_of(&mut self, about: &MatchRef, at: Moment) -> &mut Run {
        let index = self.index_of(about, at);
        &mut self.raising.runs[index]
    }

    fn index_of(&mut self, about: &MatchRef, at: Moment) -> usize {
        let matched = self.inputs.records.root_of_match(about.matched);
        let known = self.raising.of_match.get(&matched).and_then(|of| of.get(&about.trigger));
        if let Some(index) = known {
            return *index;
        }
        let raised = match matched {
            Match::Absence(due) => due,
            Match::Record(record) => self.inputs.records.entry(record).map_or(at, |entry| entry.effective),
        };
        let trigger = self.trigger_named(&about.trigger, raised);
        let due = trigger.due(raised, self.inputs.records.next_visit_after(raised));
        let mut run = Run::new(trigger, due);
        run.acted_on = Some((matched, raised));
        self.raising.runs.push(run);
        let index = self.raising.runs.len() - 1;
        self.raising.of_match.entry(matched).or_default().insert(about.trigger.clone(), index);
        index
    }

    /// The definition of a trigger that no match was judged by: the one that stood at that moment, else the newest.
    fn trigger_named(&self, id: &EntryId, at: Moment) -> Trigger {
        let plan = self.inputs.plan;
        let newest_first = plan.in_force(at).into_iter().chain(plan.versions().iter().rev());
        let known = newest_first.filter_map(|version| version.plan.triggers.get(id)).next();
        known.cloned().unwrap_or_else(|| Trigger::unknown(id))
    }

    /// The first closing ends the escalation; matches after it raise another. A later closing of the same one
    /// is kept, and ends nothing else.
    fn close(&mut self, about: &MatchRef, closed: Closed) {
        let index = self.index_of(about, closed.at);
        let raising = &mut *self.raising;
        raising.runs[index].closings.push(closed);
        if raising.open.get(&about.trigger) != Some(&index) {
            return;
        }
        raising.open.remove(&about.trigger);
        if let Some(key) = raising_key(self.inputs.records, &raising.runs[index]) {
            let latest = raising.raised_before.entry(about.trigger.clone()).or_insert(key);
            *latest = (*latest).max(key);
        }
    }
}

impl Raising {
    fn begin(&mut self, trigger: &Trigger, due: Moment) -> usize {
        self.runs.push(Run::new(trigger.clone(), due));
        self.open.insert(trigger.id.clone(), self.runs.len() - 1);
        self.runs.len() - 1
    }
}

/// The place, by observed time, of what raised a run.
fn raising_key(records: &Records, run: &Run) -> Option<ObservedKey> {
    match run.matches.first()?.matched {
        Match::Record(record) => records.holding(record).map(|seen| observed_key(seen.entry)),
        Match::Absence(_) => None,
    }
}
