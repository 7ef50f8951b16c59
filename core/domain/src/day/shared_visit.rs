//! Two carers at one visit: one visit, each with arrival and leaving, and one list of tasks in which nothing counts twice.

use crate::care::visits::Visit;
use crate::ids::{EntryId, StaffId};
use crate::journal::RecordRef;
use crate::time::Moment;
use serde::Serialize;
use std::collections::BTreeMap;

/// A visit as all who came made it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SharedVisit {
    /// Who came, by arrival; each once.
    pub carers: Vec<Presence>,
    /// Every task that somebody answered, once, by its name.
    pub tasks: Vec<SharedTask>,
}

/// Somebody at a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Presence {
    /// Who.
    pub staff: StaffId,
    /// Their first arrival; absent where only their leaving was recorded.
    pub arrived: Option<Moment>,
    /// Their last leaving; absent while they are there.
    pub left: Option<Moment>,
}

/// A task, and what each said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharedTask {
    /// The action in the plan.
    pub action: EntryId,
    /// Whether anybody did it.
    pub done: bool,
    /// One says done, another not: both are shown.
    pub differs: bool,
    /// What each said, by time; the same answer of the same person once.
    pub answers: Vec<TaskAnswer>,
}

/// What somebody said of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskAnswer {
    /// The record.
    pub record: RecordRef,
    /// Who.
    pub by: StaffId,
    /// When.
    pub at: Moment,
    /// Why it was not done; absent when it was.
    pub not_done: Option<String>,
}

/// The visit as all who came made it.
pub fn of_visit(visit: &Visit) -> SharedVisit {
    SharedVisit { carers: carers(visit), tasks: tasks(visit) }
}

fn carers(visit: &Visit) -> Vec<Presence> {
    let mut found: BTreeMap<StaffId, Presence> = BTreeMap::new();
    for arrival in &visit.arrivals {
        let arrived = Some(arrival.at);
        found.entry(arrival.staff).or_insert(Presence { staff: arrival.staff, arrived, left: None });
    }
    for leaving in &visit.leavings {
        let none = Presence { staff: leaving.staff, arrived: None, left: None };
        found.entry(leaving.staff).or_insert(none).left = Some(leaving.at);
    }
    // Somebody who came back after leaving is there again.
    for arrival in &visit.arrivals {
        if let Some(presence) = found.get_mut(&arrival.staff)
            && presence.left.is_some_and(|left| arrival.at > left)
        {
            presence.left = None;
        }
    }
    let mut carers: Vec<Presence> = found.into_values().collect();
    carers.sort_by_key(|presence| (presence.arrived.or(presence.left), presence.staff));
    carers
}

fn tasks(visit: &Visit) -> Vec<SharedTask> {
    let mut found: BTreeMap<EntryId, Vec<TaskAnswer>> = BTreeMap::new();
    for leaving in &visit.leavings {
        for task in &leaving.tasks {
            let (record, by, at) = (leaving.record, leaving.staff, leaving.at);
            let answers = found.entry(task.action.clone()).or_default();
            if !answers.iter().any(|said| said.by == by && said.not_done == task.not_done) {
                answers.push(TaskAnswer { record, by, at, not_done: task.not_done.clone() });
            }
        }
    }
    found
        .into_iter()
        .map(|(action, answers)| {
            let done = answers.iter().any(|answer| answer.not_done.is_none());
            let differs = done && answers.iter().any(|answer| answer.not_done.is_some());
            SharedTask { action, done, differs, answers }
        })
        .collect()
}
