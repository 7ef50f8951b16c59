//! The store in one SQLite file: WAL, every commit synced, one writer, a few readers.

mod administration;
mod apart;
mod audit;
mod break_glass;
mod brought;
mod column;
mod connection;
mod desks;
mod devices;
mod ended;
mod erasures;
mod evidence;
mod healing;
mod items;
mod journal;
mod key_safe;
mod own_kinds;
mod readers;
mod runs;
mod schema;
mod sealed;
mod timed;
mod writer;

use super::ledger::{Ledger, MemoryLedger, Order, WipeOrdered};
use super::{
    Access, Account, ApartRun, Asked, Awaited, BroughtPage, CaseAccess, CheckedTrail, Claim, CodeAnswer,
    Commit, Committed, ConcernName, ConcernSeen, Desk, Device, DeviceCursor, EndedDevice, ErasePlan, Erased,
    Evidence, ExchangeNote, FlaggedRun, GivenTime, Kept, KeySafeSet, Later, NewAccount, NewCode, NewDevice,
    NewOrder, NumberedEntry, OpenedRecord, ReadRuns, ReadSealed, Receipted, Release, Revoke, RunPlace,
    SealedPage, Session, SignedHead, Staff, StorageError, Store, StoredPage, StoredRun, StreamCount,
    StreamHead, TimedAccess, TrailFault, TriedCode, UnreadRecord, WaitingLetter, WantedEntries, WantedRuns,
};
use crate::audit::Entry;
use alongside_domain::access::break_glass::BreakGlass;
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::erasure::Erasure;
use alongside_domain::journal::{Link, PageId, PublicKey, RecordRef, Signature, StreamId};
use alongside_domain::safeguarding::routes::Council;
use alongside_domain::sync::messages::{Challenge, Cursor, Heard, OwnKinds, Recipients};
use alongside_domain::time::Moment;
pub use healing::Extent;
use readers::Readers;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use writer::Writer;

/// A store in one SQLite file.
pub struct SqliteStore {
    writer: Writer,
    ledger: Ledger,
    readers: Readers,
    epoch: Option<Epoch>,
}

impl SqliteStore {
    /// Opens the database at `path`, makes it if it is not there, and brings it to this version. The ledger of
    /// erasures is beside it.
    pub fn open(path: &Path) -> Result<SqliteStore, StorageError> {
        SqliteStore::open_with(path, Ledger::beside(path))
    }

    /// Opens a copy of a database, which has no ledger: only what it says itself is erased in it.
    pub fn open_copy(path: &Path) -> Result<SqliteStore, StorageError> {
        SqliteStore::open_with(path, Ledger::of(MemoryLedger::default()))
    }

    /// As [`SqliteStore::open`], with the ledger elsewhere.
    pub fn open_with(path: &Path, ledger: Ledger) -> Result<SqliteStore, StorageError> {
        let connection = connection::open(path, &ledger)?;
        Ok(SqliteStore {
            epoch: healing::epoch(&connection)?,
            writer: Writer::start(path.to_owned(), ledger.clone(), connection),
            ledger,
            readers: Readers::of(path.to_owned()),
        })
    }

    /// The epoch in which the store writes since it was restored; nothing when it never was.
    pub fn epoch(&self) -> Option<Epoch> {
        self.epoch
    }

    /// The file was put back to an older state: from now on the store writes in this epoch, and awaits all devices
    /// that may know what is lost. `founded` is the epoch of a store that was never restored before.
    pub async fn begin_epoch(&self, founded: Epoch, epoch: Epoch, at: Moment) -> Result<(), StorageError> {
        self.writer.write(move |db| healing::begin_epoch(db, founded, epoch, at)).await
    }

    /// As [`SqliteStore::check_audit`], for a database that is only read: not even brought to this version.
    pub fn check_audit_at(
        path: &Path,
        key: &PublicKey,
    ) -> Result<Result<CheckedTrail, TrailFault>, StorageError> {
        audit::check(&connection::open_reader(path)?, key)
    }

    /// Checks the whole audit trail. `key` is the store's.
    pub async fn check_audit(
        &self,
        key: PublicKey,
    ) -> Result<Result<CheckedTrail, TrailFault>, StorageError> {
        self.readers.read(move |db| audit::check(db, &key)).await
    }

    /// Copies the database at `from`, which others may write to meanwhile, to a new file.
    pub fn copy(from: &Path, to: &Path) -> Result<(), StorageError> {
        connection::copy(from, to)
    }

    /// Closes the database once all is written: its log is then in the file.
    pub fn close(self) {
        // Readers first: whoever closes last brings the log into the file.
        drop(self.readers);
        drop(self.writer);
    }

    /// Reads the whole file: an error when it is not a whole database.
    pub async fn check_file(&self) -> Result<(), StorageError> {
        self.readers.read(connection::check_file).await
    }

    /// Pages from the row after this one on.
    pub async fn pages_after(&self, row: i64, count: usize) -> Result<Vec<StoredPage>, StorageError> {
        self.readers.read(move |db| journal::pages_after(db, row, count)).await
    }

    /// What a page holds about each person, but for what is kept apart.
    pub async fn runs_of_page(
        &self,
        row: i64,
        id: PageId,
        places: &[RunPlace],
    ) -> Result<BTreeMap<PersonId, StoredRun>, StorageError> {
        let people: Vec<PersonId> = places.iter().map(|place| place.person).collect();
        self.readers.read(move |db| runs::runs_of_page(db, row, &id, &people)).await
    }

    /// A backup holds so much.
    pub async fn note_backup(&self, extent: Extent, at: Moment) -> Result<(), StorageError> {
        self.writer.write(move |db| healing::note_backup(db, &extent, at)).await
    }

    /// How much it holds.
    pub async fn extent(&self) -> Result<Extent, StorageError> {
        self.readers.read(healing::extent).await
    }
}

impl Store for SqliteStore {
    fn probe(&self) -> Later<'_, ()> {
        Box::pin(self.readers.read(|db| Ok(db.query_row("SELECT COUNT(*) FROM counter", [], |_| Ok(()))?)))
    }

    fn set_administrator_token(&self, hash: [u8; 32]) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| administration::set_administrator_token(db, &hash)))
    }

    fn administrator_token(&self) -> Later<'_, Option<[u8; 32]>> {
        Box::pin(self.readers.read(administration::administrator_token))
    }

    fn add_staff(&self, staff: Staff, account: Option<NewAccount>) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| administration::add_staff(db, &staff, account.as_ref())))
    }

    fn staff(&self, staff: StaffId) -> Later<'_, Option<Staff>> {
        Box::pin(self.readers.read(move |db| administration::staff(db, staff)))
    }

    fn set_employer(&self, staff: StaffId, organisation: String, agency: bool) -> Later<'_, bool> {
        Box::pin(self.writer.write(move |db| administration::set_employer(db, staff, &organisation, agency)))
    }

    fn all_staff(&self) -> Later<'_, Vec<Staff>> {
        Box::pin(self.readers.read(administration::all_staff))
    }

    fn add_person(&self, person: PersonId) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| administration::add_person(db, person)))
    }

    fn people(&self) -> Later<'_, Vec<PersonId>> {
        Box::pin(self.readers.read(administration::people))
    }

    fn set_care_team(&self, person: PersonId, staff: StaffId, on: bool) -> Later<'_, bool> {
        Box::pin(self.writer.write(move |db| administration::set_care_team(db, person, staff, on)))
    }

    fn access_of(&self, staff: StaffId) -> Later<'_, Access> {
        Box::pin(self.readers.read(move |db| administration::access_of(db, staff)))
    }

    fn care_team(&self, person: PersonId) -> Later<'_, Vec<StaffId>> {
        Box::pin(self.readers.read(move |db| administration::care_team(db, person)))
    }

    fn give_time(&self, access: TimedAccess) -> Later<'_, bool> {
        Box::pin(self.writer.write(move |db| timed::give(db, &access)))
    }

    fn end_time(&self, id: i64, person: PersonId, by: StaffId, at: Moment) -> Later<'_, bool> {
        Box::pin(self.writer.write(move |db| timed::end(db, id, person, by, at)))
    }

    fn times_of(&self, staff: StaffId) -> Later<'_, Vec<GivenTime>> {
        Box::pin(self.readers.read(move |db| timed::of(db, staff)))
    }

    fn times_about(&self, person: PersonId) -> Later<'_, Vec<GivenTime>> {
        Box::pin(self.readers.read(move |db| timed::about(db, person)))
    }

    fn set_key_safe(&self, set: KeySafeSet) -> Later<'_, bool> {
        Box::pin(self.writer.write(move |db| key_safe::set(db, &set)))
    }

    fn key_safes(&self, people: Vec<PersonId>) -> Later<'_, Vec<KeySafeSet>> {
        Box::pin(self.readers.read(move |db| key_safe::of(db, &people)))
    }

    fn note_key_safes_given(&self, staff: StaffId, people: Vec<PersonId>, at: Moment) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| key_safe::note_given(db, staff, &people, at)))
    }

    fn key_safe_given(&self, person: PersonId) -> Later<'_, Vec<(StaffId, Moment)>> {
        Box::pin(self.readers.read(move |db| key_safe::given(db, person)))
    }

    fn add_code(&self, code: NewCode) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| devices::add_code(db, &code)))
    }

    fn try_code(&self, tried: TriedCode) -> Later<'_, CodeAnswer> {
        Box::pin(self.writer.write(move |db| devices::try_code(db, &tried)))
    }

    fn enrol_device(&self, code: String, device: NewDevice) -> Later<'_, bool> {
        Box::pin(self.writer.write(move |db| devices::enrol_device(db, &code, &device)))
    }

    fn device(&self, device: AuthorId) -> Later<'_, Option<Device>> {
        Box::pin(self.readers.read(move |db| devices::device(db, device)))
    }

    fn devices(&self) -> Later<'_, Vec<Device>> {
        Box::pin(self.readers.read(devices::devices))
    }

    fn directory_after(&self, version: u64) -> Later<'_, Vec<(u64, Vec<u8>)>> {
        Box::pin(self.readers.read(move |db| devices::directory_after(db, version)))
    }

    fn take_challenge(&self, device: AuthorId, challenge: Challenge, not_before: Moment) -> Later<'_, bool> {
        Box::pin(self.writer.write(move |db| devices::take_challenge(db, device, challenge, not_before)))
    }

    fn give_challenge(&self, device: AuthorId, challenge: Challenge, now: Moment) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| devices::give_challenge(db, device, challenge, now, None)))
    }

    fn device_cursors(&self, device: AuthorId) -> Later<'_, Vec<DeviceCursor>> {
        Box::pin(self.readers.read(move |db| devices::device_cursors(db, device)))
    }

    fn heard_for(&self, device: AuthorId) -> Later<'_, (Vec<Heard>, u64)> {
        Box::pin(self.readers.read(move |db| devices::heard_for(db, device)))
    }

    fn note_exchange(&self, exchange: ExchangeNote) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| devices::note_exchange(db, &exchange)))
    }

    fn former_heads(&self, epoch: Epoch) -> Later<'_, Vec<Cursor>> {
        Box::pin(self.readers.read(move |db| healing::former_heads(db, epoch)))
    }

    fn undecided_after(&self, person: PersonId) -> Later<'_, Option<u64>> {
        Box::pin(self.readers.read(move |db| healing::undecided_after(db, person)))
    }

    fn has_decided_since_restore(&self, person: PersonId) -> Later<'_, bool> {
        Box::pin(self.readers.read(move |db| healing::has_decided_since_restore(db, person)))
    }

    fn awaited(&self) -> Later<'_, Vec<Awaited>> {
        Box::pin(self.readers.read(healing::awaited))
    }

    fn hear_out(&self, device: AuthorId) -> Later<'_, Vec<PersonId>> {
        Box::pin(self.writer.write(move |db| healing::hear_out(db, device)))
    }

    fn bring_device(&self, device: NewDevice) -> Later<'_, bool> {
        let ledger = self.ledger.clone();
        Box::pin(self.writer.write(move |db| healing::bring_device(db, &ledger, &device)))
    }

    fn bring(&self, page: BroughtPage) -> Later<'_, Committed> {
        Box::pin(self.writer.write(move |db| sealed::bring(db, page)))
    }

    fn is_backed_up(&self, device: AuthorId, has: Vec<Cursor>) -> Later<'_, bool> {
        Box::pin(self.readers.read(move |db| healing::is_backed_up(db, device, &has)))
    }

    fn commit(&self, commit: Commit) -> Later<'_, Committed> {
        Box::pin(self.writer.write(move |db| journal::commit(db, commit)))
    }

    fn revoke(&self, revoke: Revoke) -> Later<'_, bool> {
        let ledger = self.ledger.clone();
        Box::pin(self.writer.write(move |db| ended::revoke(db, &ledger, revoke)))
    }

    fn ended_devices(&self) -> Later<'_, Vec<EndedDevice>> {
        Box::pin(self.readers.read(ended::ended_devices))
    }

    fn receipted_before(&self, device: AuthorId) -> Later<'_, Vec<Receipted>> {
        Box::pin(self.readers.read(move |db| ended::receipted(db, device)))
    }

    fn revocations_after(&self, version: u64) -> Later<'_, Vec<(u64, Vec<u8>)>> {
        Box::pin(self.readers.read(move |db| ended::revocations_after(db, version)))
    }

    fn order_wipe(&self, device: AuthorId, by: StaffId, at: Moment) -> Later<'_, bool> {
        let (ledger, order) = (self.ledger.clone(), WipeOrdered { device, by, at });
        Box::pin(self.writer.write(move |db| ended::order_wipe(db, &ledger, order)))
    }

    fn note_wiped(&self, device: AuthorId, at: Moment) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| ended::note_wiped(db, device, at)))
    }

    fn apart(&self) -> Later<'_, Vec<ApartRun>> {
        Box::pin(self.readers.read(apart::apart))
    }

    fn flagged(&self) -> Later<'_, Vec<FlaggedRun>> {
        Box::pin(self.readers.read(apart::flagged))
    }

    fn evidence(&self) -> Later<'_, Vec<Evidence>> {
        Box::pin(self.readers.read(evidence::all))
    }

    fn release(&self, release: Release) -> Later<'_, Committed> {
        Box::pin(self.writer.write(move |db| apart::release(db, release)))
    }

    fn keep_apart(&self, id: i64, decided: Kept) -> Later<'_, bool> {
        Box::pin(self.writer.write(move |db| apart::keep_apart(db, id, &decided)))
    }

    fn erase(&self, order: NewOrder) -> Later<'_, Erased> {
        let ledger = self.ledger.clone();
        Box::pin(self.writer.write(move |db| erasures::erase(db, &ledger, order)))
    }

    fn erase_plan(&self, erase: ErasePlan) -> Later<'_, Erased> {
        let ledger = self.ledger.clone();
        Box::pin(self.writer.write(move |db| erasures::erase_plan(db, &ledger, erase)))
    }

    fn orders_waiting(&self) -> Later<'_, Vec<Order>> {
        let ledger = self.ledger.clone();
        Box::pin(self.readers.read(move |db| erasures::waiting(db, &ledger)))
    }

    fn erased_of(&self, person: PersonId, records: Vec<RecordRef>) -> Later<'_, Option<BTreeSet<RecordRef>>> {
        Box::pin(self.readers.read(move |db| erasures::erased_of(db, person, &records)))
    }

    fn unread_plan(&self, person: PersonId, store: AuthorId) -> Later<'_, Vec<UnreadRecord>> {
        Box::pin(self.readers.read(move |db| brought::unread_plan(db, person, store)))
    }

    fn erasures_after(&self, version: u64) -> Later<'_, Vec<Erasure>> {
        Box::pin(self.readers.read(move |db| erasures::erasures_after(db, version)))
    }

    fn orders(&self) -> Later<'_, Vec<Order>> {
        Box::pin(self.readers.read(erasures::orders))
    }

    fn set_recipients(&self, staff: Vec<StaffId>) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| sealed::set_recipients(db, &staff)))
    }

    fn set_council(&self, council: Council) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| sealed::set_council(db, &council)))
    }

    fn recipients(&self) -> Later<'_, Recipients> {
        Box::pin(self.readers.read(sealed::recipients))
    }

    fn set_own_kinds(&self, after: u32, own: OwnKinds, at: Moment) -> Later<'_, bool> {
        Box::pin(self.writer.write(move |db| own_kinds::set(db, after, &own, at)))
    }

    fn own_kinds_version(&self) -> Later<'_, u32> {
        Box::pin(self.readers.read(own_kinds::version))
    }

    fn own_kinds(&self) -> Later<'_, Option<OwnKinds>> {
        Box::pin(self.readers.read(own_kinds::last))
    }

    fn commit_sealed(&self, page: SealedPage) -> Later<'_, Committed> {
        Box::pin(self.writer.write(move |db| sealed::commit(db, &page)))
    }

    fn desk(&self, staff: StaffId) -> Later<'_, Option<Desk>> {
        Box::pin(self.readers.read(move |db| desks::desk(db, staff)))
    }

    fn keep_desk(&self, desk: Desk, device: NewDevice) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| desks::keep_desk(db, &desk, &device)))
    }

    fn waiting_letters(&self, device: AuthorId) -> Later<'_, Vec<WaitingLetter>> {
        Box::pin(self.readers.read(move |db| desks::waiting_letters(db, device)))
    }

    fn give_letters(&self, device: AuthorId, pages: Vec<i64>, now: Moment) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| desks::give_letters(db, device, &pages, now)))
    }

    fn acknowledge(&self, concern: ConcernName, at: Moment) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| desks::acknowledge(db, concern, at)))
    }

    fn asked(&self, concern: ConcernName) -> Later<'_, Option<Asked>> {
        Box::pin(self.readers.read(move |db| desks::asked(db, concern)))
    }

    fn set_case_access(&self, access: CaseAccess) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| desks::set_case_access(db, &access)))
    }

    fn case_access_of(&self, staff: StaffId) -> Later<'_, Vec<CaseAccess>> {
        Box::pin(self.readers.read(move |db| desks::case_access_of(db, staff)))
    }

    fn note_case_pages(&self, pages: Vec<ConcernName>, case: ConcernName) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| desks::note_case_pages(db, &pages, case)))
    }

    fn is_admitted(&self, staff: StaffId) -> Later<'_, bool> {
        Box::pin(self.readers.read(move |db| desks::is_admitted(db, staff)))
    }

    fn note_seen(&self, seen: ConcernSeen) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| desks::note_seen(db, &seen)))
    }

    fn concern_seen(&self, concern: ConcernName) -> Later<'_, Vec<ConcernSeen>> {
        Box::pin(self.readers.read(move |db| desks::concern_seen(db, concern)))
    }

    fn sealed_for(&self, device: AuthorId, has: Vec<Cursor>, bytes_max: usize) -> Later<'_, ReadSealed> {
        Box::pin(self.readers.read(move |db| sealed::sealed_for(db, device, &has, bytes_max)))
    }

    fn is_with_recipient(&self, page: PageId, seal: Signature) -> Later<'_, bool> {
        Box::pin(self.readers.read(move |db| sealed::is_with_recipient(db, &page, &seal)))
    }

    fn heads(&self, people: Vec<PersonId>) -> Later<'_, Vec<Cursor>> {
        Box::pin(self.readers.read(move |db| journal::heads(db, &people)))
    }

    fn runs(
        &self,
        wanted: Vec<WantedRuns>,
        without: BTreeSet<Signature>,
        bytes_max: usize,
    ) -> Later<'_, Vec<ReadRuns>> {
        Box::pin(self.readers.read(move |db| runs::runs(db, &wanted, &without, bytes_max)))
    }

    fn plan_runs(&self, person: PersonId, after: u64) -> Later<'_, ReadRuns> {
        Box::pin(self.readers.read(move |db| runs::plan_runs(db, person, after)))
    }

    fn pages(&self, rows: Vec<i64>) -> Later<'_, Vec<StoredPage>> {
        Box::pin(self.readers.read(move |db| journal::pages(db, &rows)))
    }

    fn stream_head(&self, stream: StreamId) -> Later<'_, Option<StreamHead>> {
        Box::pin(self.readers.read(move |db| runs::stream_head(db, &stream)))
    }

    fn links(&self, records: Vec<(StreamId, u64)>) -> Later<'_, Vec<Option<Link>>> {
        Box::pin(
            self.readers.read(move |db| {
                records.iter().map(|(stream, number)| runs::link(db, stream, *number)).collect()
            }),
        )
    }

    fn runs_of(&self, records: Vec<(StreamId, u64)>) -> Later<'_, Vec<Option<StoredRun>>> {
        Box::pin(self.readers.read(move |db| {
            records.iter().map(|(stream, number)| runs::run_of(db, stream, *number)).collect()
        }))
    }

    fn streams(&self, person: PersonId) -> Later<'_, Vec<StreamCount>> {
        Box::pin(self.readers.read(move |db| runs::streams(db, person)))
    }

    fn account(&self, username: String) -> Later<'_, Option<Account>> {
        Box::pin(self.readers.read(move |db| administration::account(db, &username)))
    }

    fn note_sign_in(&self, staff: StaffId, failed_at: Option<Moment>) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| administration::note_sign_in(db, staff, failed_at)))
    }

    fn add_session(&self, session: Session) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| administration::add_session(db, &session)))
    }

    fn session(&self, token_hash: [u8; 32]) -> Later<'_, Option<Session>> {
        Box::pin(self.readers.read(move |db| administration::session(db, &token_hash)))
    }

    fn touch_session(&self, token_hash: [u8; 32], now: Moment) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| administration::touch_session(db, &token_hash, now)))
    }

    fn end_session(&self, token_hash: [u8; 32]) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| administration::end_session(db, &token_hash)))
    }

    fn audit(&self, entries: Vec<Entry>) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| audit::append(db, &entries)))
    }

    fn audit_entries(&self, wanted: WantedEntries) -> Later<'_, Vec<NumberedEntry>> {
        Box::pin(self.readers.read(move |db| audit::entries(db, wanted)))
    }

    fn audit_head_before(&self, at: Moment) -> Later<'_, Option<(u64, Link)>> {
        Box::pin(self.readers.read(move |db| audit::head_before(db, at)))
    }

    fn audit_number(&self, link: Link) -> Later<'_, Option<u64>> {
        Box::pin(self.readers.read(move |db| audit::number_of(db, &link)))
    }

    fn former_audit_end(&self, epoch: Epoch) -> Later<'_, Option<Moment>> {
        Box::pin(self.readers.read(move |db| audit::former_end(db, epoch)))
    }

    fn audit_was_restored(&self) -> Later<'_, bool> {
        Box::pin(self.readers.read(audit::was_restored))
    }

    fn keep_audit_head(&self, head: SignedHead) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| audit::keep_head(db, &head)))
    }

    fn note_audit_claim(&self, claim: Claim) -> Later<'_, bool> {
        Box::pin(self.writer.write(move |db| audit::note_claim(db, &claim)))
    }

    fn audit_claims(&self) -> Later<'_, Vec<Claim>> {
        Box::pin(self.readers.read(audit::claims))
    }

    fn open_break_glass(&self, grant: BreakGlass, entry: Entry) -> Later<'_, ()> {
        Box::pin(self.writer.write(move |db| break_glass::open(db, &grant, entry)))
    }

    fn break_glass_of(&self, staff: StaffId, now: Moment) -> Later<'_, Vec<OpenedRecord>> {
        Box::pin(self.readers.read(move |db| break_glass::open_ones(db, staff, now)))
    }

    fn end_break_glass(&self, id: i64, at: Moment) -> Later<'_, bool> {
        Box::pin(self.writer.write(move |db| break_glass::end(db, id, at)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract;
    use super::*;

    #[tokio::test]
    async fn the_contract_holds() {
        let folder = tempfile::tempdir().unwrap();
        let count = std::cell::Cell::new(0);
        let make = || {
            count.set(count.get() + 1);
            SqliteStore::open(&folder.path().join(format!("{}.sqlite", count.get()))).unwrap()
        };
        contract::holds_for(make).await;
    }

    fn error_of(path: &Path) -> Option<StorageError> {
        SqliteStore::open(path).err()
    }

    #[test]
    fn a_database_of_a_newer_version_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("newer.sqlite");
        drop(SqliteStore::open(&path).unwrap());
        let newer = rusqlite::Connection::open(&path).unwrap();
        newer.pragma_update(None, "user_version", 99).unwrap();
        drop(newer);
        let before = std::fs::read(&path).unwrap();
        assert_eq!(
            error_of(&path),
            Some(StorageError::NewerSchema { found: 99, known: schema::STEPS.len() as i64 })
        );
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_file_that_is_no_database_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.sqlite");
        std::fs::write(&path, "notes of a nurse ".repeat(100)).unwrap();
        assert_eq!(error_of(&path), Some(StorageError::Damaged));
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("notes"));
    }

    #[tokio::test]
    async fn every_commit_is_synced_and_the_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        let store = SqliteStore::open(&path).unwrap();
        let pragmas = store.writer.write(|db| {
            let number = |name: &str| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
            let mode = db.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0))?;
            Ok((mode, number("synchronous")?, number("foreign_keys")?))
        });
        assert_eq!(pragmas.await.unwrap(), ("wal".to_owned(), 2, 1));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[tokio::test]
    async fn a_full_disk_fails_the_write_and_the_store_goes_on_when_there_is_room() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("a.sqlite")).unwrap();
        let pages = store
            .writer
            .write(|db| Ok(db.pragma_query_value(None, "page_count", |row| row.get::<_, i64>(0))?));
        let pages = pages.await.unwrap();
        let limit = |count: i64| {
            store.writer.write(move |db| {
                Ok(db
                    .query_row(&format!("PRAGMA max_page_count = {count}"), [], |row| row.get::<_, i64>(0))?)
            })
        };
        limit(pages).await.unwrap();
        let fill = || {
            store.writer.write(|db| {
                db.execute("INSERT OR REPLACE INTO setting VALUES ('big', zeroblob(200000))", [])?;
                Ok(())
            })
        };
        assert_eq!(fill().await, Err(StorageError::Full));
        limit(1_000_000).await.unwrap();
        assert_eq!(fill().await, Ok(()));
    }
}
