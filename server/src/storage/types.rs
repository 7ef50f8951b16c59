//! What goes into the store and comes out of it.

use super::{BroughtAs, Standing};
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::body::Role;
use alongside_domain::journal::erasure::PageSecrets;
use alongside_domain::journal::evidence::Damaged;
use alongside_domain::journal::page::{Item, PlacedItem};
use alongside_domain::journal::{
    Channel, Kind, Link, Page, PageExtract, PageId, PageSecret, PublicKey, RecordBytes, RecordRef, Signature,
};
use alongside_domain::sync::messages::{Challenge, Cursor};
use alongside_domain::sync::standing::Ended;
use alongside_domain::time::Moment;
use minicbor::{Decode, Encode};
use std::sync::Arc;

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Who.
    pub staff: StaffId,
    /// How they are called on screens.
    pub name: String,
    /// What they do here.
    pub role: Role,
    /// For which organisation.
    pub organisation: String,
    /// They work through an agency, and see people around their shifts only.
    pub agency: bool,
}

/// The code of a person's key safe, as somebody set it.
#[derive(Clone, PartialEq, Eq)]
pub struct KeySafeSet {
    /// Whose.
    pub person: PersonId,
    /// The code; empty to take it away.
    pub code: String,
    /// Who set it.
    pub by: StaffId,
    /// When.
    pub at: Moment,
}

/// A console account to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// What they type.
    pub username: String,
    /// Argon2id, in PHC form.
    pub password_hash: String,
}

/// A console account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub staff: StaffId,
    /// Argon2id, in PHC form.
    pub password_hash: String,
    /// Failed sign-ins since the last good one.
    pub failed: u32,
    /// When the last one failed.
    pub failed_at: Moment,
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token in its cookie.
    pub token_hash: [u8; 32],
    /// Who signed in.
    pub staff: StaffId,
    /// What its forms carry back.
    pub csrf: String,
    /// When it began.
    pub began: Moment,
    /// When it was last used.
    pub used: Moment,
}

/// Whom a member of staff may see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Access {
    /// People whose care team they are on, ascending.
    pub people: Vec<PersonId>,
    /// Of these people, those whom they may see for a time only. Ascending.
    pub timed: Vec<PersonId>,
    /// People whose care team they were on: they may still upload what they recorded. Ascending.
    pub former: Vec<PersonId>,
    /// The store was restored, and has not heard out all whom it awaits.
    pub is_healing: bool,
}

/// Access to a person that somebody is given for a time, without a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimedAccess {
    /// To whom it is given.
    pub staff: StaffId,
    /// To whose record.
    pub person: PersonId,
    /// When what they come for begins.
    pub from: Moment,
    /// When it ends.
    pub until: Moment,
    /// Who gave it.
    pub by: StaffId,
    /// When.
    pub at: Moment,
    /// When somebody ended it, if it ended before its time.
    pub ended: Option<Moment>,
}

/// A time that was given, with its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenTime {
    /// Its row.
    pub id: i64,
    /// What was given.
    pub access: TimedAccess,
}

/// A one-time code to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCode {
    /// The part that finds it.
    pub lookup: String,
    /// SHA-256 of the whole code.
    pub hash: [u8; 32],
    /// Who enrols with it.
    pub staff: StaffId,
    /// Until when.
    pub expires: Moment,
}

/// A code that someone typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriedCode {
    /// The part that finds it.
    pub lookup: String,
    /// SHA-256 of all that was typed.
    pub hash: [u8; 32],
    /// When.
    pub now: Moment,
    /// How many wrong tries kill a code.
    pub tries_max: u32,
}

/// What trying a code shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeAnswer {
    /// No such code.
    Unknown,
    /// This device used it.
    Used(AuthorId),
    /// Too late.
    Expired,
    /// Wrong too often.
    Dead,
    /// It enrols a device of this member of staff.
    Good(StaffId),
}

/// A device to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDevice {
    /// Its name.
    pub device: AuthorId,
    /// Whose it is.
    pub staff: StaffId,
    /// Its key.
    pub key: PublicKey,
    /// The CBOR of its certificate.
    pub certificate: Vec<u8>,
    /// Its first challenge.
    pub challenge: Challenge,
    /// When it joins: also when it was first heard.
    pub now: Moment,
    /// Whether it is a desk.
    pub is_desk: bool,
}

/// An enrolled device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its name.
    pub device: AuthorId,
    /// Whose it is.
    pub staff: StaffId,
    /// Its key.
    pub key: PublicKey,
    /// The CBOR of its certificate.
    pub certificate: Vec<u8>,
    /// When it was last heard.
    pub last_heard: Moment,
    /// Why it is no longer enrolled; nothing while it is.
    pub ended: Option<Ended>,
    /// The last order to erase that it has carried out, with all before it.
    pub erased: u64,
    /// Whether it is a desk.
    pub is_desk: bool,
}

/// How far a device has read one channel of one person's journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceCursor {
    /// Whose journal.
    pub person: PersonId,
    /// Which channel.
    pub channel: Channel,
    /// What it said that it has.
    pub acked: u64,
    /// What it has if it stored the last answer.
    pub offered: u64,
}

/// A completed exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeNote {
    /// With whom.
    pub device: AuthorId,
    /// All that the device says it has, when that changed.
    pub acked: Option<Vec<Cursor>>,
    /// Cursors that the answer moves.
    pub offered: Vec<Cursor>,
    /// The answer's challenge.
    pub challenge: Challenge,
    /// How far the answer tells who was heard.
    pub heard_told: u64,
    /// The last order to erase that the device has carried out.
    pub erased: u64,
    /// The server's time.
    pub now: Moment,
}

/// A run of a stored page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct RunPlace {
    /// About whom.
    #[n(0)]
    pub person: PersonId,
    /// Its first record.
    #[n(1)]
    pub first: u64,
    /// Its last record.
    #[n(2)]
    pub last: u64,
    /// The link of the record before it.
    #[n(3)]
    pub before: Link,
    /// The link of its last record.
    #[n(4)]
    pub head: Link,
}

/// A page without its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPage {
    /// Its row: rows rise in the order of commits.
    pub row: i64,
    /// Its name.
    pub id: PageId,
    /// What opens its records; absent while only parts of it were brought back after a restore.
    pub secrets: Option<PageSecrets>,
    /// Its seal.
    pub seal: Signature,
    /// Its runs, in order.
    pub runs: Vec<RunPlace>,
    /// When the server received it.
    pub received: Moment,
    /// What devices brought of it, while its author has not.
    pub brought: Option<PageExtract>,
}

/// A stored run: records that one page holds about one person. They became visible together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRun {
    /// The place of its first record among all visible records of its (person, channel).
    pub position: u64,
    /// Who wrote it.
    pub author: AuthorId,
    /// In which installation.
    pub epoch: Epoch,
    /// The number of its first record in its stream.
    pub first: u64,
    /// The row of its page.
    pub page: i64,
    /// When the server received it.
    pub received: Moment,
    /// Its records in order, at least one, or the digests of those that are erased.
    pub items: Vec<Item>,
}

impl StoredRun {
    /// The number of its last record.
    pub fn last(&self) -> u64 {
        self.first + self.items.len() as u64 - 1
    }

    /// The position of its last record.
    pub fn last_position(&self) -> u64 {
        self.position + self.items.len() as u64 - 1
    }

    /// The records that are not erased, each with its number.
    pub fn records(&self) -> impl Iterator<Item = (u64, &RecordBytes)> {
        numbered(self.first, &self.items)
    }

    /// The bytes of its records.
    pub fn size(&self) -> usize {
        self.records().map(|(_, record)| record.header.len() + record.body.len()).sum()
    }
}

/// Records with their numbers, without those that are erased.
pub(super) fn numbered(first: u64, items: &[Item]) -> impl Iterator<Item = (u64, &RecordBytes)> {
    (first..).zip(items).filter_map(|(number, item)| Some((number, item.record()?)))
}

/// Which runs of a (person, channel) someone wants to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WantedRuns {
    /// Whose journal.
    pub person: PersonId,
    /// Which channel.
    pub channel: Channel,
    /// Those that hold a record after this position.
    pub after: u64,
}

/// Runs of one (person, channel), as they were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRuns {
    /// The position up to which all that was asked for is here.
    pub position: u64,
    /// In the order of their positions.
    pub runs: Vec<StoredRun>,
}

/// Where a stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamHead {
    /// The last record's number.
    pub number: u64,
    /// Its link.
    pub link: Link,
}

/// What the store has of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamCount {
    /// Who wrote it.
    pub author: AuthorId,
    /// In which installation.
    pub epoch: Epoch,
    /// For whom.
    pub channel: Channel,
    /// How many records are here.
    pub records: u64,
    /// The highest number.
    pub last: u64,
    /// How many numbers up to the highest are missing.
    pub missing: u64,
    /// How many records have a number that another record here has too: branches of a device that was set back.
    pub branches: u64,
}

/// The kinds of records about a person's plan: edits, fates, changes, decisions, withdrawals and roots; and corrected
/// times.
pub const PLAN_KINDS: [Kind; 8] =
    [Kind(30), Kind(31), Kind(32), Kind(33), Kind(34), PLAN_ROOT_PART, PLAN_RESUMED, Kind(40)];
/// The kind of a part of a plan whose history was made anew.
pub const PLAN_ROOT_PART: Kind = Kind(35);
/// The kinds that ask the store to change a plan: edits, decisions about them, and withdrawals.
pub const PLAN_ASKING_KINDS: [Kind; 3] = [Kind(30), Kind(33), Kind(34)];
/// The kind that says which of the store's own records about a plan count.
pub const PLAN_RESUMED: Kind = Kind(36);
/// The kinds of records that a plan is made of: without one, those after it say nothing.
pub const PLAN_MAKING_KINDS: [Kind; 2] = [Kind(32), PLAN_ROOT_PART];

/// A checked page of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageToStore {
    /// The page.
    pub page: Page,
    /// For each run, each record's link and kind.
    pub places: Vec<Vec<(Link, Kind)>>,
    /// Its records that were changed after they were sealed.
    pub damaged: Vec<Damaged>,
    /// For each run, how it is taken.
    pub standing: Vec<Standing>,
    /// Why its author is no longer enrolled, as it was when `standing` was found.
    pub ended: Option<Ended>,
    /// When it was received.
    pub received: Moment,
}

/// The store's own records about a person, to follow its last one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRun {
    /// About whom.
    pub person: PersonId,
    /// The number of the store's last record about this person; 0 for none.
    pub after: u64,
    /// Its link.
    pub before: Link,
    /// The records.
    pub records: Vec<RecordBytes>,
    /// For each record, its link and kind.
    pub places: Vec<(Link, Kind)>,
}

/// What the store's own records were made from: it must still be so when they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// The care channel had so many records.
    Position {
        /// Whose.
        person: PersonId,
        /// How many.
        position: u64,
    },
    /// The office channel had so many records.
    Office {
        /// Whose.
        person: PersonId,
        /// How many.
        position: u64,
    },
    /// Nothing was decided about their plan, since devices are awaited that may know more.
    Undecided {
        /// Whose.
        person: PersonId,
    },
    /// The record is not erased.
    NotErased {
        /// About whom it is.
        person: PersonId,
        /// Which.
        record: RecordRef,
    },
}

/// A device that may know what a restored store has lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Awaited {
    /// About whom.
    pub person: PersonId,
    /// Which device.
    pub device: AuthorId,
}

/// An extract that a device brought back, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BroughtPage {
    /// As it came.
    pub extract: PageExtract,
    /// Where the records of each of its open parts stand.
    pub placed: Vec<Vec<PlacedItem>>,
    /// A digest in it need not be of a damaged record: the store wrote it, or a device of a partner brings it, with whose
    /// holder not all is shared.
    pub may_hide: bool,
    /// How each of its open runs is taken.
    pub taken: Vec<BroughtAs>,
    /// The devices that what it holds is sealed to; nobody unless it is of the restricted channel.
    pub sealed_to: Vec<AuthorId>,
    /// When it was received.
    pub received: Moment,
}

/// Seals the store's page once its number is known.
pub type Seal = Box<dyn FnOnce(PageId) -> Signature + Send>;

/// The store's own page: one channel, runs by person in ascending order.
pub struct OwnPage {
    /// The store.
    pub author: AuthorId,
    /// Its installation.
    pub epoch: Epoch,
    /// Which channel.
    pub channel: Channel,
    /// Where its salts come from.
    pub secret: PageSecret,
    /// Its runs.
    pub runs: Vec<OwnRun>,
    /// Its seal, for the number it gets.
    pub seal: Seal,
    /// When it is made.
    pub made: Moment,
}

/// What is written in one transaction.
#[derive(Default)]
pub struct Commit {
    /// The device's page; absent for an act on the console.
    pub page: Option<Arc<PageToStore>>,
    /// What the store writes itself, in order.
    pub own: Vec<OwnPage>,
    /// What must still hold.
    pub guards: Vec<Guard>,
    /// Whose edits are decided with this, after a restore.
    pub settled: Option<PersonId>,
}

/// What became of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// It is durable.
    Stored,
    /// All its records were here already, in this page or in others. Nothing was written.
    Already,
    /// A guard does not hold any more: read again and derive anew. Nothing was written.
    Moved,
}
