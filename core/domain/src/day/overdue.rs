//! What is overdue to the supervisor, of one person: visits, searches, escalations, promises, colleagues who have not left.

use super::lone_worker::AtVisit;
use super::no_reply::Episode;
use crate::care::escalation::Escalation;
use crate::care::visits::{Visit, VisitState};
use crate::ids::{StaffId, VisitId};
use crate::journal::body::MatchRef;
use crate::time::Moment;
use serde::Serialize;

/// Something that should have been done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Overdue {
    /// Nobody has located the person at whose door nobody answered.
    NoReply {
        /// The visit.
        visit: VisitId,
        /// Since when.
        since: Moment,
    },
    /// Somebody has not left a visit.
    LoneWorker {
        /// The visit.
        visit: VisitId,
        /// Who.
        staff: StaffId,
        /// Since when.
        since: Moment,
    },
    /// A met trigger has no answer, or a promise about it was not kept.
    Escalation {
        /// Which: its trigger, and the match that raised it.
        about: MatchRef,
        /// Since when.
        since: Moment,
    },
    /// A visit is late, missed, or nobody can tell.
    Visit {
        /// Which.
        visit: VisitId,
        /// Since when.
        since: Moment,
    },
}

impl Overdue {
    /// Since when.
    pub fn since(&self) -> Moment {
        match self {
            Overdue::NoReply { since, .. }
            | Overdue::LoneWorker { since, .. }
            | Overdue::Escalation { since, .. }
            | Overdue::Visit { since, .. } => *since,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Overdue::LoneWorker { .. } => 0,
            Overdue::NoReply { .. } => 1,
            Overdue::Escalation { .. } => 2,
            Overdue::Visit { .. } => 3,
        }
    }
}

/// What a list of one person is made of.
#[derive(Debug, Clone, Copy)]
pub struct Open<'a> {
    /// Met triggers.
    pub escalations: &'a [Escalation],
    /// Visits of the days that count.
    pub visits: &'a [Visit],
    /// Searches.
    pub searches: &'a [Episode],
    /// Who is at visits.
    pub at_visits: &'a [AtVisit],
}

/// All that is overdue now: people first whose safety is in doubt, then by time.
pub fn list(open: Open<'_>, now: Moment) -> Vec<Overdue> {
    let alarms = open.at_visits.iter().filter_map(|one| {
        Some(Overdue::LoneWorker { visit: one.visit, staff: one.staff, since: one.alarm?.since })
    });
    let searches = open
        .searches
        .iter()
        .filter(|search| search.is_overdue(now))
        .filter_map(|search| Some(Overdue::NoReply { visit: search.visit, since: search.overdue_from? }));
    let escalations = open.escalations.iter().filter(|one| one.is_overdue(now));
    let escalations = escalations.map(|one| Overdue::Escalation { about: one.about(), since: one.due });
    let visits = open.visits.iter().filter(|visit| visit.tells_supervisor(now)).filter_map(|visit| {
        let since = match visit.state {
            VisitState::Late { tell_at } | VisitState::Unknown { tell_at } => tell_at,
            VisitState::Missed { at } => at,
            _ => return None,
        };
        Some(Overdue::Visit { visit: visit.id, since })
    });
    let mut found: Vec<Overdue> = alarms.chain(searches).chain(escalations).chain(visits).collect();
    found.sort_by_key(|one| (one.rank(), one.since()));
    found
}
