//! Desks, the letters whose step is to come, and who has seen which concern.

use super::administration::collect;
use super::column::{bytes, integer, number};
use super::devices::insert_device;
use super::sealed::address;
use crate::storage::{
    Asked, CaseAccess, ConcernName, ConcernSeen, Desk, NewDevice, StorageError, WaitingLetter,
};
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::Channel;
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
    let sql = format!(
        "SELECT letter.page, letter.person, page.received_ms, acknowledged.at_ms
         FROM letter JOIN page ON page.id = letter.page
         LEFT JOIN acknowledged ON acknowledged.author = page.author AND acknowledged.epoch = page.epoch
         WHERE letter.device = ?1 AND NOT {SHUT} ORDER BY letter.page"
    );
    let mut query = db.prepare_cached(&sql)?;
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

/// Whether a page belongs to a case whose access was taken back from the holder of the device ?1. It is then neither
/// given to them nor opened at their desk; positions go on as if it were.
pub const SHUT: &str = "EXISTS (
    SELECT 1 FROM case_access AS shut JOIN device AS reader ON reader.staff = shut.staff
    LEFT JOIN case_page ON case_page.page = page.id
    WHERE reader.device = ?1 AND shut.is_on = 0 AND shut.author = COALESCE(case_page.author, page.author)
      AND shut.epoch = COALESCE(case_page.epoch, page.epoch))";

pub fn note_case_page(db: &Connection, page: i64, case: ConcernName) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO case_page (page, author, epoch) VALUES (?1, ?2, ?3)";
    db.prepare_cached(sql)?.execute(params![page, case.author.0, case.epoch.0])?;
    Ok(())
}

/// These pages belong to a case: a call about a concern says so only to those who open it.
pub fn note_case_pages(db: &Connection, pages: &[ConcernName], case: ConcernName) -> Result<()> {
    for name in pages.iter().filter(|name| **name != case) {
        let sql = "SELECT id FROM page WHERE author = ?1 AND epoch = ?2 AND channel = ?3";
        let mut query = db.prepare_cached(sql)?;
        let key = params![name.author.0, name.epoch.0, Channel::Restricted as i64];
        for page in collect(query.query(key)?, |row| Ok(row.get::<_, i64>(0)?))? {
            note_case_page(db, page, case)?;
        }
    }
    Ok(())
}

pub fn asked(db: &Connection, concern: ConcernName) -> Result<Option<Asked>> {
    let sql = "SELECT page.id, page.received_ms, acknowledged.at_ms FROM page
               LEFT JOIN acknowledged ON acknowledged.author = page.author AND acknowledged.epoch = page.epoch
               WHERE page.author = ?1 AND page.epoch = ?2 AND page.channel = ?3 ORDER BY page.id";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query(params![concern.author.0, concern.epoch.0, Channel::Restricted as i64])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let (page, received) = (row.get::<_, i64>(0)?, Moment(row.get(1)?));
    let acknowledged = row.get::<_, Option<i64>>(2)?.map(Moment);
    drop(rows);
    let sql = "SELECT DISTINCT device.staff FROM device JOIN addressed ON addressed.device = device.device
               WHERE addressed.page = ?1";
    let given = collect(db.prepare_cached(sql)?.query([page])?, |row| Ok(StaffId(bytes(row, 0)?)))?;
    let chosen = chosen(db, page)?.into_iter().collect();
    let asking = Asking { received, acknowledged, chosen };
    Ok(Some(Asked { asking, given: given.into_iter().collect() }))
}

pub fn set_case_access(db: &Connection, access: &CaseAccess) -> Result<()> {
    let sql = "INSERT INTO case_access (author, epoch, staff, is_on, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (author, epoch, staff) DO UPDATE SET is_on = ?4, at_ms = ?5 WHERE is_on <> ?4";
    let CaseAccess { concern, staff, on, at } = access;
    let values = params![concern.author.0, concern.epoch.0, staff.0, on, at.0];
    db.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

pub fn case_access_of(db: &Connection, staff: StaffId) -> Result<Vec<CaseAccess>> {
    let sql = "SELECT author, epoch, is_on, at_ms FROM case_access WHERE staff = ?1 ORDER BY author, epoch";
    let mut query = db.prepare_cached(sql)?;
    collect(query.query([staff.0])?, |row| {
        let concern = ConcernName { author: AuthorId(bytes(row, 0)?), epoch: Epoch(bytes(row, 1)?) };
        Ok(CaseAccess { concern, staff, on: row.get(2)?, at: Moment(row.get(3)?) })
    })
}

/// Access to a case is given to them; or it was, before cases were noted, and was not taken back since.
pub fn is_admitted(db: &Connection, staff: StaffId) -> Result<bool> {
    let sql = "SELECT 1 FROM case_access WHERE staff = ?1 AND is_on = 1
               UNION ALL SELECT 1 FROM admitted WHERE staff = ?1
                 AND NOT EXISTS (SELECT 1 FROM case_access WHERE staff = ?1)";
    Ok(db.prepare_cached(sql)?.exists([staff.0])?)
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
