//! Who has opened a record in an emergency, and until when. Each is written with its entry of the audit trail.

use super::administration::collect;
use super::audit;
use super::column::bytes;
use crate::audit::Entry;
use crate::storage::{OpenedRecord, StorageError};
use alongside_domain::access::break_glass::BreakGlass;
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::time::Moment;
use rusqlite::{Connection, params};

type Result<T> = std::result::Result<T, StorageError>;

pub fn open(db: &Connection, grant: &BreakGlass, entry: Entry) -> Result<()> {
    let sql = "INSERT INTO break_glass (staff, person, opened_ms, until_ms) VALUES (?1, ?2, ?3, ?4)";
    db.execute(sql, params![grant.staff.0, grant.person.0, grant.opened.0, grant.until.0])?;
    audit::append(db, &[entry])
}

/// Those of a member of staff that end after this moment and were not ended.
pub fn open_ones(db: &Connection, staff: StaffId, now: Moment) -> Result<Vec<OpenedRecord>> {
    let sql = "SELECT id, person, opened_ms, until_ms FROM break_glass
               WHERE staff = ?1 AND until_ms > ?2 AND ended_ms IS NULL ORDER BY id";
    let found = collect(db.prepare_cached(sql)?.query(params![staff.0, now.0])?, |row| {
        let (opened, until) = (Moment(row.get(2)?), Moment(row.get(3)?));
        let grant = BreakGlass { staff, person: PersonId(bytes(row, 1)?), opened, until, ended: None };
        Ok(OpenedRecord { id: row.get(0)?, grant })
    })?;
    Ok(found.into_iter().filter(|one| one.grant.is_open(now)).collect())
}

/// `false` when it was over.
pub fn end(db: &Connection, id: i64, at: Moment) -> Result<bool> {
    let sql = "UPDATE break_glass SET ended_ms = ?2 WHERE id = ?1 AND ended_ms IS NULL AND until_ms > ?2";
    Ok(db.execute(sql, params![id, at.0])? > 0)
}

/// A restored store does not know which of them were ended meanwhile: all are.
pub fn end_all(db: &Connection, at: Moment) -> Result<()> {
    db.execute("UPDATE break_glass SET ended_ms = ?1 WHERE ended_ms IS NULL", [at.0])?;
    Ok(())
}
