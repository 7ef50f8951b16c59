//! Stored plans: the view that screens show, the steps that care rules look at, the document, and which records
//! are about the plan.

use super::{Store, StoreError, Stored, read, write};
use crate::plan_steps::PlanStep;
use alongside_domain::ids::{Epoch, PersonId};
use alongside_domain::journal::{Category, Channel, Header, Kind};
use alongside_domain::plan::view::PlanView;
use rusqlite::{OptionalExtension, params};

/// The kinds of records that make the canonical plan: its changes, parts of roots, and which of them count.
const PLAN_CHANGES: [Kind; 3] = [Kind(32), Kind(35), PLAN_RESUMED];
/// The kind of records that say which of the store's records about a plan count: of its changes and of its fates.
const PLAN_RESUMED: Kind = Kind(36);
/// The kind of records that correct times.
pub(super) const TIMES: Kind = Kind(40);

/// A plan to be stored whole.
pub(crate) struct StoredPlan<'p> {
    pub(crate) view: &'p PlanView,
    /// The epoch of the store that wrote it.
    pub(crate) epoch: Epoch,
    /// The steps that care rules look at.
    pub(crate) care: &'p Vec<PlanStep>,
    /// The steps that a list of the day looks at.
    pub(crate) day: &'p Vec<PlanStep>,
    pub(crate) document: &'p [u8],
    /// The last place of the journal whose changes are in it.
    pub(crate) read_to: i64,
}

impl Store {
    /// Notes a record that was just inserted, if it is about the plan or gives records of it other times.
    pub(super) fn note_plan_record(
        &mut self,
        person: PersonId,
        id: i64,
        number: u64,
        header: &Header,
    ) -> Result<(), StoreError> {
        if header.category != Category::PLAN && header.kind != TIMES {
            return Ok(());
        }
        let person = self.person_row(person)?;
        let mut insert =
            self.connection.prepare_cached("INSERT OR IGNORE INTO plan_record VALUES (?1, ?2, ?3, ?4)")?;
        let is_change = PLAN_CHANGES.contains(&header.kind);
        insert.execute(params![person, is_change, number as i64, id])?;
        if header.kind == PLAN_RESUMED {
            insert.execute(params![person, false, number as i64, id])?;
        }
        Ok(())
    }

    /// The edits of a person's plan, what was done about them, and corrected times, in the order in which they came.
    pub(crate) fn edit_records(&self, person: PersonId) -> Result<Vec<Stored>, StoreError> {
        let Some(row) = self.known_person_row(person)? else { return Ok(Vec::new()) };
        self.plan_records(person, row, false, 0)
    }

    /// The changes of a person's plan that came after a place in the journal, in the order in which they came; and
    /// the place of the last.
    pub(crate) fn change_records(
        &self,
        person: PersonId,
        after: i64,
    ) -> Result<(Vec<Stored>, i64), StoreError> {
        let Some(row) = self.known_person_row(person)? else { return Ok((Vec::new(), after)) };
        let mut query = self.connection.prepare_cached(
            "SELECT coalesce(max(id), ?2) FROM plan_record WHERE person = ?1 AND is_change = 1 AND id > ?2",
        )?;
        let last = query.query_row([row, after], |row| row.get(0))?;
        Ok((self.plan_records(person, row, true, after)?, last))
    }

    fn plan_records(
        &self,
        person: PersonId,
        row: i64,
        changes: bool,
        after: i64,
    ) -> Result<Vec<Stored>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT j.stream, j.number, j.header, j.body FROM plan_record r JOIN journal j ON j.id = r.id
             WHERE r.person = ?1 AND r.is_change = ?2 AND r.id > ?3 ORDER BY r.id",
        )?;
        let rows = query.query(params![row, changes, after])?;
        self.stored_of_rows(person, Channel::Care, rows)
    }

    /// The last place of the journal whose changes are in the stored plan of a person.
    pub(crate) fn plan_read_to(&self, person: PersonId) -> Result<i64, StoreError> {
        let Some(row) = self.known_person_row(person)? else { return Ok(0) };
        let mut query = self.connection.prepare_cached("SELECT read_to FROM plan WHERE person = ?1")?;
        Ok(query.query_row([row], |row| row.get(0)).optional()?.unwrap_or(0))
    }

    /// The stored plan of a person is to be read from its beginning by whoever brings it up to date.
    pub(super) fn read_plan_from_its_beginning(&mut self, person: PersonId) -> Result<(), StoreError> {
        let row = self.person_row(person)?;
        self.connection.prepare_cached("UPDATE plan SET read_to = 0 WHERE person = ?1")?.execute([row])?;
        Ok(())
    }

    /// The stored view of a person's plan.
    pub(crate) fn plan_view(&self, person: PersonId) -> Result<Option<PlanView>, StoreError> {
        self.of_plan(person, "SELECT view FROM plan WHERE person = ?1")
    }

    /// The epoch of the store that wrote a person's plan; nothing while there is no plan.
    pub(crate) fn plan_epoch(&self, person: PersonId) -> Result<Option<Epoch>, StoreError> {
        self.of_plan(person, "SELECT epoch FROM plan WHERE person = ?1")
    }

    /// The steps of a person's plan that care rules look at.
    pub(crate) fn care_steps(&self, person: PersonId) -> Result<Vec<PlanStep>, StoreError> {
        Ok(self.of_plan(person, "SELECT care FROM plan WHERE person = ?1")?.unwrap_or_default())
    }

    /// The steps of a person's plan that a list of the day looks at.
    pub(crate) fn day_steps(&self, person: PersonId) -> Result<Vec<PlanStep>, StoreError> {
        Ok(self.of_plan(person, "SELECT day FROM plan_day WHERE person = ?1")?.unwrap_or_default())
    }

    /// The saved document of a person's plan.
    pub(crate) fn plan_document(&self, person: PersonId) -> Result<Option<Vec<u8>>, StoreError> {
        self.bytes_of_plan(person, "SELECT document FROM plan_document WHERE person = ?1")
    }

    fn of_plan<T>(&self, person: PersonId, query: &'static str) -> Result<Option<T>, StoreError>
    where
        T: for<'b> minicbor::Decode<'b, ()>,
    {
        self.bytes_of_plan(person, query)?.map(|bytes| read(&bytes, "plan")).transpose()
    }

    fn bytes_of_plan(&self, person: PersonId, query: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(row) = self.known_person_row(person)? else { return Ok(None) };
        let mut query = self.connection.prepare_cached(query)?;
        Ok(query.query_row([row], |row| row.get(0)).optional()?)
    }

    /// Stores a plan whole.
    pub(crate) fn set_plan(&mut self, person: PersonId, plan: &StoredPlan<'_>) -> Result<(), StoreError> {
        let row = self.person_row(person)?;
        let set = |sql: &str, values: &[&dyn rusqlite::ToSql]| -> Result<(), StoreError> {
            self.connection.prepare_cached(sql)?.execute(values)?;
            Ok(())
        };
        set(
            "INSERT OR REPLACE INTO plan VALUES (?1, ?2, ?3, ?4, ?5)",
            params![row, write(plan.view), write(&plan.epoch), write(plan.care), plan.read_to],
        )?;
        set("INSERT OR REPLACE INTO plan_day VALUES (?1, ?2)", params![row, write(plan.day)])?;
        set("INSERT OR REPLACE INTO plan_document VALUES (?1, ?2)", params![row, plan.document])
    }
}
