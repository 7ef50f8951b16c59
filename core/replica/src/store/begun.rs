//! What the holder has answered to the tasks of a visit that they have not left: it is no record yet.

use super::{Store, StoreError, read, write};
use alongside_domain::ids::{PersonId, VisitId};
use alongside_domain::journal::body::TaskDone;
use alongside_domain::time::{HOUR_MS, Moment};
use rusqlite::{OptionalExtension, params};

/// How long answers are kept of a visit that nobody leaves. A default.
const KEPT_MS: i64 = 7 * 24 * HOUR_MS;

impl Store {
    /// Keeps the answers to the tasks of a visit, in the place of those before. What was begun long ago goes.
    pub(crate) fn keep_tasks(
        &mut self,
        person: PersonId,
        visit: VisitId,
        tasks: &[TaskDone],
        now: Moment,
    ) -> Result<(), StoreError> {
        let person = self.person_row(person)?;
        let sql = "INSERT OR REPLACE INTO begun_visit (person, visit, at, tasks) VALUES (?1, ?2, ?3, ?4)";
        let values = params![person, &visit.0[..], now.0, write(&tasks)];
        self.connection.prepare_cached(sql)?.execute(values)?;
        let long_ago = now.plus_ms(-KEPT_MS);
        self.connection.prepare_cached("DELETE FROM begun_visit WHERE at < ?1")?.execute([long_ago.0])?;
        Ok(())
    }

    /// The answers that are kept of a visit.
    pub(crate) fn kept_tasks(&self, person: PersonId, visit: VisitId) -> Result<Vec<TaskDone>, StoreError> {
        let Some(person) = self.known_person_row(person)? else { return Ok(Vec::new()) };
        let sql = "SELECT tasks FROM begun_visit WHERE person = ?1 AND visit = ?2";
        let mut query = self.connection.prepare_cached(sql)?;
        let bytes: Option<Vec<u8>> =
            query.query_row(params![person, &visit.0[..]], |row| row.get(0)).optional()?;
        bytes.map_or(Ok(Vec::new()), |bytes| read(&bytes, "begun_visit"))
    }

    /// Forgets them: they are recorded.
    pub(crate) fn forget_tasks(&mut self, person: PersonId, visit: VisitId) -> Result<(), StoreError> {
        let Some(person) = self.known_person_row(person)? else { return Ok(()) };
        let sql = "DELETE FROM begun_visit WHERE person = ?1 AND visit = ?2";
        self.connection.prepare_cached(sql)?.execute(params![person, &visit.0[..]])?;
        Ok(())
    }
}
