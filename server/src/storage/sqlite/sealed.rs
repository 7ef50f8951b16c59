//! Sealed records: recipients, and the devices that each record is addressed to.

use super::administration::{collect, next};
use super::brought::write_brought;
use super::column::{bytes, integer, number};
use super::desks::{SHUT, is_desk, keep_letter, note_case_page};
use super::journal::write_device_page;
use super::runs::{COLUMNS, read_run};
use crate::storage::{BroughtPage, Committed, ReadSealed, SealedPage, SealedRun, StorageError};
use alongside_domain::ids::{AuthorId, PersonId, StaffId};
use alongside_domain::journal::page::Part;
use alongside_domain::journal::{Channel, PageId, Signature};
use alongside_domain::safeguarding::routes::Council;
use alongside_domain::sync::messages::{Cursor, Recipients};
use rusqlite::{Connection, OptionalExtension, Row, params};

type Result<T> = std::result::Result<T, StorageError>;

/// The counter that grows with each change of the list.
const VERSION: &str = "recipients";

pub fn set_recipients(db: &Connection, staff: &[StaffId]) -> Result<()> {
    db.execute("DELETE FROM recipient", [])?;
    for (place, staff) in (1i64..).zip(staff) {
        db.execute("INSERT INTO recipient (staff, place) VALUES (?1, ?2)", params![staff.0, place])?;
    }
    next(db, VERSION).map(drop)
}

/// The setting that holds the CBOR of the council's numbers.
const COUNCIL: &str = "council_numbers";

pub fn set_council(db: &Connection, council: &Council) -> Result<()> {
    let council = minicbor::to_vec(council).expect("a vector takes every byte");
    db.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)", params![COUNCIL, council])?;
    next(db, VERSION).map(drop)
}

fn council(db: &Connection) -> Result<Option<Council>> {
    let mut query = db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
    let kept: Option<Vec<u8>> = query.query_row([COUNCIL], |row| row.get(0)).optional()?;
    let unreadable = |_| StorageError::Unreadable { what: "council's numbers" };
    kept.map(|bytes| minicbor::decode(&bytes).map_err(unreadable)).transpose()
}

pub fn recipients(db: &Connection) -> Result<Recipients> {
    let mut version = db.prepare_cached("SELECT value FROM counter WHERE name = ?1")?;
    let version: Option<i64> = version.query_row([VERSION], |row| row.get(0)).optional()?;
    let mut query = db.prepare_cached("SELECT staff FROM recipient ORDER BY place")?;
    let staff = collect(query.query([])?, |row| Ok(StaffId(bytes(row, 0)?)))?;
    let council = council(db)?;
    Ok(Recipients { version: version.unwrap_or(0).unsigned_abs(), staff, council })
}

/// Stores the page, and keeps the letters of its devices until their step comes; what a desk writes is addressed to
/// them at once, as their next one about this person.
pub fn commit(db: &Connection, sealed: &SealedPage) -> Result<Committed> {
    let committed = write_device_page(db, &sealed.page)?;
    if committed != Committed::Moved {
        let people = sealed.page.page.runs.iter().map(|run| run.person);
        address_all(db, &sealed.page.page.id, people, &sealed.devices, Some(sealed))?;
    }
    Ok(committed)
}

/// Stores what a device brings back, and addresses what is sealed in it.
pub fn bring(db: &Connection, mut brought: BroughtPage) -> Result<Committed> {
    let devices = std::mem::take(&mut brought.sealed_to);
    let id = brought.extract.id;
    let open = brought.extract.parts.iter().filter_map(|part| match part {
        Part::Open(run) => Some(run.person),
        Part::Hidden(_) => None,
    });
    let people: Vec<PersonId> = if devices.is_empty() { Vec::new() } else { open.collect() };
    let committed = write_brought(db, brought)?;
    address_all(db, &id, people.into_iter(), &devices, None)?;
    Ok(committed)
}

fn address_all(
    db: &Connection,
    id: &PageId,
    people: impl Iterator<Item = PersonId>,
    devices: &[AuthorId],
    sealed: Option<&SealedPage>,
) -> Result<()> {
    let case = sealed.and_then(|sealed| sealed.case);
    let of_case = case.or(sealed.and_then(|sealed| sealed.call_about));
    let at_once = sealed.map_or(&[] as &[AuthorId], |sealed| &sealed.at_once);
    // What a desk writes is for those who take part already; a concern is given step by step.
    let is_act = case.is_some() || is_desk(db, id.author)?;
    for person in people {
        let (page, place) = place_of(db, id, person)?;
        if let Some(case) = of_case {
            note_case_page(db, page, case)?;
        }
        devices.iter().try_for_each(|device| match is_act || at_once.contains(device) {
            true => address(db, *device, person, page, place),
            false => keep_letter(db, *device, person, page, place),
        })?;
    }
    Ok(())
}

/// The row of a page, and the position of its record about a person.
fn place_of(db: &Connection, id: &PageId, person: PersonId) -> Result<(i64, u64)> {
    let sql =
        "SELECT page, position FROM run WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4";
    let mut query = db.prepare_cached(sql)?;
    let key = params![person.0, id.channel as i64, id.author.0, id.epoch.0];
    let mut rows = query.query(key)?;
    let row = rows.next()?.ok_or(StorageError::Unreadable { what: "sealed record" })?;
    Ok((row.get(0)?, number(row, 1)?))
}

/// Once. The device need not be known: after a restore it may come later than what is sealed to it.
pub fn address(db: &Connection, device: AuthorId, person: PersonId, page: i64, place: u64) -> Result<()> {
    let sql = "INSERT INTO addressed (device, person, position, page, run)
               SELECT ?1, ?2, 1 + (SELECT COUNT(*) FROM addressed WHERE device = ?1 AND person = ?2), ?3, ?4
               WHERE NOT EXISTS (SELECT 1 FROM addressed WHERE page = ?3 AND device = ?1 AND person = ?2)";
    db.prepare_cached(sql)?.execute(params![device.0, person.0, page, integer(place)])?;
    Ok(())
}

pub fn sealed_for(db: &Connection, device: AuthorId, has: &[Cursor], bytes_max: usize) -> Result<ReadSealed> {
    let mut room = bytes_max;
    let mut read = ReadSealed::default();
    for (person, last) in addressed(db, device)? {
        let had = has.iter().find(|had| (had.person, had.channel) == (person, Channel::Restricted));
        let after = had.map_or(0, |had| had.position);
        if after < last {
            read_after(db, device, (person, after), &mut room, &mut read)?;
        }
    }
    Ok(read)
}

/// Whom something is addressed to the device about, and how many records about each.
fn addressed(db: &Connection, device: AuthorId) -> Result<Vec<(PersonId, u64)>> {
    let sql = "SELECT person, MAX(position) FROM addressed WHERE device = ?1 GROUP BY person ORDER BY person";
    let mut query = db.prepare_cached(sql)?;
    collect(query.query([device.0])?, |row| Ok((PersonId(bytes(row, 0)?), number(row, 1)?)))
}

fn read_after(
    db: &Connection,
    device: AuthorId,
    (person, after): (PersonId, u64),
    room: &mut usize,
    read: &mut ReadSealed,
) -> Result<()> {
    let sql = format!(
        "SELECT {COLUMNS}, addressed.position FROM addressed
         JOIN run ON run.person = addressed.person AND run.channel = ?4 AND run.position = addressed.run
         JOIN page ON page.id = run.page
         WHERE addressed.device = ?1 AND addressed.person = ?2 AND addressed.position > ?3 AND NOT {SHUT}
         ORDER BY addressed.position"
    );
    let mut query = db.prepare_cached(&sql)?;
    let values = params![device.0, person.0, integer(after), Channel::Restricted as i64];
    let mut rows = query.query(values)?;
    while let Some(row) = rows.next()? {
        if *room == 0 {
            read.more = true;
            return Ok(());
        }
        let sealed = read_sealed(person, row)?;
        *room = room.saturating_sub(sealed.run.size());
        read.runs.push(sealed);
    }
    Ok(())
}

fn read_sealed(person: PersonId, row: &Row<'_>) -> Result<SealedRun> {
    Ok(SealedRun { person, position: number(row, 7)?, run: read_run(row)? })
}

/// Whether something is addressed to the device that came after this row of a page.
pub fn is_addressed_after(db: &Connection, device: AuthorId, page: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM addressed WHERE device = ?1 AND page > ?2";
    Ok(db.prepare_cached(sql)?.exists(params![device.0, page])?)
}

pub fn is_with_recipient(db: &Connection, id: &PageId, seal: &Signature) -> Result<bool> {
    let sql = "SELECT 1 FROM page JOIN addressed ON addressed.page = page.id
               JOIN device_cursor AS has
                 ON has.device = addressed.device AND has.person = addressed.person AND has.channel = page.channel
               WHERE page.author = ?1 AND page.epoch = ?2 AND page.channel = ?3 AND page.number = ?4
                 AND page.seal = ?5 AND addressed.device <> page.author AND has.acked >= addressed.position";
    let mut query = db.prepare_cached(sql)?;
    Ok(query.exists(params![id.author.0, id.epoch.0, id.channel as i64, integer(id.number), seal.0])?)
}
