//! Codes, devices, challenges, cursors and who was heard when.

use super::administration::{collect, next};
use super::column::{bytes, channel, integer, number};
use super::ended::ended_of;
use crate::storage::{
    CodeAnswer, Device, DeviceCursor, ExchangeNote, NewCode, NewDevice, StorageError, TriedCode,
};
use alongside_domain::ids::{AuthorId, PersonId, StaffId};
use alongside_domain::journal::PublicKey;
use alongside_domain::sync::messages::{Challenge, Cursor, Heard};
use alongside_domain::time::Moment;
use rusqlite::{Connection, Row, params};

type Result<T> = std::result::Result<T, StorageError>;

/// Most challenges of a device that are good at one time: the last answer's, and one for a lost answer.
const CHALLENGES_MAX: i64 = 2;

pub fn add_code(db: &Connection, code: &NewCode) -> Result<()> {
    let sql = "INSERT INTO code (lookup, hash, staff, expires_ms) VALUES (?1, ?2, ?3, ?4)";
    db.execute(sql, params![code.lookup, code.hash, code.staff.0, code.expires.0])?;
    Ok(())
}

struct StoredCode {
    hash: [u8; 32],
    staff: StaffId,
    expires: Moment,
    tries: u64,
    used_by: Option<AuthorId>,
}

fn read_code(row: &Row<'_>) -> Result<StoredCode> {
    Ok(StoredCode {
        hash: bytes(row, 0)?,
        staff: StaffId(bytes(row, 1)?),
        expires: Moment(row.get(2)?),
        tries: number(row, 3)?,
        used_by: row.get::<_, Option<[u8; 16]>>(4)?.map(AuthorId),
    })
}

pub fn try_code(db: &Connection, tried: &TriedCode) -> Result<CodeAnswer> {
    let sql = "SELECT hash, staff, expires_ms, tries, used_by FROM code WHERE lookup = ?1";
    let mut query = db.prepare_cached(sql)?;
    let Some(code) = query.query([&tried.lookup])?.next()?.map(read_code).transpose()? else {
        return Ok(CodeAnswer::Unknown);
    };
    if code.tries >= u64::from(tried.tries_max) {
        return Ok(CodeAnswer::Dead);
    }
    if !crate::secret::is_same(&code.hash, &tried.hash) {
        db.execute("UPDATE code SET tries = tries + 1 WHERE lookup = ?1", [&tried.lookup])?;
        return Ok(CodeAnswer::Unknown);
    }
    Ok(match code.used_by {
        Some(device) => CodeAnswer::Used(device),
        None if tried.now > code.expires => CodeAnswer::Expired,
        None => CodeAnswer::Good(code.staff),
    })
}

pub fn enrol_device(db: &Connection, code: &str, device: &NewDevice) -> Result<bool> {
    let sql = "UPDATE code SET used_by = ?2 WHERE lookup = ?1 AND used_by IS NULL";
    if db.execute(sql, params![code, device.device.0])? == 0 {
        return Ok(false);
    }
    insert_device(db, device)?;
    give_challenge(db, device.device, device.challenge, device.now, Some(0))?;
    Ok(true)
}

/// Adds a device, and its certificate to the directory.
pub fn insert_device(db: &Connection, device: &NewDevice) -> Result<()> {
    let sql = "INSERT INTO device (device, staff, key, certificate, directory_version, last_heard_ms, heard_version,
                 desk)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let (directory, heard) = (next(db, "directory")?, next(db, "heard")?);
    let (id, staff, key) = (device.device.0, device.staff.0, device.key.0);
    db.execute(
        sql,
        params![id, staff, key, device.certificate, directory, device.now.0, heard, device.is_desk],
    )?;
    Ok(())
}

fn read_device(row: &Row<'_>) -> Result<Device> {
    Ok(Device {
        device: AuthorId(bytes(row, 0)?),
        staff: StaffId(bytes(row, 1)?),
        key: PublicKey(bytes(row, 2)?),
        certificate: row.get(3)?,
        last_heard: Moment(row.get(4)?),
        ended: row.get::<_, Option<i64>>(5)?.map(ended_of).transpose()?,
        erased: number(row, 6)?,
        is_desk: row.get(7)?,
    })
}

pub fn device(db: &Connection, device: AuthorId) -> Result<Option<Device>> {
    let sql = "SELECT device, staff, key, certificate, last_heard_ms, why, erased, desk FROM device LEFT JOIN revocation USING (device)
               WHERE device = ?1";
    db.prepare_cached(sql)?.query([device.0])?.next()?.map(read_device).transpose()
}

pub fn devices(db: &Connection) -> Result<Vec<Device>> {
    let sql = "SELECT device, staff, key, certificate, last_heard_ms, why, erased, desk FROM device LEFT JOIN revocation USING (device)
               WHERE desk = 0 ORDER BY device";
    collect(db.prepare_cached(sql)?.query([])?, read_device)
}

pub fn directory_after(db: &Connection, version: u64) -> Result<Vec<(u64, Vec<u8>)>> {
    let sql = "SELECT directory_version, certificate FROM device WHERE directory_version > ?1
               ORDER BY directory_version";
    let mut query = db.prepare_cached(sql)?;
    collect(query.query([integer(version)])?, |row| Ok((number(row, 0)?, row.get(1)?)))
}

pub fn take_challenge(
    db: &Connection,
    device: AuthorId,
    value: Challenge,
    not_before: Moment,
) -> Result<bool> {
    let sql = "DELETE FROM challenge WHERE device = ?1 AND value = ?2 RETURNING made_ms, heard_told";
    let taken = {
        let mut query = db.prepare_cached(sql)?;
        let mut rows = query.query(params![device.0, value.0])?;
        rows.next()?
            .map(|row| Ok::<_, StorageError>((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))
            .transpose()?
    };
    let Some((made_ms, heard_told)) = taken else { return Ok(false) };
    if made_ms < not_before.0 {
        return Ok(false);
    }
    db.prepare_cached("UPDATE device SET heard_told = ?2 WHERE device = ?1 AND heard_told <> ?2")?
        .execute(params![device.0, heard_told])?;
    Ok(true)
}

/// `heard_told` absent: as the device was told last.
pub fn give_challenge(
    db: &Connection,
    device: AuthorId,
    value: Challenge,
    now: Moment,
    heard_told: Option<i64>,
) -> Result<()> {
    let sql = "INSERT INTO challenge (device, value, sequence, made_ms, heard_told)
               SELECT ?1, ?2, ?3, ?4, COALESCE(?5, (SELECT heard_told FROM device WHERE device = ?1))";
    let sequence = next(db, "challenge")?;
    db.prepare_cached(sql)?.execute(params![device.0, value.0, sequence, now.0, heard_told])?;
    let sql = "DELETE FROM challenge WHERE device = ?1 AND sequence NOT IN
               (SELECT sequence FROM challenge WHERE device = ?1 ORDER BY sequence DESC LIMIT ?2)";
    db.prepare_cached(sql)?.execute(params![device.0, CHALLENGES_MAX])?;
    Ok(())
}

pub fn device_cursors(db: &Connection, device: AuthorId) -> Result<Vec<DeviceCursor>> {
    let sql = "SELECT person, channel, acked, offered FROM device_cursor WHERE device = ?1
               ORDER BY person, channel";
    let mut query = db.prepare_cached(sql)?;
    collect(query.query([device.0])?, |row| {
        Ok(DeviceCursor {
            person: PersonId(bytes(row, 0)?),
            channel: channel(row, 1)?,
            acked: number(row, 2)?,
            offered: number(row, 3)?,
        })
    })
}

pub fn heard_for(db: &Connection, device: AuthorId) -> Result<(Vec<Heard>, u64)> {
    let sql = "SELECT other.device, other.last_heard_ms, other.heard_version
               FROM device AS me JOIN device AS other ON other.heard_version > me.heard_told
               WHERE me.device = ?1 AND other.device <> ?1 AND other.desk = 0 AND other.staff IN (
                 SELECT theirs.staff FROM care_team AS mine JOIN care_team AS theirs USING (person)
                 WHERE mine.staff = me.staff AND mine.on_team = 1 AND theirs.on_team = 1)
               ORDER BY other.heard_version";
    let mut query = db.prepare_cached(sql)?;
    let heard = collect(query.query([device.0])?, |row| {
        Ok((Heard { device: AuthorId(bytes(row, 0)?), at: Moment(row.get(1)?) }, number(row, 2)?))
    })?;
    let sql = "SELECT heard_told FROM device WHERE device = ?1";
    let told: i64 = db.prepare_cached(sql)?.query_row([device.0], |row| row.get(0))?;
    let told = heard.last().map_or(told.unsigned_abs(), |(_, version)| *version);
    Ok((heard.into_iter().map(|(heard, _)| heard).collect(), told))
}

pub fn note_exchange(db: &Connection, note: &ExchangeNote) -> Result<()> {
    note_heard(db, note.device, note.now)?;
    db.prepare_cached("UPDATE device SET erased = ?2 WHERE device = ?1 AND erased <> ?2")?
        .execute(params![note.device.0, integer(note.erased)])?;
    give_challenge(db, note.device, note.challenge, note.now, Some(integer(note.heard_told)))?;
    match &note.acked {
        Some(acked) => note_acked(db, note.device, acked)?,
        None => {
            let sql = "UPDATE device_cursor SET offered = acked WHERE device = ?1 AND offered <> acked";
            db.prepare_cached(sql)?.execute([note.device.0])?;
        }
    }
    note.offered.iter().try_for_each(|cursor| note_offered(db, note.device, cursor))
}

fn note_heard(db: &Connection, device: AuthorId, now: Moment) -> Result<()> {
    let sql = "SELECT last_heard_ms FROM device WHERE device = ?1";
    let before: i64 = db.prepare_cached(sql)?.query_row([device.0], |row| row.get(0))?;
    if before != now.0 {
        let sql = "UPDATE device SET last_heard_ms = ?2, heard_version = ?3 WHERE device = ?1";
        db.prepare_cached(sql)?.execute(params![device.0, now.0, next(db, "heard")?])?;
    }
    Ok(())
}

fn note_acked(db: &Connection, device: AuthorId, acked: &[Cursor]) -> Result<()> {
    let sql = "UPDATE device_cursor SET acked = 0, offered = 0 WHERE device = ?1";
    db.prepare_cached(sql)?.execute([device.0])?;
    let sql = "INSERT INTO device_cursor (device, person, channel, acked, offered)
               VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT (device, person, channel) DO UPDATE
               SET acked = excluded.acked, offered = excluded.acked";
    let mut query = db.prepare_cached(sql)?;
    for cursor in acked {
        query.execute(params![device.0, cursor.person.0, cursor.channel as i64, integer(cursor.position)])?;
    }
    Ok(())
}

fn note_offered(db: &Connection, device: AuthorId, cursor: &Cursor) -> Result<()> {
    let sql = "INSERT INTO device_cursor (device, person, channel, acked, offered)
               VALUES (?1, ?2, ?3, 0, ?4)
               ON CONFLICT (device, person, channel) DO UPDATE SET offered = excluded.offered";
    let place = integer(cursor.position);
    db.prepare_cached(sql)?.execute(params![device.0, cursor.person.0, cursor.channel as i64, place])?;
    Ok(())
}
