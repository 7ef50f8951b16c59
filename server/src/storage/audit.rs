//! The audit trail as it is kept, and who has opened a record in an emergency.

use crate::audit::{Entry, TrailHead};
use alongside_domain::access::break_glass::BreakGlass;
use alongside_domain::ids::AuthorId;
use alongside_domain::journal::Signature;
use alongside_domain::sync::messages::AuditHead;
use alongside_domain::time::Moment;

/// Which entries of the trail somebody wants to read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WantedEntries {
    /// Those by or about this person or this member of staff: the bytes of their identifier.
    pub about: Option<[u8; 16]>,
    /// Those before this number.
    pub before: Option<u64>,
    /// At most so many.
    pub count: usize,
}

/// An entry with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberedEntry {
    /// 1, 2, 3 without a gap, over all epochs.
    pub number: u64,
    /// The entry.
    pub entry: Entry,
}

/// A head that the server has signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedHead {
    /// The head.
    pub head: TrailHead,
    /// When.
    pub at: Moment,
    /// The store's signature.
    pub signature: Signature,
}

/// What a device said of the trail, and the trail does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Which device.
    pub device: AuthorId,
    /// The head that it was told.
    pub head: AuditHead,
    /// When it first said so.
    pub at: Moment,
    /// A restore of the store explains it: that part of the trail is lost.
    pub is_lost: bool,
}

/// An opening in an emergency, with the name that its row has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedRecord {
    /// Its row.
    pub id: i64,
    /// What it gives.
    pub grant: BreakGlass,
}

/// What is wrong with the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("entry {number} of the audit trail {fault}")]
pub struct TrailFault {
    /// Of which entry.
    pub number: u64,
    /// What.
    pub fault: Fault,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no such number.
    #[error("is missing")]
    Missing,
    /// Its link does not follow from what is before it and from its bytes.
    #[error("was changed, or something before it was: its link does not follow")]
    Link,
    /// Its bytes are no entry.
    #[error("cannot be read")]
    Unreadable,
    /// A column beside it says otherwise than it does.
    #[error("is listed otherwise than it says")]
    Listed,
    /// The store has signed another link for it.
    #[error("is not the one that the server has signed")]
    Signed,
    /// A signature of the store does not fit.
    #[error("has a signature that is not the server's")]
    Signature,
}

/// A trail that is whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct CheckedTrail {
    /// How many entries.
    pub entries: u64,
    /// How many heads that the server has signed.
    pub signed_heads: u64,
    /// How often the store was restored.
    pub restores: u64,
    /// How many heads phones were told that are not in it, and no restore explains.
    pub contradicted: u64,
    /// How many heads phones were told of what a restore has lost.
    pub lost: u64,
}
