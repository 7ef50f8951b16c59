//! The scenario file as data. docs/scenarios.md explains each part; tests/scenarios/scenario.schema.json says
//! the same to a machine.
//!
//! Nothing here acts. A field that is not known is an error, so a misspelt word never goes unnoticed.

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

/// What someone does at a time, in the order of these fields.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When. All clocks are moved here first.
    pub at: LocalTime,
    /// Who, on their own device.
    pub by: String,
    /// About whom. May be left out where the file has one person.
    #[serde(default)]
    pub person: Option<String>,
    /// For the reader.
    #[serde(default)]
    #[expect(dead_code, reason = "for readers of the file")]
    pub note: Option<String>,
    /// The device's connection from now on.
    #[serde(default)]
    pub network: Option<Network>,
    /// The visit: its planned time, or `unplanned`.
    #[serde(default)]
    pub visit: Option<VisitName>,
    /// Also do and record what is usual at a visit of this person.
    #[serde(default)]
    pub usual: bool,
    /// What is recorded.
    #[serde(default)]
    pub record: Vec<Observed>,
    /// A call about a met trigger.
    #[serde(default)]
    pub attempt: Option<Attempt>,
    /// What the called person answered.
    #[serde(default)]
    pub answer: Option<Answer>,
    /// Any other communication about the person.
    #[serde(default)]
    pub communication: Option<Communication>,
    /// The end of an escalation.
    #[serde(default)]
    pub close: Option<Close>,
    /// A change of the plan; by someone who may not change it, a proposal.
    #[serde(default)]
    pub edit: Option<Edit>,
    /// A choice between the versions of a field.
    #[serde(default)]
    pub choose: Option<Choose>,
    /// A decision on a held edit.
    #[serde(default)]
    pub decide: Option<Decide>,
    /// Taking back an own held edit, by its name.
    #[serde(default)]
    pub withdraw: Option<String>,
    /// The step must be refused, and what is said then contains these words.
    #[serde(default)]
    pub refused: Option<String>,
}

/// A device's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// The device reaches the server, and syncs after every step of anyone.
    Online,
    /// The line is cut: the device tries, and fails.
    Offline,
    /// The device does not try.
    Asleep,
}

/// A planned visit by its time, or one that was not planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum VisitName {
    /// The visit planned for this time.
    Planned(LocalTime),
    /// A visit on no roster.
    Unplanned,
}

impl TryFrom<String> for VisitName {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        if text == "unplanned" {
            return Ok(VisitName::Unplanned);
        }
        text.parse().map(VisitName::Planned).map_err(|error| format!("{error}; or write \"unplanned\""))
    }
}

/// An observation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// The kind's code in the catalogue.
    pub kind: String,
    /// Where on the body.
    #[serde(default)]
    pub site: Option<String>,
    /// Values by field code.
    #[serde(default)]
    pub fields: Map<String, Json>,
    /// Fields recorded with the latest earlier value, by the time observed, in the whole story so far.
    #[serde(default)]
    pub as_last_known: Vec<String>,
    /// Why there are no values.
    #[serde(default)]
    pub absent: Option<String>,
    /// How the author knows.
    #[serde(default)]
    pub how_known: Option<String>,
    /// The author's words.
    #[serde(default)]
    pub note: Option<String>,
    /// The person's words.
    #[serde(default)]
    pub quoted: Option<String>,
    /// When it was seen, where that is before the step's time.
    #[serde(default)]
    pub observed: Option<LocalTime>,
}

/// A call about a met trigger.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// The trigger. Its latest escalation on this device is meant.
    pub trigger: String,
    /// The contact's entry in the plan.
    pub contact: String,
    /// How: `phone`, `secure_email` or `in_person`.
    #[serde(default)]
    pub means: Option<String>,
    /// Whether someone answered.
    pub answered: bool,
}

/// What a named person answered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The trigger. Its latest escalation on this device is meant.
    pub trigger: String,
    /// Who answered.
    pub from: String,
    /// What they said.
    pub said: String,
    /// Who comes, or rings, by when.
    #[serde(default)]
    pub promise: Option<Promise>,
}

/// Who comes, or rings, by when.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// The member of staff, where it is one.
    #[serde(default)]
    pub staff: Option<String>,
    /// By when.
    pub by: LocalTime,
}

/// The end of an escalation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// The trigger. Its latest escalation on this device is meant.
    pub trigger: String,
    /// What came of it.
    pub outcome: String,
}

/// A communication that names no escalation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Communication {
    /// With whom.
    pub with: String,
    /// How: `phone`, `secure_email` or `in_person`.
    #[serde(default)]
    pub means: Option<String>,
    /// What for.
    pub purpose: String,
    /// What was said.
    pub said: String,
    /// When it was, where that is before the step's time.
    #[serde(default)]
    pub observed: Option<LocalTime>,
}

/// A choice between the versions of a field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choose {
    /// The part of the plan.
    pub section: String,
    /// The entry.
    pub entry: String,
    /// The field.
    pub field: String,
    /// The value chosen.
    pub value: Json,
    /// On the own device, or in the console's inbox.
    #[serde(default)]
    pub via: Via,
}

/// A decision on a held edit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// The edit's name.
    pub edit: String,
    /// Taken or not.
    pub accept: bool,
    /// Why, in words.
    pub reason: String,
    /// On the own device, or in the console's inbox.
    #[serde(default)]
    pub via: Via,
}

/// Where a choice is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// The step's own device.
    #[default]
    Device,
    /// The console's inbox, signed in.
    Console,
}

/// What must hold at a time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Its name: docs and messages use it.
    pub id: String,
    /// When: after all steps up to and including this time.
    pub at: LocalTime,
    /// Whose device, or `server`, or `console`; one or several.
    pub on: Places,
    /// Who is signed in to the console.
    #[serde(rename = "as", default)]
    pub signed_in: Option<String>,
    /// About whom. May be left out where the file has one person.
    #[serde(default)]
    pub person: Option<String>,
    /// What to look at.
    pub look_at: Subject,
    /// For `page`: its path, with `{grace}` for the identifier of a person.
    #[serde(default)]
    pub path: Option<String>,
    /// For `field`: the part of the plan.
    #[serde(default)]
    pub section: Option<String>,
    /// For `field`: the entry.
    #[serde(default)]
    pub entry: Option<String>,
    /// For `field`: the field.
    #[serde(default)]
    pub field: Option<String>,
    /// Of a list, only the items that have these values.
    #[serde(rename = "where", default)]
    pub only: Option<Map<String, Json>>,
    /// All of it: lists have the same length and order; of an object, the named values are compared.
    #[serde(default, deserialize_with = "present")]
    pub is: Option<Json>,
    /// A list has each of these among its items.
    #[serde(default)]
    pub includes: Option<Vec<Json>>,
    /// Words that a page shows.
    #[serde(default)]
    pub shows: Vec<String>,
    /// Words that a page does not show.
    #[serde(default)]
    pub shows_not: Vec<String>,
    /// For the reader.
    #[serde(default)]
    pub note: Option<String>,
}

/// `null` is a value that can be expected.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(from).map(Some)
}

/// One place or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "OneOrMany")]
pub struct Places(pub Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Places {
    fn from(from: OneOrMany) -> Places {
        match from {
            OneOrMany::One(place) => Places(vec![place]),
            OneOrMany::Many(places) => Places(places),
        }
    }
}

/// What an expectation looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Escalations of a person, open and closed, oldest first.
    Escalations,
    /// What cannot be told because a device is silent.
    CannotTell,
    /// Planned and unplanned visits.
    Visits,
    /// Notes aligned with clinical visits.
    Aligned,
    /// One field of the plan, with every version of it.
    Field,
    /// All fields on which people differ.
    Conflicts,
    /// Edits that wait for a decision.
    Held,
    /// Own edits and what became of them.
    MyEdits,
    /// Records on the device that the server has not receipted.
    Waiting,
    /// The server's journal: how many records of whom, gaps, records missing.
    Journal,
    /// Every record of a person, oldest first, with the plan that its author saw.
    History,
    /// The text of a console page.
    Page,
}
