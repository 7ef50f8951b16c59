//! NEWS2: the early warning score of one set of vital signs.
//!
//! From: Royal College of Physicians. National Early Warning Score (NEWS) 2: Standardising the assessment of
//! acute-illness severity in the NHS. Updated report of a working party. London: RCP, 2017. Free to use with this
//! acknowledgement. The chart itself is not drawn here.
//!
//! For adults (16 and over), not in pregnancy: the caller knows both. A score is worked out only from a complete
//! set that someone trained for it recorded, and it is shown beside the person's usual score and escalation plan.
//! It never replaces what a carer sees: an emergency sign stands whatever the score is.

use super::number::Number;
use super::records::{Records, Seen};
use crate::ids::StaffId;
use crate::journal::RecordRef;
use crate::journal::body::Role;
use crate::time::Moment;
use crate::value::{Fields, Value};
use serde::Serialize;

/// The kind of observation that a score is worked out from.
pub const KIND: &str = "vital_signs";

/// What a complete set has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Breaths in a minute.
    RespRate,
    /// Oxygen saturation, in percent.
    Spo2,
    /// Air or oxygen.
    AirOrOxygen,
    /// Which scale of saturations.
    Spo2Scale,
    /// The clinician who set scale 2; asked for with scale 2 only.
    ScaleSetBy,
    /// Systolic blood pressure, in mmHg.
    Systolic,
    /// Beats in a minute.
    Pulse,
    /// Alert, new confusion, voice, pain or unresponsive.
    Acvpu,
    /// In degrees Celsius.
    Temperature,
}

impl Part {
    /// The field of the kind [`KIND`].
    pub fn field(self) -> &'static str {
        match self {
            Part::RespRate => "resp_rate",
            Part::Spo2 => "spo2",
            Part::AirOrOxygen => "air_or_oxygen",
            Part::Spo2Scale => "spo2_scale",
            Part::ScaleSetBy => "scale_set_by",
            Part::Systolic => "systolic",
            Part::Pulse => "pulse",
            Part::Acvpu => "acvpu",
            Part::Temperature => "temperature",
        }
    }
}

/// Why there is no score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NoScore {
    /// Whoever recorded it is not trained for vital signs.
    #[error("whoever recorded it is not trained for vital signs")]
    NotTrained,
    /// These are missing, or have a value that cannot be read: measure and record them.
    #[error("parts are missing: {}", .0.iter().map(|part| part.field()).collect::<Vec<_>>().join(", "))]
    Missing(Vec<Part>),
}

/// The points of each part, 0 to 3; oxygen 0 or 2; consciousness 0 or 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "the names say all")]
pub struct Points {
    pub resp_rate: u8,
    pub spo2: u8,
    pub oxygen: u8,
    pub systolic: u8,
    pub pulse: u8,
    pub consciousness: u8,
    pub temperature: u8,
}

/// How soon someone must respond, as the report divides scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Total 0: low.
    Zero,
    /// Total 1 to 4: low.
    Low,
    /// Total 3 or 4, with 3 in a single part: low to medium, urgent.
    LowMedium,
    /// Total 5 or 6: medium, urgent.
    Medium,
    /// Total 7 or more: high, emergency.
    High,
}

/// A score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct News2 {
    /// The sum of the points, 0 to 20.
    pub total: u8,
    /// Of each part.
    pub points: Points,
    /// Whether a single part has 3 points.
    pub single_three: bool,
    /// How soon someone must respond.
    pub band: Band,
}

/// The score of the fields of an observation of the kind [`KIND`]. `trained` is whether its author is trained
/// for vital signs.
pub fn score(fields: &Fields, trained: bool) -> Result<News2, NoScore> {
    if !trained {
        return Err(NoScore::NotTrained);
    }
    let mut set = Set { fields, missing: Vec::new() };
    let points = set.points();
    match (points, set.missing.is_empty()) {
        (Some(points), true) => Ok(News2::of(points)),
        _ => Err(NoScore::Missing(set.missing)),
    }
}

/// Who is trained for vital signs by profession. A default that the clinical safety officer must agree: of a carer who
/// was trained for them nothing says so yet, and her set gets no score.
pub fn is_trained(role: Role) -> bool {
    role == Role::Nurse
}

/// The last set of vital signs of a person, with its score, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastSet {
    /// The record.
    pub record: RecordRef,
    /// When it was measured.
    pub at: Moment,
    /// Who measured it.
    pub by: StaffId,
    /// Its score, where all parts are there and whoever measured is trained.
    pub score: Option<News2>,
    /// Why there is none, in words.
    pub no_score: Option<String>,
}

/// The last set that was measured, corrected or not. What somebody declined is no set.
pub fn last(records: &Records) -> Option<Seen<'_>> {
    records.of_kind(KIND).rev().find(|seen| seen.observation.absent.is_none())
}

impl LastSet {
    /// A set, and what whoever measured it is known to be.
    pub fn of(set: &Seen<'_>, role: Option<Role>) -> LastSet {
        let found = score(&set.observation.fields, role.is_some_and(is_trained));
        let (score, no_score) = match found {
            Ok(score) => (Some(score), None),
            Err(why) => (None, Some(why.to_string())),
        };
        LastSet { record: set.entry.id, at: set.entry.observed, by: set.entry.header.by, score, no_score }
    }
}

impl News2 {
    fn of(points: Points) -> News2 {
        let Points { resp_rate, spo2, oxygen, systolic, pulse, consciousness, temperature } = points;
        let each = [resp_rate, spo2, oxygen, systolic, pulse, consciousness, temperature];
        let total = each.iter().sum();
        let single_three = each.contains(&3);
        let band = match total {
            0 => Band::Zero,
            1..=4 if single_three => Band::LowMedium,
            1..=4 => Band::Low,
            5..=6 => Band::Medium,
            _ => Band::High,
        };
        News2 { total, points, single_three, band }
    }
}

/// Reads a set, and notes what it has not.
struct Set<'a> {
    fields: &'a Fields,
    missing: Vec<Part>,
}

impl Set<'_> {
    /// Each part is read even when one before it is missing, so that all missing ones are named.
    fn points(&mut self) -> Option<Points> {
        let resp_rate = self.number(Part::RespRate);
        let spo2 = self.number(Part::Spo2);
        let on_oxygen = self.code(Part::AirOrOxygen, &[("air", false), ("oxygen", true)]);
        let scale_2 = self.code(Part::Spo2Scale, &[("scale_1", false), ("scale_2", true)]);
        if scale_2 == Some(true) {
            self.named(Part::ScaleSetBy);
        }
        let systolic = self.number(Part::Systolic);
        let pulse = self.number(Part::Pulse);
        let consciousness = self.code(Part::Acvpu, ACVPU_POINTS);
        let temperature = self.number(Part::Temperature);
        let on_oxygen = on_oxygen?;
        Some(Points {
            resp_rate: points_of(resp_rate?, RESP_RATE),
            spo2: points_of(spo2?, spo2_steps(scale_2?, on_oxygen)),
            oxygen: if on_oxygen { 2 } else { 0 },
            systolic: points_of(systolic?, SYSTOLIC),
            pulse: points_of(pulse?, PULSE),
            consciousness: consciousness?,
            temperature: points_of(temperature?, TEMPERATURE),
        })
    }

    fn number(&mut self, part: Part) -> Option<Number> {
        let number = self.fields.get(part.field()).and_then(Number::of);
        self.note(part, number)
    }

    fn code<T: Copy>(&mut self, part: Part, codes: &[(&str, T)]) -> Option<T> {
        let code = self.fields.get(part.field()).and_then(Value::as_text);
        let meaning = codes.iter().find(|(known, _)| code == Some(known)).map(|(_, meaning)| *meaning);
        self.note(part, meaning)
    }

    fn named(&mut self, part: Part) {
        let name = self.fields.get(part.field()).and_then(Value::as_text);
        self.note(part, name.filter(|name| !name.trim().is_empty()).map(drop));
    }

    fn note<T>(&mut self, part: Part, found: Option<T>) -> Option<T> {
        if found.is_none() {
            self.missing.push(part);
        }
        found
    }
}

const ACVPU_POINTS: &[(&str, u8)] =
    &[("alert", 0), ("new_confusion", 3), ("voice", 3), ("pain", 3), ("unresponsive", 3)];

/// Rising upper ends in tenths, so that temperatures are exact, each with the points of a value up to it.
struct Steps {
    up_to: &'static [(i64, u8)],
    /// The points of all values above the last end.
    above: u8,
}

const RESP_RATE: Steps = Steps { up_to: &[(80, 3), (110, 1), (200, 0), (240, 2)], above: 3 };
const SPO2_SCALE_1: Steps = Steps { up_to: &[(910, 3), (930, 2), (950, 1)], above: 0 };
const SPO2_SCALE_2_AIR: Steps = Steps { up_to: &[(830, 3), (850, 2), (870, 1)], above: 0 };
const SPO2_SCALE_2_OXYGEN: Steps =
    Steps { up_to: &[(830, 3), (850, 2), (870, 1), (920, 0), (940, 1), (960, 2)], above: 3 };
const SYSTOLIC: Steps = Steps { up_to: &[(900, 3), (1000, 2), (1100, 1), (2190, 0)], above: 3 };
const PULSE: Steps = Steps { up_to: &[(400, 3), (500, 1), (900, 0), (1100, 1), (1300, 2)], above: 3 };
const TEMPERATURE: Steps = Steps { up_to: &[(350, 3), (360, 1), (380, 0), (390, 1)], above: 2 };

fn spo2_steps(scale_2: bool, on_oxygen: bool) -> Steps {
    match (scale_2, on_oxygen) {
        (false, _) => SPO2_SCALE_1,
        (true, false) => SPO2_SCALE_2_AIR,
        (true, true) => SPO2_SCALE_2_OXYGEN,
    }
}

fn points_of(number: Number, steps: Steps) -> u8 {
    let step = steps.up_to.iter().find(|(tenths, _)| number <= Number::tenths(*tenths));
    step.map_or(steps.above, |(_, points)| *points)
}
