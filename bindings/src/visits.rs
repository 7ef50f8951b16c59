//! Visits, as remote types: planned, begun, ended, late, missed.

use crate::problem::Problem;
use crate::replica::Replica;
use alongside_replica::TodaysVisit;
use alongside_replica::domain::care::visits::{Arrival, Leaving, PlannedVisit, Visit, VisitState};
use alongside_replica::domain::ids::{PersonId, StaffId, VisitId};
use alongside_replica::domain::journal::RecordRef;
use alongside_replica::domain::journal::body::{TaskDone, VisitKind};
use alongside_replica::domain::time::Moment;

/// A visit of today. The name is absent until the person's plan is here.
#[uniffi::remote(Record)]
pub struct TodaysVisit {
    pub person: PersonId,
    pub name: Option<String>,
    pub visit: Visit,
}

/// A visit. Arrivals and leavings are by time.
#[uniffi::remote(Record)]
pub struct Visit {
    pub id: VisitId,
    pub visit_kind: VisitKind,
    pub planned: Option<PlannedVisit>,
    pub arrivals: Vec<Arrival>,
    pub leavings: Vec<Leaving>,
    pub state: VisitState,
}

/// The roster's word on a visit.
#[uniffi::remote(Record)]
pub struct PlannedVisit {
    pub start: Moment,
    pub window_end: Moment,
    pub staff: Vec<StaffId>,
    pub ends: Option<Moment>,
    pub time_critical: bool,
}

/// Someone came.
#[uniffi::remote(Record)]
pub struct Arrival {
    pub record: RecordRef,
    pub staff: StaffId,
    pub at: Moment,
}

/// Someone left.
#[uniffi::remote(Record)]
pub struct Leaving {
    pub record: RecordRef,
    pub staff: StaffId,
    pub at: Moment,
    pub tasks: Vec<TaskDone>,
}

/// How a visit stands.
#[uniffi::remote(Enum)]
pub enum VisitState {
    Expected,
    Arrived { late: bool },
    Late { tell_at: Moment },
    Missed { at: Moment },
    Unknown { tell_at: Moment },
    Unplanned,
    Cancelled,
    Paused,
    NotTold,
}

#[uniffi::export]
impl Replica {
    /// Keeps the answers to the tasks of a visit on this phone, in the place of those before, until its holder leaves the
    /// visit: for an app that is ended before. They are no record, and nobody else sees them.
    pub fn keep_tasks(&self, person: PersonId, visit: VisitId, tasks: Vec<TaskDone>) -> Result<(), Problem> {
        Ok(self.core()?.keep_tasks(person, visit, tasks)?)
    }

    /// The answers that are kept of a visit which its holder has not left.
    pub fn kept_tasks(&self, person: PersonId, visit: VisitId) -> Result<Vec<TaskDone>, Problem> {
        Ok(self.core()?.kept_tasks(person, visit)?)
    }
}
