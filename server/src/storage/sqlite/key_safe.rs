//! The codes of key safes, and to whom they were given.

use super::administration::collect;
use super::column::bytes;
use crate::storage::{KeySafeSet, StorageError};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::time::Moment;
use rusqlite::{Connection, params};

type Result<T> = std::result::Result<T, StorageError>;

/// `false` where the person is not known. An empty code takes it away.
pub fn set(db: &Connection, set: &KeySafeSet) -> Result<bool> {
    if !db.prepare_cached("SELECT 1 FROM person WHERE person = ?1")?.exists([set.person.0])? {
        return Ok(false);
    }
    // Who was given the one before knows nothing of this one.
    db.execute("DELETE FROM key_safe_given WHERE person = ?1", [set.person.0])?;
    if set.code.is_empty() {
        db.execute("DELETE FROM key_safe WHERE person = ?1", [set.person.0])?;
    } else {
        let sql = "INSERT OR REPLACE INTO key_safe (person, code, set_by, set_ms) VALUES (?1, ?2, ?3, ?4)";
        db.execute(sql, params![set.person.0, set.code, set.by.0, set.at.0])?;
    }
    Ok(true)
}

pub fn of(db: &Connection, people: &[PersonId]) -> Result<Vec<KeySafeSet>> {
    let mut query = db.prepare_cached("SELECT code, set_by, set_ms FROM key_safe WHERE person = ?1")?;
    let mut found = Vec::new();
    for person in people {
        if let Some(row) = query.query([person.0])?.next()? {
            let (by, at) = (StaffId(bytes(row, 1)?), Moment(row.get(2)?));
            found.push(KeySafeSet { person: *person, code: row.get(0)?, by, at });
        }
    }
    Ok(found)
}

pub fn note_given(db: &Connection, staff: StaffId, people: &[PersonId], at: Moment) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO key_safe_given (person, staff, given_ms) VALUES (?1, ?2, ?3)";
    let mut insert = db.prepare_cached(sql)?;
    for person in people {
        insert.execute(params![person.0, staff.0, at.0])?;
    }
    Ok(())
}

pub fn given(db: &Connection, person: PersonId) -> Result<Vec<(StaffId, Moment)>> {
    let sql = "SELECT staff, given_ms FROM key_safe_given WHERE person = ?1 ORDER BY staff";
    let mut query = db.prepare_cached(sql)?;
    collect(query.query([person.0])?, |row| Ok((StaffId(bytes(row, 0)?), Moment(row.get(1)?))))
}
