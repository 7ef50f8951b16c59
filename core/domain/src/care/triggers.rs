//! Judges one observation by the triggers of the plan: R1 (change), R3 (which plan), R7 (meals).
//!
//! What it costs depends on the look-back of the conditions, never on how long the history is.

use super::catalogue::{Catalogue, FieldRule};
use super::condition::{
    Change, Compare, Condition, Count, Direction, LATEST_LOOK_BACK_HOURS, Leaf, Op, RUN_LOOK_BACK_HOURS, Run,
};
use super::number::Number;
use super::plan::Trigger;
use super::records::{ObservedKey, Records, Seen, value_of};
use crate::ids::EntryId;
use crate::journal::RecordRef;
use crate::journal::body::{Match, Observation};
use crate::time::{HOUR_MS, Moment};
use crate::value::Value;
use serde::Serialize;

/// A record, or an absence, that met a trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchFound {
    /// The trigger.
    pub trigger: EntryId,
    /// What met it.
    pub matched: Match,
    /// When: the recorded time of the record, or the due instant of the absence.
    pub raised: Moment,
    /// When what met it was seen.
    pub observed: Moment,
    /// The plan version that it was judged by.
    pub judged_by: u64,
    /// The author's plan did not have this definition: "carer had the earlier plan".
    pub earlier_plan: bool,
    /// What in the record met it.
    pub why: Vec<Why>,
}

/// What met a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// A value was over the line.
    Value {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// What was recorded.
        value: Value,
    },
    /// A value changed.
    Change {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// What it is compared with: the lowest earlier value for "up", the highest for "down".
        base: Value,
        /// The record of that value.
        base_record: RecordRef,
        /// What was recorded.
        value: Value,
    },
    /// So many matched in the window.
    Count {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// How many, this one included.
        count: u32,
    },
    /// So many in a row matched.
    Run {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// How many are asked for.
        times: u32,
    },
    /// Nothing that counts was recorded.
    Absent {
        /// The kind.
        kind: String,
        /// The field that says which records count; nothing where each counts that has a value.
        field: Option<String>,
        /// Since when.
        since: Moment,
    },
}

impl Why {
    /// The kind of observation that it is about.
    pub fn kind(&self) -> &str {
        match self {
            Why::Value { kind, .. }
            | Why::Change { kind, .. }
            | Why::Count { kind, .. }
            | Why::Run { kind, .. }
            | Why::Absent { kind, .. } => kind,
        }
    }
}

/// What conditions are judged with.
#[derive(Debug, Clone, Copy)]
pub struct Judging<'a> {
    /// The person's records.
    pub records: &'a Records,
    /// The kinds of observation.
    pub catalogue: &'a Catalogue,
    /// The observation that raised the last closed escalation of this trigger. Of the values at or before it,
    /// only the latest counts as the base of a change (R1).
    pub raised_before: Option<ObservedKey>,
}

impl Judging<'_> {
    /// Whether the observation meets the trigger, and by what. Absences are not judged here.
    pub fn judge(&self, trigger: &Trigger, seen: Seen<'_>) -> Option<Vec<Why>> {
        trigger.conditions.iter().find_map(|condition| self.condition(condition, seen))
    }

    /// What meets the condition, if something in the observation itself does. "All of" looks at the latest of other
    /// kinds too; without the observation, what they say was judged when they were recorded.
    fn condition(&self, condition: &Condition, seen: Seen<'_>) -> Option<Vec<Why>> {
        let met = self.met(condition, seen, false)?;
        let is_of_it = |why: &Why| why.kind() == seen.observation.kind;
        met.iter().any(is_of_it).then_some(met)
    }

    /// `with_latest`: the condition stands in an "all of", so the latest observation of another kind counts.
    fn met(&self, condition: &Condition, seen: Seen<'_>, with_latest: bool) -> Option<Vec<Why>> {
        match condition {
            Condition::One(leaf) if with_latest => {
                self.leaf(leaf, self.latest_of(leaf.kind(), seen)?).map(|why| vec![why])
            }
            Condition::One(leaf) if leaf.kind() == seen.observation.kind => {
                self.leaf(leaf, seen).map(|why| vec![why])
            }
            Condition::One(_) => None,
            Condition::Any { any } => {
                let met: Vec<Why> =
                    any.iter().filter_map(|part| self.met(part, seen, with_latest)).flatten().collect();
                (!met.is_empty()).then_some(met)
            }
            Condition::All { all } => {
                let met: Option<Vec<Vec<Why>>> = all.iter().map(|part| self.met(part, seen, true)).collect();
                met.map(|met| met.concat())
            }
        }
    }

    /// The observation itself, or for a condition on another kind the latest one of that kind.
    fn latest_of<'s>(&'s self, kind: &str, seen: Seen<'s>) -> Option<Seen<'s>> {
        if kind == seen.observation.kind {
            return Some(seen);
        }
        self.earlier(kind, LATEST_LOOK_BACK_HOURS, seen).next_back()
    }

    fn leaf(&self, leaf: &Leaf, seen: Seen<'_>) -> Option<Why> {
        match leaf {
            Leaf::Compare(compare) => self.compare(compare, seen),
            Leaf::Change(change) => self.change(change, seen),
            Leaf::Count(count) => self.count(count, seen),
            Leaf::Run(run) => self.run(run, seen),
            Leaf::Absence(_) => None,
        }
    }

    /// Earlier observations of a kind within the hours before this one, bounds included. What has corrected this one
    /// since is none of them, whenever it says that it was seen.
    fn earlier<'s>(
        &'s self,
        kind: &str,
        hours: u32,
        seen: Seen<'_>,
    ) -> impl DoubleEndedIterator<Item = Seen<'s>> + use<'s> {
        let from = seen.entry.observed.plus_ms(-i64::from(hours) * HOUR_MS);
        let own = self.records.is_superseded(seen.entry.id).then(|| self.records.root(seen.entry.id));
        let window = self.records.window(kind, from, seen.key());
        window.filter(move |one| own.is_none_or(|own| self.records.root(one.entry.id) != own))
    }

    fn compare(&self, compare: &Compare, seen: Seen<'_>) -> Option<Why> {
        let rule = self.rule(compare)?;
        let value = seen.value(rule)?;
        meets(compare, rule, seen).then(|| Why::Value {
            kind: compare.kind.clone(),
            field: compare.field.clone(),
            value: value.into_owned(),
        })
    }

    fn rule(&self, compare: &Compare) -> Option<&FieldRule> {
        self.catalogue.field(&compare.kind, &compare.field)
    }

    /// R1: "up by" against the lowest, "down by" against the highest earlier value of the same field and site.
    fn change(&self, change: &Change, seen: Seen<'_>) -> Option<Why> {
        let rule = self.catalogue.field(&change.kind, &change.field)?;
        let now = seen.measure(rule)?;
        let by = Number::of(&change.by)?;
        let (base, base_seen) = self.base(change, rule, seen)?;
        let moved = match change.direction {
            Direction::Up => now.minus(base),
            Direction::Down => base.minus(now),
        };
        if moved < by {
            return None;
        }
        Some(Why::Change {
            kind: change.kind.clone(),
            field: change.field.clone(),
            base: base_seen.value(rule)?.into_owned(),
            base_record: base_seen.entry.id,
            value: seen.value(rule)?.into_owned(),
        })
    }

    fn base(&self, change: &Change, rule: &FieldRule, seen: Seen<'_>) -> Option<(Number, Seen<'_>)> {
        let site = seen.site();
        let values: Vec<(Number, Seen<'_>)> = self
            .earlier(&change.kind, change.within_hours, seen)
            .filter(|earlier| earlier.site() == site)
            .filter_map(|earlier| Some((earlier.measure(rule)?, earlier)))
            .collect();
        let spent = self.raised_before.map_or(0, |raised| {
            values.partition_point(|(_, earlier)| earlier.key() <= raised).saturating_sub(1)
        });
        let counting = values.into_iter().skip(spent);
        match change.direction {
            Direction::Up => counting.min_by_key(|(number, earlier)| (*number, earlier.key())),
            Direction::Down => counting.max_by_key(|(number, earlier)| (*number, earlier.key())),
        }
    }

    fn count(&self, count: &Count, seen: Seen<'_>) -> Option<Why> {
        let rule = self.rule(&count.of)?;
        if !meets(&count.of, rule, seen) {
            return None;
        }
        let earlier = self.earlier(&count.of.kind, count.within_hours, seen);
        let matching = 1 + earlier.filter(|earlier| meets(&count.of, rule, *earlier)).count() as u32;
        (matching >= count.at_least).then(|| Why::Count {
            kind: count.of.kind.clone(),
            field: count.of.field.clone(),
            count: matching,
        })
    }

    /// Observations without the field, and meals that were not offered, neither lengthen nor break a run.
    fn run(&self, run: &Run, seen: Seen<'_>) -> Option<Why> {
        let rule = self.rule(&run.of)?;
        if !meets(&run.of, rule, seen) {
            return None;
        }
        let site = seen.site();
        let before = self
            .earlier(&run.of.kind, RUN_LOOK_BACK_HOURS, seen)
            .rev()
            .filter(|earlier| earlier.site() == site && earlier.value(rule).is_some())
            .take(run.times.saturating_sub(1) as usize)
            .take_while(|earlier| meets(&run.of, rule, *earlier))
            .count() as u32;
        (before + 1 >= run.times).then(|| Why::Run {
            kind: run.of.kind.clone(),
            field: run.of.field.clone(),
            times: run.times,
        })
    }
}

fn meets(compare: &Compare, rule: &FieldRule, seen: Seen<'_>) -> bool {
    is_met_by(compare, rule, seen.observation)
}

/// Whether the value of the field that `rule` is for meets the comparison. No value meets none.
pub(super) fn is_met_by(compare: &Compare, rule: &FieldRule, observation: &Observation) -> bool {
    let Some(value) = value_of(observation, rule) else { return false };
    let number = rule.measure(&value);
    let equals = |other: &Value| match (number, rule.measure(other)) {
        (Some(number), Some(other)) => number == other,
        _ => *value == *other,
    };
    let against = compare.value.values().first().and_then(|other| rule.measure(other));
    let ordered = |holds: fn(Number, Number) -> bool| match (number, against) {
        (Some(number), Some(against)) => holds(number, against),
        _ => false,
    };
    match compare.op {
        Op::Is | Op::IsOneOf => compare.value.values().iter().any(equals),
        Op::IsNot => !compare.value.values().iter().any(equals),
        Op::AtLeast => ordered(|number, against| number >= against),
        Op::AtMost => ordered(|number, against| number <= against),
        Op::Over => ordered(|number, against| number > against),
        Op::Under => ordered(|number, against| number < against),
    }
}
