//! What a restored store knows of what it lost: the epochs before, whom it awaits, and what backups hold.

use super::administration::collect;
use super::column::{bytes, channel, integer, number};
use super::devices::insert_device;
use super::journal::head;
use crate::storage::{Awaited, NewDevice, StorageError};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::Channel;
use alongside_domain::sync::messages::Cursor;
use rusqlite::{Connection, OptionalExtension, params};

type Result<T> = std::result::Result<T, StorageError>;

const EPOCH: &str = "store_epoch";
/// The row of the last page that a backup holds.
const BACKUP: &str = "backup_page";

pub fn epoch(db: &Connection) -> Result<Option<Epoch>> {
    let mut query = db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
    query.query([EPOCH])?.next()?.map(|row| Ok(Epoch(bytes(row, 0)?))).transpose()
}

/// The database is as it was some time ago. What it gives out from now on is of a new epoch; nothing is decided about
/// a person's plan before every device of their care team has brought what it knows; browsers sign in anew.
pub fn begin_epoch(db: &Connection, former: Epoch, epoch: Epoch) -> Result<()> {
    let former = self::epoch(db)?.unwrap_or(former);
    let sql = "INSERT OR IGNORE INTO epoch_head SELECT ?1, person, channel, position FROM journal_head";
    db.execute(sql, [former.0])?;
    db.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)", params![EPOCH, epoch.0])?;
    // Who is undecided since an earlier restore stays so from there on.
    let sql = "INSERT OR IGNORE INTO undecided
               SELECT person, COALESCE((SELECT position FROM journal_head
                                        WHERE journal_head.person = person.person AND channel = ?1), 0) FROM person";
    db.execute(sql, [Channel::Care as i64])?;
    let sql = "INSERT OR IGNORE INTO awaited
               SELECT person, device FROM care_team JOIN device USING (staff) WHERE on_team = 1";
    db.execute(sql, [])?;
    db.execute("DELETE FROM session", [])?;
    Ok(())
}

pub fn former_heads(db: &Connection, epoch: Epoch) -> Result<Vec<Cursor>> {
    let sql = "SELECT person, channel, position FROM epoch_head WHERE epoch = ?1 ORDER BY person, channel";
    let mut query = db.prepare_cached(sql)?;
    collect(query.query([epoch.0])?, |row| {
        Ok(Cursor { person: PersonId(bytes(row, 0)?), channel: channel(row, 1)?, position: number(row, 2)? })
    })
}

pub fn undecided_after(db: &Connection, person: PersonId) -> Result<Option<u64>> {
    let sql = "SELECT after FROM undecided WHERE person = ?1";
    db.prepare_cached(sql)?.query([person.0])?.next()?.map(|row| number(row, 0)).transpose()
}

/// Whether anything is undecided since a restore.
pub fn is_healing(db: &Connection) -> Result<bool> {
    Ok(db.prepare_cached("SELECT 1 FROM undecided")?.exists([])?)
}

pub fn awaited(db: &Connection) -> Result<Vec<Awaited>> {
    let mut query = db.prepare_cached("SELECT person, device FROM awaited ORDER BY person, device")?;
    collect(query.query([])?, |row| {
        Ok(Awaited { person: PersonId(bytes(row, 0)?), device: AuthorId(bytes(row, 1)?) })
    })
}

pub fn hear_out(db: &Connection, device: AuthorId) -> Result<Vec<PersonId>> {
    db.prepare_cached("DELETE FROM awaited WHERE device = ?1")?.execute([device.0])?;
    let sql = "SELECT person FROM undecided WHERE person NOT IN (SELECT person FROM awaited) ORDER BY person";
    let mut query = db.prepare_cached(sql)?;
    collect(query.query([])?, |row| Ok(PersonId(bytes(row, 0)?)))
}

/// A person's edits are decided.
pub fn settled(db: &Connection, person: PersonId) -> Result<()> {
    db.prepare_cached("DELETE FROM undecided WHERE person = ?1")?.execute([person.0])?;
    Ok(())
}

/// A device that joined after the backup: its certificate says so.
pub fn bring_device(db: &Connection, device: &NewDevice) -> Result<bool> {
    let known = "SELECT EXISTS (SELECT 1 FROM staff WHERE staff = ?1)
                    AND NOT EXISTS (SELECT 1 FROM device WHERE device = ?2)";
    if !db.query_row(known, params![device.staff.0, device.device.0], |row| row.get::<_, bool>(0))? {
        return Ok(false);
    }
    insert_device(db, device)?;
    Ok(true)
}

/// A backup holds all pages up to this row.
pub fn note_backup(db: &Connection, page: i64) -> Result<()> {
    db.execute(
        "INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)",
        params![BACKUP, page.to_be_bytes()],
    )?;
    Ok(())
}

/// The row of the last page.
pub fn last_page(db: &Connection) -> Result<i64> {
    Ok(db.query_row("SELECT COALESCE(MAX(id), 0) FROM page", [], |row| row.get(0))?)
}

pub fn is_backed_up(db: &Connection, device: AuthorId, has: &[Cursor]) -> Result<bool> {
    let sql = "SELECT value FROM setting WHERE name = ?1";
    let page = db.prepare_cached(sql)?.query_row([BACKUP], |row| row.get(0)).optional()?;
    let Some(page) = page.map(i64::from_be_bytes) else { return Ok(false) };
    let sql = "SELECT 1 FROM page WHERE id > ?1 AND author = ?2";
    if db.prepare_cached(sql)?.exists(params![page, device.0])? {
        return Ok(false);
    }
    for cursor in has {
        if !holds_up_to(db, page, cursor)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn holds_up_to(db: &Connection, page: i64, cursor: &Cursor) -> Result<bool> {
    if cursor.position > head(db, cursor.person, cursor.channel)? {
        return Ok(false);
    }
    let sql = "SELECT page FROM run WHERE person = ?1 AND channel = ?2 AND position <= ?3
               ORDER BY position DESC LIMIT 1";
    let values = params![cursor.person.0, cursor.channel as i64, integer(cursor.position)];
    let last: Option<i64> = db.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()?;
    Ok(last.is_none_or(|last| last <= page))
}
