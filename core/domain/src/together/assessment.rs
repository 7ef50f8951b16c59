//! Joint assessment: what health and social care contribute to each part, by whom and when.
//!
//! A contribution counts by the time at which it was made: what was written without signal and came in late is late
//! only in being known.

use super::deadline::{Deadline, DeadlineKind, DeadlineState, known_in_time, state_of};
use super::entry::{Made, Reading, Shown};
use super::flag::{Flag, FlagWhy};
use super::owner::Owner;
use crate::care::escalation::InTime;
use crate::ids::EntryId;
use crate::plan::edit::Section;
use crate::time::Moment;
use serde::Serialize;

/// A part of a joint assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssessmentView {
    /// Its entry.
    pub id: EntryId,
    /// Which part.
    pub text: String,
    /// The referral that it answers.
    pub referral: Option<EntryId>,
    /// By when; absent while what it hangs on has not happened.
    pub due: Option<Moment>,
    /// What each side was asked for, and gave.
    pub contributions: Vec<Contribution>,
    /// When the last side gave what was asked, and when the server knew.
    pub complete: Option<Made>,
    /// How it stands.
    pub state: DeadlineState,
    /// Whether it was known in time that it is complete.
    pub known_in_time: InTime,
    /// Whether the health system has it: `yes`, `no`, `not_recorded`; empty where nobody has said.
    pub acknowledged: String,
}

/// What one side contributes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contribution {
    /// Which side.
    pub side: Side,
    /// Who is asked.
    pub owner: Owner,
    /// What they gave; empty while nothing.
    pub words: String,
    /// When they first gave it.
    pub made: Option<Made>,
}

/// The sides of a joint assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Health.
    Health,
    /// Social care.
    SocialCare,
}

impl Side {
    /// Its stable code, as the field that holds its contribution.
    pub fn code(self) -> &'static str {
        match self {
            Side::Health => "health",
            Side::SocialCare => "social_care",
        }
    }

    fn deadline(self) -> DeadlineKind {
        match self {
            Side::Health => DeadlineKind::AssessmentHealth,
            Side::SocialCare => DeadlineKind::AssessmentSocialCare,
        }
    }
}

/// The parts of the joint assessment, and what is due of each side.
pub(super) fn fold(reading: &Reading<'_>) -> (Vec<AssessmentView>, Vec<Deadline>, Vec<Flag>) {
    let (mut parts, mut deadlines, mut flags) = (Vec::new(), Vec::new(), Vec::new());
    for entry in reading.entries(Section::Assessments) {
        let part = part(&entry);
        for given in &part.contributions {
            let kind = given.side.deadline();
            deadlines.push(Deadline::of(&entry, kind, given.owner.clone(), part.due, given.made));
        }
        if part.due.is_none() && entry.text("due").starts_with("referral") {
            flags.push(entry.flag("referral", FlagWhy::HangsOnNothing));
        }
        parts.push(part);
    }
    (parts, deadlines, flags)
}

fn part(entry: &Shown<'_>) -> AssessmentView {
    let (due, now) = (entry.due("due"), entry.reading.now());
    let contributions: Vec<Contribution> =
        sides(entry.text("from")).iter().map(|side| contribution(entry, *side)).collect();
    let given: Option<Vec<Made>> = contributions.iter().map(|one| one.made).collect();
    let given = given.unwrap_or_default();
    let last = given.iter().max_by_key(|made| made.at).copied();
    let known: Option<Vec<Moment>> = given.iter().map(|made| made.known).collect();
    let known = known.and_then(|known| known.into_iter().max());
    let complete = last.map(|last| Made { known, ..last });
    AssessmentView {
        id: entry.id.clone(),
        text: entry.words("text"),
        referral: entry.text("referral").parse().ok(),
        due,
        contributions,
        complete,
        state: state_of(due, complete.map(|made| made.at), now),
        known_in_time: known_in_time(due, complete, now),
        acknowledged: entry.words("acknowledged"),
    }
}

fn sides(from: &str) -> &'static [Side] {
    match from {
        "health" => &[Side::Health],
        "social_care" => &[Side::SocialCare],
        _ => &[Side::Health, Side::SocialCare],
    }
}

fn contribution(entry: &Shown<'_>, side: Side) -> Contribution {
    let code = side.code();
    let owner = entry.owner(&format!("{code}_by"));
    Contribution { side, owner, words: entry.words(code), made: entry.first_made(code) }
}
