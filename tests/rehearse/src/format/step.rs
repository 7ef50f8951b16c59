//! The steps of a scenario: what people do, and when.

use super::Edit;
use crate::time::LocalTime;
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

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
    /// From now on the device's clock shows so many hours more than it is; fewer, where it is below zero.
    #[serde(default)]
    pub clock_off_hours: Option<i64>,
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
    /// What happens in a carer's day.
    #[serde(default)]
    pub day: Option<DayStep>,
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
    /// Starting the plan from a template, by its code.
    #[serde(default)]
    pub template: Option<String>,
    /// The device's screens show what it holds about the person.
    #[serde(default)]
    pub look: bool,
    /// A concern.
    #[serde(default)]
    pub concern: Option<ConcernGiven>,
    /// A call about a concern.
    #[serde(default)]
    pub concern_call: Option<ConcernCall>,
    /// An act on the case of a concern, on the console.
    #[serde(default)]
    pub case_act: Option<CaseAct>,
    /// Opening a record in an emergency, ending that, or looking at it, on the console.
    #[serde(default)]
    pub emergency: Option<Emergency>,
    /// Access to the person for a time, given or ended on the console.
    #[serde(default)]
    pub given_time: Option<GivenTime>,
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
    /// Whether it is other than usual for the person: `no`, `yes` or `dont_know`.
    #[serde(default)]
    pub changed: Option<String>,
    /// Who else was there.
    #[serde(default)]
    pub present: Option<String>,
    /// What was done about it at once.
    #[serde(default)]
    pub done: Option<String>,
    /// The note as it was before its author changed it.
    #[serde(default)]
    pub first_note: Option<String>,
    /// When it was seen, where that is before the step's time.
    #[serde(default)]
    pub observed: Option<LocalTime>,
    /// What a later correction calls it.
    #[serde(default)]
    pub name: Option<String>,
    /// The observation that this one corrects.
    #[serde(default)]
    pub corrects: Option<Corrects>,
}

/// Which observation is corrected, and why.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corrects {
    /// Its name.
    pub record: String,
    /// Why, in words.
    pub reason: String,
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
    /// They will not help.
    #[serde(default)]
    pub refused: bool,
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

/// A concern.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConcernGiven {
    /// What later steps and expectations call it.
    pub name: String,
    /// What was seen and heard.
    pub text: String,
    /// The exact words.
    #[serde(default)]
    pub quoted: Option<String>,
    /// Where it was.
    #[serde(default)]
    pub place: Option<String>,
    /// Who was there.
    #[serde(default)]
    pub present: Option<String>,
    /// Whether somebody is in danger now: `yes`, `no` or `not_known`.
    #[serde(default)]
    pub danger: Option<String>,
    /// What was done at once.
    #[serde(default)]
    pub done: Option<String>,
    /// When it was seen, where that is before the step's time.
    #[serde(default)]
    pub seen: Option<LocalTime>,
    /// Recipients who are not to have it.
    #[serde(default)]
    pub leave_out: Vec<String>,
}

/// A call about a concern.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConcernCall {
    /// The concern's name.
    pub concern: String,
    /// With whom.
    pub with: String,
    /// How: `phone`, `secure_email` or `in_person`.
    #[serde(default)]
    pub means: Option<String>,
    /// Whether someone answered.
    pub answered: bool,
    /// What was said.
    pub said: String,
    /// Recipients who are not to have it.
    #[serde(default)]
    pub leave_out: Vec<String>,
}

/// An act on the case of a concern.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseAct {
    /// The concern's name.
    pub concern: String,
    /// The act's code.
    pub act: String,
    /// What its form holds.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// On their phone, and not on the console: `acknowledged` alone.
    #[serde(default)]
    pub on_phone: bool,
}

/// Something about a record that is opened in an emergency.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Emergency {
    /// Finds the person by the NHS number and opens their record.
    Opens {
        /// The number.
        nhs_number: String,
        /// For how long.
        hours: u32,
        /// Why.
        reason: String,
    },
    /// Shuts it before its time.
    Ends {},
    /// A manager marks what waits first as looked at.
    Looks {},
}

/// Access for a time to somebody without a visit.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum GivenTime {
    /// Gives it.
    Gives {
        /// To whom.
        to: String,
        /// From when, as the form takes it.
        from: String,
        /// Until when.
        until: String,
    },
    /// Ends the first one that is there.
    Ends {},
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

/// What happens in a carer's day, in the order of these fields.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayStep {
    /// The planned visit that it is about, by its time; nobody arrives because of it.
    #[serde(default)]
    pub visit: Option<LocalTime>,
    /// A handover note.
    #[serde(default)]
    pub handover: Option<String>,
    /// Reads every handover note that is shown on this device.
    #[serde(default)]
    pub reads_handover: bool,
    /// When somebody who runs late expects to be there.
    #[serde(default)]
    pub running_late: Option<LocalTime>,
    /// A step because nobody answers the door.
    #[serde(default)]
    pub no_reply: Option<NoReply>,
    /// The person is located safe.
    #[serde(default)]
    pub located: Option<Located>,
    /// When somebody expects to leave.
    #[serde(default)]
    pub leaving: Option<LocalTime>,
    /// An action that is not safe today.
    #[serde(default)]
    pub not_safe: Option<NotSafe>,
    /// Asks for help.
    #[serde(default)]
    pub help: bool,
    /// Sets the code of the key safe, at the server.
    #[serde(default)]
    pub set_key_safe: Option<String>,
    /// Looks at the code on the own device: it must be this.
    #[serde(default)]
    pub looks_at_key_safe: Option<String>,
}

/// A step because nobody answers the door.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoReply {
    /// Which.
    pub step: String,
    /// What came of it.
    pub result: String,
}

/// Who located the person, and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Located {
    /// Their name.
    pub by: String,
    /// Where and how.
    pub how: String,
}

/// An action that is not safe today.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotSafe {
    /// The action's entry in the plan.
    pub action: String,
    /// What was seen.
    pub why: String,
    /// Who was told.
    #[serde(default)]
    pub told: Option<String>,
}
