//! R8: the level and the state of a goal in a week.

use super::goal::{GOAL_FIELD, Goal, LEVEL_FIELD, Level, PROGRESS_KIND};
use super::week::Week;
use crate::care::catalogue::Catalogue;
use crate::care::records::{Records, Seen};
use crate::ids::{EntryId, StaffId};
use crate::journal::RecordRef;
use crate::time::Moment;
use crate::value::Value;
use serde::Serialize;
use std::collections::BTreeMap;

/// A week with fewer records has no level, and says nothing.
pub const RECORDS_TO_SAY: usize = 3;
/// Achieved needs so many records in the week.
const RECORDS_ACHIEVED: usize = 6;
/// How many weeks before are told beside a week: reablement lasts up to six weeks (NICE NG74), more is another package.
const WEEKS_BEFORE: u64 = 6;
/// Stalled needs so many records in the week and the one before.
const RECORDS_STALLED: usize = 8;

/// A level as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LevelAt {
    /// The record.
    pub record: RecordRef,
    /// When it was seen, corrected.
    pub at: Moment,
    /// How far the phone's clock was off, in milliseconds, where it was: the time has a doubt.
    pub clock_off_ms: Option<i64>,
    /// By whom.
    pub by: StaffId,
    /// The level.
    pub level: Level,
}

/// How a goal does, first match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GoalState {
    /// Fewer than 3 records in the week.
    TooFew,
    /// Every record of the week at target or better, and at least 6.
    Achieved,
    /// Better than last week.
    Improving,
    /// Worse than last week.
    Declining,
    /// Not better than two weeks before, with at least 8 records over the 14 days.
    Stalled,
    /// None of these.
    Steady,
}

/// A goal in one week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GoalWeek {
    /// The goal, as the plan had it.
    pub goal: Goal,
    /// The records of the week by observed time.
    pub levels: Vec<LevelAt>,
    /// The median of the week, ties to the worse; nothing with fewer than 3 records.
    pub level: Option<Level>,
    /// What it is compared with: the latest earlier week that has a level, else the baseline.
    pub last_week: Option<Level>,
    /// How it does.
    pub state: GoalState,
    /// The trend: the weeks before, oldest first, from the one in which work on the goal began; at most six.
    pub before: Vec<WeekBefore>,
}

/// How a goal stood in a week before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WeekBefore {
    /// Which.
    pub week: Week,
    /// How many records it has.
    pub records: u32,
    /// Its level; nothing with fewer than 3 records.
    pub level: Option<Level>,
}

/// All levels of a goal, by week.
#[derive(Debug, Clone, Default)]
pub struct History {
    weeks: BTreeMap<Week, Vec<LevelAt>>,
}

impl History {
    /// Every goal's levels, from the records up to the end of a week.
    pub fn of(records: &Records, catalogue: &Catalogue, week: Week) -> BTreeMap<EntryId, History> {
        let mut found: BTreeMap<EntryId, History> = BTreeMap::new();
        for seen in records.of_kind(PROGRESS_KIND).filter(|seen| seen.entry.observed < week.to()) {
            if let Some((goal, level)) = progress_of(seen, catalogue) {
                let week = Week::of(level.at);
                found.entry(goal).or_default().weeks.entry(week).or_default().push(level);
            }
        }
        found
    }

    /// The levels of a week, by observed time.
    pub fn levels(&self, week: Week) -> &[LevelAt] {
        self.weeks.get(&week).map(Vec::as_slice).unwrap_or_default()
    }

    /// The level of a week.
    pub fn level(&self, week: Week) -> Option<Level> {
        let mut levels: Vec<Level> = self.levels(week).iter().map(|at| at.level).collect();
        if levels.len() < RECORDS_TO_SAY {
            return None;
        }
        levels.sort_unstable();
        // Of an even number the higher of the two in the middle, which is the worse.
        levels.get(levels.len() / 2).copied()
    }

    /// The level of the latest week at or before `week` that has one, else the baseline. `first` is week 1.
    fn level_up_to(&self, week: Week, first: Week, baseline: Option<Level>) -> Option<Level> {
        let weeks = self.weeks.range(first..).rev().map(|(at, _)| *at).filter(|at| *at <= week);
        weeks.filter_map(|at| self.level(at)).next().or(baseline)
    }

    /// What a week is compared with: the latest earlier week that has a level, else the baseline.
    pub fn last_week(&self, goal: &Goal, week: Week, first: Week) -> Option<Level> {
        self.level_up_to(week.before(1), first, goal.baseline)
    }

    /// How the goal does in `week`, when `first` is its week 1.
    pub fn week(&self, goal: &Goal, week: Week, first: Week) -> GoalWeek {
        let level = self.level(week);
        let last_week = self.last_week(goal, week, first);
        let state = self.state(goal, week, first, last_week);
        let before = self.weeks_before(week, first);
        GoalWeek { goal: goal.clone(), levels: self.levels(week).to_vec(), level, last_week, state, before }
    }

    fn weeks_before(&self, week: Week, first: Week) -> Vec<WeekBefore> {
        let weeks = (1..=WEEKS_BEFORE).rev().map(|ago| week.before(ago)).filter(|at| *at >= first);
        let told = |week| WeekBefore {
            week,
            records: u32::try_from(self.levels(week).len()).unwrap_or(u32::MAX),
            level: self.level(week),
        };
        weeks.map(told).collect()
    }

    fn state(&self, goal: &Goal, week: Week, first: Week, last_week: Option<Level>) -> GoalState {
        let Some(level) = self.level(week) else { return GoalState::TooFew };
        if self.is_at_target(goal, week, RECORDS_ACHIEVED) {
            return GoalState::Achieved;
        }
        match last_week {
            Some(before) if level < before => GoalState::Improving,
            Some(before) if level > before => GoalState::Declining,
            _ if self.is_stalled(goal, week, first, level) => GoalState::Stalled,
            _ => GoalState::Steady,
        }
    }

    /// Whether every record of the week is at target or better, and there are enough of them.
    pub fn is_at_target(&self, goal: &Goal, week: Week, records: usize) -> bool {
        let levels = self.levels(week);
        let reached = |target| levels.iter().all(|at| at.level <= target);
        levels.len() >= records.max(1) && goal.target.is_some_and(reached)
    }

    fn is_stalled(&self, goal: &Goal, week: Week, first: Week, level: Level) -> bool {
        let records = self.levels(week).len() + self.levels(week.before(1)).len();
        if week <= first || records < RECORDS_STALLED {
            return false;
        }
        let before = self.level_up_to(week.before(2), first, goal.baseline);
        before.is_some_and(|before| level >= before)
    }
}

/// The goal that a record of progress names, and the level.
fn progress_of(seen: Seen<'_>, catalogue: &Catalogue) -> Option<(EntryId, LevelAt)> {
    let goal = seen.observation.fields.get(GOAL_FIELD).and_then(Value::as_text)?.parse().ok()?;
    let rule = catalogue.field(PROGRESS_KIND, LEVEL_FIELD)?;
    let code = seen.observation.fields.get(LEVEL_FIELD).and_then(Value::as_text)?;
    let level = Level::new(i64::from(rule.holds.code(code)?.rank?))?;
    let (entry, at) = (seen.entry, seen.entry.observed);
    let clock_off_ms = entry.clock_off_ms();
    Some((goal, LevelAt { record: entry.id, at, clock_off_ms, by: entry.header.by, level }))
}
