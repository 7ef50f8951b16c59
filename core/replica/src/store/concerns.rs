//! Concerns. Those that wait for their receipt: each is a page that holds one sealed record. No other table knows of
//! them, and afterwards nothing does. And those that others sealed to this device.

use super::{Store, StoreError, read, write};
use alongside_domain::ids::Epoch;
use alongside_domain::journal::{Channel, PageExtract, PageId, RecordRef};
use alongside_domain::sync::messages::{Acknowledges, CallAbout, PackedPage, REQUEST_SEALED_MAX};
use alongside_domain::time::Moment;
use rusqlite::{OptionalExtension, params};

/// Key of the note that the log still holds pages of the file as they were before a concern was forgotten.
const LOG_OWED: &str = "log owed";
/// Key of the list of which pages that wait acknowledge a concern. Those are no concerns.
const ACKNOWLEDGES: &str = "acknowledges";
/// Key of the list of which pages that wait are calls about a concern of this phone.
const CALLS: &str = "calls";
/// Key of the cases that the holder of this device may not read any more.
const SHUT_CASES: &str = "shut cases";

/// What a request carries of the restricted channel.
pub(crate) struct SealedToSend {
    /// The epoch of the last page; nothing where there is none.
    pub(crate) last: Option<Epoch>,
    /// The pages.
    pub(crate) pages: Vec<PackedPage>,
    /// Which of them acknowledge a concern.
    pub(crate) acknowledges: Vec<Acknowledges>,
    /// Which of them are calls about one.
    pub(crate) calls: Vec<CallAbout>,
}

impl Store {
    /// Keeps a concern until its receipt.
    pub(crate) fn keep_concern(
        &mut self,
        epoch: Epoch,
        recorded: Moment,
        page: &PackedPage,
    ) -> Result<(), StoreError> {
        let mut insert = self.connection.prepare_cached("INSERT INTO concern VALUES (?1, ?2, ?3)")?;
        insert.execute(params![&epoch.0[..], recorded.0, page.0])?;
        Ok(())
    }

    /// Notes that a page which waits acknowledges a concern.
    pub(crate) fn note_acknowledges(&mut self, acknowledges: Acknowledges) -> Result<(), StoreError> {
        let mut all = self.acknowledges()?;
        all.push(acknowledges);
        self.set_meta(ACKNOWLEDGES, &all)
    }

    /// Which pages that wait acknowledge a concern.
    pub(crate) fn acknowledges(&self) -> Result<Vec<Acknowledges>, StoreError> {
        Ok(self.meta(ACKNOWLEDGES)?.unwrap_or_default())
    }

    /// Notes that a page which waits is a call about a concern of this phone.
    pub(crate) fn note_call(&mut self, call: CallAbout) -> Result<(), StoreError> {
        let mut all = self.calls()?;
        all.push(call);
        self.set_meta(CALLS, &all)
    }

    fn calls(&self) -> Result<Vec<CallAbout>, StoreError> {
        Ok(self.meta(CALLS)?.unwrap_or_default())
    }

    /// What the next request carries, those behind `after` first.
    pub(crate) fn sealed_to_send(&self, after: Epoch) -> Result<SealedToSend, StoreError> {
        let concerns = self.concern_pages(after)?;
        let is_here = |record: &RecordRef| concerns.iter().any(|(epoch, _)| *epoch == record.epoch);
        let (mut acknowledges, mut calls) = (self.acknowledges()?, self.calls()?);
        acknowledges.retain(|of| is_here(&of.act));
        calls.retain(|about| is_here(&about.call));
        let last = concerns.last().map(|(epoch, _)| *epoch);
        Ok(SealedToSend {
            last,
            pages: concerns.into_iter().map(|(_, page)| page).collect(),
            acknowledges,
            calls,
        })
    }

    /// Notes which cases the holder of this device may not read any more.
    pub(crate) fn set_shut_cases(&mut self, cases: &[RecordRef]) -> Result<(), StoreError> {
        if self.shut_cases()? == cases {
            return Ok(());
        }
        if cases.is_empty() {
            self.forget_meta(SHUT_CASES)
        } else {
            self.set_meta(SHUT_CASES, &cases.to_vec())
        }
    }

    /// The cases that the holder of this device may not read any more, each by its concern.
    pub(crate) fn shut_cases(&self) -> Result<Vec<RecordRef>, StoreError> {
        Ok(self.meta(SHUT_CASES)?.unwrap_or_default())
    }

    /// The epochs of the concerns that wait, and when they were recorded, oldest first.
    pub(crate) fn waiting_concerns(&self) -> Result<Vec<(Epoch, Moment)>, StoreError> {
        let mut query =
            self.connection.prepare_cached("SELECT epoch, recorded FROM concern ORDER BY recorded, epoch")?;
        let rows = query.query_map([], |row| Ok((Epoch(row.get(0)?), Moment(row.get(1)?))))?;
        let mut waiting = rows.collect::<Result<Vec<_>, _>>()?;
        let acknowledges = self.acknowledges()?;
        waiting.retain(|(epoch, _)| !acknowledges.iter().any(|of| of.act.epoch == *epoch));
        Ok(waiting)
    }

    /// The page of one that waits.
    pub(crate) fn waiting_concern(&self, epoch: Epoch) -> Result<Option<PackedPage>, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT page FROM concern WHERE epoch = ?1")?;
        Ok(query.query_row([&epoch.0[..]], |row| Ok(PackedPage(row.get(0)?))).optional()?)
    }

    /// As many as one request carries, those behind `after` first: each gets its turn.
    fn concern_pages(&self, after: Epoch) -> Result<Vec<(Epoch, PackedPage)>, StoreError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT epoch, page FROM concern ORDER BY epoch <= ?1, epoch LIMIT ?2")?;
        let rows = query.query_map(params![&after.0[..], REQUEST_SEALED_MAX as i64], |row| {
            Ok((Epoch(row.get(0)?), PackedPage(row.get(1)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Forgets all of a concern, in the transaction that is open. The log is to be emptied after it.
    pub(crate) fn forget_concern(&mut self, epoch: Epoch) -> Result<(), StoreError> {
        let mut delete = self.connection.prepare_cached("DELETE FROM concern WHERE epoch = ?1")?;
        let is_gone = delete.execute([&epoch.0[..]])? > 0;
        drop(delete);
        let mut acknowledges = self.acknowledges()?;
        if acknowledges.iter().any(|of| of.act.epoch == epoch) {
            acknowledges.retain(|of| of.act.epoch != epoch);
            self.set_meta(ACKNOWLEDGES, &acknowledges)?;
        }
        let mut calls = self.calls()?;
        if calls.iter().any(|about| about.call.epoch == epoch) {
            calls.retain(|about| about.call.epoch != epoch);
            // Not even an empty list says that there were any.
            if calls.is_empty() { self.forget_meta(CALLS)? } else { self.set_meta(CALLS, &calls)? }
        }
        if is_gone { self.set_meta(LOG_OWED, &true) } else { Ok(()) }
    }

    /// Whether a concern, or a word about one, waits for its receipt.
    pub(super) fn has_waiting_concern(&self) -> Result<bool, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT 1 FROM concern")?;
        Ok(query.exists([])?)
    }

    /// Keeps a concern that was sealed to this device; the server has it.
    pub(crate) fn keep_received_concern(&mut self, extract: &PageExtract) -> Result<(), StoreError> {
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO concern_received (author, epoch, extract) VALUES (?1, ?2, ?3)
             ON CONFLICT (author, epoch) DO UPDATE SET given = 1",
        )?;
        insert.execute(params![&extract.id.author.0[..], &extract.id.epoch.0[..], write(extract)])?;
        Ok(())
    }

    /// All that were sealed to this device.
    pub(crate) fn received_concerns(&self) -> Result<Vec<PageExtract>, StoreError> {
        let sql = "SELECT extract FROM concern_received ORDER BY author, epoch";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
        rows.map(|bytes| read(&bytes?, "concern")).collect()
    }

    /// Those that a restored server has not taken again, at most `count`.
    pub(super) fn concerns_to_give(&self, count: usize) -> Result<Vec<PageExtract>, StoreError> {
        let sql = "SELECT extract FROM concern_received WHERE given = 0 ORDER BY author, epoch LIMIT ?1";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([count as i64], |row| row.get::<_, Vec<u8>>(0))?;
        rows.map(|bytes| read(&bytes?, "concern")).collect()
    }

    /// A restored server has taken this one.
    pub(super) fn note_concern_given(&mut self, id: &PageId) -> Result<(), StoreError> {
        let sql = "UPDATE concern_received SET given = 1 WHERE author = ?1 AND epoch = ?2";
        self.connection.prepare_cached(sql)?.execute(params![&id.author.0[..], &id.epoch.0[..]])?;
        Ok(())
    }

    /// Forgets those that were sealed to this device and that a backup of the server holds: its holder receives none
    /// any more. Whoever does again gets them again.
    pub(crate) fn forget_received_concerns(&mut self) -> Result<(), StoreError> {
        let gone =
            self.connection.execute("DELETE FROM concern_received WHERE given = 1 AND backed_up = 1", [])?;
        if gone > 0 {
            let sql = "DELETE FROM cursor WHERE channel = ?1";
            self.connection.execute(sql, [Channel::Restricted as i64])?;
            self.set_meta(LOG_OWED, &true)?;
        }
        Ok(())
    }

    /// Something was deleted that the log must not keep: it is emptied once the transaction is over.
    pub(crate) fn owe_empty_log(&mut self) -> Result<(), StoreError> {
        self.set_meta(LOG_OWED, &true)
    }

    /// Empties the log if a concern was forgotten since it last was: what the database deletes is overwritten
    /// (`secure_delete`), but the log keeps pages as they were before.
    pub(crate) fn empty_log_if_owed(&mut self) -> Result<(), StoreError> {
        if self.meta::<bool>(LOG_OWED)?.is_none() {
            return Ok(());
        }
        if self.empty_log()? { self.forget_meta(LOG_OWED) } else { Ok(()) }
    }
}
