//! Sealed records: who receives them, and what is on its way to whom.

use super::{ConcernName, PageToStore, StoredRun};
use alongside_domain::ids::{AuthorId, PersonId};

/// A checked page that holds one sealed record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedPage {
    /// The page: one run of one record.
    pub page: PageToStore,
    /// The devices that it is sealed to.
    pub devices: Vec<AuthorId>,
    /// The case that it belongs to, where the server was told: then it is for those who take part already, and is
    /// addressed to them at once.
    pub case: Option<ConcernName>,
    /// The concern that it is a call about, where its author said so: it is given to nobody who lost access to its case.
    pub call_about: Option<ConcernName>,
    /// Of a call, those devices whose holders have the concern: they get it at once, and the others step by step.
    pub at_once: Vec<AuthorId>,
}

/// A sealed record that a device lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRun {
    /// About whom.
    pub person: PersonId,
    /// Its place among those about this person that are sealed to this device: 1, 2, 3. What is not sealed to it
    /// leaves no gap.
    pub position: u64,
    /// The record, in its page.
    pub run: StoredRun,
}

/// What a device lacks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadSealed {
    /// Ordered by person and position.
    pub runs: Vec<SealedRun>,
    /// There is more than was asked for.
    pub more: bool,
}
