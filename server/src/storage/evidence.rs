//! Damaged evidence: records that were changed on their author's device after they were sealed. Their digests stand in
//! their places; what came instead is kept here, and no view reads it.

use alongside_domain::ids::PersonId;
use alongside_domain::journal::{Digest, RecordBytes, RecordRef};
use alongside_domain::time::Moment;

/// Most damaged records that are kept of one device. A device of ours has one now and then.
pub const EVIDENCE_RECORDS_MAX: u64 = 256;
/// Most bytes of them.
pub const EVIDENCE_BYTES_MAX: u64 = 1024 * 1024;

/// A record that is not what its author sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// About whom.
    pub person: PersonId,
    /// Its name.
    pub record: RecordRef,
    /// The digest of what was sealed.
    pub digest: Digest,
    /// When the server received it.
    pub received: Moment,
    /// What came in its place; absent where others brought no more than the digest after a restore.
    pub bytes: Option<RecordBytes>,
}
