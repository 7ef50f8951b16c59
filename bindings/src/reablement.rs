//! Reablement, as remote types: the summary of a week, its goals and what it proposes.

use crate::names::{Day, GoalCount, HowMany};
use alongside_replica::domain::care::escalation::EscalationState;
use alongside_replica::domain::ids::{EntryId, StaffId};
use alongside_replica::domain::journal::RecordRef;
use alongside_replica::domain::reablement::goal::{Goal, Level};
use alongside_replica::domain::reablement::progress::{GoalState, GoalWeek, LevelAt, WeekBefore};
use alongside_replica::domain::reablement::proposal::{Proposal, Reason, Step};
use alongside_replica::domain::reablement::summary::{
    EscalationOfWeek, ReviewOpened, VisitCounts, WeeklySummary,
};
use alongside_replica::domain::reablement::week::Week;
use alongside_replica::domain::time::Moment;

/// A week of one person, as it was known at a moment.
#[uniffi::remote(Record)]
pub struct WeeklySummary {
    pub week: Week,
    pub known_by: Moment,
    pub plan: u64,
    pub goals: Vec<GoalWeek>,
    pub visits: VisitCounts,
    pub escalations: Vec<EscalationOfWeek>,
    pub plan_changes: Vec<u64>,
    pub equipment: Vec<EntryId>,
    pub falls: Vec<RecordRef>,
    pub reviews: Vec<ReviewOpened>,
    pub proposal: Proposal,
}

/// A goal in one week. Levels are 0 independent, 1 prompting, 2 supervision, 3 help of one, 4 help of two, 5 not
/// possible.
#[uniffi::remote(Record)]
pub struct GoalWeek {
    pub goal: Goal,
    pub levels: Vec<LevelAt>,
    pub level: Option<Level>,
    pub last_week: Option<Level>,
    pub state: GoalState,
    pub before: Vec<WeekBefore>,
}

/// How a goal stood in a week before.
#[uniffi::remote(Record)]
pub struct WeekBefore {
    pub week: Week,
    pub records: u32,
    pub level: Option<Level>,
}

/// What the person wants to be able to do.
#[uniffi::remote(Record)]
pub struct Goal {
    pub id: EntryId,
    pub text: String,
    pub own_words: String,
    pub domain: String,
    pub baseline: Option<Level>,
    pub target: Option<Level>,
    pub target_date: Option<Day>,
    pub lead: String,
    pub support: String,
    pub starts_on: Option<Day>,
}

/// A level as it was recorded.
#[uniffi::remote(Record)]
pub struct LevelAt {
    pub record: RecordRef,
    pub at: Moment,
    pub clock_off_ms: Option<i64>,
    pub by: StaffId,
    pub level: Level,
}

/// How a goal does.
#[uniffi::remote(Enum)]
pub enum GoalState {
    TooFew,
    Achieved,
    Improving,
    Declining,
    Stalled,
    Steady,
}

/// How the care visits of a week went.
#[uniffi::remote(Record)]
pub struct VisitCounts {
    pub kept: HowMany,
    pub late: HowMany,
    pub missed: HowMany,
    pub unknown: HowMany,
    pub not_come: HowMany,
    pub unplanned: HowMany,
}

/// An escalation that was raised in the week.
#[uniffi::remote(Record)]
pub struct EscalationOfWeek {
    pub trigger: EntryId,
    pub name: String,
    pub raised: Moment,
    pub minutes_to_answer: Option<i64>,
    pub state: EscalationState,
}

/// A review that a stalled goal opens.
#[uniffi::remote(Record)]
pub struct ReviewOpened {
    pub goal: EntryId,
    pub due: Day,
}

/// What is proposed, and why. The supervisor decides.
#[uniffi::remote(Record)]
pub struct Proposal {
    pub step: Step,
    pub rule: Option<EntryId>,
    pub reasons: Vec<Reason>,
}

/// Less care, as it is, or more.
#[uniffi::remote(Enum)]
pub enum Step {
    StepDown,
    Maintain,
    StepUp,
}

/// What made a rule of the plan hold.
#[uniffi::remote(Enum)]
pub enum Reason {
    GoalsAtTarget { goals: Vec<GoalCount> },
    GoalWorse { goal: EntryId, records: Vec<RecordRef> },
    Falls { records: Vec<RecordRef>, days: u32 },
    NoFalls { days: u32 },
}
