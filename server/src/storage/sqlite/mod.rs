//! The store in one SQLite file: WAL, every commit synced, one writer, a few readers.

mod administration;
mod column;
mod connection;
mod devices;
mod journal;
mod readers;
mod schema;
mod writer;

use super::{
    Access, Account, CodeAnswer, Commit, Committed, Device, DeviceCursor, ExchangeNote, Later, NewAccount,
    NewCode, NewDevice, Session, Staff, StorageError, Store, StoredPage, StoredRecord, StreamCount,
    StreamHead, TriedCode,
};
use alongside_domain::ids::{AuthorId, PersonId, StaffId};
use alongside_domain::journal::{Channel, StreamId};
use alongside_domain::sync::messages::{Challenge, Cursor, Heard};
use alongside_domain::time::Moment;
use readers::Readers;
use std::path::Path;
use writer::Writer;

/// A store in one SQLite file.
pub struct SqliteStore {
    writer: Writer,
    readers: Readers,
}

impl SqliteStore {
    /// Opens the database at `path`, makes it if it is not there, and brings it to this version.
    pub fn open(path: &Path) -> Result<SqliteStore, StorageError> {
        let connection = connection::open(path)?;
        Ok(SqliteStore {
            writer: Writer::start(path.to_owned(), connection),
            readers: Readers::of(path.to_owned()),
        })
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

    fn commit(&self, commit: Commit) -> Later<'_, Committed> {
        Box::pin(self.writer.write(move |db| journal::commit(db, commit)))
    }

    fn heads(&self, people: Vec<PersonId>) -> Later<'_, Vec<Cursor>> {
        Box::pin(self.readers.read(move |db| journal::heads(db, &people)))
    }

    fn records_after(
        &self,
        person: PersonId,
        channel: Channel,
        position: u64,
        bytes_max: usize,
    ) -> Later<'_, Vec<StoredRecord>> {
        Box::pin(
            self.readers.read(move |db| journal::records_after(db, person, channel, position, bytes_max)),
        )
    }

    fn plan_records_after(&self, person: PersonId, position: u64) -> Later<'_, (u64, Vec<StoredRecord>)> {
        Box::pin(self.readers.read(move |db| journal::plan_records_after(db, person, position)))
    }

    fn pages(&self, rows: Vec<i64>) -> Later<'_, Vec<StoredPage>> {
        Box::pin(self.readers.read(move |db| journal::pages(db, &rows)))
    }

    fn stream_head(&self, stream: StreamId) -> Later<'_, Option<StreamHead>> {
        Box::pin(self.readers.read(move |db| journal::stream_head(db, &stream)))
    }

    fn streams(&self, person: PersonId) -> Later<'_, Vec<StreamCount>> {
        Box::pin(self.readers.read(move |db| journal::streams(db, person)))
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
}
