//! What of a person is shared with the holder's organisation, and what goes when that changes: what others wrote. It
//! comes again under what is shared now. What this device wrote stays: it tells its holder nothing new.

use super::people::person_of;
use super::{Store, StoreError, read, write};
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::Category;
use alongside_domain::sharing::Scope;
use alongside_domain::sync::messages::PersonAccess;
use alongside_domain::time::Moment;
use rusqlite::{OptionalExtension, params};

/// Everything of what others wrote about a person but their records, and views of it; what is left in the lists is in
/// the journal.
const OF_OTHERS: [&str; 8] = [
    "DELETE FROM placed WHERE person = ?1",
    "DELETE FROM roster WHERE person = ?1 AND id NOT IN (SELECT id FROM journal)",
    "DELETE FROM plan_record WHERE person = ?1 AND id NOT IN (SELECT id FROM journal)",
    "DELETE FROM retimed WHERE person = ?1 AND id NOT IN (SELECT id FROM journal)",
    "DELETE FROM plan WHERE person = ?1",
    "DELETE FROM plan_day WHERE person = ?1",
    "DELETE FROM plan_document WHERE person = ?1",
    "DELETE FROM cursor WHERE person = ?1 AND channel <> 1",
];

/// The list's categories, as they stand in the database: nothing for all.
fn written(categories: Option<&Vec<Category>>) -> Option<Vec<u8>> {
    categories.map(write)
}

/// What of a person's record this phone is to hold, and whether it does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    /// What is shared with its holder.
    pub(crate) scope: Scope,
    /// More of it is still to come.
    pub(crate) still_coming: bool,
}

impl Held {
    /// From when on all records are here, where those since `from` were looked for.
    pub(crate) fn complete_from(self, from: Moment, now: Moment) -> Moment {
        if self.still_coming { now } else { from }
    }
}

impl Store {
    /// What of a person's record the access list gives; nothing of somebody who was never on it.
    pub(crate) fn scope(&self, person: PersonId) -> Result<Scope, StoreError> {
        Ok(self.held(person)?.scope)
    }

    /// As [`Store::scope`], and whether it is here.
    pub(crate) fn held(&self, person: PersonId) -> Result<Held, StoreError> {
        let mut query =
            self.connection.prepare_cached("SELECT categories, coming FROM person WHERE person = ?1")?;
        let found: Option<(Option<Vec<u8>>, bool)> =
            query.query_row([&person.0[..]], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((categories, still_coming)) = found else {
            return Ok(Held { scope: Scope::Only(Default::default()), still_coming: false });
        };
        let categories: Option<Vec<Category>> = categories.map(|bytes| read(&bytes, "access")).transpose()?;
        Ok(Held { scope: Scope::of_list(categories.as_deref()), still_coming })
    }

    /// The server has said that nothing more is to come. About whom this is news.
    pub(crate) fn note_all_has_come(&mut self) -> Result<Vec<PersonId>, StoreError> {
        let sql = "UPDATE person SET coming = 0 WHERE coming = 1 RETURNING person";
        let mut update = self.connection.prepare_cached(sql)?;
        let people = update.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
        people.map(|person| person_of(&person?)).collect()
    }

    /// Notes of whom the list gives other categories than those under which what is here was sent. To be called before
    /// anything of the answer is stored.
    pub(crate) fn note_rescoped(&mut self, people: &[PersonAccess]) -> Result<(), StoreError> {
        for access in people {
            let mut update = self.connection.prepare_cached(
                "UPDATE person SET rescoped = 1
                 WHERE person = ?1 AND categories IS NOT ?2
                   AND (EXISTS (SELECT 1 FROM placed WHERE person = person.id)
                     OR EXISTS (SELECT 1 FROM cursor WHERE person = person.id AND channel <> 1))",
            )?;
            update.execute(params![&access.person.0[..], written(access.categories.as_ref())])?;
        }
        Ok(())
    }

    /// Takes over what of a person the list gives.
    pub(super) fn set_scope(&mut self, person: i64, access: &PersonAccess) -> Result<(), StoreError> {
        let reads_plan = Scope::of_list(access.categories.as_deref()).reads(Category::PLAN);
        let mut update = self
            .connection
            .prepare_cached("UPDATE person SET categories = ?2, reads_plan = ?3 WHERE id = ?1")?;
        update.execute(params![person, written(access.categories.as_ref()), reads_plan])?;
        Ok(())
    }

    /// Of whom what others wrote is to go, each with their row; nobody while a restored server has not been given again
    /// what is here.
    pub(crate) fn rescoped(&self) -> Result<Vec<(i64, PersonId)>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT id, person FROM person WHERE rescoped = 1 AND access = 1
             AND NOT EXISTS (SELECT 1 FROM proof WHERE given = 0)",
        )?;
        let mut rows = query.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push((row.get(0)?, person_of(row.get_ref(1)?.as_blob().unwrap_or_default())?));
        }
        Ok(found)
    }

    /// Drops what others wrote about a person, with what proves it. To be called while every record is in `placed`.
    pub(crate) fn drop_what_others_wrote(
        &mut self,
        (row, person): (i64, PersonId),
        device: AuthorId,
    ) -> Result<(), StoreError> {
        self.hide_in_proofs_of_others(person, device)?;
        let own = self.forget_records_of_others(row, device)?;
        for sql in OF_OTHERS {
            self.connection.prepare_cached(sql)?.execute([row])?;
        }
        let mut insert = self.connection.prepare_cached("INSERT INTO placed VALUES (?1, ?2, ?3, ?4)")?;
        for (day, first, last) in own {
            insert.execute([row, day, first, last])?;
        }
        drop(insert);
        let sql = "DELETE FROM stream WHERE person = ?1 AND author <> ?2";
        self.connection.prepare_cached(sql)?.execute(params![row, &device.0[..]])?;
        self.connection
            .prepare_cached("UPDATE person SET rescoped = 0, coming = 1 WHERE id = ?1")?
            .execute([row])?;
        self.cache.heads.clear();
        // The next record takes the number after the last one here, which must not count as one in a page.
        self.set_placed_to_end()
    }

    /// Where the own records stand that are left: (day, first, last) by id.
    fn forget_records_of_others(
        &mut self,
        person: i64,
        device: AuthorId,
    ) -> Result<Vec<(i64, i64, i64)>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT j.id, j.day, s.author = ?2 FROM placed p CROSS JOIN journal j ON j.id BETWEEN p.first AND p.last
             JOIN stream s ON s.id = j.stream WHERE p.person = ?1 AND j.person = ?1 ORDER BY j.id",
        )?;
        let rows = query
            .query_map(params![person, &device.0[..]], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let rows = rows.collect::<Result<Vec<(i64, i64, bool)>, _>>()?;
        drop(query);
        let mut delete = self.connection.prepare_cached("DELETE FROM journal WHERE id = ?1")?;
        let mut own: Vec<(i64, i64, i64)> = Vec::new();
        for (id, day, is_own) in rows {
            match own.last_mut() {
                _ if !is_own => {
                    delete.execute([id])?;
                }
                Some(stretch) if (stretch.0, stretch.2 + 1) == (day, id) => stretch.2 = id,
                _ => own.push((day, id, id)),
            }
        }
        Ok(own)
    }
}
