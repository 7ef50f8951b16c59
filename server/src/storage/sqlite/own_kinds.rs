//! The organisation's own kinds of observation: every version that was given, the highest of which stands.

use crate::storage::StorageError;
use alongside_domain::sync::messages::OwnKinds;
use alongside_domain::time::Moment;
use rusqlite::{Connection, Row, params};

type Result<T> = std::result::Result<T, StorageError>;

pub fn set(db: &Connection, after: u32, own: &OwnKinds, at: Moment) -> Result<bool> {
    if version(db)? != after || own.version <= after {
        return Ok(false);
    }
    let sql = "INSERT INTO own_kinds (version, json, given_ms) VALUES (?1, ?2, ?3)";
    db.execute(sql, params![own.version, own.json, at.0])?;
    Ok(true)
}

pub fn version(db: &Connection) -> Result<u32> {
    let mut query = db.prepare_cached("SELECT COALESCE(MAX(version), 0) FROM own_kinds")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

pub fn last(db: &Connection) -> Result<Option<OwnKinds>> {
    let mut query = db.prepare_cached("SELECT version, json FROM own_kinds ORDER BY version DESC LIMIT 1")?;
    let read = |row: &Row<'_>| Ok(OwnKinds { version: row.get(0)?, json: row.get(1)? });
    query.query([])?.next()?.map(read).transpose()
}
