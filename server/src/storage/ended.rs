//! Devices that are no longer enrolled, and orders to wipe.

use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::{Channel, Digest};
use alongside_domain::sync::standing::Ended;
use alongside_domain::time::Moment;
use minicbor::{Decode, Encode};
use serde::Serialize;

/// Makes the signed statement of a revocation from the digest of what was receipted.
pub type SealRevocation = Box<dyn FnOnce(Digest) -> Vec<u8> + Send>;

/// A revocation to be.
pub struct Revoke {
    /// Which device.
    pub device: AuthorId,
    /// Why.
    pub why: Ended,
    /// Who said so.
    pub by: StaffId,
    /// When.
    pub at: Moment,
    /// Its signed statement.
    pub seal: SealRevocation,
}

/// What a revoked device was told, and what it said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EndedDevice {
    /// Which.
    pub device: AuthorId,
    /// Why.
    pub why: Ended,
    /// Who said so.
    pub by: StaffId,
    /// When.
    pub at: Moment,
    /// Who ordered it to wipe, and when.
    pub wipe_ordered: Option<(StaffId, Moment)>,
    /// When it said that it had done so.
    pub wiped: Option<Moment>,
}

/// The last record of a stream of a revoked device that was receipted before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Encode, Decode)]
pub struct Receipted {
    /// About whom.
    #[n(0)]
    pub person: PersonId,
    /// For whom.
    #[n(1)]
    pub channel: Channel,
    /// In which installation.
    #[n(2)]
    pub epoch: Epoch,
    /// Its number.
    #[n(3)]
    pub number: u64,
}
