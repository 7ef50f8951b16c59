//! People whom the device may see, cursors into their journals, the directory, and when devices were heard.

use super::{Store, StoreError, read, write};
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::Channel;
use alongside_domain::sync::certificate::Certificate;
use alongside_domain::sync::messages::{Cursor, Heard, PersonAccess};
use alongside_domain::time::Moment;
use rusqlite::{OptionalExtension, params};

/// One person in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PersonRow {
    /// Whom.
    pub(crate) person: PersonId,
    /// Whether the device may see them now.
    pub(crate) access: bool,
    /// Whether this device has ever recorded something about their plan.
    pub(crate) edited: bool,
    /// Whether their plan is shared with its holder.
    pub(crate) reads_plan: bool,
    /// Whether more of what others wrote is still to come.
    pub(crate) still_coming: bool,
}

pub(super) fn channel_of(number: i64) -> Result<Channel, StoreError> {
    match number {
        0 => Ok(Channel::Care),
        1 => Ok(Channel::Restricted),
        2 => Ok(Channel::Office),
        _ => Err(StoreError::Unreadable { what: "channel" }),
    }
}

pub(super) fn person_of(bytes: &[u8]) -> Result<PersonId, StoreError> {
    PersonId::from_slice(bytes).ok_or(StoreError::Unreadable { what: "person" })
}

impl Store {
    /// The row id of a person, making the row if there is none.
    pub(super) fn person_row(&mut self, person: PersonId) -> Result<i64, StoreError> {
        if let Some(id) = self.cache.people.get(&person) {
            return Ok(*id);
        }
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO person (person, access, place) VALUES (?1, 0, 0) ON CONFLICT (person) DO UPDATE SET person = person
             RETURNING id",
        )?;
        let id = insert.query_row([&person.0[..]], |row| row.get(0))?;
        drop(insert);
        self.cache.people.insert(person, id);
        Ok(id)
    }

    /// The row id of a person who is known.
    pub(super) fn known_person_row(&self, person: PersonId) -> Result<Option<i64>, StoreError> {
        if let Some(id) = self.cache.people.get(&person) {
            return Ok(Some(*id));
        }
        let mut query = self.connection.prepare_cached("SELECT id FROM person WHERE person = ?1")?;
        Ok(query.query_row([&person.0[..]], |row| row.get(0)).optional()?)
    }

    /// Everyone, in the order of the access list.
    pub(crate) fn people(&self) -> Result<Vec<PersonRow>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT person, access, edited, reads_plan, coming FROM person ORDER BY place, id",
        )?;
        let mut rows = query.query([])?;
        let mut people = Vec::new();
        while let Some(row) = rows.next()? {
            people.push(PersonRow {
                person: person_of(row.get_ref(0)?.as_blob().unwrap_or_default())?,
                access: row.get(1)?,
                edited: row.get(2)?,
                reads_plan: row.get(3)?,
                still_coming: row.get(4)?,
            });
        }
        Ok(people)
    }

    /// Notes that this device has recorded something about a person's plan.
    pub(super) fn mark_edited(&mut self, person: PersonId) -> Result<(), StoreError> {
        let id = self.person_row(person)?;
        let mut update =
            self.connection.prepare_cached("UPDATE person SET edited = 1 WHERE id = ?1 AND edited = 0")?;
        update.execute([id])?;
        Ok(())
    }

    /// Whether the device may see this person now.
    pub(crate) fn may_see(&mut self, person: PersonId) -> Result<bool, StoreError> {
        if self.cache.visible.is_none() {
            let visible = self.people()?.into_iter().filter(|row| row.access).map(|row| row.person);
            self.cache.visible = Some(visible.collect());
        }
        Ok(self.cache.visible.as_ref().is_some_and(|visible| visible.contains(&person)))
    }

    /// Whether the device may see the office channel of this person now.
    pub(crate) fn may_see_office(&self, person: PersonId) -> Result<bool, StoreError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT 1 FROM person WHERE person = ?1 AND access = 1 AND office = 1")?;
        Ok(query.exists([&person.0[..]])?)
    }

    /// Takes over a new access list. People who left it stay stored but are no longer shown.
    pub(crate) fn set_access(&mut self, people: &[PersonAccess]) -> Result<(), StoreError> {
        self.cache.visible = None;
        for access in people {
            let id = self.person_row(access.person)?;
            let sql = "UPDATE person SET coming = 1 WHERE id = ?1 AND access = 0";
            self.connection.prepare_cached(sql)?.execute([id])?;
        }
        self.connection.execute("UPDATE person SET access = 0, office = 0", [])?;
        for (place, access) in people.iter().enumerate() {
            let id = self.person_row(access.person)?;
            let mut update = self
                .connection
                .prepare_cached("UPDATE person SET access = 1, place = ?2, office = ?3 WHERE id = ?1")?;
            update.execute(params![id, place as i64, access.channels.contains(&Channel::Office)])?;
            drop(update);
            self.set_scope(id, access)?;
        }
        self.stay_with_access()
    }

    /// Every cursor.
    pub(crate) fn cursors(&self) -> Result<Vec<Cursor>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT p.person, c.channel, c.position FROM cursor c JOIN person p ON p.id = c.person",
        )?;
        let mut rows = query.query([])?;
        let mut cursors = Vec::new();
        while let Some(row) = rows.next()? {
            cursors.push(Cursor {
                person: person_of(row.get_ref(0)?.as_blob().unwrap_or_default())?,
                channel: channel_of(row.get(1)?)?,
                position: row.get::<_, i64>(2)? as u64,
            });
        }
        Ok(cursors)
    }

    /// No cursor counts any more.
    pub(crate) fn forget_cursors(&mut self) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM cursor", [])?;
        Ok(())
    }

    /// Moves a cursor.
    pub(crate) fn set_cursor(&mut self, cursor: &Cursor) -> Result<(), StoreError> {
        let person = self.person_row(cursor.person)?;
        let mut insert =
            self.connection.prepare_cached("INSERT OR REPLACE INTO cursor VALUES (?1, ?2, ?3)")?;
        insert.execute(params![person, cursor.channel as i64, cursor.position as i64])?;
        Ok(())
    }

    /// The certificate of an author.
    pub(crate) fn certificate(&self, author: AuthorId) -> Result<Option<Certificate>, StoreError> {
        let mut query =
            self.connection.prepare_cached("SELECT certificate FROM directory WHERE author = ?1")?;
        let bytes: Option<Vec<u8>> = query.query_row([&author.0[..]], |row| row.get(0)).optional()?;
        bytes.map(|bytes| read(&bytes, "certificate")).transpose()
    }

    /// All certificates.
    pub(crate) fn directory(&self) -> Result<Vec<Certificate>, StoreError> {
        let mut query =
            self.connection.prepare_cached("SELECT certificate FROM directory ORDER BY author")?;
        let rows = query.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
        rows.map(|bytes| read(&bytes?, "certificate")).collect()
    }

    /// Keeps a certificate that was verified.
    pub(crate) fn keep_certificate(
        &mut self,
        author: AuthorId,
        certificate: &Certificate,
    ) -> Result<(), StoreError> {
        let mut insert =
            self.connection.prepare_cached("INSERT OR REPLACE INTO directory VALUES (?1, ?2)")?;
        insert.execute(params![&author.0[..], write(certificate)])?;
        Ok(())
    }

    /// When each device was last heard by the server.
    pub(crate) fn heard(&self) -> Result<Vec<Heard>, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT device, at FROM heard ORDER BY device")?;
        let mut rows = query.query([])?;
        let mut heard = Vec::new();
        while let Some(row) = rows.next()? {
            let device = AuthorId::from_slice(row.get_ref(0)?.as_blob().unwrap_or_default());
            let device = device.ok_or(StoreError::Unreadable { what: "device" })?;
            heard.push(Heard { device, at: Moment(row.get(1)?) });
        }
        Ok(heard)
    }

    /// Keeps when a device was heard.
    pub(crate) fn set_heard(&mut self, heard: &Heard) -> Result<(), StoreError> {
        let mut insert = self.connection.prepare_cached("INSERT OR REPLACE INTO heard VALUES (?1, ?2)")?;
        insert.execute(params![&heard.device.0[..], heard.at.0])?;
        Ok(())
    }
}
