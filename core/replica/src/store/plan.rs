//! Stored plans: the view that screens show, the versions that care rules look at, and the document.

use super::{Store, StoreError, read, write};
use alongside_domain::ids::PersonId;
use rusqlite::{OptionalExtension, params};

impl Store {
    /// The stored view and timeline of a person's plan, decoded by the caller's types.
    pub(crate) fn plan<V, T>(&self, person: PersonId) -> Result<Option<(V, T)>, StoreError>
    where
        V: for<'b> minicbor::Decode<'b, ()>,
        T: for<'b> minicbor::Decode<'b, ()>,
    {
        let Some(row) = self.known_person_row(person)? else { return Ok(None) };
        let mut query =
            self.connection.prepare_cached("SELECT view, timeline FROM plan WHERE person = ?1")?;
        let found: Option<(Vec<u8>, Vec<u8>)> =
            query.query_row([row], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        found
            .map(|(view, timeline)| Ok((read(&view, "plan")?, read(&timeline, "plan timeline")?)))
            .transpose()
    }

    /// The stored view of a person's plan alone.
    pub(crate) fn plan_view<V>(&self, person: PersonId) -> Result<Option<V>, StoreError>
    where
        V: for<'b> minicbor::Decode<'b, ()>,
    {
        let Some(row) = self.known_person_row(person)? else { return Ok(None) };
        let mut query = self.connection.prepare_cached("SELECT view FROM plan WHERE person = ?1")?;
        let found: Option<Vec<u8>> = query.query_row([row], |row| row.get(0)).optional()?;
        found.map(|view| read(&view, "plan")).transpose()
    }

    /// The saved document of a person's plan.
    pub(crate) fn plan_document(&self, person: PersonId) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(row) = self.known_person_row(person)? else { return Ok(None) };
        let mut query =
            self.connection.prepare_cached("SELECT document FROM plan_document WHERE person = ?1")?;
        Ok(query.query_row([row], |row| row.get(0)).optional()?)
    }

    /// Stores a plan whole.
    pub(crate) fn set_plan(
        &mut self,
        person: PersonId,
        view: &impl minicbor::Encode<()>,
        timeline: &impl minicbor::Encode<()>,
        document: &[u8],
    ) -> Result<(), StoreError> {
        let row = self.person_row(person)?;
        let mut insert = self.connection.prepare_cached("INSERT OR REPLACE INTO plan VALUES (?1, ?2, ?3)")?;
        insert.execute(params![row, write(view), write(timeline)])?;
        drop(insert);
        let mut insert =
            self.connection.prepare_cached("INSERT OR REPLACE INTO plan_document VALUES (?1, ?2)")?;
        insert.execute(params![row, document])?;
        Ok(())
    }
}
