//! Orders to erase records, and what became of them.

use super::{Guard, OwnPage};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::{Body, RecordRef};
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
    /// Orders before it wait for a plan to be made anew. Nothing was done.
    Behind,
    /// A guard does not hold any more: read again and derive anew. Nothing was done.
    Moved,
}

/// Erases records that make a plan, and puts the plan that is made anew in their place, all or nothing. What waits in
/// the ledger is carried out with it.
#[derive(Default)]
pub struct ErasePlan {
    /// The records of the new plan.
    pub own: Vec<OwnPage>,
    /// What they were made from.
    pub guards: Vec<Guard>,
    /// What goes; what is erased already, or not here, is passed over.
    pub orders: Vec<NewOrder>,
    /// The last order that had been given when all this was derived: it must still be the last.
    pub after: u64,
}

/// A record of the store about a plan that nobody reads: it was brought after the store had decided anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadRecord {
    /// Its name.
    pub record: RecordRef,
    /// What it says.
    pub body: Body,
}
