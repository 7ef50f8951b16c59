//! Records that were taken though their author had no access: no view reads them until a manager releases them.
//! And those that views read, but a manager should look at.

use super::types::numbered;
use super::{Guard, OwnPage};
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::page::Item;
use alongside_domain::journal::{Channel, RecordBytes};
use alongside_domain::time::Moment;
use serde::Serialize;

/// Why a manager should look at records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Their author was never on the person's care team.
    NeverOnTeam = 0,
    /// They came after their author had left.
    DeviceLeft = 1,
    /// They came after the device was said to be stolen.
    DeviceStolen = 2,
}

/// How a run of a page is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// As any other.
    Good,
    /// Views read it; a manager is told.
    Flagged(Why),
    /// No view reads it until a manager releases it.
    Apart(Why),
}

impl Standing {
    /// Whether views read the run at once.
    pub fn is_visible(self) -> bool {
        !matches!(self, Standing::Apart(_))
    }
}

/// How a run that a device brings back is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BroughtAs {
    /// It was given to whoever brings it, as what nobody keeps apart is: views read it, also where it is kept apart here.
    Given,
    /// As its author's own page.
    HandedIn(Standing),
}

/// A run that is kept apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApartRun {
    /// Its name among those kept apart.
    pub id: i64,
    /// About whom.
    pub person: PersonId,
    /// For whom.
    pub channel: Channel,
    /// Which device wrote it.
    pub author: AuthorId,
    /// In which installation.
    pub epoch: Epoch,
    /// The number of its first record in its stream.
    pub first: u64,
    /// Why it is kept apart.
    pub why: Why,
    /// When the server received it.
    pub received: Moment,
    /// Its records in order, at least one, or the digests of those that are erased.
    pub items: Vec<Item>,
    /// Absent: nobody has decided. Else it stays apart, and why.
    pub kept: Option<Kept>,
}

impl ApartRun {
    /// The records that are not erased, each with its number.
    pub fn records(&self) -> impl Iterator<Item = (u64, &RecordBytes)> {
        numbered(self.first, &self.items)
    }
}

/// A decision that records stay apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Who decided.
    pub by: StaffId,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: String,
}

/// Records that views read, and that a manager should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlaggedRun {
    /// About whom.
    pub person: PersonId,
    /// Which device wrote them.
    pub author: AuthorId,
    /// The number of the first in its stream.
    pub first: u64,
    /// The number of the last.
    pub last: u64,
    /// Why.
    pub why: Why,
    /// When the server received them.
    pub received: Moment,
}

/// A release of a run, with what follows from it.
pub struct Release {
    /// Which.
    pub id: i64,
    /// Who decided, when and why.
    pub decided: Kept,
    /// What the store writes itself, in order.
    pub own: Vec<OwnPage>,
    /// What must still hold.
    pub guards: Vec<Guard>,
}
