//! The visits that recur (D4): on which days they fall, and which of them clash.
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
const MINUTES_USUAL: i64 = 30;

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

/// Two visits that do not go together, or one that does not fit the person's day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Clash {
    /// When.
    pub at: Moment,
    /// The visit that clashes.
    pub visit: EntryId,
    /// With which other, and when that is.
    pub with: Option<(EntryId, Moment)>,
    /// Why.
    pub why: ClashWhy,
}

/// Why visits clash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClashWhy {
    /// A carer and a clinician at the same time, not planned together.
    SameTime,
    /// A shower or bath on a dressing that is not waterproof, before its next change.
    WetDressing,
    /// Before the person's day begins, or after it ends.
    OutsideRoutine,
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

    fn holds(self, occurrence: &Occurrence<'_>) -> bool {
        let day = occurrence.start.local_day();
        let begins = self.begins.is_none_or(|time| occurrence.start >= Moment::at_local(day, time.minute()));
        let ends = self.ends.is_none_or(|time| occurrence.end <= Moment::at_local(day, time.minute()));
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

/// The clashes of the visits from day `from` to day `to`, both inside, by time.
pub fn clashes(schedule: &[RecurringVisit], day: DayRoutine, from: NaiveDate, to: NaiveDate) -> Vec<Clash> {
    let look_around = chrono::Days::new(DRESSING_DAYS_MAX);
    let (before, after) = (from.checked_sub_days(look_around), to.checked_add_days(look_around));
    let around = occurrences(schedule, before.unwrap_or(from), after.unwrap_or(to));
    let inside = |occurrence: &&Occurrence<'_>| (from..=to).contains(&occurrence.start.local_day());
    let mut found: Vec<Clash> = Vec::new();
    for occurrence in around.iter().filter(inside) {
        found.extend(same_time(&around, occurrence));
        found.extend(wet_dressing(&around, occurrence));
        if !day.holds(occurrence) {
            found.push(clash(occurrence, None, ClashWhy::OutsideRoutine));
        }
    }
    found.sort();
    found
}

/// The longest that a dressing stays on.
const DRESSING_DAYS_MAX: u64 = 14;

fn clash(occurrence: &Occurrence<'_>, with: Option<&Occurrence<'_>>, why: ClashWhy) -> Clash {
    let with = with.map(|other| (other.visit.id.clone(), other.start));
    Clash { at: occurrence.start, visit: occurrence.visit.id.clone(), with, why }
}

/// Clinical visits that overlap with this visit of a carer.
fn same_time<'a>(
    around: &'a [Occurrence<'a>],
    occurrence: &'a Occurrence<'a>,
) -> impl Iterator<Item = Clash> + 'a {
    let is_care = occurrence.visit.visit_kind == VisitKind::Care && !occurrence.visit.joint;
    let clinical = around.iter().filter(move |other| {
        is_care
            && other.visit.visit_kind == VisitKind::Clinical
            && !other.visit.joint
            && other.start < occurrence.end
            && occurrence.start < other.end
    });
    clinical.map(|other| clash(occurrence, Some(other), ClashWhy::SameTime))
}

/// The dressing that this shower or bath would wet: the last one put on before it, if it is not waterproof and there
/// is a later change for it to last until.
fn wet_dressing(around: &[Occurrence<'_>], occurrence: &Occurrence<'_>) -> Option<Clash> {
    if occurrence.visit.task != Task::Washing {
        return None;
    }
    let mut changes = around.iter().filter(|other| other.visit.task == Task::DressingChange);
    let last = changes.clone().rfind(|change| change.start <= occurrence.start)?;
    let is_changed_later = changes.any(|change| change.start > occurrence.start);
    (!last.visit.waterproof && is_changed_later).then(|| clash(occurrence, Some(last), ClashWhy::WetDressing))
}
