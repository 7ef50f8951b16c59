//! The scenario file as data. docs/scenarios.md explains each part; tests/scenarios/scenario.schema.json says
//! the same to a machine.
//!
//! Nothing here acts. A field that is not known is an error, so a misspelt word never goes unnoticed.

mod expectation;
mod step;

pub use expectation::{Expectation, Places, Subject};
pub use step::{
    Attempt, CaseAct, Choose, Communication, ConcernCall, ConcernGiven, DayStep, Decide, Emergency,
    GivenTime, Network, Observed, Step, Via, VisitName,
};

use crate::time::{DayTime, LocalTime};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// The version of the format that this player reads.
pub const FORMAT: u32 = 1;

/// A whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Where the schema is, for editors.
    #[serde(rename = "$schema", default)]
    #[expect(dead_code, reason = "for editors")]
    pub schema: Option<String>,
    /// [`FORMAT`].
    pub format: u32,
    /// One line.
    pub title: String,
    /// What it is about, in a few sentences.
    #[serde(default)]
    #[expect(dead_code, reason = "for readers of the file")]
    pub about: Option<String>,
    /// What all clocks show while devices are enrolled and the first plan and roster are written.
    pub begins: LocalTime,
    /// Who runs the server.
    pub organisation: String,
    /// People who receive care, by the name that the file uses for them.
    pub people: BTreeMap<String, Person>,
    /// Staff, each with a device of the same name.
    pub staff: BTreeMap<String, Staff>,
    /// Who cares for whom. Left out: all staff are in the care team of everyone.
    #[serde(default)]
    pub care_team: Option<BTreeMap<String, Vec<String>>>,
    /// Who receives concerns, in the order in which they are asked: managers. Whoever signs in to the console does so
    /// once before the story begins.
    #[serde(default)]
    pub concern_recipients: Vec<String>,
    /// The organisation's own kinds of observation, as its administrator gives them before anybody enrols.
    #[serde(default)]
    pub kinds: Option<Json>,
    /// The first plan, as edits by staff.
    #[serde(default)]
    pub plan: Vec<PlanPart>,
    /// Planned visits.
    #[serde(default)]
    pub roster: Vec<RosterPart>,
    /// What happens at a visit that no step tells of, by person.
    #[serde(default)]
    pub usual: BTreeMap<String, Vec<Observed>>,
    /// What happens, in the order of time.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// What must hold.
    pub expect: Vec<Expectation>,
}

/// Someone who receives care.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Their name. What the product shows stands in the plan.
    #[expect(dead_code, reason = "for readers of the file")]
    pub name: String,
}

/// A member of staff and their device.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// As the product shows it.
    pub name: String,
    /// What they do.
    pub role: StaffRole,
    /// Their employer. Left out: the organisation of the file.
    #[serde(default)]
    pub organisation: Option<String>,
    /// Whether they can sign in to the console.
    #[serde(default)]
    pub console: bool,
    /// Whether they work through an agency, and see people around their shifts only.
    #[serde(default)]
    pub agency: bool,
}

/// The roles of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    Carer,
    Nurse,
    Therapist,
    Supervisor,
    Manager,
    SocialWorker,
}

impl StaffRole {
    /// The role's code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            StaffRole::Carer => "carer",
            StaffRole::Nurse => "nurse",
            StaffRole::Therapist => "therapist",
            StaffRole::Supervisor => "supervisor",
            StaffRole::Manager => "manager",
            StaffRole::SocialWorker => "social_worker",
        }
    }
}

/// An edit of the first plan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanPart {
    /// Who makes it.
    pub by: String,
    /// Whose plan. May be left out where the file has one person.
    #[serde(default)]
    pub person: Option<String>,
    /// The edit.
    pub edit: Edit,
}

/// Changes of a plan, made at once.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// What later steps and expectations call it.
    #[serde(default)]
    pub name: Option<String>,
    /// Why, in words.
    pub reason: String,
    /// Entries to add.
    #[serde(default)]
    pub add: Vec<AddEntry>,
    /// Fields to set.
    #[serde(default)]
    pub set: Vec<SetField>,
    /// Entries to take out of use.
    #[serde(default)]
    pub retire: Vec<EntryName>,
    /// How often to make the edit, each time as one of its own; `{n}` in its text becomes 1, 2, 3.
    #[serde(default)]
    pub repeat: Option<u32>,
}

/// A new entry of the plan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddEntry {
    /// The part of the plan.
    pub section: String,
    /// The entry's name.
    pub entry: String,
    /// Its place among the others.
    #[serde(default)]
    pub order: i64,
    /// Its fields.
    pub fields: Map<String, Json>,
}

/// A field to set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetField {
    /// The part of the plan.
    pub section: String,
    /// The entry.
    pub entry: String,
    /// The field.
    pub field: String,
    /// Its new value.
    pub value: Json,
}

/// An entry of the plan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryName {
    /// The part of the plan.
    pub section: String,
    /// The entry.
    pub entry: String,
}

/// Visits that someone plans.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterPart {
    /// Who plans them.
    pub by: String,
    /// Whom they are for. May be left out where the file has one person.
    #[serde(default)]
    pub person: Option<String>,
    /// By carers or by nurses.
    pub kind: VisitKind,
    /// Who is to come.
    pub staff: Vec<String>,
    /// How long after the planned time an arrival is still in time, in minutes.
    pub window_min: u32,
    /// Visits at these times of every day between `from` and `to`.
    #[serde(default)]
    pub at: Vec<DayTime>,
    /// The first moment for `at`.
    #[serde(default)]
    pub from: Option<LocalTime>,
    /// The last moment for `at`.
    #[serde(default)]
    pub to: Option<LocalTime>,
    /// Single visits.
    #[serde(default)]
    pub visits: Vec<LocalTime>,
    /// Visits that other staff come to.
    #[serde(default)]
    pub except: Vec<OtherStaff>,
    /// Visits that nobody makes.
    #[serde(default)]
    pub missed: Vec<LocalTime>,
}

/// Visits of a roster that other staff come to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherStaff {
    /// Who comes.
    pub staff: Vec<String>,
    /// The planned times.
    pub visits: Vec<LocalTime>,
}

/// By carers or by nurses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitKind {
    Care,
    Clinical,
}
