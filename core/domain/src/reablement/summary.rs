//! The weekly summary: a pure function of the plan and the records, as they were known at a moment.
//!
//! What came in later makes a new version of the summary. Nothing in it is of days after its week, and nothing of a
//! restricted channel has a place in it.

pub use super::known::reads;

use super::goal::Goal;
use super::known::{KnownBy, came_in};
use super::progress::{GoalState, GoalWeek, History};
use super::proposal::{Facts, Proposal, propose};
use super::week::Week;
use crate::care::CareInputs;
use crate::care::escalation::{self, EscalationState};
use crate::care::lacks::Part;
use crate::care::plan::{PlanAt, PlanTimeline};
use crate::care::records::Records;
use crate::care::visits::{self, VisitState};
use crate::ids::EntryId;
use crate::journal::RecordRef;
use crate::journal::body::VisitKind;
use crate::time::Moment;
use chrono::{Days, NaiveDate};
use serde::Serialize;
use std::collections::BTreeMap;

/// The kind of observation that records a fall.
const FALL_KIND: &str = "fall";
/// The most weeks that are listed: two years.
const WEEKS_MAX: usize = 105;
/// A stalled goal opens a review that is due so many days after the Sunday.
const REVIEW_WITHIN_DAYS: u64 = 3;

/// A week of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WeeklySummary {
    /// Which week.
    pub week: Week,
    /// The summary holds what was known by then.
    pub known_by: Moment,
    /// The plan version in force then.
    pub plan: u64,
    /// The goals of the plan, in its order.
    pub goals: Vec<GoalWeek>,
    /// Care visits of the week.
    pub visits: VisitCounts,
    /// Escalations raised in the week.
    pub escalations: Vec<EscalationOfWeek>,
    /// Versions of the plan that were accepted in the week.
    pub plan_changes: Vec<u64>,
    /// Equipment that came in the week, or whose check is due.
    pub equipment: Vec<EntryId>,
    /// Falls of the week.
    pub falls: Vec<RecordRef>,
    /// Problem-solving reviews that its stalled goals open.
    pub reviews: Vec<ReviewOpened>,
    /// What is proposed.
    pub proposal: Proposal,
}

/// How the care visits of a week went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct VisitCounts {
    /// Someone came in time.
    pub kept: usize,
    /// Someone came after the window.
    pub late: usize,
    /// Nobody came.
    pub missed: usize,
    /// A device that would know was silent.
    pub unknown: usize,
    /// Nobody had come by Sunday 24:00, and it was not too late yet.
    pub not_come: usize,
    /// Someone came without a plan.
    pub unplanned: usize,
}

/// An escalation that was raised in the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EscalationOfWeek {
    /// The trigger.
    pub trigger: EntryId,
    /// Its name.
    pub name: String,
    /// When.
    pub raised: Moment,
    /// How long it took until someone answered.
    pub minutes_to_answer: Option<i64>,
    /// How it stood.
    pub state: EscalationState,
}

/// A review that a stalled goal opens, instead of the same input going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewOpened {
    /// The goal.
    pub goal: EntryId,
    /// The day by which it is due.
    pub due: NaiveDate,
}

/// The summary of a week, as it was known at `known_by`. Nothing before the plan had its first version, and nothing
/// where records that it reads are not here, or are not shared with its reader: a partial figure would be a wrong one.
pub fn weekly(inputs: &CareInputs<'_>, week: Week, known_by: Moment) -> Option<WeeklySummary> {
    let (reads_from, _) = reads(week);
    if reads_from < inputs.complete_from || !inputs.tells(Part::Week) {
        return None;
    }
    let plan = plan_known_by(inputs.plan, known_by);
    let in_force = plan.in_force(week.to().plus_ms(-1))?.clone();
    let KnownBy { records, progress, heard } = KnownBy::of(inputs, week, known_by);
    let now = week.to().min(known_by);
    let then = CareInputs {
        records: &records,
        plan: &plan,
        heard: &heard,
        complete_from: reads_from,
        now,
        ..*inputs
    };
    let goals = goals_of(&in_force, &plan, week);
    let histories = History::of(&progress, inputs.catalogue, week);
    let falls = falls_up_to(&records, week);
    let facts = Facts { week, goals: &goals, histories: &histories, falls: &falls };
    let goal_weeks = goal_weeks(&goals, &histories, week);
    Some(WeeklySummary {
        week,
        known_by,
        plan: in_force.version,
        visits: visit_counts(&then, week),
        escalations: escalations_of(&then, week),
        plan_changes: changes_of(&plan, week),
        equipment: equipment_of(&in_force, week),
        falls: falls.iter().filter(|(at, _)| week.holds(*at)).map(|(_, record)| *record).collect(),
        reviews: reviews_of(&goal_weeks, week),
        proposal: propose(&in_force.plan.step_rules, &facts),
        goals: goal_weeks,
    })
}

/// The weeks that are over by now, from the one in which the plan had its first version on.
pub fn weeks(plan: &PlanTimeline, now: Moment) -> Vec<Week> {
    let Some(first) = plan.versions().first() else { return Vec::new() };
    let (first, mut week) = (Week::of(first.accepted), Week::of(now).before(1));
    let mut found = Vec::new();
    while week >= first && found.len() < WEEKS_MAX {
        found.push(week);
        week = week.before(1);
    }
    found.reverse();
    found
}

/// The end of a week, and the moments after it at which records came in that its summary reads: each makes a new
/// version of it. Records of the week always do; others where the summary is not the same with them.
pub fn versions(inputs: &CareInputs<'_>, week: Week) -> Vec<Moment> {
    let said = |by| weekly(inputs, week, by).map(|said| WeeklySummary { known_by: week.to(), ..said });
    let (mut found, mut before) = (Vec::new(), None);
    for (at, is_of_week) in came_in(inputs, week) {
        if is_of_week {
            before = None;
        } else {
            let last = found.last().copied().unwrap_or(week.to());
            let (before, now) = (before.get_or_insert_with(|| said(last)), said(at));
            if *before == now {
                continue;
            }
            *before = now;
        }
        found.push(at);
    }
    found
}

fn plan_known_by(plan: &PlanTimeline, by: Moment) -> PlanTimeline {
    PlanTimeline::new(plan.versions().iter().filter(|at| at.accepted <= by).cloned())
}

/// The goals of a version, each with its week 1.
pub(super) fn goals_of(at: &PlanAt, plan: &PlanTimeline, week: Week) -> Vec<(Goal, Week)> {
    let begun = |goal: &Goal| {
        let in_plan = plan.versions().iter().find(|at| at.plan.goals.iter().any(|other| other.id == goal.id));
        let since = goal.starts_on.or(in_plan.map(|at| at.accepted.local_day()));
        since.map_or(week, Week::of_day)
    };
    let goals = at.plan.goals.iter().map(|goal| (goal.clone(), begun(goal)));
    goals.filter(|(_, first)| *first <= week).collect()
}

pub(super) fn goal_weeks(
    goals: &[(Goal, Week)],
    histories: &BTreeMap<EntryId, History>,
    week: Week,
) -> Vec<GoalWeek> {
    let none = History::default();
    let of = |(goal, first): &(Goal, Week)| histories.get(&goal.id).unwrap_or(&none).week(goal, week, *first);
    goals.iter().map(of).collect()
}

fn falls_up_to(records: &Records, week: Week) -> Vec<(Moment, RecordRef)> {
    let happened = records.of_kind(FALL_KIND).filter(|seen| seen.observation.absent.is_none());
    let falls = happened.map(|seen| (seen.entry.observed, seen.entry.id));
    falls.filter(|(at, _)| *at < week.to()).collect()
}

fn visit_counts(inputs: &CareInputs<'_>, week: Week) -> VisitCounts {
    let mut counts = VisitCounts::default();
    let of_week = visits::fold(inputs).into_iter().filter(|visit| {
        let at = visit.planned.as_ref().map_or(visit.at(), |planned| planned.start);
        visit.visit_kind == VisitKind::Care && week.holds(at)
    });
    for visit in of_week {
        match visit.state {
            VisitState::Arrived { late: false } => counts.kept += 1,
            VisitState::Arrived { late: true } => counts.late += 1,
            VisitState::Missed { .. } => counts.missed += 1,
            VisitState::Unknown { .. } => counts.unknown += 1,
            VisitState::Unplanned => counts.unplanned += 1,
            VisitState::Late { .. } => counts.not_come += 1,
            VisitState::Expected if inputs.now == week.to() => counts.not_come += 1,
            VisitState::Expected | VisitState::Cancelled | VisitState::Paused | VisitState::NotTold => {}
        }
    }
    counts
}

fn escalations_of(inputs: &CareInputs<'_>, week: Week) -> Vec<EscalationOfWeek> {
    let raised = escalation::fold(inputs).list.into_iter().filter(|escalation| week.holds(escalation.raised));
    raised
        .map(|escalation| EscalationOfWeek {
            trigger: escalation.trigger.id.clone(),
            name: escalation.trigger.name.clone(),
            raised: escalation.raised,
            minutes_to_answer: escalation.response_minutes,
            state: escalation.state,
        })
        .collect()
}

fn changes_of(plan: &PlanTimeline, week: Week) -> Vec<u64> {
    plan.versions().iter().filter(|at| week.holds(at.accepted)).map(|at| at.version).collect()
}

fn equipment_of(at: &PlanAt, week: Week) -> Vec<EntryId> {
    let days = week.monday()..=week.sunday();
    let of_week = at.plan.equipment.iter().filter(|item| {
        item.since.is_some_and(|day| days.contains(&day))
            || item.check_due.is_some_and(|day| day <= week.sunday())
    });
    of_week.map(|item| item.id.clone()).collect()
}

pub(super) fn reviews_of(goals: &[GoalWeek], week: Week) -> Vec<ReviewOpened> {
    let stalled = goals.iter().filter(|goal| goal.state == GoalState::Stalled);
    let due = week.sunday().checked_add_days(Days::new(REVIEW_WITHIN_DAYS)).unwrap_or(week.sunday());
    stalled.map(|goal| ReviewOpened { goal: goal.goal.id.clone(), due }).collect()
}
