//! Desks, who was given access to cases, when a concern was acknowledged, and who has read it.

use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::{Channel, RecordRef};
use alongside_domain::safeguarding::steps::Asking;
use alongside_domain::time::Moment;
use std::collections::BTreeSet;

/// The desk of a console account: its secret can be had with the account's password alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// Whose.
    pub staff: StaffId,
    /// The name under which it writes and is sealed to.
    pub author: AuthorId,
    /// What the key that wraps its secret follows from, beside the password.
    pub salt: [u8; 16],
    /// The secret, encrypted.
    pub wrapped: Vec<u8>,
}

/// A concern, by the stream that it has for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConcernName {
    /// Who wrote it.
    pub author: AuthorId,
    /// The epoch that was drawn for it.
    pub epoch: Epoch,
}

impl ConcernName {
    /// The concern's record.
    pub fn only_record(self) -> RecordRef {
        RecordRef { author: self.author, epoch: self.epoch, number: 1, channel: Channel::Restricted }
    }
}

/// A letter whose step is not due yet, or has not been looked at since it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingLetter {
    /// The row of its page.
    pub page: i64,
    /// About whom.
    pub person: PersonId,
    /// How far the asking has come.
    pub asking: Asking,
}

/// How far the asking for a concern has come, and who was given it so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The asking.
    pub asking: Asking,
    /// To a device or desk of whom it was given.
    pub given: BTreeSet<StaffId>,
}

/// Access to a case that was given, or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseAccess {
    /// The case, by its concern.
    pub concern: ConcernName,
    /// Whose.
    pub staff: StaffId,
    /// Given, or taken back.
    pub on: bool,
    /// When.
    pub at: Moment,
}

/// Somebody was given a concern, or read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConcernSeen {
    /// Which.
    pub concern: ConcernName,
    /// Who.
    pub staff: StaffId,
    /// When.
    pub at: Moment,
    /// On the console they read it; to a device or desk it was given.
    pub is_read: bool,
}
