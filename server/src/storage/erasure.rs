//! Orders to erase records, and what became of them.

use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::RecordRef;
use alongside_domain::time::Moment;

/// An order to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// About whom the record is.
    pub person: PersonId,
    /// The record.
    pub record: RecordRef,
    /// The manager who orders it.
    pub by: StaffId,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: String,
}

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// The record is erased here, by the order of this number.
    Done(u64),
    /// It was erased before, by the order of this number.
    Already(u64),
    /// There is no such record here.
    NoSuchRecord,
    /// It is about the plan, or corrects times: others build on it.
    NotAlone,
}
