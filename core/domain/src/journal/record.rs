//! What every record has: its place in a stream, its header, and the form that folds read.

use super::body::Body;
use super::times::Counted;
use crate::ids::{AuthorId, Epoch, StaffId};
use crate::time::Moment;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Who a stream is for. Devices get records of the channels that their holder may read.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The person's care: everyone in the care team.
    #[n(0)]
    Care,
    /// Safeguarding: its own audience.
    #[n(1)]
    Restricted,
    /// What only supervisors and managers may know.
    #[n(2)]
    Office,
}

/// What a record is about, for sharing with partner organisations. A number that is not known here is
/// withheld from partners.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Category(#[n(0)] pub u8);

impl Category {
    /// Observations, and what was done about them.
    pub const CARE_NOTES: Category = Category(1);
    /// Visits and the roster.
    pub const VISITS: Category = Category(2);
    /// The plan, its edits and their fates.
    pub const PLAN: Category = Category(3);
    /// Contacts about a person: attempts, answers, communications.
    pub const CONTACT_LOG: Category = Category(4);
    /// What the server says about records: corrected times and the like.
    pub const ADMINISTRATION: Category = Category(5);
    /// Safeguarding: never shared but with its recipients.
    pub const RESTRICTED: Category = Category(6);
    /// What only supervisors and managers may know.
    pub const OFFICE: Category = Category(7);
}

/// Which body a record has. Numbers are never reused; see [`Body`] for those known here.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Kind(#[n(0)] pub u16);

/// The plan that an author was looking at when they recorded.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode, Serialize, Deserialize,
)]
pub struct PlanSeen {
    /// The canonical version: that of the last `plan_change`; 0 for none.
    #[n(0)]
    pub version: u64,
    /// The author's own last unsettled edit on top of it.
    #[n(1)]
    pub own_edit: Option<OwnRecord>,
}

/// A record of the same author's about the same person, in the care channel.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
pub struct OwnRecord {
    /// The epoch of its stream.
    #[n(0)]
    pub epoch: Epoch,
    /// Its number in it.
    #[n(1)]
    pub number: u64,
}

impl OwnRecord {
    /// Its name, when this record of the same author names it.
    pub fn named_by(self, record: RecordRef) -> RecordRef {
        RecordRef { author: record.author, epoch: self.epoch, number: self.number, channel: Channel::Care }
    }
}

/// A clock that is off by less is not worth showing.
pub const CLOCK_OFF_FROM_MS: u64 = 1_000;

/// What stands in front of every body. Times are the author's best knowledge; only a `times` record replaces them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Header {
    /// Which body follows.
    #[n(0)]
    pub kind: Kind,
    /// For sharing.
    #[n(1)]
    pub category: Category,
    /// When it was recorded.
    #[n(2)]
    pub recorded: Moment,
    /// When it was seen or happened, at or before `recorded`; absent when the same.
    #[n(3)]
    pub observed: Option<Moment>,
    /// Whose hands: the staff member, or the console account.
    #[n(4)]
    pub by: StaffId,
    /// The plan that they were looking at.
    #[n(5)]
    pub plan_seen: PlanSeen,
    /// What the phone's clock showed minus `recorded`, in milliseconds, where the two differ.
    #[n(6)]
    pub clock_off_ms: Option<i64>,
    /// What the phone had counted, where `recorded` rests on a clock that someone may have set: the server was not
    /// heard since the phone started.
    #[n(7)]
    pub counted: Option<Counted>,
}

/// A record's name within one person's journal.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
pub struct RecordRef {
    /// Device or store.
    #[n(0)]
    pub author: AuthorId,
    /// The author's installation.
    #[n(1)]
    pub epoch: Epoch,
    /// 1, 2, 3 without a gap.
    #[n(2)]
    pub number: u64,
    /// The channel of its stream.
    #[n(3)]
    pub channel: Channel,
}

/// A record as folds read it: decoded, with its times corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub id: RecordRef,
    /// When it was recorded, corrected: the order of folds is (effective, id).
    pub effective: Moment,
    /// When it was seen, corrected in the same way; at or before `effective`.
    pub observed: Moment,
    /// Its header, as written.
    pub header: Header,
    /// Its body; [`Body::Unread`] for kinds of a newer version.
    pub body: Body,
}

impl Entry {
    /// What the author's clock showed when it was made, less `effective`, in milliseconds; nothing where the two agree
    /// to the second.
    pub fn clock_off_ms(&self) -> Option<i64> {
        let showed = self.header.recorded.plus_ms(self.header.clock_off_ms.unwrap_or(0));
        let off_ms = showed.since_ms(self.effective);
        (off_ms.unsigned_abs() >= CLOCK_OFF_FROM_MS).then_some(off_ms)
    }

    /// The key that folds sort by.
    pub fn fold_key(&self) -> (Moment, RecordRef) {
        (self.effective, self.id)
    }
}
