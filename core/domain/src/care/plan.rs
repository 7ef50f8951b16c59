//! The parts of the plan that care acts on, typed: triggers, contacts, what is asked for, where the person is.

pub use super::fields::{
    PlanFieldError, check_entry, check_entry_with, check_field, check_field_with, field_rules,
};

use super::catalogue::Catalogue;
use super::condition::{Condition, Leaf};
use super::hours::Hours;
use super::schedule::{DayRoutine, RecurringVisit};
use super::timeline::{Period, Periods, periods_of};
use crate::ids::{EntryId, StaffId};
use crate::plan::edit::Section;
use crate::plan::view::{EntryView, FieldView, PlanView};
use crate::reablement::criterion::Criterion;
use crate::reablement::goal::Goal;
use crate::reablement::proposal::{Step, StepRule};
use crate::time::{MINUTE_MS, Moment};
use crate::value::{Fields, Value, text_in};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What care needs to know of one version of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CarePlan {
    /// Where the person is.
    pub status: Status,
    /// The telephone in the home, for a carer whose own phone has no signal; empty where the plan names none.
    pub telephone: String,
    /// By entry. A trigger that cannot be read stands in `problems` instead.
    pub triggers: BTreeMap<EntryId, Trigger>,
    /// In the order of escalation.
    pub contacts: Vec<Contact>,
    /// What the nurse asks for at each visit, in the order of the plan.
    pub asked: Vec<AskedItem>,
    /// What the person wants to be able to do, in the order of the plan.
    pub goals: Vec<Goal>,
    /// When to step down, maintain or step up, in the order of the plan.
    pub step_rules: Vec<StepRule>,
    /// Equipment, in the order of the plan.
    pub equipment: Vec<Equipment>,
    /// The visits that recur, in the order of the plan.
    pub schedule: Vec<RecurringVisit>,
    /// The person's day: visits outside it do not fit their routine.
    pub day: DayRoutine,
    /// Entries that cannot be acted on: shown to the supervisor, since a trigger among them does not work.
    pub problems: Vec<PlanProblem>,
}

/// An entry that stands in the plan and cannot be acted on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanProblem {
    /// Which.
    pub entry: EntryId,
    /// Its section and field, and what is wrong there.
    pub error: PlanFieldError,
}

/// A piece of equipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Equipment {
    /// Its entry.
    pub id: EntryId,
    /// What.
    pub text: String,
    /// Since when.
    pub since: Option<NaiveDate>,
    /// When it is to be checked next.
    pub check_due: Option<NaiveDate>,
}

/// Where the person is. Anything but at home pauses visits and absence triggers. In order of how much each pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say all")]
pub enum Status {
    #[default]
    AtHome,
    InHospital,
    Away,
    Ended,
    Died,
}

impl Status {
    /// Whether care has come to its end: nobody is asked for anything any more.
    pub fn is_over(self) -> bool {
        matches!(self, Status::Ended | Status::Died)
    }

    /// While people differ, the status that pauses least: at home where anybody says so.
    pub(crate) fn of_field(field: &FieldView) -> Status {
        let codes = field.candidates.iter().map(|one| one.value.as_text().unwrap_or_default());
        codes.map(Status::from_code).min().unwrap_or_default()
    }

    /// The status with this code; at home for any other.
    fn from_code(code: &str) -> Status {
        match code {
            "in_hospital" => Status::InHospital,
            "away" => Status::Away,
            "ended" => Status::Ended,
            "died" => Status::Died,
            _ => Status::AtHome,
        }
    }
}

/// A threshold agreed in advance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trigger {
    /// Its entry.
    pub id: EntryId,
    /// Its name in plain words.
    pub name: String,
    /// When it is met: any of these. More than one only while people differ and nobody has chosen: then each
    /// candidate counts, so that no alert is lost to a conflict.
    pub conditions: Vec<Condition>,
    /// The role of the contact to call; more than one only while people differ.
    pub contacts: Vec<String>,
    /// How soon; more than one only while people differ: then the soonest counts.
    pub urgencies: Vec<Urgency>,
    /// What to say.
    pub say: String,
    /// What to do meanwhile.
    pub meanwhile: String,
    /// Who agreed it.
    pub agreed_by: String,
    /// When it was agreed, as written in the plan.
    pub agreed_on: String,
    /// When it is to be reviewed, as written in the plan.
    pub review_on: String,
    /// Its fields as they stand in the plan.
    #[serde(skip)]
    pub fields: Fields,
}

/// How soon a contact must answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Within this many minutes.
    WithinMinutes(u16),
    /// By 23:59:59 of the local day (R5).
    SameDay,
    /// When the next visit comes; with no visit planned, the same day.
    NextVisit,
}

impl Urgency {
    /// The deadline of a match raised at `raised`. `next_visit` is the start of the next planned visit.
    pub fn due(self, raised: Moment, next_visit: Option<Moment>) -> Moment {
        match self {
            Urgency::WithinMinutes(minutes) => raised.plus_ms(i64::from(minutes) * MINUTE_MS),
            Urgency::SameDay => raised.end_of_local_day(),
            Urgency::NextVisit => next_visit.unwrap_or_else(|| raised.end_of_local_day()),
        }
    }
}

/// Someone to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// Its entry.
    pub id: EntryId,
    /// Role code.
    pub role: String,
    /// Who or which team.
    pub name: String,
    /// Their organisation.
    pub organisation: String,
    /// Phone number, as written.
    pub phone: String,
    /// Secure email address, as written.
    pub email: String,
    /// When they can be reached; absent for always.
    pub hours: Option<Hours>,
    /// The contact that stands in when this one is closed.
    pub out_of_hours: Option<EntryId>,
    /// The member of staff, where it is one.
    pub staff: Option<StaffId>,
    /// The place among the contacts.
    pub order: i64,
}

impl Contact {
    /// Whether they can be reached.
    pub fn is_open(&self, at: Moment) -> bool {
        self.hours.as_ref().is_none_or(|hours| hours.is_open(at))
    }
}

/// A field that is asked for at each visit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AskedItem {
    /// The kind of observation.
    pub kind: String,
    /// Its field.
    pub field: String,
}

impl CarePlan {
    /// Reads the plan as screens show it. What cannot be read stands in [`CarePlan::problems`].
    pub fn from_view(view: &PlanView, catalogue: &Catalogue) -> CarePlan {
        let mut plan =
            CarePlan { status: status_of(view), telephone: telephone_of(view), ..CarePlan::default() };
        for (id, entry) in view.entries(Section::Contacts) {
            plan.contacts.push(contact_of(id, entry));
        }
        for (id, entry) in view.entries(Section::Asked) {
            let fields = entry.values();
            match check_entry_with(catalogue, Section::Asked, &fields) {
                Ok(()) => {
                    plan.asked.push(AskedItem { kind: text(&fields, "kind"), field: text(&fields, "field") })
                }
                Err(error) => plan.problem(id, error),
            }
        }
        plan.goals = entries_of(view, Section::Goals, Goal::of_entry);
        plan.day = DayRoutine::of_view(view);
        for (id, entry) in view.entries(Section::Schedule) {
            match RecurringVisit::of_entry(id, entry) {
                Ok(visit) => plan.schedule.push(visit),
                Err(error) => plan.problem(id, error),
            }
        }
        plan.equipment = entries_of(view, Section::Equipment, equipment_of);
        for (id, entry) in view.entries(Section::Criteria) {
            match step_rule_of(id, entry) {
                Ok(rule) => plan.step_rules.push(rule),
                Err(error) => plan.problem(id, error),
            }
        }
        for (id, entry) in view.entries(Section::Triggers) {
            match trigger_of(id, entry, catalogue) {
                Ok(trigger) => drop(plan.triggers.insert(id.clone(), trigger)),
                Err(error) => plan.problem(id, error),
            }
        }
        plan
    }

    fn problem(&mut self, entry: &EntryId, error: PlanFieldError) {
        self.problems.push(PlanProblem { entry: entry.clone(), error });
    }
}

impl Trigger {
    /// Reads a trigger from its fields.
    pub fn from_fields(
        id: &EntryId,
        fields: &Fields,
        catalogue: &Catalogue,
    ) -> Result<Trigger, PlanFieldError> {
        check_entry_with(catalogue, Section::Triggers, fields)?;
        let conditions = vec![parse_condition(&text(fields, "condition"), catalogue)?];
        Ok(Trigger {
            id: id.clone(),
            name: text(fields, "name"),
            conditions,
            contacts: vec![text(fields, "contact")],
            urgencies: fields.get("urgency").map(urgency_of).into_iter().collect(),
            say: text(fields, "say"),
            meanwhile: text(fields, "meanwhile"),
            agreed_by: text(fields, "agreed_by"),
            agreed_on: text(fields, "agreed_on"),
            review_on: text(fields, "review_on"),
            fields: fields.clone(),
        })
    }

    /// A trigger that is in no version here, though someone acted on it: only its name is known.
    pub(crate) fn unknown(id: &EntryId) -> Trigger {
        Trigger {
            id: id.clone(),
            name: id.to_string(),
            conditions: Vec::new(),
            contacts: Vec::new(),
            urgencies: vec![Urgency::SameDay],
            say: String::new(),
            meanwhile: String::new(),
            agreed_by: String::new(),
            agreed_on: String::new(),
            review_on: String::new(),
            fields: Fields::new(),
        }
    }

    /// The deadline of a match raised at `raised`: while people differ, the soonest.
    pub fn due(&self, raised: Moment, next_visit: Option<Moment>) -> Moment {
        let dues = self.urgencies.iter().map(|urgency| urgency.due(raised, next_visit));
        dues.min().unwrap_or_else(|| raised.end_of_local_day())
    }

    /// How far back before a record its evaluation looks.
    pub fn look_back_ms(&self) -> i64 {
        self.conditions.iter().map(Condition::look_back_ms).max().unwrap_or(0)
    }
}

fn entries_of<T>(view: &PlanView, section: Section, read: impl Fn(&EntryId, &EntryView) -> T) -> Vec<T> {
    view.entries(section).into_iter().map(|(id, entry)| read(id, entry)).collect()
}

fn equipment_of(id: &EntryId, entry: &EntryView) -> Equipment {
    let fields = entry.values();
    let day = |code| text(&fields, code).parse().ok();
    Equipment {
        id: id.clone(),
        text: text(&fields, "text"),
        since: day("since"),
        check_due: day("check_due"),
    }
}

fn step_rule_of(id: &EntryId, entry: &EntryView) -> Result<StepRule, PlanFieldError> {
    let fields = entry.values();
    check_entry(Section::Criteria, &fields)?;
    let problem = |field: &str, place: String, reason: String| PlanFieldError {
        section: Section::Criteria,
        field: field.to_owned(),
        place,
        reason,
    };
    let step = Step::from_code(&text(&fields, "proposes"));
    let criterion = Criterion::parse(&text(&fields, "rule"));
    Ok(StepRule {
        id: id.clone(),
        step: step.ok_or_else(|| problem("proposes", String::new(), "unknown step".to_owned()))?,
        criterion: criterion.map_err(|error| problem("rule", error.place, error.reason))?,
        text: text(&fields, "text"),
    })
}

/// A trigger, of which every candidate counts while people differ.
fn trigger_of(id: &EntryId, entry: &EntryView, catalogue: &Catalogue) -> Result<Trigger, PlanFieldError> {
    let mut trigger = Trigger::from_fields(id, &entry.values(), catalogue)?;
    let others = |code: &str| {
        let candidates = entry.fields.get(code).map(|field| field.candidates.as_slice());
        candidates.unwrap_or_default().iter().skip(1).map(|candidate| &candidate.value)
    };
    for value in others("condition") {
        add_new(&mut trigger.conditions, parse_condition(value.as_text().unwrap_or_default(), catalogue)?);
    }
    for value in others("urgency") {
        add_new(&mut trigger.urgencies, urgency_of(value));
    }
    for value in others("contact") {
        add_new(&mut trigger.contacts, value.as_text().unwrap_or_default().to_owned());
    }
    Ok(trigger)
}

fn add_new<T: PartialEq>(to: &mut Vec<T>, new: T) {
    if !to.contains(&new) {
        to.push(new);
    }
}

fn parse_condition(json: &str, catalogue: &Catalogue) -> Result<Condition, PlanFieldError> {
    Condition::parse(json, catalogue).map_err(|error| PlanFieldError {
        section: Section::Triggers,
        field: "condition".to_owned(),
        place: error.place,
        reason: error.fault.to_string(),
    })
}

fn urgency_of(value: &Value) -> Urgency {
    match value {
        Value::Int(minutes) => Urgency::WithinMinutes((*minutes).clamp(1, 1440) as u16),
        Value::Text(code) if code == "next_visit" => Urgency::NextVisit,
        _ => Urgency::SameDay,
    }
}

fn contact_of(id: &EntryId, entry: &EntryView) -> Contact {
    let fields = entry.values();
    Contact {
        id: id.clone(),
        role: text(&fields, "role"),
        name: text(&fields, "name"),
        organisation: text(&fields, "organisation"),
        phone: text(&fields, "phone"),
        email: text(&fields, "email"),
        // Hours that cannot be read must not take a contact off the list.
        hours: Hours::parse(&text(&fields, "hours")).ok(),
        out_of_hours: text(&fields, "out_of_hours").parse().ok(),
        staff: text(&fields, "staff").parse().ok(),
        order: entry.order,
    }
}

fn status_of(view: &PlanView) -> Status {
    let entries = view.entries(Section::Safety);
    entries.iter().find_map(|(_, entry)| entry.fields.get("status")).map_or(Status::AtHome, Status::of_field)
}

fn telephone_of(view: &PlanView) -> String {
    let entries = view.entries(Section::Safety);
    entries
        .iter()
        .map(|(_, entry)| text(&entry.values(), "telephone"))
        .find(|one| !one.is_empty())
        .unwrap_or_default()
}

fn text(fields: &Fields, code: &str) -> String {
    text_in(fields, code).to_owned()
}

/// The versions of a plan, oldest first, each with the moment from which it counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanTimeline {
    versions: Vec<PlanAt>,
    periods: Periods,
    /// The triggers that an observation of each kind may meet.
    on_kind: BTreeMap<String, BTreeSet<EntryId>>,
    /// The triggers that an absence may meet.
    on_absence: BTreeSet<EntryId>,
}

/// One version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanAt {
    /// As [`crate::journal::PlanSeen::version`].
    pub version: u64,
    /// When the server accepted it.
    pub accepted: Moment,
    /// What it says.
    pub plan: CarePlan,
}

impl PlanTimeline {
    /// Takes versions in any order. A version given twice counts once, as first given.
    pub fn new(versions: impl IntoIterator<Item = PlanAt>) -> PlanTimeline {
        let mut versions: Vec<PlanAt> = versions.into_iter().collect();
        versions.sort_by_key(|at| at.version);
        versions.dedup_by_key(|at| at.version);
        let mut timeline =
            PlanTimeline { periods: periods_of(&versions), versions, ..PlanTimeline::default() };
        timeline.index_triggers();
        timeline
    }

    fn index_triggers(&mut self) {
        for trigger in self.versions.iter().flat_map(|at| at.plan.triggers.values()) {
            for leaf in trigger.conditions.iter().flat_map(Condition::leaves) {
                match leaf {
                    Leaf::Absence(_) => drop(self.on_absence.insert(trigger.id.clone())),
                    _ => drop(
                        self.on_kind.entry(leaf.kind().to_owned()).or_default().insert(trigger.id.clone()),
                    ),
                }
            }
        }
    }

    /// The triggers of any version that an observation of a kind may meet.
    pub fn triggers_on(&self, kind: &str) -> impl Iterator<Item = &EntryId> {
        self.on_kind.get(kind).into_iter().flatten()
    }

    /// How far back before a record the triggers of any version look.
    pub fn look_back_ms(&self) -> i64 {
        let triggers = self.versions.iter().flat_map(|at| at.plan.triggers.values());
        triggers.map(Trigger::look_back_ms).max().unwrap_or(0)
    }

    /// Whether an absence may meet any trigger.
    pub fn has_triggers_on_absence(&self) -> bool {
        !self.on_absence.is_empty()
    }

    /// Whether an absence may meet a trigger, in any version.
    pub fn is_on_absence(&self, trigger: &EntryId) -> bool {
        self.on_absence.contains(trigger)
    }

    /// The periods of every trigger, oldest first.
    pub fn periods(&self) -> &BTreeMap<EntryId, Vec<Period>> {
        &self.periods
    }

    /// All versions, ascending.
    pub fn versions(&self) -> &[PlanAt] {
        &self.versions
    }

    /// The newest version that is not above `version`; nothing before the first.
    pub fn at_version(&self, version: u64) -> Option<&PlanAt> {
        let after = self.versions.partition_point(|at| at.version <= version);
        self.versions[..after].last()
    }

    /// The newest version.
    pub fn newest(&self) -> Option<&PlanAt> {
        self.versions.last()
    }

    /// The newest version accepted at or before the moment.
    pub fn in_force(&self, at: Moment) -> Option<&PlanAt> {
        self.versions.iter().rev().find(|version| version.accepted <= at)
    }
}
