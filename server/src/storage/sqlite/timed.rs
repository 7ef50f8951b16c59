//! Access that somebody is given for a time, without a visit.

use super::administration::{collect, tell_heard_anew};
use super::column::bytes;
use crate::storage::{GivenTime, StorageError, TimedAccess};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::time::Moment;
use rusqlite::{Connection, Row, params};

type Result<T> = std::result::Result<T, StorageError>;

/// `false` where either is not known. Whoever is on the care team stays on it as they are.
pub fn give(db: &Connection, access: &TimedAccess) -> Result<bool> {
    let (person, staff) = (access.person, access.staff);
    let known = "SELECT EXISTS (SELECT 1 FROM person WHERE person = ?1)
                    AND EXISTS (SELECT 1 FROM staff WHERE staff = ?2)";
    if !db.query_row(known, params![person.0, staff.0], |row| row.get::<_, bool>(0))? {
        return Ok(false);
    }
    let sql = "INSERT INTO care_team (person, staff, on_team, timed) VALUES (?1, ?2, 1, 1)
               ON CONFLICT (person, staff) DO UPDATE SET on_team = 1, timed = 1 WHERE on_team = 0";
    db.execute(sql, params![person.0, staff.0])?;
    let sql = "INSERT INTO timed_access (person, staff, from_ms, until_ms, given_by, given_ms)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let (from, until, by, at) = (access.from.0, access.until.0, access.by.0, access.at.0);
    db.execute(sql, params![person.0, staff.0, from, until, by, at])?;
    tell_heard_anew(db, person)?;
    Ok(true)
}

/// `false` where it is not there about this person, or was ended.
pub fn end(db: &Connection, id: i64, person: PersonId, by: StaffId, at: Moment) -> Result<bool> {
    let sql = "UPDATE timed_access SET ended_by = ?3, ended_ms = ?4
               WHERE id = ?1 AND person = ?2 AND ended_ms IS NULL";
    if db.execute(sql, params![id, person.0, by.0, at.0])? == 0 {
        return Ok(false);
    }
    tell_heard_anew(db, person)?;
    Ok(true)
}

/// The care team changed: what was given before counts no more.
pub fn end_all(db: &Connection, person: PersonId, staff: StaffId) -> Result<()> {
    let sql = "UPDATE timed_access SET ended_ms = given_ms
               WHERE person = ?1 AND staff = ?2 AND ended_ms IS NULL";
    db.execute(sql, params![person.0, staff.0])?;
    Ok(())
}

const COLUMNS: &str = "id, person, staff, from_ms, until_ms, given_by, given_ms, ended_ms";

pub fn of(db: &Connection, staff: StaffId) -> Result<Vec<GivenTime>> {
    let sql = format!("SELECT {COLUMNS} FROM timed_access WHERE staff = ?1 ORDER BY id");
    collect(db.prepare_cached(&sql)?.query([staff.0])?, read)
}

pub fn about(db: &Connection, person: PersonId) -> Result<Vec<GivenTime>> {
    let sql = format!("SELECT {COLUMNS} FROM timed_access WHERE person = ?1 ORDER BY id");
    collect(db.prepare_cached(&sql)?.query([person.0])?, read)
}

fn read(row: &Row<'_>) -> Result<GivenTime> {
    let access = TimedAccess {
        person: PersonId(bytes(row, 1)?),
        staff: StaffId(bytes(row, 2)?),
        from: Moment(row.get(3)?),
        until: Moment(row.get(4)?),
        by: StaffId(bytes(row, 5)?),
        at: Moment(row.get(6)?),
        ended: row.get::<_, Option<i64>>(7)?.map(Moment),
    };
    Ok(GivenTime { id: row.get(0)?, access })
}
