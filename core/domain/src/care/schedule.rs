//! The visits that recur (D4), and on which days they fall.
//!
//! The roster says who comes to which single visit; this says what was agreed with the person.

use super::fields::{PlanFieldError, check_entry};
use super::hours::LocalTime;
use super::recurrence::Recurrence;
use crate::ids::{EntryId, StaffId};
use crate::journal::body::VisitKind;
use crate::plan::edit::Section;
use crate::plan::view::{EntryView, PlanView};
use crate::time::{MINUTE_MS, Moment, parse_local};
use crate::value::{Value, text_in};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeSet;

/// How long a visit is when the plan does not say, in minutes.
pub(super) const MINUTES_USUAL: i64 = 30;

/// A visit that recurs, or comes once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecurringVisit {
    /// Its entry.
    pub id: EntryId,
    /// What.
    pub text: String,
    /// By a carer or a clinician.
    pub visit_kind: VisitKind,
    /// The day of its first time.
    pub first: NaiveDate,
    /// Its time of day, in minutes since midnight.
    pub minute: u16,
    /// The rule by which it recurs, as RFC 5545 has it; absent for a visit that comes once.
    pub rule: Option<String>,
    /// Days on which it does not come.
    pub except: BTreeSet<NaiveDate>,
    /// From this day on it comes no more.
    pub ends_before: Option<NaiveDate>,
    /// How long it is, in minutes.
    pub minutes: i64,
    /// Planned together with another visit.
    pub joint: bool,
    /// What is done at it.
    pub task: Task,
    /// Whether the dressing that is put on is waterproof.
    pub waterproof: bool,
    /// Who comes, where the plan says so.
    pub staff: Option<StaffId>,
}

/// What is done at a visit, as far as clashes depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// A dressing is changed.
    DressingChange,
    /// A shower or a bath.
    Washing,
    /// Anything else.
    Other,
}

/// The person's day, as they told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct DayRoutine {
    /// No visit before.
    pub begins: Option<LocalTime>,
    /// No visit goes on after.
    pub ends: Option<LocalTime>,
}

/// One time at which a visit falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence<'a> {
    /// When it begins.
    pub start: Moment,
    /// When it ends, itself outside.
    pub end: Moment,
    /// The visit.
    pub visit: &'a RecurringVisit,
}

impl RecurringVisit {
    /// Reads a visit of the plan.
    pub fn of_entry(id: &EntryId, entry: &EntryView) -> Result<RecurringVisit, PlanFieldError> {
        let fields = entry.values();
        check_entry(Section::Schedule, &fields)?;
        let text = |code| text_in(&fields, code);
        let says = |code| fields.get(code) == Some(&Value::Bool(true));
        let (first, minute) = parse_local(text("starts")).unwrap_or_default();
        Ok(RecurringVisit {
            id: id.clone(),
            text: text("text").to_owned(),
            visit_kind: if text("visit_kind") == "clinical" { VisitKind::Clinical } else { VisitKind::Care },
            first,
            minute,
            rule: Some(text("rule").to_owned()).filter(|rule| !rule.is_empty()),
            except: text("except").split(',').filter_map(|day| day.trim().parse().ok()).collect(),
            ends_before: text("ends_before").parse().ok(),
            minutes: fields.get("minutes").and_then(Value::as_int).unwrap_or(MINUTES_USUAL),
            joint: says("joint"),
            task: Task::from_code(text("task")),
            waterproof: says("waterproof"),
            staff: text("staff").parse().ok(),
        })
    }

    /// The local days on which it comes, from `from` to `to`, both inside.
    pub fn days(&self, from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
        let recurs = self.rule.as_deref().and_then(|rule| Recurrence::parse(rule).ok());
        let days = match recurs {
            Some(rule) => rule.days(self.first, self.minute, from, to),
            None => Vec::from_iter(Some(self.first).filter(|day| (from..=to).contains(day))),
        };
        let comes =
            |day: &NaiveDate| !self.except.contains(day) && self.ends_before.is_none_or(|ends| *day < ends);
        days.into_iter().filter(comes).collect()
    }
}

impl Task {
    fn from_code(code: &str) -> Task {
        match code {
            "dressing_change" => Task::DressingChange,
            "shower" | "bath" => Task::Washing,
            _ => Task::Other,
        }
    }
}

impl DayRoutine {
    /// Reads the person's day from "about me".
    pub fn of_view(view: &PlanView) -> DayRoutine {
        let mut entries = view.entries(Section::About).into_iter().map(|(_, entry)| entry.values());
        let fields = entries.next().unwrap_or_default();
        DayRoutine {
            begins: text_in(&fields, "day_begins").parse().ok(),
            ends: text_in(&fields, "day_ends").parse().ok(),
        }
    }

    /// Whether a visit from `start` to `end` fits into it.
    pub(super) fn holds(self, start: Moment, end: Moment) -> bool {
        let day = start.local_day();
        let begins = self.begins.is_none_or(|time| start >= Moment::at_local(day, time.minute()));
        let ends = self.ends.is_none_or(|time| end <= Moment::at_local(day, time.minute()));
        begins && ends
    }
}

/// Every time at which the visits fall, from day `from` to day `to`, both inside: by start, then entry.
pub fn occurrences(schedule: &[RecurringVisit], from: NaiveDate, to: NaiveDate) -> Vec<Occurrence<'_>> {
    let mut found = Vec::new();
    for visit in schedule {
        for day in visit.days(from, to) {
            let start = Moment::at_local(day, visit.minute);
            found.push(Occurrence { start, end: start.plus_ms(visit.minutes * MINUTE_MS), visit });
        }
    }
    found.sort_by_key(|occurrence| (occurrence.start, occurrence.visit.id.clone()));
    found
}
