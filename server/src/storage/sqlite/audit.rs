//! The audit trail: appended to, read, and checked. No statement here changes or deletes an entry, and triggers of the
//! schema refuse both.

use super::administration::collect;
use super::column::{bytes, integer, number};
use crate::audit::{self, Entry, TrailHead, What, Who};
use crate::storage::{
    CheckedTrail, Claim, Fault, NumberedEntry, SignedHead, StorageError, TrailFault, WantedEntries,
};
use alongside_domain::ids::{AuthorId, Epoch};
use alongside_domain::journal::{Link, PublicKey, Signature};
use alongside_domain::sync::messages::AuditHead;
use alongside_domain::time::Moment;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;

type Result<T> = std::result::Result<T, StorageError>;

/// Where the trail stands: the number and the link of its last entry.
fn last(db: &Connection) -> Result<(u64, Link)> {
    let mut query = db.prepare_cached("SELECT number, link FROM audit ORDER BY number DESC LIMIT 1")?;
    let mut rows = query.query([])?;
    rows.next()?.map_or(Ok((0, Link::START)), |row| Ok((number(row, 0)?, Link(bytes(row, 1)?))))
}

pub fn append(db: &Connection, entries: &[Entry]) -> Result<()> {
    let (mut number, mut before) = last(db)?;
    for entry in entries {
        let encoded = entry.encode();
        (number, before) = (number + 1, audit::link(&before, &encoded));
        let former = entry.former.map(|head| head.epoch.0);
        let sql = "INSERT INTO audit (number, at_ms, former, entry, link) VALUES (?1, ?2, ?3, ?4, ?5)";
        let values = params![integer(number), entry.at.0, former, encoded, before.0];
        db.prepare_cached(sql)?.execute(values)?;
        let sql = "INSERT INTO audit_about (about, number) VALUES (?1, ?2)";
        for about in abouts(entry) {
            db.prepare_cached(sql)?.execute(params![about, integer(number)])?;
        }
    }
    Ok(())
}

/// Under whom an entry is found.
fn abouts(entry: &Entry) -> BTreeSet<[u8; 16]> {
    let people = entry.people.iter().map(|person| person.0);
    people.chain(entry.staff().iter().map(|staff| staff.0)).collect()
}

fn read_entry(row: &Row<'_>) -> Result<NumberedEntry> {
    let encoded: Vec<u8> = row.get(1)?;
    let entry = minicbor::decode(&encoded).map_err(|_| StorageError::Unreadable { what: "audit entry" })?;
    Ok(NumberedEntry { number: number(row, 0)?, entry })
}

/// The newest first.
pub fn entries(db: &Connection, wanted: WantedEntries) -> Result<Vec<NumberedEntry>> {
    let before = wanted.before.map_or(i64::MAX, integer);
    let count = i64::try_from(wanted.count).unwrap_or(i64::MAX);
    match wanted.about {
        None => {
            let sql = "SELECT number, entry FROM audit WHERE number < ?1 ORDER BY number DESC LIMIT ?2";
            collect(db.prepare_cached(sql)?.query(params![before, count])?, read_entry)
        }
        Some(about) => {
            let sql = "SELECT audit.number, audit.entry FROM audit_about JOIN audit USING (number)
                       WHERE audit_about.about = ?3 AND audit_about.number < ?1
                       ORDER BY audit_about.number DESC LIMIT ?2";
            collect(db.prepare_cached(sql)?.query(params![before, count, about])?, read_entry)
        }
    }
}

/// The last entry before a moment.
pub fn head_before(db: &Connection, at: Moment) -> Result<Option<(u64, Link)>> {
    let sql = "SELECT number, link FROM audit WHERE at_ms < ?1 ORDER BY number DESC LIMIT 1";
    let mut query = db.prepare_cached(sql)?;
    query.query([at.0])?.next()?.map(|row| Ok((number(row, 0)?, Link(bytes(row, 1)?)))).transpose()
}

fn link_of(db: &Connection, of: u64) -> Result<Option<Link>> {
    let mut query = db.prepare_cached("SELECT link FROM audit WHERE number = ?1")?;
    query.query([integer(of)])?.next()?.map(|row| Ok(Link(bytes(row, 0)?))).transpose()
}

pub fn number_of(db: &Connection, link: &Link) -> Result<Option<u64>> {
    let mut query = db.prepare_cached("SELECT number FROM audit WHERE link = ?1")?;
    query.query([link.0])?.next()?.map(|row| number(row, 0)).transpose()
}

/// When the last entry was made that is here of an epoch before a restore; nothing for an epoch that is not known.
pub fn former_end(db: &Connection, epoch: Epoch) -> Result<Option<Moment>> {
    let sql = "SELECT COALESCE(MAX(before.at_ms), 0) FROM audit AS began JOIN audit AS before
               ON before.number = began.number - 1 WHERE began.former = ?1 GROUP BY began.number ORDER BY began.number";
    let mut query = db.prepare_cached(sql)?;
    query.query([epoch.0])?.next()?.map(|row| Ok(Moment(row.get(0)?))).transpose()
}

pub fn was_restored(db: &Connection) -> Result<bool> {
    Ok(db.prepare_cached("SELECT 1 FROM audit WHERE former IS NOT NULL")?.exists([])?)
}

/// The store goes on in a new epoch, as it was some time ago: its trail says where it stood.
pub fn begin_epoch(db: &Connection, former: Epoch, at: Moment) -> Result<()> {
    let (number, link) = last(db)?;
    let former = Some(TrailHead { epoch: former, number, link });
    append(db, &[Entry { former, ..Entry::new(at, Who::Command, What::Restored) }])
}

pub fn keep_head(db: &Connection, signed: &SignedHead) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO audit_head (number, epoch, link, at_ms, signature)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    let SignedHead { head, at, signature } = signed;
    let values = params![integer(head.number), head.epoch.0, head.link.0, at.0, signature.0];
    db.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// `true` the first time that the device says so.
pub fn note_claim(db: &Connection, claim: &Claim) -> Result<bool> {
    let sql = "INSERT OR IGNORE INTO audit_claim (device, epoch, hour_ms, link, at_ms, is_lost)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let Claim { device, head, at, is_lost } = claim;
    let values = params![device.0, head.epoch.0, head.hour.0, head.link.0, at.0, is_lost];
    Ok(db.prepare_cached(sql)?.execute(values)? > 0)
}

pub fn claims(db: &Connection) -> Result<Vec<Claim>> {
    let sql = "SELECT device, epoch, hour_ms, link, at_ms, is_lost FROM audit_claim ORDER BY at_ms, device";
    collect(db.prepare_cached(sql)?.query([])?, |row| {
        let head =
            AuditHead { epoch: Epoch(bytes(row, 1)?), hour: Moment(row.get(2)?), link: Link(bytes(row, 3)?) };
        let device = AuthorId(bytes(row, 0)?);
        Ok(Claim { device, head, at: Moment(row.get(4)?), is_lost: row.get(5)? })
    })
}

/// Checks the whole trail: numbers, links, the columns beside the entries, and what the server has signed.
pub fn check(db: &Connection, key: &PublicKey) -> Result<std::result::Result<CheckedTrail, TrailFault>> {
    let mut checked = CheckedTrail::default();
    let mut before = Link::START;
    let mut query = db.prepare("SELECT number, entry, at_ms, former, link FROM audit ORDER BY number")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (found, is) = (number(row, 0)?, checked.entries + 1);
        let fault = |fault| Ok(Err(TrailFault { number: is, fault }));
        if found != is {
            return fault(Fault::Missing);
        }
        let encoded: Vec<u8> = row.get(1)?;
        before = audit::link(&before, &encoded);
        if before.0[..] != row.get::<_, Vec<u8>>(4)?[..] {
            return fault(Fault::Link);
        }
        let Ok(entry) = minicbor::decode::<Entry>(&encoded) else { return fault(Fault::Unreadable) };
        let columns = (row.get::<_, i64>(2)?, row.get::<_, Option<Vec<u8>>>(3)?);
        if columns != (entry.at.0, entry.former.map(|head| head.epoch.0.to_vec()))
            || !is_listed(db, is, &entry)?
        {
            return fault(Fault::Listed);
        }
        checked.restores += u64::from(entry.what == What::Restored);
        checked.entries = is;
    }
    let beyond = "SELECT number FROM audit_about WHERE number NOT IN (SELECT number FROM audit) LIMIT 1";
    if let Some(number) = db.query_row(beyond, [], |row| row.get::<_, i64>(0)).optional()? {
        let number = u64::try_from(number).unwrap_or_default();
        return Ok(Err(TrailFault { number, fault: Fault::Missing }));
    }
    if let Err(fault) = check_heads(db, key, &mut checked)? {
        return Ok(Err(fault));
    }
    for claim in claims(db)? {
        *(if claim.is_lost { &mut checked.lost } else { &mut checked.contradicted }) += 1;
    }
    Ok(Ok(checked))
}

/// Whether the entry is found under those whom it names, and nobody else.
fn is_listed(db: &Connection, number: u64, entry: &Entry) -> Result<bool> {
    let sql = "SELECT about FROM audit_about WHERE number = ?1";
    let listed = collect(db.prepare_cached(sql)?.query([integer(number)])?, |row| bytes(row, 0))?;
    Ok(listed.into_iter().collect::<BTreeSet<[u8; 16]>>() == abouts(entry))
}

fn check_heads(
    db: &Connection,
    key: &PublicKey,
    checked: &mut CheckedTrail,
) -> Result<std::result::Result<(), TrailFault>> {
    let mut query = db.prepare("SELECT number, epoch, link, signature FROM audit_head ORDER BY number")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let number = number(row, 0)?;
        let head = TrailHead { epoch: Epoch(bytes(row, 1)?), number, link: Link(bytes(row, 2)?) };
        let is_signed = key.verifies(&audit::head_message(&head), &Signature(bytes(row, 3)?));
        let fault = if !is_signed {
            Some(Fault::Signature)
        } else {
            match link_of(db, number)? {
                None => Some(Fault::Missing),
                Some(link) => (link != head.link).then_some(Fault::Signed),
            }
        };
        if let Some(fault) = fault {
            return Ok(Err(TrailFault { number, fault }));
        }
        checked.signed_heads += 1;
    }
    Ok(Ok(()))
}
