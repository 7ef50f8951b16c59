//! Staff, people, care teams, accounts and sessions.

use super::column::{bytes, number, role};
use crate::storage::{Access, Account, NewAccount, Session, Staff, StorageError};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::time::Moment;
use rusqlite::{Connection, OptionalExtension, Row, params};

type Result<T> = std::result::Result<T, StorageError>;

const TOKEN: &str = "administrator_token_hash";

/// The next value of a counter that only grows.
pub fn next(db: &Connection, counter: &str) -> Result<i64> {
    let sql = "INSERT INTO counter (name, value) VALUES (?1, 1)
               ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value";
    Ok(db.prepare_cached(sql)?.query_row([counter], |row| row.get(0))?)
}

pub fn set_administrator_token(db: &Connection, hash: &[u8; 32]) -> Result<()> {
    db.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)", params![TOKEN, hash])?;
    Ok(())
}

pub fn administrator_token(db: &Connection) -> Result<Option<[u8; 32]>> {
    let sql = "SELECT value FROM setting WHERE name = ?1";
    Ok(db.query_row(sql, [TOKEN], |row| row.get(0)).optional()?)
}

pub fn add_staff(db: &Connection, staff: &Staff, account: Option<&NewAccount>) -> Result<()> {
    let sql = "INSERT INTO staff (staff, name, role, organisation, agency) VALUES (?1, ?2, ?3, ?4, ?5)";
    db.execute(sql, params![staff.staff.0, staff.name, staff.role as i64, staff.organisation, staff.agency])?;
    if let Some(account) = account {
        let sql = "INSERT INTO account (username, staff, password_hash) VALUES (?1, ?2, ?3)";
        db.execute(sql, params![account.username, staff.staff.0, account.password_hash])?;
    }
    Ok(())
}

fn read_staff(row: &Row<'_>) -> Result<Staff> {
    Ok(Staff {
        staff: StaffId(bytes(row, 0)?),
        name: row.get(1)?,
        role: role(row, 2)?,
        organisation: row.get(3)?,
        agency: row.get(4)?,
    })
}

pub fn staff(db: &Connection, staff: StaffId) -> Result<Option<Staff>> {
    let mut query =
        db.prepare_cached("SELECT staff, name, role, organisation, agency FROM staff WHERE staff = ?1")?;
    query.query([staff.0])?.next()?.map(read_staff).transpose()
}

pub fn set_employer(db: &Connection, staff: StaffId, organisation: &str, agency: bool) -> Result<bool> {
    let sql = "UPDATE staff SET organisation = ?2, agency = ?3 WHERE staff = ?1";
    Ok(db.execute(sql, params![staff.0, organisation, agency])? > 0)
}

pub fn all_staff(db: &Connection) -> Result<Vec<Staff>> {
    let mut query =
        db.prepare_cached("SELECT staff, name, role, organisation, agency FROM staff ORDER BY staff")?;
    collect(query.query([])?, read_staff)
}

/// Reads every row.
pub fn collect<T>(mut rows: rusqlite::Rows<'_>, read: impl Fn(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

pub fn add_person(db: &Connection, person: PersonId) -> Result<()> {
    db.execute("INSERT INTO person (person) VALUES (?1)", [person.0])?;
    Ok(())
}

pub fn people(db: &Connection) -> Result<Vec<PersonId>> {
    let mut query = db.prepare_cached("SELECT person FROM person ORDER BY person")?;
    collect(query.query([])?, |row| Ok(PersonId(bytes(row, 0)?)))
}

pub fn set_care_team(db: &Connection, person: PersonId, staff: StaffId, on: bool) -> Result<bool> {
    let known = "SELECT EXISTS (SELECT 1 FROM person WHERE person = ?1)
                    AND EXISTS (SELECT 1 FROM staff WHERE staff = ?2)";
    if !db.query_row(known, params![person.0, staff.0], |row| row.get::<_, bool>(0))? {
        return Ok(false);
    }
    let sql = "INSERT INTO care_team (person, staff, on_team) VALUES (?1, ?2, ?3)
               ON CONFLICT (person, staff) DO UPDATE SET on_team = excluded.on_team, timed = 0";
    db.execute(sql, params![person.0, staff.0, on])?;
    super::timed::end_all(db, person, staff)?;
    tell_heard_anew(db, person)?;
    Ok(true)
}

/// Devices of a team that changed have to hear of colleagues who may stay silent.
pub fn tell_heard_anew(db: &Connection, person: PersonId) -> Result<()> {
    let team = "(SELECT device FROM device WHERE staff IN
                  (SELECT staff FROM care_team WHERE person = ?1 AND on_team = 1))";
    db.execute(&format!("UPDATE device SET heard_told = 0 WHERE device IN {team}"), [person.0])?;
    db.execute(&format!("UPDATE challenge SET heard_told = 0 WHERE device IN {team}"), [person.0])?;
    Ok(())
}

pub fn access_of(db: &Connection, staff: StaffId) -> Result<Access> {
    let sql = "SELECT person, on_team, timed FROM care_team WHERE staff = ?1 ORDER BY person";
    let mut query = db.prepare_cached(sql)?;
    let team: Vec<(PersonId, bool, bool)> =
        collect(query.query([staff.0])?, |row| Ok((PersonId(bytes(row, 0)?), row.get(1)?, row.get(2)?)))?;
    let those = |is: fn(bool, bool) -> bool| {
        team.iter().filter(|(_, on, timed)| is(*on, *timed)).map(|(person, ..)| *person).collect()
    };
    Ok(Access {
        people: those(|on, _| on),
        timed: those(|on, timed| on && timed),
        former: those(|on, _| !on),
        is_healing: super::healing::is_healing(db)?,
    })
}

pub fn care_team(db: &Connection, person: PersonId) -> Result<Vec<StaffId>> {
    let sql = "SELECT staff FROM care_team WHERE person = ?1 AND on_team = 1 AND timed = 0 ORDER BY staff";
    let mut query = db.prepare_cached(sql)?;
    collect(query.query([person.0])?, |row| Ok(StaffId(bytes(row, 0)?)))
}

pub fn account(db: &Connection, username: &str) -> Result<Option<Account>> {
    let sql = "SELECT staff, password_hash, failed, failed_at_ms FROM account WHERE username = ?1";
    let mut query = db.prepare_cached(sql)?;
    let read = |row: &Row<'_>| {
        Ok(Account {
            staff: StaffId(bytes(row, 0)?),
            password_hash: row.get(1)?,
            failed: u32::try_from(number(row, 2)?).unwrap_or(u32::MAX),
            failed_at: Moment(row.get(3)?),
        })
    };
    query.query([username])?.next()?.map(read).transpose()
}

pub fn note_sign_in(db: &Connection, staff: StaffId, failed_at: Option<Moment>) -> Result<()> {
    match failed_at {
        None => db.execute("UPDATE account SET failed = 0 WHERE staff = ?1", [staff.0])?,
        Some(at) => db.execute(
            "UPDATE account SET failed = failed + 1, failed_at_ms = ?2 WHERE staff = ?1",
            params![staff.0, at.0],
        )?,
    };
    Ok(())
}

pub fn add_session(db: &Connection, session: &Session) -> Result<()> {
    let sql = "INSERT INTO session (token_hash, staff, csrf, began_ms, used_ms) VALUES (?1, ?2, ?3, ?4, ?5)";
    let (began, used) = (session.began.0, session.used.0);
    db.execute(sql, params![session.token_hash, session.staff.0, session.csrf, began, used])?;
    Ok(())
}

pub fn session(db: &Connection, token_hash: &[u8; 32]) -> Result<Option<Session>> {
    let sql = "SELECT token_hash, staff, csrf, began_ms, used_ms FROM session WHERE token_hash = ?1";
    let mut query = db.prepare_cached(sql)?;
    let read = |row: &Row<'_>| {
        Ok(Session {
            token_hash: bytes(row, 0)?,
            staff: StaffId(bytes(row, 1)?),
            csrf: row.get(2)?,
            began: Moment(row.get(3)?),
            used: Moment(row.get(4)?),
        })
    };
    query.query([token_hash])?.next()?.map(read).transpose()
}

pub fn touch_session(db: &Connection, token_hash: &[u8; 32], now: Moment) -> Result<()> {
    db.execute("UPDATE session SET used_ms = ?2 WHERE token_hash = ?1", params![token_hash, now.0])?;
    Ok(())
}

pub fn end_session(db: &Connection, token_hash: &[u8; 32]) -> Result<()> {
    db.execute("DELETE FROM session WHERE token_hash = ?1", [token_hash])?;
    Ok(())
}
