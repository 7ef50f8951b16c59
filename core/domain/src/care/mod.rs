//! Care: the catalogue, visits, triggers, escalations and aligned notes. Each view is a fold over entries.
//!
//! Every fold takes [`CareInputs`] and nothing else. Absent on purpose: a clock (`now` is an input), stored
//! state, and any result that depends on the order in which records arrived.

pub mod absence;
pub mod aligned;
pub mod catalogue;
pub mod check;
pub mod clashes;
pub mod condition;
pub mod default_triggers;
pub mod due;
pub mod emergency;
pub mod emergency_plan;
pub mod emergency_told;
pub mod escalation;
pub mod fields;
pub mod heard;
pub mod hours;
pub mod labels;
pub mod lacks;
pub mod link;
pub mod listed;
pub mod looks;
pub mod needed;
pub mod news2;
pub mod number;
pub mod offer;
pub mod parse;
pub mod plan;
mod raising;
pub mod records;
pub mod recurrence;
pub mod sbard;
pub mod schedule;
mod sections;
pub mod templates;
pub mod timeline;
pub mod today;
pub mod triggers;
pub mod visits;
pub mod words;

use crate::sharing::Scope;
use crate::time::Moment;
use catalogue::Catalogue;
use heard::{Heard, Known};
use plan::PlanTimeline;
use records::Records;

/// What every view of care is made from. Equal inputs give equal views, on every replica.
#[derive(Debug, Clone, Copy)]
pub struct CareInputs<'a> {
    /// The person's records, indexed: see [`Records::of`].
    pub records: &'a Records,
    /// The plan's accepted versions.
    pub plan: &'a PlanTimeline,
    /// From when on all records are here: a partial copy must not find absences before it.
    /// `Moment(i64::MIN)` when nothing is left out.
    pub complete_from: Moment,
    /// When each device of staff was last heard by the server.
    pub heard: &'a Heard,
    /// When the server came to know of each record: see [`Known::of`].
    pub known: &'a Known,
    /// The kinds of observation.
    pub catalogue: &'a Catalogue,
    /// What of the person's record its reader reads: `records` and `plan` hold no more, and what was hidden from them
    /// makes no view say that it is not there.
    pub scope: Scope,
    /// The moment that the view is for.
    pub now: Moment,
}
