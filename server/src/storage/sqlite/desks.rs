//! Desks, the letters whose step is to come, and who has seen which concern.

use super::administration::collect;
use super::column::{bytes, integer, number};
use super::devices::insert_device;
use super::sealed::address;
use crate::storage::{ConcernName, ConcernSeen, Desk, NewDevice, StorageError, WaitingLetter};
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::safeguarding::steps::Asking;
use alongside_domain::time::Moment;
use rusqlite::{Connection, params};

type Result<T> = std::result::Result<T, StorageError>;

pub fn desk(db: &Connection, staff: StaffId) -> Result<Option<Desk>> {
    let mut query = db.prepare_cached("SELECT staff, author, salt, wrapped FROM desk WHERE staff = ?1")?;
    let mut rows = query.query([staff.0])?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Desk {
            staff: StaffId(bytes(row, 0)?),
            author: AuthorId(bytes(row, 1)?),
            salt: bytes(row, 2)?,
            wrapped: row.get(3)?,
        })
    };
    rows.next()?.map(read).transpose()
}

pub fn keep_desk(db: &Connection, desk: &Desk, device: &NewDevice) -> Result<()> {
    insert_device(db, device)?;
    let sql = "INSERT OR REPLACE INTO desk (staff, author, salt, wrapped) VALUES (?1, ?2, ?3, ?4)";
    db.execute(sql, params![desk.staff.0, desk.author.0, desk.salt, desk.wrapped])?;
    Ok(())
}

/// Whether this author is a desk: what it writes has no steps.
pub fn is_desk(db: &Connection, author: AuthorId) -> Result<bool> {
    let sql = "SELECT 1 FROM device WHERE device = ?1 AND desk = 1";
    Ok(db.prepare_cached(sql)?.exists([author.0])?)
}

/// Keeps a letter until its step is due. Once.
pub fn keep_letter(db: &Connection, device: AuthorId, person: PersonId, page: i64, run: u64) -> Result<()> {
    let sql = "INSERT INTO letter (page, device, person, run) SELECT ?1, ?2, ?3, ?4
               WHERE NOT EXISTS (SELECT 1 FROM addressed WHERE page = ?1 AND device = ?2)
               ON CONFLICT DO NOTHING";
    db.prepare_cached(sql)?.execute(params![page, device.0, person.0, integer(run)])?;
    Ok(())
}

pub fn waiting_letters(db: &Connection, device: AuthorId) -> Result<Vec<WaitingLetter>> {
    let sql = "SELECT letter.page, letter.person, page.received_ms, acknowledged.at_ms
               FROM letter JOIN page ON page.id = letter.page
               LEFT JOIN acknowledged ON acknowledged.author = page.author AND acknowledged.epoch = page.epoch
               WHERE letter.device = ?1 ORDER BY letter.page";
    let mut query = db.prepare_cached(sql)?;
    let rows = collect(query.query([device.0])?, |row| {
        let acknowledged = row.get::<_, Option<i64>>(3)?.map(Moment);
        Ok((row.get::<_, i64>(0)?, PersonId(bytes(row, 1)?), Moment(row.get(2)?), acknowledged))
    })?;
    let mut letters = Vec::with_capacity(rows.len());
    for (page, person, received, acknowledged) in rows {
        let chosen = chosen(db, page)?.into_iter().collect();
        letters.push(WaitingLetter { page, person, asking: Asking { received, acknowledged, chosen } });
    }
    Ok(letters)
}

/// Everybody to one of whose devices or desks a page is sealed, as far as they are known here.
fn chosen(db: &Connection, page: i64) -> Result<Vec<StaffId>> {
    let sql = "SELECT DISTINCT device.staff FROM device WHERE device IN
                 (SELECT device FROM letter WHERE page = ?1 UNION SELECT device FROM addressed WHERE page = ?1)";
    collect(db.prepare_cached(sql)?.query([page])?, |row| Ok(StaffId(bytes(row, 0)?)))
}

pub fn give_letters(db: &Connection, device: AuthorId, pages: &[i64], now: Moment) -> Result<()> {
    for page in pages {
        let sql = "SELECT letter.person, letter.run, page.author, page.epoch, device.staff
                   FROM letter JOIN page ON page.id = letter.page JOIN device ON device.device = letter.device
                   WHERE letter.page = ?1 AND letter.device = ?2";
        let mut query = db.prepare_cached(sql)?;
        let mut rows = query.query(params![page, device.0])?;
        let Some(row) = rows.next()? else { continue };
        let (person, run) = (PersonId(bytes(row, 0)?), number(row, 1)?);
        let concern = ConcernName { author: AuthorId(bytes(row, 2)?), epoch: Epoch(bytes(row, 3)?) };
        let staff = StaffId(bytes(row, 4)?);
        drop(rows);
        address(db, device, person, *page, run)?;
        let gone = "DELETE FROM letter WHERE page = ?1 AND device = ?2";
        db.prepare_cached(gone)?.execute(params![page, device.0])?;
        note_seen(db, &ConcernSeen { concern, staff, at: now, is_read: false })?;
    }
    Ok(())
}

/// The first acknowledgement stays.
pub fn acknowledge(db: &Connection, concern: ConcernName, at: Moment) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO acknowledged (author, epoch, at_ms) VALUES (?1, ?2, ?3)";
    db.prepare_cached(sql)?.execute(params![concern.author.0, concern.epoch.0, at.0])?;
    Ok(())
}

pub fn admit(db: &Connection, staff: StaffId, by: StaffId, at: Moment) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO admitted (staff, by, at_ms) VALUES (?1, ?2, ?3)";
    db.prepare_cached(sql)?.execute(params![staff.0, by.0, at.0])?;
    Ok(())
}

pub fn is_admitted(db: &Connection, staff: StaffId) -> Result<bool> {
    Ok(db.prepare_cached("SELECT 1 FROM admitted WHERE staff = ?1")?.exists([staff.0])?)
}

pub fn note_seen(db: &Connection, seen: &ConcernSeen) -> Result<()> {
    let sql = "INSERT INTO concern_seen (author, epoch, staff, at_ms, is_read) VALUES (?1, ?2, ?3, ?4, ?5)";
    let ConcernSeen { concern, staff, at, is_read } = seen;
    let values = params![concern.author.0, concern.epoch.0, staff.0, at.0, is_read];
    db.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

pub fn concern_seen(db: &Connection, concern: ConcernName) -> Result<Vec<ConcernSeen>> {
    let sql = "SELECT staff, at_ms, is_read FROM concern_seen WHERE author = ?1 AND epoch = ?2 ORDER BY id";
    let mut query = db.prepare_cached(sql)?;
    collect(query.query(params![concern.author.0, concern.epoch.0])?, |row| {
        Ok(ConcernSeen {
            concern,
            staff: StaffId(bytes(row, 0)?),
            at: Moment(row.get(1)?),
            is_read: row.get(2)?,
        })
    })
}
