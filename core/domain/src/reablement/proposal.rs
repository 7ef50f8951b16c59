//! What the week proposes, by the criteria in the plan, and why.

use super::criterion::Criterion;
use super::goal::Goal;
use super::progress::History;
use super::week::Week;
use crate::ids::EntryId;
use crate::journal::RecordRef;
use crate::time::Moment;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is proposed for the package of care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Less care.
    StepDown,
    /// As it is.
    Maintain,
    /// More care.
    StepUp,
}

impl Step {
    /// The stable code, as in the plan.
    pub fn code(self) -> &'static str {
        match self {
            Step::StepDown => "step_down",
            Step::Maintain => "maintain",
            Step::StepUp => "step_up",
        }
    }

    /// The step with this code.
    pub fn from_code(code: &str) -> Option<Step> {
        [Step::StepDown, Step::Maintain, Step::StepUp].into_iter().find(|step| step.code() == code)
    }
}

/// A rule of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepRule {
    /// Its entry.
    pub id: EntryId,
    /// What it proposes.
    pub step: Step,
    /// When.
    pub criterion: Criterion,
    /// In words.
    pub text: String,
}

/// What is proposed, and why. The supervisor decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// What.
    pub step: Step,
    /// The rule that it rests on; absent when none of the plan holds.
    pub rule: Option<EntryId>,
    /// What made the rule hold.
    pub reasons: Vec<Reason>,
}

/// What made a criterion hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// These goals were at target or better in every record of the week.
    GoalsAtTarget {
        /// Which, each with how many records.
        goals: Vec<(EntryId, usize)>,
    },
    /// This goal was worse, so many records running.
    GoalWorse {
        /// Which.
        goal: EntryId,
        /// The records.
        records: Vec<RecordRef>,
    },
    /// So many falls.
    Falls {
        /// The records.
        records: Vec<RecordRef>,
        /// In so many days.
        days: u32,
    },
    /// No fall.
    NoFalls {
        /// In so many days.
        days: u32,
    },
}

/// What criteria look at.
pub(super) struct Facts<'a> {
    pub(super) week: Week,
    /// The goals of the plan, each with the week in which work on it began.
    pub(super) goals: &'a [(Goal, Week)],
    pub(super) histories: &'a BTreeMap<EntryId, History>,
    /// Falls up to the end of the week, by observed time.
    pub(super) falls: &'a [(Moment, RecordRef)],
}

/// The first rule of the plan, in its order, that holds: step up comes before step down where both do, since care
/// must not be taken away while someone gets worse.
pub(super) fn propose(rules: &[StepRule], facts: &Facts<'_>) -> Proposal {
    let holding = rules.iter().filter_map(|rule| Some((rule, facts.holds(&rule.criterion)?)));
    match holding.max_by_key(|(rule, _)| (rule.step, std::cmp::Reverse(place(rules, rule)))) {
        Some((rule, reasons)) => Proposal { step: rule.step, rule: Some(rule.id.clone()), reasons },
        None => Proposal { step: Step::Maintain, rule: None, reasons: Vec::new() },
    }
}

fn place(rules: &[StepRule], rule: &StepRule) -> usize {
    rules.iter().position(|other| other.id == rule.id).unwrap_or(rules.len())
}

impl Facts<'_> {
    /// The reasons, when the criterion holds.
    fn holds(&self, criterion: &Criterion) -> Option<Vec<Reason>> {
        match criterion {
            Criterion::GoalsAtTarget { goals, records } => self.goals_at_target(*goals, *records),
            Criterion::GoalWorse { levels, records } => self.goal_worse(*levels, *records),
            Criterion::Falls { at_least, days } => {
                let records = self.falls_in(*days);
                let enough = records.len() >= *at_least as usize;
                enough.then(|| vec![Reason::Falls { records, days: *days }])
            }
            Criterion::NoFalls { days } => {
                self.falls_in(*days).is_empty().then(|| vec![Reason::NoFalls { days: *days }])
            }
            Criterion::Any(parts) => parts.iter().find_map(|part| self.holds(part)),
            Criterion::All(parts) => {
                let reasons: Option<Vec<Vec<Reason>>> = parts.iter().map(|part| self.holds(part)).collect();
                reasons.map(|reasons| reasons.concat())
            }
        }
    }

    fn goals_at_target(&self, goals: u32, records: u32) -> Option<Vec<Reason>> {
        let mut found = Vec::new();
        for (goal, _) in self.goals {
            let Some(history) = self.histories.get(&goal.id) else { continue };
            if history.is_at_target(goal, self.week, records as usize) {
                found.push((goal.id.clone(), history.levels(self.week).len()));
            }
        }
        (found.len() >= goals as usize).then(|| vec![Reason::GoalsAtTarget { goals: found }])
    }

    fn goal_worse(&self, levels: u8, records: u32) -> Option<Vec<Reason>> {
        self.goals.iter().find_map(|(goal, first)| {
            let history = self.histories.get(&goal.id)?;
            let before = history.last_week(goal, self.week, *first)?;
            let mut running: Vec<RecordRef> = Vec::new();
            for at in history.levels(self.week) {
                if !at.level.is_worse_by(levels, before) {
                    running.clear();
                    continue;
                }
                running.push(at.record);
                if running.len() >= records as usize {
                    return Some(vec![Reason::GoalWorse { goal: goal.id.clone(), records: running }]);
                }
            }
            None
        })
    }

    /// The falls of the last days of the week: "14 days" are the week and the one before it.
    fn falls_in(&self, days: u32) -> Vec<RecordRef> {
        let first = self.week.sunday().checked_sub_days(chrono::Days::new(u64::from(days.saturating_sub(1))));
        let from = Moment::at_local(first.unwrap_or(self.week.monday()), 0);
        let inside = |at: Moment| at >= from && at < self.week.to();
        self.falls.iter().filter(|(at, _)| inside(*at)).map(|(_, record)| *record).collect()
    }
}
