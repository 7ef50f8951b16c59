//! Strays: own records that a damaged file left in no page, though a page that is lost held them. Whether the server has
//! them is not known. They wait under their names until it has sent all that it has: what it has is receipted, and the
//! rest goes on under new names. A record never stands twice, and what was erased meanwhile does not come again.

use super::{Store, StoreError};
use alongside_domain::journal::{RecordBytes, StreamId};
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeSet;

/// Key of their names.
const STRAYS: &str = "strays";

/// The names of strays.
pub(crate) type Strays = BTreeSet<(StreamId, u64)>;

impl Store {
    /// The own records that wait until the server has sent all that it has.
    pub(crate) fn strays(&self) -> Result<Strays, StoreError> {
        Ok(self.meta::<Vec<(StreamId, u64)>>(STRAYS)?.unwrap_or_default().into_iter().collect())
    }

    /// These wait from now on. Their streams go on to them at least, so that none is taken for one in no page.
    pub(super) fn await_strays(&mut self, strays: &Strays) -> Result<(), StoreError> {
        for (stream, number) in strays {
            let head = self.head(*stream)?.id;
            let sql = "UPDATE stream SET number = max(number, ?2) WHERE id = ?1";
            self.connection.prepare_cached(sql)?.execute([head, *number as i64])?;
        }
        self.set_strays(strays)
    }

    fn set_strays(&mut self, strays: &Strays) -> Result<(), StoreError> {
        if strays.is_empty() {
            return self.forget_meta(STRAYS);
        }
        self.set_meta(STRAYS, &strays.iter().copied().collect::<Vec<_>>())
    }

    /// The server has these records of an own stream.
    pub(crate) fn note_on_server(&mut self, stream: StreamId, numbers: &[u64]) -> Result<(), StoreError> {
        let mut strays = self.strays()?;
        let before = strays.len();
        for number in numbers {
            strays.remove(&(stream, *number));
        }
        if strays.len() == before { Ok(()) } else { self.set_strays(&strays) }
    }

    /// The server has sent all that it has: what still waits of the strays, it does not have. They wait no more under
    /// these names.
    pub(crate) fn take_strays(&mut self) -> Result<Strays, StoreError> {
        let strays = self.strays()?;
        if !strays.is_empty() {
            self.forget_meta(STRAYS)?;
            self.receipt_streams(strays.iter().map(|(stream, _)| *stream).collect())?;
        }
        Ok(strays)
    }

    /// The row and the bytes of an own record; nothing if it is not here, or erased.
    pub(crate) fn own_record(
        &mut self,
        stream: StreamId,
        number: u64,
    ) -> Result<Option<(i64, RecordBytes)>, StoreError> {
        let head = self.head(stream)?.id;
        let Some(id) = self.named(head, number)?.first().copied() else { return Ok(None) };
        let sql = "SELECT header, body FROM journal WHERE id = ?1 AND header IS NOT NULL";
        let mut query = self.connection.prepare_cached(sql)?;
        let bytes = |row: &rusqlite::Row<'_>| Ok(RecordBytes { header: row.get(0)?, body: row.get(1)? });
        Ok(query.query_row([id], bytes).optional()?.map(|record| (id, record)))
    }

    /// An own record stands at the end of the journal from now on, under a new name.
    pub(crate) fn move_own(
        &mut self,
        id: i64,
        (stream, number): (StreamId, u64),
        record: &RecordBytes,
    ) -> Result<(), StoreError> {
        let (person, head) = (self.person_row(stream.person)?, self.head(stream)?.id);
        self.forget_in_lists(person, id)?;
        let sql = "UPDATE journal SET id = (SELECT max(id) + 1 FROM journal), stream = ?2, number = ?3
                   WHERE id = ?1 RETURNING id";
        let mut update = self.connection.prepare_cached(sql)?;
        let moved = update.query_row(params![id, head, number as i64], |row| row.get(0))?;
        drop(update);
        // One that cannot be read is found damaged by the server.
        let Ok(header) = record.decode_header() else { return Ok(()) };
        self.note_own(stream, moved, number, &header, record)
    }
}
