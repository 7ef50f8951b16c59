//! Deadlines: what is due from whom by when, and how it stands. One list over all of the plan.

use super::entry::{Made, Reading, Shown};
use super::owner::Owner;
use crate::care::escalation::InTime;
use crate::care::hours::{Nation, is_bank_holiday};
use crate::ids::EntryId;
use crate::plan::edit::Section;
use crate::time::Moment;
use chrono::NaiveDate;
use serde::Serialize;

/// Something that somebody is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// What sort of thing.
    pub kind: DeadlineKind,
    /// The part of the plan that it follows from.
    pub section: Section,
    /// The entry.
    pub entry: EntryId,
    /// What, in the words of the plan.
    pub what: String,
    /// Who.
    pub owner: Owner,
    /// By when; absent where the plan says no time: then it is open until it is done.
    pub due: Option<Moment>,
    /// How it stands.
    pub state: DeadlineState,
    /// Whether the server knew in time that it was done (R5).
    pub known_in_time: InTime,
    /// When and by whom it was done.
    pub done: Option<Made>,
    /// Since when it is open, where a trigger opened it.
    pub since: Option<Moment>,
    /// For a review that recurs: when it was last held.
    pub last_held: Option<NaiveDate>,
    /// The day falls on a bank holiday. It is kept.
    pub bank_holiday: bool,
    /// Why it is late, where somebody has said so.
    pub delay: String,
}

/// What sort of thing is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// An action of the plan.
    Action,
    /// Equipment is to be checked.
    EquipmentCheck,
    /// A review on an agreed day.
    Review,
    /// The next review of the whole plan.
    PlanReview,
    /// A review that a review trigger has opened.
    ReviewOpened,
    /// A question is to be decided.
    Decision,
    /// Organisations see a risk so differently that it is to be decided on.
    RiskGap,
    /// Senior oversight was asked, and is to be reached.
    Oversight,
    /// The result of a disagreement is to be checked.
    DisputeCheck,
    /// A referral is to be answered.
    Referral,
    /// Health's part of a joint assessment.
    AssessmentHealth,
    /// Social care's part of a joint assessment.
    AssessmentSocialCare,
    /// An item of the checklist of going home.
    Checklist,
    /// The joint review of a day before going home.
    DailyReview,
    /// The handover is to be accepted.
    Handover,
    /// A disagreement is to be settled.
    Dispute,
    /// A goal has stalled: why is to be found out together.
    ProblemSolving,
}

/// How a deadline stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineState {
    /// Not done, and its time has not passed.
    Open,
    /// Done by its time.
    DoneInTime,
    /// Done after its time.
    DoneLate,
    /// Not done, and its time has passed.
    Overdue,
}

impl DeadlineState {
    /// Whether somebody has still to act.
    pub fn is_to_do(self) -> bool {
        matches!(self, DeadlineState::Open | DeadlineState::Overdue)
    }
}

impl Deadline {
    pub(super) fn of(
        entry: &Shown<'_>,
        kind: DeadlineKind,
        owner: Owner,
        due: Option<Moment>,
        done: Option<Made>,
    ) -> Deadline {
        let now = entry.reading.now();
        Deadline {
            kind,
            section: entry.section,
            entry: entry.id.clone(),
            what: entry.words(if entry.has("text") { "text" } else { "name" }),
            owner,
            due,
            state: state_of(due, done.map(|done| done.at), now),
            known_in_time: known_in_time(due, done, now),
            done,
            since: None,
            last_held: None,
            bank_holiday: due.is_some_and(|due| is_bank_holiday(Nation::default(), due.local_day())),
            delay: entry.words("delay"),
        }
    }
}

/// How something stands that is due and was done at these moments.
pub(super) fn state_of(due: Option<Moment>, done: Option<Moment>, now: Moment) -> DeadlineState {
    match (due, done) {
        (Some(due), Some(done)) if done > due => DeadlineState::DoneLate,
        (_, Some(_)) => DeadlineState::DoneInTime,
        (Some(due), None) if now > due => DeadlineState::Overdue,
        (_, None) => DeadlineState::Open,
    }
}

/// Whether the server knew in time that it was done. What only this phone has is known to nobody else yet.
pub(super) fn known_in_time(due: Option<Moment>, done: Option<Made>, now: Moment) -> InTime {
    if done.is_some_and(|done| done.known.is_none()) {
        return if due.is_none_or(|due| now <= due) { InTime::Pending } else { InTime::Unknown };
    }
    match state_of(due, done.and_then(|done| done.known), now) {
        DeadlineState::DoneInTime => InTime::Yes,
        DeadlineState::DoneLate | DeadlineState::Overdue => InTime::No,
        DeadlineState::Open => InTime::Pending,
    }
}

/// The actions of the plan that have a day, and the checks of its equipment.
pub(super) fn of_actions_and_equipment(reading: &Reading<'_>) -> Vec<Deadline> {
    let actions = reading.entries(Section::Actions).filter(|action| action.text("state") != "stopped");
    let actions = actions.filter_map(|action| {
        let done = action.made("state").filter(|_| action.text("state") == "done");
        let due = action.due_on("by_when")?;
        Some(Deadline::of(&action, DeadlineKind::Action, action.owner("who"), Some(due), done))
    });
    let equipment = reading.entries(Section::Equipment).filter(|item| item.text("state") != "returned");
    let equipment = equipment.filter_map(|item| {
        let (due, set) = (item.due_on("check_due")?, item.made("check_due")?);
        let done = item.made("checked_on").filter(|done| done.at > set.at);
        Some(Deadline::of(&item, DeadlineKind::EquipmentCheck, item.owner("owner"), Some(due), done))
    });
    actions.chain(equipment).collect()
}

/// In the order of a list: what is to do first, by its time; what has none after those that have.
pub(super) fn sort(deadlines: &mut [Deadline]) {
    let key = |one: &Deadline| {
        let due = (one.due.is_none(), one.due);
        (!one.state.is_to_do(), due, one.section, one.entry.clone(), one.kind, one.since)
    };
    deadlines.sort_by_key(key);
}
