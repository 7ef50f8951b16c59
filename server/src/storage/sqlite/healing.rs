//! What a restored store knows of what it lost: the epochs before, whom it awaits, and what backups hold.

use super::administration::{collect, next};
use super::column::{bytes, channel, integer, number};
use super::devices::insert_device;
use super::ended;
use super::journal::head;
use super::sealed::is_addressed_after;
use super::{audit, break_glass};
use crate::audit::{Entry, What, Who};
use crate::storage::ledger::Ledger;
use crate::storage::{Awaited, NewDevice, PLAN_ASKING_KINDS, StorageError};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::{Channel, Kind, Link};
use alongside_domain::sync::messages::Cursor;
use alongside_domain::time::Moment;
use rusqlite::{Connection, OptionalExtension, Row, params};

type Result<T> = std::result::Result<T, StorageError>;

const EPOCH: &str = "store_epoch";
/// Counts what was brought back.
const BROUGHT: &str = "brought";

pub fn epoch(db: &Connection) -> Result<Option<Epoch>> {
    let mut query = db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
    query.query([EPOCH])?.next()?.map(|row| Ok(Epoch(bytes(row, 0)?))).transpose()
}

/// The database is as it was some time ago. What it gives out from now on is of a new epoch; nothing is decided about
/// a person's plan before every device of their care team has brought what it knows; browsers sign in anew.
pub fn begin_epoch(db: &Connection, former: Epoch, epoch: Epoch, at: Moment) -> Result<()> {
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
               SELECT person, device FROM care_team JOIN device USING (staff) WHERE on_team = 1 AND desk = 0";
    db.execute(sql, [])?;
    db.execute("DELETE FROM session", [])?;
    break_glass::end_all(db, at)?;
    audit::begin_epoch(db, former, at)
}

pub fn former_heads(db: &Connection, epoch: Epoch) -> Result<Vec<Cursor>> {
    let sql = "SELECT person, channel, position FROM epoch_head WHERE epoch = ?1 ORDER BY person, channel";
    let mut query = db.prepare_cached(sql)?;
    collect(query.query([epoch.0])?, read_cursor)
}

fn read_cursor(row: &Row<'_>) -> Result<Cursor> {
    Ok(Cursor { person: PersonId(bytes(row, 0)?), channel: channel(row, 1)?, position: number(row, 2)? })
}

pub fn undecided_after(db: &Connection, person: PersonId) -> Result<Option<u64>> {
    let sql = "SELECT after FROM undecided WHERE person = ?1";
    db.prepare_cached(sql)?.query([person.0])?.next()?.map(|row| number(row, 0)).transpose()
}

pub fn has_decided_since_restore(db: &Connection, person: PersonId) -> Result<bool> {
    let Some(after) = undecided_after(db, person)? else { return Ok(true) };
    let sql = "SELECT COALESCE(MAX(position), 0) FROM epoch_head WHERE person = ?1 AND channel = ?2";
    let restored_at: i64 =
        db.prepare_cached(sql)?.query_row(params![person.0, Channel::Care as i64], |row| row.get(0))?;
    Ok(integer(after) > restored_at)
}

/// What is asked for after a position of a person's care channel is undecided, unless something before it is.
pub fn undecide(db: &Connection, person: PersonId, after: u64) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO undecided (person, after) VALUES (?1, ?2)";
    db.prepare_cached(sql)?.execute(params![person.0, integer(after)])?;
    Ok(())
}

/// What these records of a run that is about to be shown ask of the plan is undecided, if they ask for anything.
pub fn undecide_asked(
    db: &Connection,
    (person, channel): (PersonId, Channel),
    places: &[(Link, Kind)],
) -> Result<()> {
    let asks = places.iter().any(|(_, kind)| PLAN_ASKING_KINDS.contains(kind));
    if channel == Channel::Care && asks {
        undecide(db, person, head(db, person, channel)?)?;
    }
    Ok(())
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

/// A device that joined after the backup: its certificate says so. Its enrolment may have ended since.
pub fn bring_device(db: &Connection, ledger: &Ledger, device: &NewDevice) -> Result<bool> {
    let known = "SELECT EXISTS (SELECT 1 FROM staff WHERE staff = ?1)
                    AND NOT EXISTS (SELECT 1 FROM device WHERE device = ?2)";
    if !db.query_row(known, params![device.staff.0, device.device.0], |row| row.get::<_, bool>(0))? {
        return Ok(false);
    }
    insert_device(db, device)?;
    ended::catch_up(db, ledger)?;
    Ok(true)
}

/// How much a database holds: what a backup of it can give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// The row of the last page.
    pub last_page: i64,
    /// How often something was brought back after a restore: pages that were here grow by it.
    brought: i64,
    /// How far the journal of each person goes.
    heads: Vec<Cursor>,
}

pub fn extent(db: &Connection) -> Result<Extent> {
    let last_page = db.query_row("SELECT COALESCE(MAX(id), 0) FROM page", [], |row| row.get(0))?;
    let mut query = db.prepare_cached("SELECT person, channel, position FROM journal_head")?;
    Ok(Extent { last_page, brought: times_brought(db)?, heads: collect(query.query([])?, read_cursor)? })
}

/// A backup holds so much. The audit trail tells of it.
pub fn note_backup(db: &Connection, extent: &Extent, at: Moment) -> Result<()> {
    let values = params![extent.last_page, extent.brought];
    db.execute("INSERT OR REPLACE INTO backup (one, last_page, brought) VALUES (1, ?1, ?2)", values)?;
    db.execute("DELETE FROM backup_head", [])?;
    let mut insert =
        db.prepare_cached("INSERT INTO backup_head (person, channel, position) VALUES (?1, ?2, ?3)")?;
    for head in &extent.heads {
        insert.execute(params![head.person.0, head.channel as i64, integer(head.position)])?;
    }
    audit::append(db, &[Entry::new(at, Who::Command, What::BackedUp)])
}

/// Whether the last backup holds all that the device gave and what it has.
pub fn is_backed_up(db: &Connection, device: AuthorId, has: &[Cursor]) -> Result<bool> {
    let sql = "SELECT last_page, brought FROM backup";
    let backup = db.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((last_page, brought)): Option<(i64, i64)> = backup else { return Ok(false) };
    // Whoever brought it: it may stand in a page of before.
    if brought != times_brought(db)? {
        return Ok(false);
    }
    // Of the restricted channel, what is sealed to the device counts, and not what it wrote: its phone must not tell
    // later that there was something.
    let sql = "SELECT 1 FROM page WHERE id > ?1 AND author = ?2 AND channel <> ?3";
    if db.prepare_cached(sql)?.exists(params![last_page, device.0, Channel::Restricted as i64])?
        || is_addressed_after(db, device, last_page)?
    {
        return Ok(false);
    }
    let sql = "SELECT 1 FROM backup_head WHERE person = ?1 AND channel = ?2 AND position >= ?3";
    let mut holds = db.prepare_cached(sql)?;
    let counts = |cursor: &&Cursor| cursor.position > 0 && cursor.channel != Channel::Restricted;
    for cursor in has.iter().filter(counts) {
        if !holds.exists(params![cursor.person.0, cursor.channel as i64, integer(cursor.position)])? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Notes that something was brought back that was not here. A page of the restricted channel never grows; and nobody
/// but its recipients may tell that it came.
pub fn note_brought(db: &Connection, channel: Channel) -> Result<()> {
    if channel == Channel::Restricted {
        return Ok(());
    }
    next(db, BROUGHT).map(|_| ())
}

fn times_brought(db: &Connection) -> Result<i64> {
    let sql = "SELECT COALESCE(MAX(value), 0) FROM counter WHERE name = ?1";
    Ok(db.prepare_cached(sql)?.query_row([BROUGHT], |row| row.get(0))?)
}
