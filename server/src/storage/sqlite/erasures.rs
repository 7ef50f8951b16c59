//! Erases records: the ledger first, then the bytes, and with them whatever the page's secret could open.

use super::administration::collect;
use super::column::{bytes, channel, integer, number};
use super::evidence;
use super::healing::undecided_after;
use super::items::{Records, columns, decoded};
use super::journal::{guards_hold, pages, write_own_page};
use super::runs::blob;
use crate::storage::ledger::{Ledger, Order};
use crate::storage::{
    ErasePlan, Erased, NewOrder, PLAN_KINDS, PLAN_MAKING_KINDS, RunPlace, StorageError, StoredPage,
};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::erasure::{Erasure, HeldRun, PageSecrets, RunSecrets, erase as erase_in_page};
use alongside_domain::journal::page::Part;
use alongside_domain::journal::{Digest, Kind, PageExtract, PageId, RecordRef};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;

type Result<T> = std::result::Result<T, StorageError>;

/// Erases a record. The order is in the ledger before anything is destroyed.
pub fn erase(db: &Connection, ledger: &Ledger, new: NewOrder) -> Result<Erased> {
    if !catch_up(db, ledger)? {
        return Ok(Erased::Behind);
    }
    if let Some(version) = order_about(db, new.person, &new.record)? {
        return Ok(Erased::Already(version));
    }
    match found(db, new.person, &new.record)? {
        Some(record) if PLAN_KINDS.contains(&record.kind) => Ok(Erased::NotAlone),
        Some(record) => {
            let order = order(new, next_version(ledger)?, record.digest);
            ledger.add_orders(std::slice::from_ref(&order))?;
            carry_out(db, &order)?;
            Ok(Erased::Done(order.erasure.version))
        }
        None => Ok(Erased::NoSuchRecord),
    }
}

/// Writes a plan that was made anew, then erases what made it before. The order of the first one named.
pub fn erase_plan(db: &Connection, ledger: &Ledger, erase: ErasePlan) -> Result<Erased> {
    give_back(db, ledger)?;
    if !guards_hold(db, &erase.guards)? || next_version(ledger)? != erase.after + 1 {
        return Ok(Erased::Moved);
    }
    erase.own.into_iter().try_for_each(|own| write_own_page(db, own))?;
    waiting(db, ledger)?.iter().try_for_each(|order| carry_out(db, order))?;
    let first = erase.orders.first().map(|first| (first.person, first.record));
    let mut new = Vec::new();
    for asked in erase.orders {
        if order_about(db, asked.person, &asked.record)?.is_none()
            && let Some(record) = found(db, asked.person, &asked.record)?
        {
            new.push(order(asked, erase.after + 1 + new.len() as u64, record.digest));
        }
    }
    ledger.add_orders(&new)?;
    new.iter().try_for_each(|order| carry_out(db, order))?;
    let Some((person, record)) = first else { return Ok(Erased::NoSuchRecord) };
    Ok(order_about(db, person, &record)?.map_or(Erased::NoSuchRecord, Erased::Done))
}

fn next_version(ledger: &Ledger) -> Result<u64> {
    Ok(ledger.orders()?.last().map_or(0, |last| last.erasure.version) + 1)
}

fn order(new: NewOrder, version: u64, digest: Digest) -> Order {
    let NewOrder { person, record, by, at, reason } = new;
    Order { erasure: Erasure { version, person, record, digest }, by, at, reason }
}

/// Carries out what the ledger has and the database has not, as after a restore; and gives the ledger back what only
/// the database has. `false` when it came to an order about what makes a plan: the plan is to be made anew first.
pub fn catch_up(db: &Connection, ledger: &Ledger) -> Result<bool> {
    give_back(db, ledger)?;
    for order in waiting(db, ledger)? {
        let Erasure { person, record, .. } = &order.erasure;
        if found(db, *person, record)?.is_some_and(|record| PLAN_MAKING_KINDS.contains(&record.kind)) {
            return Ok(false);
        }
        carry_out(db, &order)?;
    }
    Ok(true)
}

fn give_back(db: &Connection, ledger: &Ledger) -> Result<()> {
    let written = ledger.orders()?.len();
    let known = orders(db)?;
    if known.len() > written { ledger.add_orders(&known[written..]) } else { Ok(()) }
}

/// What the ledger has and the database has not.
pub fn waiting(db: &Connection, ledger: &Ledger) -> Result<Vec<Order>> {
    Ok(ledger.orders()?.into_iter().skip(orders(db)?.len()).collect())
}

const COLUMNS: &str =
    "version, person, channel, author, epoch, number, digest, ordered_by, ordered_ms, reason";

fn read_order(row: &Row<'_>) -> Result<Order> {
    let record = RecordRef {
        author: AuthorId(bytes(row, 3)?),
        epoch: Epoch(bytes(row, 4)?),
        number: number(row, 5)?,
        channel: channel(row, 2)?,
    };
    let (version, person, digest) = (number(row, 0)?, PersonId(bytes(row, 1)?), Digest(bytes(row, 6)?));
    Ok(Order {
        erasure: Erasure { version, person, record, digest },
        by: alongside_domain::ids::StaffId(bytes(row, 7)?),
        at: alongside_domain::time::Moment(row.get(8)?),
        reason: row.get(9)?,
    })
}

/// All orders, in the order in which they were given.
pub fn orders(db: &Connection) -> Result<Vec<Order>> {
    let sql = format!("SELECT {COLUMNS} FROM erased ORDER BY version");
    collect(db.prepare_cached(&sql)?.query([])?, read_order)
}

/// The orders after one.
pub fn erasures_after(db: &Connection, version: u64) -> Result<Vec<Erasure>> {
    let sql = format!("SELECT {COLUMNS} FROM erased WHERE version > ?1 ORDER BY version");
    let found = collect(db.prepare_cached(&sql)?.query([integer(version)])?, read_order)?;
    Ok(found.into_iter().map(|order| order.erasure).collect())
}

/// The order about a record, if one was given.
pub fn order_about(db: &Connection, person: PersonId, record: &RecordRef) -> Result<Option<u64>> {
    let sql = "SELECT version FROM erased
               WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4 AND number = ?5";
    let channel = record.channel as i64;
    let values = params![person.0, channel, record.author.0, record.epoch.0, integer(record.number)];
    let found: Option<i64> = db.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()?;
    Ok(found.map(i64::unsigned_abs))
}

/// Of these records about a person, those that are erased; nothing as long as something is undecided about their plan.
pub fn erased_of(
    db: &Connection,
    person: PersonId,
    records: &[RecordRef],
) -> Result<Option<BTreeSet<RecordRef>>> {
    if undecided_after(db, person)?.is_some() {
        return Ok(None);
    }
    let mut erased = BTreeSet::new();
    for record in records {
        if order_about(db, person, record)?.is_some() {
            erased.insert(*record);
        }
    }
    Ok(Some(erased))
}

/// The numbers that are erased in runs of one author's page, given by person, first and last; people without any
/// are left out.
pub fn erased_in(
    db: &Connection,
    id: &PageId,
    runs: impl Iterator<Item = (PersonId, u64, u64)>,
) -> Result<Vec<(PersonId, Vec<u64>)>> {
    let sql = "SELECT person, number FROM erased WHERE author = ?1 AND epoch = ?2 AND channel = ?3";
    let mut query = db.prepare_cached(sql)?;
    let found = query.query(params![id.author.0, id.epoch.0, id.channel as i64])?;
    let erased = collect(found, |row| Ok((PersonId(bytes(row, 0)?), number(row, 1)?)))?;
    if erased.is_empty() {
        return Ok(Vec::new());
    }
    let numbers = |(person, first, last): (PersonId, u64, u64)| {
        let of_run =
            erased.iter().filter(|(about, number)| *about == person && (first..=last).contains(number));
        (person, of_run.map(|(_, number)| *number).collect::<Vec<_>>())
    };
    Ok(runs.map(numbers).filter(|(_, numbers)| !numbers.is_empty()).collect())
}

/// A record that is here.
struct Found {
    kind: Kind,
    digest: Digest,
}

fn found(db: &Connection, person: PersonId, record: &RecordRef) -> Result<Option<Found>> {
    for row in pages_with(db, person, record)? {
        let page = page_at(db, row)?;
        let Some(run) = run_in(db, &page, person)? else { continue };
        let at = record.number.checked_sub(run.first).and_then(|at| usize::try_from(at).ok());
        let Some(bytes) = at.and_then(|at| run.items.get(at)?.record()) else { continue };
        let header = bytes.decode_header().map_err(|_| StorageError::Unreadable { what: "record header" })?;
        let secrets = secrets_of_run(&page, &run)?;
        let digest = secrets.digest(record.number, header.category, bytes);
        let digest = digest.ok_or(StorageError::Unreadable { what: "page secret" })?;
        return Ok(Some(Found { kind: header.kind, digest }));
    }
    // Of a record that came damaged nobody can tell the kind.
    Ok(evidence::digest_of(db, person, record)?.map(|digest| Found { kind: Kind(0), digest }))
}

/// What a page holds about a person, also where nobody reads it.
fn run_in(db: &Connection, page: &StoredPage, person: PersonId) -> Result<Option<HeldRun>> {
    let Some(place) = place_of(page, person) else { return Ok(None) };
    if let Some((_, run)) = held_run(db, &page.id, page.row, place)? {
        return Ok(Some(run));
    }
    let parts = page.brought.iter().flat_map(|brought| &brought.parts);
    Ok(parts.into_iter().find_map(|part| match part {
        Part::Open(open) if open.person == person => {
            Some(HeldRun { person, first: open.first, items: open.items.clone() })
        }
        _ => None,
    }))
}

pub fn place_of(page: &StoredPage, person: PersonId) -> Option<&RunPlace> {
    page.runs.iter().find(|place| place.person == person)
}

fn secrets_of_run(page: &StoredPage, run: &HeldRun) -> Result<RunSecrets> {
    match (&page.secrets, &page.brought) {
        (Some(secrets), _) => secrets.of_run(&page.id, run).map_err(unproved),
        (None, Some(brought)) => {
            let secrets = brought.parts.iter().find_map(|part| match part {
                Part::Open(open) if open.person == run.person => Some(open.opened_by()),
                _ => None,
            });
            secrets.ok_or(StorageError::Unreadable { what: "page" })
        }
        (None, None) => Err(StorageError::Unreadable { what: "page secret" }),
    }
}

pub fn unproved(_: alongside_domain::journal::PageError) -> StorageError {
    StorageError::Unreadable { what: "page" }
}

/// The pages that hold a record of this name; two where a phone that was set back sent it again.
pub fn pages_with(db: &Connection, person: PersonId, record: &RecordRef) -> Result<Vec<i64>> {
    let sql = "SELECT page FROM run WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4
                 AND last >= ?5 AND first <= ?5
               UNION SELECT page FROM apart WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4
                 AND last >= ?5 AND first <= ?5 AND released = 0
               UNION SELECT id FROM page WHERE ?2 = channel AND author = ?3 AND epoch = ?4 AND brought IS NOT NULL";
    let channel = record.channel as i64;
    let values = params![person.0, channel, record.author.0, record.epoch.0, integer(record.number)];
    collect(db.prepare_cached(sql)?.query(values)?, |row| Ok(row.get(0)?))
}

pub fn page_at(db: &Connection, row: i64) -> Result<StoredPage> {
    pages(db, &[row])?.pop().ok_or(StorageError::Unreadable { what: "page" })
}

/// Where a run of a page is kept.
pub enum Kept {
    /// Views read it.
    Visible { position: i64 },
    /// A manager decides about it.
    Apart { id: i64 },
}

pub fn held_run(
    db: &Connection,
    id: &PageId,
    page: i64,
    place: &RunPlace,
) -> Result<Option<(Kept, HeldRun)>> {
    let (author, epoch, channel) = (id.author.0, id.epoch.0, id.channel as i64);
    let (first, last) = (integer(place.first), integer(place.last));
    let values = params![place.person.0, channel, author, epoch, first, last, page];
    let held = |row: &Row<'_>| {
        let items = decoded(blob(row, 1)?)?;
        Ok::<_, StorageError>((
            row.get::<_, i64>(0)?,
            HeldRun { person: place.person, first: place.first, items },
        ))
    };
    let sql =
        "SELECT position, records FROM run WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4
               AND first = ?5 AND last = ?6 AND page = ?7";
    if let Some((position, run)) = db.prepare_cached(sql)?.query(values)?.next()?.map(held).transpose()? {
        return Ok(Some((Kept::Visible { position }, run)));
    }
    let sql =
        "SELECT id, records FROM apart WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4
               AND first = ?5 AND last = ?6 AND page = ?7 AND released = 0";
    let found = db.prepare_cached(sql)?.query(values)?.next()?.map(held).transpose()?;
    Ok(found.map(|(id, run)| (Kept::Apart { id }, run)))
}

/// Puts the digest in the record's place wherever it is, and notes the order.
fn carry_out(db: &Connection, order: &Order) -> Result<()> {
    let Erasure { version, person, record, digest } = &order.erasure;
    for row in pages_with(db, *person, record)? {
        erase_at(db, &page_at(db, row)?, *person, record.number)?;
    }
    evidence::forget(db, *person, record)?;
    let sql =
        "INSERT INTO erased (version, person, channel, author, epoch, number, digest, ordered_by, ordered_ms,
               reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    db.prepare_cached(sql)?.execute(params![
        integer(*version),
        person.0,
        record.channel as i64,
        record.author.0,
        record.epoch.0,
        integer(record.number),
        digest.0,
        order.by.0,
        order.at.0,
        order.reason,
    ])?;
    Ok(())
}

fn erase_at(db: &Connection, page: &StoredPage, person: PersonId, number: u64) -> Result<()> {
    match (&page.secrets, &page.brought) {
        (Some(secrets), _) => erase_in_whole(db, page, secrets, person, number),
        (None, Some(brought)) => erase_in_brought(db, page, brought.clone(), person, number),
        (None, None) => Err(StorageError::Unreadable { what: "page secret" }),
    }
}

fn erase_in_whole(
    db: &Connection,
    page: &StoredPage,
    secrets: &PageSecrets,
    person: PersonId,
    number: u64,
) -> Result<()> {
    let missing = StorageError::Unreadable { what: "run" };
    let held = |place| held_run(db, &page.id, page.row, place)?.ok_or(missing.clone());
    let (kept, mut runs): (Vec<Kept>, Vec<HeldRun>) =
        page.runs.iter().map(held).collect::<Result<Vec<_>>>()?.into_iter().unzip();
    let (secrets, _) = erase_in_page(&page.id, secrets, &mut runs, (person, &[number])).map_err(unproved)?;
    set_secrets(db, page.row, &secrets)?;
    let of_person = kept.iter().zip(&runs).filter(|(_, run)| run.person == person);
    of_person.into_iter().try_for_each(|(kept, run)| rewrite(db, &page.id, kept, run))
}

/// Writes what opens a page.
pub fn set_secrets(db: &Connection, row: i64, secrets: &PageSecrets) -> Result<()> {
    let (secret, expanded) = columns(secrets);
    let sql = "UPDATE page SET secret = ?2, secrets = ?3 WHERE id = ?1";
    db.prepare_cached(sql)?.execute(params![row, secret, expanded])?;
    Ok(())
}

/// A page that was brought back in part: its extract holds the record too.
fn erase_in_brought(
    db: &Connection,
    page: &StoredPage,
    mut brought: PageExtract,
    person: PersonId,
    number: u64,
) -> Result<()> {
    for part in &mut brought.parts {
        let Part::Open(open) = part else { continue };
        if open.person != person {
            continue;
        }
        open.erase(&[number]).map_err(unproved)?;
        let place = place_of(page, person).ok_or(StorageError::Unreadable { what: "run" })?;
        if let Some((kept, run)) = held_run(db, &page.id, page.row, place)? {
            rewrite(db, &page.id, &kept, &HeldRun { items: open.items.clone(), ..run })?;
        }
    }
    let brought = minicbor::to_vec(brought).expect("a vector takes every byte");
    db.prepare_cached("UPDATE page SET brought = ?2 WHERE id = ?1")?.execute(params![page.row, brought])?;
    Ok(())
}

pub fn rewrite(db: &Connection, id: &PageId, kept: &Kept, run: &HeldRun) -> Result<()> {
    let records = Records::Held(&run.items).encoded();
    match kept {
        Kept::Visible { position } => {
            let sql = "UPDATE run SET records = ?4 WHERE person = ?1 AND channel = ?2 AND position = ?3";
            let values = params![run.person.0, id.channel as i64, position, records];
            db.prepare_cached(sql)?.execute(values)?;
        }
        Kept::Apart { id } => {
            db.prepare_cached("UPDATE apart SET records = ?2 WHERE id = ?1")?
                .execute(params![id, records])?;
        }
    }
    Ok(())
}
