//! "Needs you": what one member of staff has to do for a person, or to see to.

use super::deadline::Deadline;
use super::discharge::Moved;
use super::flag::Flag;
use super::view::{Together, VisitClash};
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
        Needs {
            deadlines: to_do.filter(|one| theirs(one.owner.staff)).cloned().collect(),
            moved: moved.filter(|one| theirs(one.owner.staff)).cloned().collect(),
            clashes: if keeps_visits { together.clashes.clone() } else { Vec::new() },
            flags: if sees_all { together.flags.clone() } else { Vec::new() },
        }
    }

    /// Whether nothing needs them.
    pub fn is_empty(&self) -> bool {
        self.deadlines.is_empty() && self.moved.is_empty() && self.clashes.is_empty() && self.flags.is_empty()
    }
}
