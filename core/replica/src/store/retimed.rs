//! Which records have corrected times, so that views find them although they are filed under another day.

use super::plan::TIMES;
use super::{Store, StoreError};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::Times;
use alongside_domain::journal::{Body, Header, RecordBytes, StreamId};
use rusqlite::params;

/// Notes the records of an author's epoch about a person between two numbers, wherever they stand in the journal.
const ABOUT: &str = "
    INSERT OR IGNORE INTO retimed
    SELECT ?1, j.id FROM stream s CROSS JOIN placed p ON p.person = s.person
    CROSS JOIN journal j ON j.id BETWEEN p.first AND p.last
    WHERE s.person = ?1 AND s.author = ?2 AND s.epoch = ?3 AND j.stream = s.id AND j.number BETWEEN ?4 AND ?5
    UNION ALL
    SELECT ?1, j.id FROM stream s CROSS JOIN journal j ON j.id > ?6
    WHERE s.person = ?1 AND s.author = ?2 AND s.epoch = ?3 AND j.stream = s.id AND j.number BETWEEN ?4 AND ?5";

impl Store {
    /// Notes a record that was just inserted, if it corrects times, with the records here that it is about.
    pub(super) fn note_times(
        &mut self,
        person: PersonId,
        id: i64,
        header: &Header,
        record: &RecordBytes,
    ) -> Result<(), StoreError> {
        let Some(times) = times_in(header, record) else { return Ok(()) };
        let row = self.person_row(person)?;
        self.note_retimed_row(row, id)?;
        let placed = self.placed()?;
        let mut insert = self.connection.prepare_cached(ABOUT)?;
        let (author, epoch) = (&times.author.0[..], &times.epoch.0[..]);
        insert.execute(params![row, author, epoch, times.first as i64, times.last as i64, placed])?;
        Ok(())
    }

    /// Notes those records of a stream, by number and id, that were just inserted and whose times are corrected by
    /// a record that was here before.
    pub(super) fn note_retimed(&mut self, stream: StreamId, ids: &[(u64, i64)]) -> Result<(), StoreError> {
        let row = self.person_row(stream.person)?;
        for times in self.times_of(row)? {
            let about = (times.author, times.epoch) == (stream.author, stream.epoch);
            for (number, id) in ids.iter().filter(|_| about) {
                if (times.first..=times.last).contains(number) {
                    self.note_retimed_row(row, *id)?;
                }
            }
        }
        Ok(())
    }

    fn note_retimed_row(&mut self, person: i64, id: i64) -> Result<(), StoreError> {
        let mut insert = self.connection.prepare_cached("INSERT OR IGNORE INTO retimed VALUES (?1, ?2)")?;
        insert.execute([person, id])?;
        Ok(())
    }

    /// The records here that correct times of records about a person.
    fn times_of(&self, person: i64) -> Result<Vec<Times>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT j.header, j.body FROM retimed r JOIN journal j ON j.id = r.id
             WHERE r.person = ?1 AND j.header IS NOT NULL",
        )?;
        let mut rows = query.query([person])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let record = RecordBytes { header: row.get(0)?, body: row.get(1)? };
            let header = record.decode_header().ok();
            found.extend(header.and_then(|header| times_in(&header, &record)));
        }
        Ok(found)
    }
}

fn times_in(header: &Header, record: &RecordBytes) -> Option<Times> {
    if header.kind != TIMES {
        return None;
    }
    match Body::decode(header.kind, &record.body) {
        Ok(Body::Times(times)) => Some(times),
        _ => None,
    }
}
