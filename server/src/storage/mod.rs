//! What the server keeps, in the domain's verbs. One trait, one contract suite, one implementation so far.
//!
//! Absent on purpose: rules. A store keeps and gives back; callers decide. What must hold between two reads and
//! a write is a condition of the write ([`Guard`]), so that any number of servers may share one store.

mod apart;
mod audit;
#[cfg(test)]
mod contract;
mod desks;
mod ended;
mod erasure;
mod evidence;
pub mod ledger;
mod sealed;
pub mod sqlite;
mod types;

pub use apart::{ApartRun, BroughtAs, FlaggedRun, Kept, Release, Standing, Why};
pub use audit::{
    CheckedTrail, Claim, Fault, NumberedEntry, OpenedRecord, SignedHead, TrailFault, WantedEntries,
};
pub use desks::{Asked, CaseAccess, ConcernName, ConcernSeen, Desk, WaitingLetter};
pub use ended::{EndedDevice, Receipted, Revoke};
pub use erasure::{ErasePlan, Erased, NewOrder, UnreadRecord};
pub use evidence::{EVIDENCE_BYTES_MAX, EVIDENCE_RECORDS_MAX, Evidence};
pub use sealed::*;
pub use sqlite::SqliteStore;
pub use types::*;

use crate::audit::Entry as AuditEntry;
use alongside_domain::access::break_glass::BreakGlass;
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::erasure::Erasure;
use alongside_domain::journal::{Link, PageId, RecordRef, Signature, StreamId};
use alongside_domain::safeguarding::routes::Council;
use alongside_domain::sync::messages::{Challenge, Cursor, Heard, OwnKinds, Recipients};
use alongside_domain::time::Moment;
use ledger::Order;
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

/// What a store answers, later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, StorageError>> + Send + 'a>>;

/// Why the store did not answer. Nothing of a failed write counts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The disk is full. Make room; devices keep what they could not send.
    #[error("the disk is full")]
    Full,
    /// The database was made by a newer version. Run that version.
    #[error("the database has version {found}; this server knows up to {known}")]
    NewerSchema {
        /// Its version.
        found: i64,
        /// The newest one known here.
        known: i64,
    },
    /// The file is not a database, or damaged. Restore a backup beside it; do not delete it.
    #[error("the database is damaged or not a database")]
    Damaged,
    /// A stored value that no version of this server wrote.
    #[error("a stored {what} cannot be read")]
    Unreadable {
        /// Which kind of value.
        what: &'static str,
    },
    /// The damaged records of a device fill the room that there is for them. Nothing of its page was written.
    #[error("no more damaged records of this device are kept")]
    EvidenceFull,
    /// Something that must be unique is there already.
    #[error("it is there already")]
    Exists,
    /// The database engine failed otherwise.
    #[error("the database failed with code {code}")]
    Engine {
        /// SQLite's extended result code.
        code: i32,
    },
    /// Others write the same thing all the time. Try again.
    #[error("the database is busy")]
    Busy,
    /// The ledger cannot be read or written. Nothing was erased or ended.
    #[error("the ledger failed")]
    Ledger,
    /// The store is closing, or its database could not be opened again after a failure: the next try opens it.
    #[error("the store is closed")]
    Closed,
}

/// Everything that the server keeps.
pub trait Store: Send + Sync + 'static {
    /// Answers without writing, if the store can be read.
    fn probe(&self) -> Later<'_, ()>;

    /// Replaces the hash of the administrator's token.
    fn set_administrator_token(&self, hash: [u8; 32]) -> Later<'_, ()>;
    /// The hash of the administrator's token.
    fn administrator_token(&self) -> Later<'_, Option<[u8; 32]>>;

    /// Adds a member of staff, with their console account if they have one.
    /// [`StorageError::Exists`] when the username is taken.
    fn add_staff(&self, staff: Staff, account: Option<NewAccount>) -> Later<'_, ()>;
    /// A member of staff.
    fn staff(&self, staff: StaffId) -> Later<'_, Option<Staff>>;
    /// Changes for whom a member of staff works, and whether through an agency. `false` when they are not known.
    fn set_employer(&self, staff: StaffId, organisation: String, agency: bool) -> Later<'_, bool>;
    /// All of them.
    fn all_staff(&self) -> Later<'_, Vec<Staff>>;
    /// Adds a person who receives care.
    fn add_person(&self, person: PersonId) -> Later<'_, ()>;
    /// Everyone who receives care.
    fn people(&self) -> Later<'_, Vec<PersonId>>;
    /// Puts staff on a person's care team, or takes them off. `false` when either is not known.
    fn set_care_team(&self, person: PersonId, staff: StaffId, on: bool) -> Later<'_, bool>;
    /// Whom a member of staff may see, and could see earlier.
    fn access_of(&self, staff: StaffId) -> Later<'_, Access>;
    /// Who is on a person's care team now, but for those who see them for a time only.
    fn care_team(&self, person: PersonId) -> Later<'_, Vec<StaffId>>;
    /// Gives somebody access for a time. `false` when the person or the member of staff is not known.
    fn give_time(&self, access: TimedAccess) -> Later<'_, bool>;
    /// Ends it at once. `false` when it is not there about this person, or was ended.
    fn end_time(&self, id: i64, person: PersonId, by: StaffId, at: Moment) -> Later<'_, bool>;
    /// All times that were given to a member of staff, as they were given.
    fn times_of(&self, staff: StaffId) -> Later<'_, Vec<GivenTime>>;
    /// All times that were given about a person, as they were given.
    fn times_about(&self, person: PersonId) -> Later<'_, Vec<GivenTime>>;

    /// Sets the code of a key safe, or takes it away. `false` when the person is not known.
    fn set_key_safe(&self, set: KeySafeSet) -> Later<'_, bool>;
    /// The codes of these people's key safes, where there are any.
    fn key_safes(&self, people: Vec<PersonId>) -> Later<'_, Vec<KeySafeSet>>;
    /// Notes that a device of a member of staff was given the codes of these people.
    fn note_key_safes_given(&self, staff: StaffId, people: Vec<PersonId>, at: Moment) -> Later<'_, ()>;
    /// To whom a person's code, as it is now, was given, and when last. By staff.
    fn key_safe_given(&self, person: PersonId) -> Later<'_, Vec<(StaffId, Moment)>>;

    /// Adds a one-time code.
    fn add_code(&self, code: NewCode) -> Later<'_, ()>;
    /// Tries a code. A wrong try of a known code is counted, and after `tries_max` the code is dead.
    fn try_code(&self, tried: TriedCode) -> Later<'_, CodeAnswer>;
    /// Uses up the code and adds the device. `false` when the code was used since it was tried.
    fn enrol_device(&self, code: String, device: NewDevice) -> Later<'_, bool>;
    /// A device.
    fn device(&self, device: AuthorId) -> Later<'_, Option<Device>>;
    /// All devices.
    fn devices(&self) -> Later<'_, Vec<Device>>;
    /// Certificates that were added after `version`, with the version that each made.
    fn directory_after(&self, version: u64) -> Later<'_, Vec<(u64, Vec<u8>)>>;

    /// Takes a challenge of the device, which is then gone. `false` when it is not there or was made before
    /// `not_before`.
    fn take_challenge(&self, device: AuthorId, challenge: Challenge, not_before: Moment) -> Later<'_, bool>;
    /// Gives the device a challenge outside a completed exchange.
    fn give_challenge(&self, device: AuthorId, challenge: Challenge, now: Moment) -> Later<'_, ()>;
    /// What the device has and was offered. Ordered by (person, channel).
    fn device_cursors(&self, device: AuthorId) -> Later<'_, Vec<DeviceCursor>>;
    /// When devices other than `device` were last heard, where it was not told since; and how far that goes.
    fn heard_for(&self, device: AuthorId) -> Later<'_, (Vec<Heard>, u64)>;
    /// Notes a completed exchange: what the device has, what the answer offers, its challenge, and that the
    /// device was heard.
    fn note_exchange(&self, exchange: ExchangeNote) -> Later<'_, ()>;

    /// Up to where positions of an epoch before a restore hold. Empty for an epoch that is not known.
    fn former_heads(&self, epoch: Epoch) -> Later<'_, Vec<Cursor>>;
    /// The position of a person's care channel after which nothing is decided since a restore, as long as devices are
    /// awaited that may know more, or what one has brought since waits to be decided; nothing in the usual case.
    fn undecided_after(&self, person: PersonId) -> Later<'_, Option<u64>>;
    /// Whether something was decided about a person's plan since the last restore, or there was none: what the store
    /// wrote before it comes too late.
    fn has_decided_since_restore(&self, person: PersonId) -> Later<'_, bool>;
    /// All devices that are awaited.
    fn awaited(&self) -> Later<'_, Vec<Awaited>>;
    /// A device has brought all that it keeps, or nobody waits for it any more. The people whose edits can be decided.
    fn hear_out(&self, device: AuthorId) -> Later<'_, Vec<PersonId>>;
    /// Adds a device whose certificate was brought. `false` when it is here, or its holder is not known.
    fn bring_device(&self, device: NewDevice) -> Later<'_, bool>;
    /// Stores what a device brought back, as far as it is not here.
    fn bring(&self, page: BroughtPage) -> Later<'_, Committed>;
    /// Whether a backup holds every page of a device, and all up to these cursors.
    fn is_backed_up(&self, device: AuthorId, has: Vec<Cursor>) -> Later<'_, bool>;

    /// Stores a device's page with the records of the store that follow from it, all or nothing, durably.
    /// Commits that are asked for before an earlier one has been answered happen in the order of the asking.
    fn commit(&self, commit: Commit) -> Later<'_, Committed>;
    /// Ends a device's enrolment, and keeps which records of it were receipted before. `false` when it is not there,
    /// or ended before.
    fn revoke(&self, revoke: Revoke) -> Later<'_, bool>;
    /// All devices that are no longer enrolled.
    fn ended_devices(&self) -> Later<'_, Vec<EndedDevice>>;
    /// The last record of each stream of a device that was receipted before its enrolment ended.
    fn receipted_before(&self, device: AuthorId) -> Later<'_, Vec<Receipted>>;
    /// Statements of revocations that were added to the directory after `version`, with the version that each made.
    fn revocations_after(&self, version: u64) -> Later<'_, Vec<(u64, Vec<u8>)>>;
    /// Orders a device to wipe what it holds. `false` unless its enrolment has ended.
    fn order_wipe(&self, device: AuthorId, by: StaffId, at: Moment) -> Later<'_, bool>;
    /// Notes that a device said that it has done so, if it was ordered to.
    fn note_wiped(&self, device: AuthorId, at: Moment) -> Later<'_, ()>;
    /// All runs that are kept apart, in the order in which they came.
    fn apart(&self) -> Later<'_, Vec<ApartRun>>;
    /// All runs that views read and a manager should look at, in the order in which they came.
    fn flagged(&self) -> Later<'_, Vec<FlaggedRun>>;
    /// All records that came damaged, in the order in which they came.
    fn evidence(&self) -> Later<'_, Vec<Evidence>>;
    /// Makes a run that is kept apart one that views read, with what follows from it, all or nothing: it gets its
    /// positions now. [`Committed::Already`] when it is not kept apart.
    fn release(&self, release: Release) -> Later<'_, Committed>;
    /// Notes that a run stays apart. `false` when it is not there, or was released.
    fn keep_apart(&self, id: i64, decided: Kept) -> Later<'_, bool>;
    /// Erases a record: the order is kept outside the database first, then its bytes go, and whatever could open its
    /// digest.
    fn erase(&self, order: NewOrder) -> Later<'_, Erased>;
    /// As [`Store::erase`], for records that make a plan.
    fn erase_plan(&self, erase: ErasePlan) -> Later<'_, Erased>;
    /// The orders that wait for plans to be made anew, as after a restore.
    fn orders_waiting(&self) -> Later<'_, Vec<Order>>;
    /// Of these records about a person, those that are erased; nothing as long as something is undecided about their
    /// plan, as [`Store::undecided_after`] says.
    fn erased_of(&self, person: PersonId, records: Vec<RecordRef>) -> Later<'_, Option<BTreeSet<RecordRef>>>;
    /// What devices brought of a person's plan after the store had decided anew.
    fn unread_plan(&self, person: PersonId, store: AuthorId) -> Later<'_, Vec<UnreadRecord>>;
    /// The orders to erase after this one, in the order in which they were given.
    fn erasures_after(&self, version: u64) -> Later<'_, Vec<Erasure>>;
    /// All orders, as they were given.
    fn orders(&self) -> Later<'_, Vec<Order>>;
    /// Replaces the list of who receives concerns. All are known.
    fn set_recipients(&self, staff: Vec<StaffId>) -> Later<'_, ()>;
    /// Sets the telephone numbers of the council, which go with the list.
    fn set_council(&self, council: Council) -> Later<'_, ()>;
    /// Who receives concerns.
    fn recipients(&self) -> Later<'_, Recipients>;
    /// Stores a version of the organisation's own kinds of observation, unless another than `after` stands: `false` then.
    fn set_own_kinds(&self, after: u32, own: OwnKinds, at: Moment) -> Later<'_, bool>;
    /// The version of them that stands; 0 when there is none.
    fn own_kinds_version(&self) -> Later<'_, u32>;
    /// What stands of them.
    fn own_kinds(&self) -> Later<'_, Option<OwnKinds>>;
    /// The desk of a console account.
    fn desk(&self, staff: StaffId) -> Later<'_, Option<Desk>>;
    /// Keeps a new desk, in place of an earlier one, and adds its certificate to the directory.
    fn keep_desk(&self, desk: Desk, device: NewDevice) -> Later<'_, ()>;
    /// Letters of concerns for a device or desk that it was not given.
    fn waiting_letters(&self, device: AuthorId) -> Later<'_, Vec<WaitingLetter>>;
    /// Gives a device or desk the letters of these pages, and notes that its holder was given them.
    fn give_letters(&self, device: AuthorId, pages: Vec<i64>, now: Moment) -> Later<'_, ()>;
    /// Notes when a concern was first acknowledged.
    fn acknowledge(&self, concern: ConcernName, at: Moment) -> Later<'_, ()>;
    /// How far the asking for a concern has come; nothing where it is not here.
    fn asked(&self, concern: ConcernName) -> Later<'_, Option<Asked>>;
    /// Notes that access to a case was given to somebody, or taken back from them.
    fn set_case_access(&self, access: CaseAccess) -> Later<'_, ()>;
    /// The cases to which access was given to somebody or taken back from them.
    fn case_access_of(&self, staff: StaffId) -> Later<'_, Vec<CaseAccess>>;
    /// Notes that these pages belong to a case.
    fn note_case_pages(&self, pages: Vec<ConcernName>, case: ConcernName) -> Later<'_, ()>;
    /// Whether somebody has access to a case that was given to them.
    fn is_admitted(&self, staff: StaffId) -> Later<'_, bool>;
    /// Notes that somebody has read a concern.
    fn note_seen(&self, seen: ConcernSeen) -> Later<'_, ()>;
    /// Who was given a concern and who has read it, in that order.
    fn concern_seen(&self, concern: ConcernName) -> Later<'_, Vec<ConcernSeen>>;
    /// Stores a page with a sealed record, durably, with a letter for each of its devices. [`Committed::Moved`] when its
    /// author's enrolment has ended or not otherwise than the page says.
    fn commit_sealed(&self, page: SealedPage) -> Later<'_, Committed>;
    /// What is addressed to a device beyond its cursors of the restricted channel, about `bytes_max` of it but at
    /// least one.
    fn sealed_for(&self, device: AuthorId, has: Vec<Cursor>, bytes_max: usize) -> Later<'_, ReadSealed>;
    /// Whether a device that this sealed page is for, other than its author, has said that it has it.
    fn is_with_recipient(&self, page: PageId, seal: Signature) -> Later<'_, bool>;
    /// How many records each (person, channel) has. Without those that have none.
    fn heads(&self, people: Vec<PersonId>) -> Later<'_, Vec<Cursor>>;
    /// Runs as asked for but for those of pages with these seals, in the order of the asking, until about
    /// `bytes_max` of them but at least one. What does not fit is left out at the end.
    fn runs(
        &self,
        wanted: Vec<WantedRuns>,
        without: BTreeSet<Signature>,
        bytes_max: usize,
    ) -> Later<'_, Vec<ReadRuns>>;
    /// The runs after a position of a person's care channel that hold a record of [`PLAN_KINDS`], and how many
    /// records that channel has.
    fn plan_runs(&self, person: PersonId, after: u64) -> Later<'_, ReadRuns>;
    /// Pages by their row, in the order asked for.
    fn pages(&self, rows: Vec<i64>) -> Later<'_, Vec<StoredPage>>;
    /// Where a stream ends; nothing when it is empty.
    fn stream_head(&self, stream: StreamId) -> Later<'_, Option<StreamHead>>;
    /// The links of records, where exactly one with this number is here.
    fn links(&self, records: Vec<(StreamId, u64)>) -> Later<'_, Vec<Option<Link>>>;
    /// The runs that views read and that hold these records, where one does.
    fn runs_of(&self, records: Vec<(StreamId, u64)>) -> Later<'_, Vec<Option<StoredRun>>>;
    /// The streams about a person: how many records each has, where it ends, and how many numbers it lacks.
    fn streams(&self, person: PersonId) -> Later<'_, Vec<StreamCount>>;

    /// An account by its username.
    fn account(&self, username: String) -> Later<'_, Option<Account>>;
    /// Counts a failed sign-in, or clears the count after a good one.
    fn note_sign_in(&self, staff: StaffId, failed_at: Option<Moment>) -> Later<'_, ()>;
    /// Adds a session.
    fn add_session(&self, session: Session) -> Later<'_, ()>;
    /// A session by its token's hash.
    fn session(&self, token_hash: [u8; 32]) -> Later<'_, Option<Session>>;
    /// Notes that a session was used.
    fn touch_session(&self, token_hash: [u8; 32], now: Moment) -> Later<'_, ()>;
    /// Ends a session.
    fn end_session(&self, token_hash: [u8; 32]) -> Later<'_, ()>;

    /// Appends to the audit trail, durably, all or nothing.
    fn audit(&self, entries: Vec<AuditEntry>) -> Later<'_, ()>;
    /// Entries of the trail, newest first.
    fn audit_entries(&self, wanted: WantedEntries) -> Later<'_, Vec<NumberedEntry>>;
    /// The number and the link of the last entry before a moment.
    fn audit_head_before(&self, at: Moment) -> Later<'_, Option<(u64, Link)>>;
    /// The number of the entry with this link.
    fn audit_number(&self, link: Link) -> Later<'_, Option<u64>>;
    /// When the last entry was made that is here of an epoch before a restore; nothing for an epoch that is not known.
    fn former_audit_end(&self, epoch: Epoch) -> Later<'_, Option<Moment>>;
    /// Whether the trail says that the store was restored.
    fn audit_was_restored(&self) -> Later<'_, bool>;
    /// Keeps a head of the trail that was signed.
    fn keep_audit_head(&self, head: SignedHead) -> Later<'_, ()>;
    /// Keeps what a device says of the trail and the trail does not hold. `true` the first time.
    fn note_audit_claim(&self, claim: Claim) -> Later<'_, bool>;
    /// All that devices have said so.
    fn audit_claims(&self) -> Later<'_, Vec<Claim>>;
    /// Opens a record in an emergency, with its entry of the audit trail.
    fn open_break_glass(&self, grant: BreakGlass, entry: AuditEntry) -> Later<'_, ()>;
    /// What a member of staff has opened so, and is open.
    fn break_glass_of(&self, staff: StaffId, now: Moment) -> Later<'_, Vec<OpenedRecord>>;
    /// Ends it. `false` when it was over.
    fn end_break_glass(&self, id: i64, at: Moment) -> Later<'_, bool>;
}
