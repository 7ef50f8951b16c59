//! The carer's day: two at one visit, handover, running late, no reply, working alone, what is not safe today.
//!
//! Each view is a pure fold. What can be derived is never recorded: an alarm, an overdue step, a task that two people
//! answered. Times in this folder are defaults of the product: a provider's clinical safety officer must agree them.

pub mod handover;
pub mod help;
pub mod home_folder;
pub mod induction;
pub mod key_safe;
pub mod lone_worker;
pub mod no_reply;
pub mod not_safe;
pub mod overdue;
pub mod running_late;
pub mod shared_visit;

use crate::care::CareInputs;
use crate::care::lacks::{Lack, Part};
use crate::care::visits::{self, Visit};
use crate::ids::VisitId;
use handover::Handover;
use lone_worker::AtVisit;
use no_reply::Episode;
use not_safe::NotSafe;
use running_late::Late;
use serde::Serialize;
use shared_visit::SharedVisit;

/// What a carer's day holds about one person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PersonDay {
    /// Handover notes that nobody has read yet, oldest first.
    pub unread: Vec<Handover>,
    /// Searches that are open, or began today.
    pub searches: Vec<Episode>,
    /// Who is running late.
    pub late: Vec<Late>,
    /// Who is at a visit now, by arrival, with their alarms.
    pub at_visits: Vec<AtVisit>,
    /// What is not safe to do today.
    pub not_safe: Vec<NotSafe>,
    /// Today's visits to which somebody came.
    pub shared: Vec<VisitToday>,
    /// What the reader cannot be told: then all of this is empty, which says nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<Lack>,
}

/// A visit of today as all who came made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VisitToday {
    /// Which.
    pub visit: VisitId,
    /// Who came and what was done.
    pub made: SharedVisit,
}

impl PersonDay {
    /// The day of a person at the moment of the inputs.
    pub fn of(inputs: &CareInputs<'_>) -> PersonDay {
        PersonDay::of_visits(inputs, &visits::fold(inputs))
    }

    /// As [`PersonDay::of`], with the visits that were folded from the same inputs.
    pub fn of_visits(inputs: &CareInputs<'_>, visits: &[Visit]) -> PersonDay {
        if !inputs.tells(Part::Day) {
            return PersonDay { lacks: inputs.lacks(&[Part::Day]), ..PersonDay::default() };
        }
        let today = inputs.now.local_day();
        let is_today = |visit: &&Visit| !visit.arrivals.is_empty() && visit.at().local_day() == today;
        let mut searches = no_reply::fold(inputs.records);
        searches.retain(|search| search.is_open() || search.began.local_day() == today);
        let mut at_visits = lone_worker::fold(inputs, visits);
        at_visits.retain(|one| one.left.is_none());
        PersonDay {
            unread: handover::unread(inputs.records),
            searches,
            late: running_late::fold(inputs, visits),
            at_visits,
            not_safe: not_safe::of_day(inputs.records, today),
            shared: visits
                .iter()
                .filter(is_today)
                .map(|visit| VisitToday { visit: visit.id, made: shared_visit::of_visit(visit) })
                .collect(),
            lacks: Vec::new(),
        }
    }
}
