//! Revocations with what was receipted before them, and orders to wipe.

use super::administration::{collect, next};
use super::column::{bytes, channel, integer, number};
use crate::storage::ledger::{EndedEnrolment, Entry, Ledger, WipeOrdered};
use crate::storage::{EndedDevice, Receipted, Revoke, RunPlace, StorageError};
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::{Channel, Digest};
use alongside_domain::sync::standing::Ended;
use alongside_domain::time::Moment;
use ring::digest::{SHA256, digest};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::{BTreeMap, BTreeSet};

type Result<T> = std::result::Result<T, StorageError>;

pub fn ended_of(code: i64) -> Result<Ended> {
    match code {
        0 => Ok(Ended::Left),
        1 => Ok(Ended::Stolen),
        _ => Err(StorageError::Unreadable { what: "reason of a revocation" }),
    }
}

/// Why a device is no longer enrolled; nothing while it is.
pub fn ended(db: &Connection, device: AuthorId) -> Result<Option<Ended>> {
    let sql = "SELECT why FROM revocation WHERE device = ?1";
    let why: Option<i64> = db.prepare_cached(sql)?.query_row([device.0], |row| row.get(0)).optional()?;
    why.map(ended_of).transpose()
}

/// Ends a device's enrolment from now on. `false` when it is not there, or ended before.
pub fn revoke(db: &Connection, ledger: &Ledger, revoke: Revoke) -> Result<bool> {
    if !is_enrolled(db, revoke.device)? {
        return Ok(false);
    }
    let Revoke { device, why, by, at, seal } = revoke;
    let receipted = receipted_now(db, device)?;
    let statement = seal(digest_of(&receipted));
    let enrolment = EndedEnrolment { device, why, by, at, statement, receipted };
    ledger.add(Entry::Ended(enrolment.clone()))?;
    end(db, &enrolment)?;
    Ok(true)
}

/// Ends again what the ledger says has ended, as after a restore; and gives the ledger back what only the database
/// has. A device that is not here yet may be brought back.
pub fn catch_up(db: &Connection, ledger: &Ledger) -> Result<()> {
    let (mut ended, mut to_wipe) = (BTreeSet::new(), BTreeSet::new());
    for entry in ledger.entries()? {
        match entry {
            Entry::Ended(enrolment) => {
                if is_enrolled(db, enrolment.device)? {
                    end(db, &enrolment)?;
                }
                ended.insert(enrolment.device);
            }
            Entry::Wipe(order) => {
                wipe(db, &order)?;
                to_wipe.insert(order.device);
            }
            Entry::Erased(_) => {}
        }
    }
    for device in ended_devices(db)? {
        if !ended.contains(&device.device) {
            ledger.add(Entry::Ended(enrolment_of(db, &device)?))?;
        }
        if let Some((by, at)) = device.wipe_ordered.filter(|_| !to_wipe.contains(&device.device)) {
            ledger.add(Entry::Wipe(WipeOrdered { device: device.device, by, at }))?;
        }
    }
    Ok(())
}

fn is_enrolled(db: &Connection, device: AuthorId) -> Result<bool> {
    let is_here = db.prepare_cached("SELECT 1 FROM device WHERE device = ?1")?.exists([device.0])?;
    Ok(is_here && ended(db, device)?.is_none())
}

fn end(db: &Connection, enrolment: &EndedEnrolment) -> Result<()> {
    let sql = "INSERT INTO revocation (device, why, by, at_ms, statement, directory_version)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let version = next(db, "directory")?;
    let (device, why, by) = (enrolment.device.0, enrolment.why as i64, enrolment.by.0);
    db.execute(sql, params![device, why, by, enrolment.at.0, enrolment.statement, version])?;
    let sql =
        "INSERT INTO revocation_stream (device, person, channel, epoch, number) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut insert = db.prepare_cached(sql)?;
    for last in &enrolment.receipted {
        let (channel, number) = (last.channel as i64, integer(last.number));
        insert.execute(params![device, last.person.0, channel, last.epoch.0, number])?;
    }
    Ok(())
}

fn enrolment_of(db: &Connection, ended: &EndedDevice) -> Result<EndedEnrolment> {
    let EndedDevice { device, why, by, at, .. } = *ended;
    let sql = "SELECT statement FROM revocation WHERE device = ?1";
    let statement = db.prepare_cached(sql)?.query_row([device.0], |row| row.get(0))?;
    Ok(EndedEnrolment { device, why, by, at, statement, receipted: receipted(db, device)? })
}

/// The last record of each stream of a device that is here, be it kept apart. Without concerns: every device is told
/// the digest.
fn receipted_now(db: &Connection, device: AuthorId) -> Result<Vec<Receipted>> {
    let sql = "SELECT epoch, channel, runs FROM page WHERE author = ?1 AND channel <> ?2";
    let mut query = db.prepare_cached(sql)?;
    let pages = collect(query.query(params![device.0, Channel::Restricted as i64])?, |row| {
        let runs: Vec<u8> = row.get(2)?;
        let runs: Vec<RunPlace> =
            minicbor::decode(&runs).map_err(|_| StorageError::Unreadable { what: "list of runs" })?;
        Ok((Epoch(bytes(row, 0)?), channel(row, 1)?, runs))
    })?;
    let mut last: BTreeMap<(PersonId, Channel, Epoch), u64> = BTreeMap::new();
    for (epoch, channel, runs) in pages {
        for run in runs {
            let number = last.entry((run.person, channel, epoch)).or_default();
            *number = run.last.max(*number);
        }
    }
    let receipted = |((person, channel, epoch), number)| Receipted { person, channel, epoch, number };
    Ok(last.into_iter().map(receipted).collect())
}

/// SHA-256 over person, channel, epoch and number of each, in this order.
fn digest_of(receipted: &[Receipted]) -> Digest {
    let mut all = Vec::with_capacity(receipted.len() * 33);
    for last in receipted {
        all.extend_from_slice(&last.person.0);
        all.push(last.channel as u8);
        all.extend_from_slice(&last.epoch.0);
        all.extend_from_slice(&last.number.to_be_bytes());
    }
    Digest(digest(&SHA256, &all).as_ref().try_into().expect("SHA-256 has 32 bytes"))
}

/// What was receipted of a device before its enrolment ended.
pub fn receipted(db: &Connection, device: AuthorId) -> Result<Vec<Receipted>> {
    let sql = "SELECT person, channel, epoch, number FROM revocation_stream WHERE device = ?1
               ORDER BY person, channel, epoch";
    collect(db.prepare_cached(sql)?.query([device.0])?, |row| {
        Ok(Receipted {
            person: PersonId(bytes(row, 0)?),
            channel: channel(row, 1)?,
            epoch: Epoch(bytes(row, 2)?),
            number: number(row, 3)?,
        })
    })
}

/// All devices that are no longer enrolled.
pub fn ended_devices(db: &Connection) -> Result<Vec<EndedDevice>> {
    let sql =
        "SELECT device, why, by, at_ms, wipe_by, wipe_ordered_ms, wiped_ms FROM revocation ORDER BY device";
    collect(db.prepare_cached(sql)?.query([])?, read_ended)
}

fn read_ended(row: &Row<'_>) -> Result<EndedDevice> {
    let wipe_by: Option<[u8; 16]> = row.get(4)?;
    let wipe_ordered = match wipe_by {
        Some(by) => Some((StaffId(by), Moment(row.get(5)?))),
        None => None,
    };
    Ok(EndedDevice {
        device: AuthorId(bytes(row, 0)?),
        why: ended_of(row.get(1)?)?,
        by: StaffId(bytes(row, 2)?),
        at: Moment(row.get(3)?),
        wipe_ordered,
        wiped: row.get::<_, Option<i64>>(6)?.map(Moment),
    })
}

/// Statements of revocations that were made after `version`, with the version that each made.
pub fn revocations_after(db: &Connection, version: u64) -> Result<Vec<(u64, Vec<u8>)>> {
    let sql = "SELECT directory_version, statement FROM revocation WHERE directory_version > ?1
               ORDER BY directory_version";
    let mut query = db.prepare_cached(sql)?;
    collect(query.query([integer(version)])?, |row| Ok((number(row, 0)?, row.get(1)?)))
}

/// Orders a device that is no longer enrolled to wipe. `false` when it still is, or is not there.
pub fn order_wipe(db: &Connection, ledger: &Ledger, order: WipeOrdered) -> Result<bool> {
    if ended(db, order.device)?.is_none() {
        return Ok(false);
    }
    ledger.add(Entry::Wipe(order.clone()))?;
    wipe(db, &order)?;
    Ok(true)
}

/// The first order stands.
fn wipe(db: &Connection, order: &WipeOrdered) -> Result<()> {
    let sql =
        "UPDATE revocation SET wipe_by = ?2, wipe_ordered_ms = ?3 WHERE device = ?1 AND wipe_by IS NULL";
    db.execute(sql, params![order.device.0, order.by.0, order.at.0])?;
    Ok(())
}

/// Notes that a device said that it has wiped what it held, if it was ordered to.
pub fn note_wiped(db: &Connection, device: AuthorId, at: Moment) -> Result<()> {
    let sql =
        "UPDATE revocation SET wiped_ms = ?2 WHERE device = ?1 AND wipe_by IS NOT NULL AND wiped_ms IS NULL";
    db.execute(sql, params![device.0, at.0])?;
    Ok(())
}
