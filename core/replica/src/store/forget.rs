//! What goes when access to a person ends: the readable copy, once all that was recorded here is handed in.

use super::people::person_of;
use super::{Store, StoreError, read, write};
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::sync::standing::Statement;
use alongside_domain::time::Moment;
use rusqlite::params;
use std::collections::BTreeSet;

/// Everything about a person but their records, and the streams that this device does not write. Concerns (channel 1)
/// come to those who receive them, whomever they are about.
const OF_PERSON: [&str; 11] = [
    "DELETE FROM placed WHERE person = ?1",
    "DELETE FROM roster WHERE person = ?1",
    "DELETE FROM plan_record WHERE person = ?1",
    "DELETE FROM retimed WHERE person = ?1",
    "DELETE FROM damaged WHERE person = ?1",
    "DELETE FROM begun_visit WHERE person = ?1",
    "DELETE FROM plan WHERE person = ?1",
    "DELETE FROM plan_day WHERE person = ?1",
    "DELETE FROM plan_document WHERE person = ?1",
    "DELETE FROM cursor WHERE person = ?1 AND channel <> 1",
    "UPDATE person SET edited = 0, rescoped = 0 WHERE id = ?1",
];

impl Store {
    /// Forgets whomever the device may not see any more and of whom nothing that was recorded here waits for its
    /// receipt; nobody while a restored server has not been given again what is here. To be called while every record is in `placed`. Where the device's own streams stand is kept: its
    /// next record about them, if there is one, goes on from there. `now` is the server's time.
    pub(crate) fn forget_unseen(
        &mut self,
        author: AuthorId,
        now: Moment,
    ) -> Result<BTreeSet<PersonId>, StoreError> {
        let unseen = self.to_forget(author)?;
        for (row, person) in &unseen {
            self.keep_own_proofs_whole(author, *person)?;
            self.forget_records(*row)?;
            for sql in OF_PERSON {
                self.connection.prepare_cached(sql)?.execute([row])?;
            }
            let sql = "DELETE FROM stream WHERE person = ?1 AND author <> ?2";
            self.connection.prepare_cached(sql)?.execute(params![row, &author.0[..]])?;
            self.let_bytes_leave(*row, now)?;
        }
        if !unseen.is_empty() {
            self.cache.heads.clear();
            // The next record takes the number after the last one here, which must not count as one in a page.
            self.set_placed_to_end()?;
        }
        Ok(unseen.into_iter().map(|(_, person)| person).collect())
    }

    /// Whom [`Store::forget_unseen`] would forget, each with their row.
    pub(crate) fn to_forget(&self, author: AuthorId) -> Result<Vec<(i64, PersonId)>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT id, person FROM person p WHERE access = 0
             AND (EXISTS (SELECT 1 FROM placed WHERE person = p.id)
               OR EXISTS (SELECT 1 FROM cursor WHERE person = p.id AND channel <> 1)
               OR EXISTS (SELECT 1 FROM plan WHERE person = p.id)
               OR EXISTS (SELECT 1 FROM begun_visit WHERE person = p.id))
             AND NOT EXISTS (SELECT 1 FROM stream
                             WHERE person = p.id AND author = ?1 AND number > receipted)
             AND NOT EXISTS (SELECT 1 FROM proof WHERE given = 0)",
        )?;
        let mut rows = query.query([&author.0[..]])?;
        let mut unseen = Vec::new();
        while let Some(row) = rows.next()? {
            unseen.push((row.get(0)?, person_of(row.get_ref(1)?.as_blob().unwrap_or_default())?));
        }
        Ok(unseen)
    }

    fn forget_records(&mut self, person: i64) -> Result<(), StoreError> {
        let mut query = self.connection.prepare_cached("SELECT first, last FROM placed WHERE person = ?1")?;
        let stretches = query.query_map([person], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let stretches = stretches.collect::<Result<Vec<(i64, i64)>, _>>()?;
        drop(query);
        let mut delete = self.connection.prepare_cached("DELETE FROM journal WHERE id BETWEEN ?1 AND ?2")?;
        for (first, last) in stretches {
            delete.execute([first, last])?;
        }
        Ok(())
    }

    /// How many records are here about people whom the device may not see any more.
    pub(crate) fn unseen_records(&self) -> Result<u64, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT coalesce(sum(last - first + 1), 0) FROM placed
             WHERE person IN (SELECT id FROM person WHERE access = 0)",
        )?;
        Ok(query.query_row([], |row| row.get::<_, i64>(0))? as u64)
    }

    /// Whether anything that was recorded here has not been offered to the server, or has, and waits for its receipt.
    /// A page that the server refused was offered.
    pub(crate) fn has_unsent(&self) -> Result<bool, StoreError> {
        if self.count_waiting_pages()?.1 > 0 || self.has_waiting_concern()? {
            return Ok(true);
        }
        Ok(!self.unpaged()?.is_empty())
    }

    /// Moves the log beside the file into it and empties it: what was deleted is in neither of them then. `false`
    /// when somebody else reads it.
    pub(crate) fn empty_log(&self) -> Result<bool, StoreError> {
        let busy: i64 = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok(busy == 0)
    }

    /// Keeps that a device is no longer enrolled.
    pub(crate) fn keep_revocation(
        &mut self,
        device: AuthorId,
        statement: &Statement,
    ) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO revoked VALUES (?1, ?2)";
        self.connection.prepare_cached(sql)?.execute(params![&device.0[..], write(statement)])?;
        Ok(())
    }

    /// Devices that are no longer enrolled.
    pub(crate) fn revoked_devices(&self) -> Result<BTreeSet<AuthorId>, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT device FROM revoked")?;
        let rows = query.query_map([], |row| Ok(AuthorId(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What the store said of devices that are no longer enrolled.
    pub(crate) fn revocations(&self) -> Result<Vec<Statement>, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT statement FROM revoked ORDER BY device")?;
        let rows = query.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
        rows.map(|bytes| read(&bytes?, "revocation")).collect()
    }
}
