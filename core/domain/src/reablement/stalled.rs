//! The problem-solving reviews that stalled goals have opened lately, for the lists of who owes what.

use super::known::reads;
use super::progress::History;
use super::summary::{goal_weeks, goals_of, reviews_of, weeks};
use super::week::Week;
use crate::care::CareInputs;
use crate::care::lacks::Part;
use crate::care::records::Records;
use crate::ids::EntryId;
use crate::journal::Entry;
use chrono::NaiveDate;

/// For so many weeks a review that nobody has held stands in the lists.
const WEEKS: usize = 8;

/// A review that a stalled goal opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewOfWeek {
    /// The week in which it stalled.
    pub week: Week,
    /// The goal.
    pub goal: EntryId,
    /// The day by which it is due.
    pub due: NaiveDate,
}

/// The reviews that the last weeks have opened, as their summaries say by now, oldest first. Nothing of a week whose
/// summary is not made here.
pub fn reviews_opened(inputs: &CareInputs<'_>) -> Vec<ReviewOfWeek> {
    if !inputs.tells(Part::Week) || inputs.plan.versions().iter().all(|at| at.plan.goals.is_empty()) {
        return Vec::new();
    }
    let progress = super::known::progress(inputs);
    let weeks = weeks(inputs.plan, inputs.now);
    let last = weeks.iter().rev().take(WEEKS).rev();
    let whole = last.filter(|week| reads(**week).0 >= inputs.complete_from);
    whole.flat_map(|week| reviews_of_week(inputs, *week, &progress)).collect()
}

fn reviews_of_week(inputs: &CareInputs<'_>, week: Week, progress: &[&Entry]) -> Vec<ReviewOfWeek> {
    let Some(in_force) = inputs.plan.in_force(week.to().plus_ms(-1)) else { return Vec::new() };
    let known = progress.iter().copied().filter(|entry| entry.observed < week.to());
    let histories = History::of(&Records::of(known), inputs.catalogue, week);
    let goals = goals_of(in_force, inputs.plan, week);
    let opened = reviews_of(&goal_weeks(&goals, &histories, week), week);
    opened.into_iter().map(|one| ReviewOfWeek { week, goal: one.goal, due: one.due }).collect()
}
