//! How each trigger was defined over time, and which definitions a record is judged by (R3).

use super::catalogue::Catalogue;
use super::plan::{PlanAt, PlanTimeline, Status, Trigger};
use super::records::{Records, Seen};
use crate::ids::EntryId;
use crate::journal::body::{FateOutcome, HeldWhy, PlanEdit};
use crate::journal::{Entry, OwnRecord, RecordRef};
use crate::plan::edit::{Command, Section};
use crate::time::Moment;
use crate::value::Fields;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A time during which a trigger of the accepted plan was the same in every field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The place of the first version with it among the plan's versions.
    at: usize,
    /// When that version was accepted.
    pub from: Moment,
    /// When the next version took its place; nothing while it stands.
    pub until: Option<Moment>,
    /// Since when its condition is the same: an edit of the words alone does not make another trigger.
    pub since: Moment,
    /// Since when the entry has been in the plan without a break.
    pub exists_since: Moment,
}

/// The periods of each trigger, oldest first.
pub(super) type Periods = BTreeMap<EntryId, Vec<Period>>;

/// A definition that a record is judged by.
#[derive(Debug, Clone)]
pub struct Definition<'a> {
    /// The trigger.
    pub trigger: Cow<'a, Trigger>,
    /// The plan version that it comes from.
    pub version: u64,
    /// The author's plan did not have it: "carer had the earlier plan".
    pub earlier_plan: bool,
}

/// The triggers of a person's plan over time, with the edits that their authors saw before the server did.
#[derive(Debug, Clone, Copy)]
pub struct Definitions<'a> {
    /// The plan's accepted versions.
    pub plan: &'a PlanTimeline,
    /// The person's records.
    pub records: &'a Records,
    /// The kinds of observation.
    pub catalogue: &'a Catalogue,
}

impl<'a> Definitions<'a> {
    /// The definitions on its kind that an observation is judged by (R3): those of the plan that its author
    /// saw, with the author's own edits on top; then those that the server had accepted before it was observed.
    /// None of them is younger than the observation. Own edits add to the accepted triggers, they take none
    /// away: an edit that nobody has confirmed must not silence an alert.
    pub fn for_observation(&self, observed: Seen<'_>) -> Vec<Definition<'a>> {
        let entry = observed.entry;
        let seen = entry.header.plan_seen;
        let mut found: Vec<Definition<'a>> = Vec::new();
        let at_version = self.plan.at_version(seen.version);
        let on_kind = || self.plan.triggers_on(&observed.observation.kind);
        for id in on_kind().filter(|id| at_version.is_some_and(|at| at.plan.triggers.contains_key(*id))) {
            let period = self.seen_or_older(id, seen.version, entry.observed);
            found.extend(period.map(|period| self.definition(id, period, false)));
        }
        if let Some(last) = seen.own_edit {
            self.own_edits(entry, last).into_iter().for_each(|own| push_new(&mut found, own));
        }
        for id in on_kind() {
            let periods = self.plan.periods().get(id).map(Vec::as_slice).unwrap_or_default();
            let in_force = in_force_before(periods, entry.observed);
            if let Some(period) = in_force.filter(|period| self.plan.first_of(period).version > seen.version)
            {
                push_new(&mut found, self.definition(id, period, true));
            }
        }
        found
    }

    fn definition(&self, id: &EntryId, period: &Period, earlier_plan: bool) -> Definition<'a> {
        let version = self.plan.first_of(period).version;
        Definition { trigger: Cow::Borrowed(self.plan.trigger_of(id, period)), version, earlier_plan }
    }

    /// The trigger as the author's version has it; if that definition did not exist yet when the record was
    /// observed, the one that did, if any.
    fn seen_or_older(&self, id: &EntryId, version: u64, observed: Moment) -> Option<&'a Period> {
        let periods = self.plan.periods().get(id)?;
        let seen = periods.iter().rev().find(|period| self.plan.first_of(period).version <= version)?;
        if seen.since <= observed {
            Some(seen)
        } else {
            periods.iter().find(|period| period.holds_at(observed))
        }
    }

    /// The triggers that the author's own edits changed, as the author saw them.
    fn own_edits(&self, entry: &Entry, last: OwnRecord) -> Vec<Definition<'a>> {
        let version = entry.header.plan_seen.version;
        let at = self.plan.at_version(version);
        let accepted = at.map(|at| &at.plan.triggers);
        let mut changed: BTreeMap<EntryId, Fields> = BTreeMap::new();
        for (edit_entry, edit) in self.edits_up_to(last.named_by(entry.id)) {
            if edit_entry.effective > entry.observed || !self.was_seen_as_own(edit_entry.id, entry) {
                continue;
            }
            for command in &edit.commands {
                let known = |id: &EntryId| accepted?.get(id).map(|trigger| trigger.fields.clone());
                apply_to_trigger(&mut changed, command, known);
            }
        }
        let read = |(id, fields): (&EntryId, &Fields)| Trigger::from_fields(id, fields, self.catalogue).ok();
        let triggers = changed.iter().filter_map(read);
        triggers
            .map(|trigger| Definition { trigger: Cow::Owned(trigger), version, earlier_plan: false })
            .collect()
    }

    /// The edits that an author had made when they made this one, in their order.
    fn edits_up_to(&self, last: RecordRef) -> Vec<(&'a Entry, &'a PlanEdit)> {
        let made = self.records.entry(last).map(|entry| (entry.effective, entry.id));
        let up_to = |id: RecordRef, effective: Moment| {
            if id.epoch == last.epoch {
                id.number <= last.number
            } else {
                made.is_none_or(|made| (effective, id) < made)
            }
        };
        let by_author = self.records.edits_by(last.author);
        let mut edits: Vec<_> = by_author.filter(|(entry, _)| up_to(entry.id, entry.effective)).collect();
        edits.sort_by_key(|(entry, _)| (entry.effective, entry.id));
        edits
    }

    /// Whether an own edit stood on top of the version that the author saw: not yet in it, not a proposal, and
    /// not settled otherwise before.
    fn was_seen_as_own(&self, edit: RecordRef, entry: &Entry) -> bool {
        self.records.fates(edit).all(|(at, outcome)| match outcome {
            FateOutcome::Accepted { version } => *version > entry.header.plan_seen.version,
            FateOutcome::Held { why, .. } => *why != HeldWhy::MayNot,
            FateOutcome::Declined { .. } | FateOutcome::Withdrawn => at > entry.effective,
        })
    }
}

impl Period {
    /// Whether it stood at this moment.
    pub fn holds_at(&self, at: Moment) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

/// The period accepted before the moment that was still standing at it.
fn in_force_before(periods: &[Period], observed: Moment) -> Option<&Period> {
    let period = periods.iter().rev().find(|period| period.from < observed)?;
    period.until.is_none_or(|until| observed <= until).then_some(period)
}

/// Adds a definition unless the same condition of the same trigger is already among them.
fn push_new<'a>(found: &mut Vec<Definition<'a>>, new: Definition<'a>) {
    let same = |old: &Definition<'_>| {
        old.trigger.id == new.trigger.id && old.trigger.conditions == new.trigger.conditions
    };
    if !found.iter().any(same) {
        found.push(new);
    }
}

fn apply_to_trigger(
    changed: &mut BTreeMap<EntryId, Fields>,
    command: &Command,
    known: impl Fn(&EntryId) -> Option<Fields>,
) {
    match command {
        Command::SetField { section: Section::Triggers, entry, field, value } => {
            if !changed.contains_key(entry) {
                let Some(fields) = known(entry) else { return };
                changed.insert(entry.clone(), fields);
            }
            if let Some(fields) = changed.get_mut(entry) {
                fields.insert(field.clone(), value.clone());
            }
        }
        Command::AddEntry { section: Section::Triggers, entry, fields, .. } => {
            let current = changed.entry(entry.clone()).or_insert_with(|| known(entry).unwrap_or_default());
            current.extend(fields.iter().map(|(code, value)| (code.clone(), value.clone())));
        }
        Command::RetireEntry { section: Section::Triggers, entry } => drop(changed.remove(entry)),
        _ => {}
    }
}

/// Reads the periods of all triggers off the versions, which are in ascending order.
pub(super) fn periods_of(versions: &[PlanAt]) -> Periods {
    let mut periods = Periods::new();
    for (at, version) in versions.iter().enumerate() {
        for (id, list) in &mut periods {
            let last = list.last_mut().expect("a list is made with its first period");
            if last.until.is_none()
                && version.plan.triggers.get(id) != versions[last.at].plan.triggers.get(id)
            {
                last.until = Some(version.accepted);
            }
        }
        for id in version.plan.triggers.keys() {
            if !periods.contains_key(id) {
                periods.insert(id.clone(), Vec::new());
            }
            let list = periods.get_mut(id).expect("it is there");
            if list.last().is_none_or(|last| last.until.is_some()) {
                list.push(next_period(versions, id, list.last(), at));
            }
        }
    }
    periods
}

fn next_period(versions: &[PlanAt], id: &EntryId, last: Option<&Period>, at: usize) -> Period {
    let accepted = versions[at].accepted;
    let conditions = |at: usize| versions[at].plan.triggers.get(id).map(|trigger| &trigger.conditions);
    let before = last.filter(|last| last.until == Some(accepted));
    let same = before.filter(|before| conditions(before.at) == conditions(at));
    let since = same.map_or(accepted, |before| before.since);
    let exists_since = before.map_or(accepted, |before| before.exists_since);
    Period { at, from: accepted, until: None, since, exists_since }
}

impl PlanTimeline {
    /// The first version of a period.
    pub fn first_of(&self, period: &Period) -> &PlanAt {
        &self.versions()[period.at]
    }

    /// The trigger as it was in a period of its own.
    pub fn trigger_of(&self, id: &EntryId, period: &Period) -> &Trigger {
        self.first_of(period).plan.triggers.get(id).expect("a period is of a version with the trigger")
    }

    /// Since when the person has been at home without a break, at this moment; nothing when they are not.
    /// Before the plan says anything, they are.
    pub fn at_home_since(&self, at: Moment) -> Option<Moment> {
        let mut since = Moment(i64::MIN);
        let mut home = true;
        for version in self.versions().iter().take_while(|version| version.accepted <= at) {
            let now_home = version.plan.status == Status::AtHome;
            if now_home && !home {
                since = version.accepted;
            }
            home = now_home;
        }
        home.then_some(since)
    }

    /// When the person came back home.
    pub fn homecomings(&self) -> impl Iterator<Item = Moment> {
        let home = |at: &PlanAt| at.plan.status == Status::AtHome;
        let pairs = self.versions().windows(2).filter(move |pair| !home(&pair[0]) && home(&pair[1]));
        pairs.map(|pair| pair[1].accepted)
    }
}
