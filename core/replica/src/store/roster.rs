//! Planned visits by day, so that today can be shown without reading weeks of records.

use super::journal::day_of;
use super::{Store, StoreError, Stored};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::{Body, Channel, Header, Kind, RecordBytes};
use alongside_domain::time::Moment;
use rusqlite::params;

/// The kind of records that plan a visit.
const VISIT_PLANNED: Kind = Kind(10);

impl Store {
    /// Notes a record that was just inserted, if it plans a visit.
    pub(super) fn note_planned(
        &mut self,
        person: PersonId,
        id: i64,
        header: &Header,
        record: &RecordBytes,
    ) -> Result<(), StoreError> {
        if header.kind != VISIT_PLANNED {
            return Ok(());
        }
        let Body::VisitPlanned(planned) = Body::read(header.kind, &record.body) else { return Ok(()) };
        let person = self.person_row(person)?;
        let mut insert =
            self.connection.prepare_cached("INSERT OR IGNORE INTO roster VALUES (?1, ?2, ?3, ?4)")?;
        insert.execute(params![person, &planned.visit.0[..], id, day_of(planned.start)])?;
        Ok(())
    }

    /// Every record that plans a visit which any record plans for these days, in no particular order: the one
    /// that moved it away from them too.
    pub(crate) fn planned_between(
        &self,
        person: PersonId,
        from: Moment,
        to: Moment,
    ) -> Result<Vec<Stored>, StoreError> {
        let Some(row) = self.known_person_row(person)? else { return Ok(Vec::new()) };
        let mut query = self.connection.prepare_cached(
            "SELECT j.stream, j.number, j.header, j.body
             FROM roster r JOIN journal j ON j.id = r.id
             WHERE r.person = ?1 AND j.header IS NOT NULL
               AND r.visit IN (SELECT visit FROM roster WHERE person = ?1 AND start_day BETWEEN ?2 AND ?3)",
        )?;
        let rows = query.query(params![row, day_of(from), day_of(to)])?;
        self.stored_of_rows(person, Channel::Care, rows)
    }
}
