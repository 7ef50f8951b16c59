//! The codes of key safes near a visit of the holder: apart from the journal, replaced with each answer of the server, and
//! deleted when their windows end.

use super::people::person_of;
use super::{Store, StoreError};
use alongside_domain::ids::{PersonId, VisitId};
use alongside_domain::sync::messages::{KeySafe, KeySafeCode};
use alongside_domain::time::Moment;
use rusqlite::{OptionalExtension, Row, params};

impl Store {
    /// Takes over what the server says that this device may hold, ordered by person: nothing else stays. Whether any was
    /// deleted: the log then holds it until it is emptied.
    pub(crate) fn set_key_safes(&mut self, key_safes: &[KeySafe]) -> Result<bool, StoreError> {
        if self.key_safes()? == key_safes {
            return Ok(false);
        }
        let were = self.connection.prepare_cached("DELETE FROM key_safe")?.execute([])?;
        let sql = "INSERT OR REPLACE INTO key_safe (person, visit, from_ms, until_ms, code)
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut insert = self.connection.prepare_cached(sql)?;
        for one in key_safes {
            let (person, visit) = (&one.person.0[..], &one.visit.0[..]);
            insert.execute(params![person, visit, one.from.0, one.until.0, one.code.0])?;
        }
        Ok(were > 0)
    }

    fn key_safes(&self) -> Result<Vec<KeySafe>, StoreError> {
        let sql = "SELECT person, visit, from_ms, until_ms, code FROM key_safe ORDER BY person";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([], |row| Ok(read(row)))?;
        rows.map(|row| row?).collect()
    }

    /// Deletes those whose windows have ended.
    pub(crate) fn forget_key_safes(&mut self, now: Moment) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM key_safe WHERE until_ms <= ?1")?.execute([now.0])?;
        Ok(())
    }

    /// When the next window ends; nothing where there is none.
    pub(crate) fn next_key_safe_end(&self) -> Result<Option<Moment>, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT min(until_ms) FROM key_safe")?;
        let end: Option<i64> = query.query_row([], |row| row.get(0))?;
        Ok(end.map(Moment))
    }

    /// The code of a person's key safe, if its window is open.
    pub(crate) fn key_safe(&self, person: PersonId, now: Moment) -> Result<Option<KeySafe>, StoreError> {
        let sql = "SELECT person, visit, from_ms, until_ms, code FROM key_safe
                   WHERE person = ?1 AND from_ms <= ?2 AND ?2 < until_ms";
        let mut query = self.connection.prepare_cached(sql)?;
        let found = query.query_row(params![&person.0[..], now.0], |row| Ok(read(row))).optional()?;
        found.transpose()
    }
}

fn read(row: &Row<'_>) -> Result<KeySafe, StoreError> {
    let visit = VisitId::from_slice(row.get_ref(1)?.as_blob().unwrap_or_default());
    Ok(KeySafe {
        person: person_of(row.get_ref(0)?.as_blob().unwrap_or_default())?,
        visit: visit.ok_or(StoreError::Unreadable { what: "visit" })?,
        from: Moment(row.get(2)?),
        until: Moment(row.get(3)?),
        code: KeySafeCode(row.get(4)?),
    })
}
