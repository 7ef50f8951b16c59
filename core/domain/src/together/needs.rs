//! "Needs you": what one member of staff has to do for a person, or to see to.

use super::deadline::Deadline;
use super::discharge::Moved;
use super::flag::Flag;
use super::view::{Together, VisitClash};
use crate::care::lacks::{Lack, Part};
use crate::ids::StaffId;
use crate::journal::body::Role;
use serde::Serialize;

/// What needs somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Needs {
    /// What is to do: one's own; for supervisors and managers, of everyone.
    pub deadlines: Vec<Deadline>,
    /// What has moved for them, from when to when.
    pub moved: Vec<Moved>,
    /// Visits that do not go together, for whoever keeps the schedule.
    pub clashes: Vec<VisitClash>,
    /// What does not fit, for supervisors and managers.
    pub flags: Vec<Flag>,
    /// What they cannot be told: nothing here does not say that nothing is to do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<Lack>,
}

impl Needs {
    /// What of a person's care needs this member of staff.
    pub fn of(together: &Together, staff: StaffId, role: Role) -> Needs {
        let sees_all = matches!(role, Role::Supervisor | Role::Manager);
        let keeps_visits = sees_all || matches!(role, Role::Nurse | Role::Therapist);
        let theirs = |owner: Option<StaffId>| sees_all || owner == Some(staff);
        let to_do = together.deadlines.iter().filter(|one| one.state.is_to_do());
        let items = together.discharge.iter().flat_map(|discharge| &discharge.items);
        let moved = items.filter_map(|item| item.moved.as_ref());
        let of_theirs = |lack: &&Lack| keeps_visits || lack.part != Part::Visits;
        Needs {
            deadlines: to_do.filter(|one| theirs(one.owner.staff)).cloned().collect(),
            moved: moved.filter(|one| theirs(one.owner.staff)).cloned().collect(),
            clashes: if keeps_visits { together.clashes.clone() } else { Vec::new() },
            flags: if sees_all { together.flags.clone() } else { Vec::new() },
            lacks: together.lacks.iter().filter(of_theirs).cloned().collect(),
        }
    }

    /// Whether nothing needs them.
    pub fn is_empty(&self) -> bool {
        let Needs { deadlines, moved, clashes, flags, lacks } = self;
        deadlines.is_empty() && moved.is_empty() && clashes.is_empty() && flags.is_empty() && lacks.is_empty()
    }
}
