//! Runs that are kept apart, what a manager decides about them, and those that are flagged.

use super::administration::collect;
use super::column::{bytes, channel, integer, number};
use super::healing::undecide_asked;
use super::items::{Records, decoded};
use super::journal::{guards_hold, page_of, write_own_page, write_visible};
use super::runs::{LINK_BYTES, RunToWrite, StreamKey, blob, links_of};
use crate::storage::{ApartRun, Committed, FlaggedRun, Kept, Release, StorageError, Why};
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::page::{Item, PlacedItem};
use alongside_domain::journal::{Kind, Link, PageId, RecordBytes};
use alongside_domain::time::Moment;
use rusqlite::{Connection, Row, params};
use std::collections::BTreeSet;

type Result<T> = std::result::Result<T, StorageError>;

fn why_of(row: &Row<'_>, column: usize) -> Result<Why> {
    match row.get(column)? {
        0 => Ok(Why::NeverOnTeam),
        1 => Ok(Why::DeviceLeft),
        2 => Ok(Why::DeviceStolen),
        _ => Err(StorageError::Unreadable { what: "reason for keeping apart" }),
    }
}

/// Writes a run that no view reads.
pub fn write_apart(
    db: &Connection,
    id: &PageId,
    page: i64,
    run: &RunToWrite<'_>,
    why: Why,
    received: Moment,
) -> Result<()> {
    let sql = "INSERT INTO apart (page, person, channel, author, epoch, first, last, why, received_ms, links, records)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    db.prepare_cached(sql)?.execute(params![
        page,
        run.person.0,
        id.channel as i64,
        id.author.0,
        id.epoch.0,
        integer(run.first),
        integer(run.last()),
        why as i64,
        received.0,
        links_of(run.places),
        run.records.encoded(),
    ])?;
    Ok(())
}

/// Notes that a manager should look at a run of a page.
pub fn write_flag(db: &Connection, page: i64, person: PersonId, why: Why) -> Result<()> {
    let sql = "INSERT INTO flagged (page, person, why) VALUES (?1, ?2, ?3)";
    db.prepare_cached(sql)?.execute(params![page, person.0, why as i64])?;
    Ok(())
}

/// Adds the links of the records that are kept apart in runs of a stream that hold one of these numbers.
pub fn add_links_between(
    db: &Connection,
    (person, channel, author, epoch): StreamKey,
    (first, last): (u64, u64),
    here: &mut BTreeSet<(u64, Link)>,
) -> Result<()> {
    let sql =
        "SELECT first, links FROM apart WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4
               AND last >= ?5 AND first <= ?6 AND released = 0";
    let mut query = db.prepare_cached(sql)?;
    let values = params![person.0, channel as i64, author.0, epoch.0, integer(first), integer(last)];
    let mut rows = query.query(values)?;
    while let Some(row) = rows.next()? {
        let (links, _) = blob(row, 1)?.as_chunks::<LINK_BYTES>();
        here.extend((number(row, 0)?..).zip(links.iter().map(|link| Link(*link))));
    }
    Ok(())
}

const COLUMNS: &str =
    "id, person, channel, author, epoch, first, why, received_ms, records, decided_by, decided_ms, reason";

fn read_apart(row: &Row<'_>) -> Result<ApartRun> {
    let decided_by: Option<[u8; 16]> = row.get(9)?;
    let kept = match decided_by {
        Some(by) => Some(Kept { by: StaffId(by), at: Moment(row.get(10)?), reason: row.get(11)? }),
        None => None,
    };
    Ok(ApartRun {
        id: row.get(0)?,
        person: PersonId(bytes(row, 1)?),
        channel: channel(row, 2)?,
        author: AuthorId(bytes(row, 3)?),
        epoch: Epoch(bytes(row, 4)?),
        first: number(row, 5)?,
        why: why_of(row, 6)?,
        received: Moment(row.get(7)?),
        items: decoded(blob(row, 8)?)?,
        kept,
    })
}

/// All runs that are kept apart, in the order in which they came.
pub fn apart(db: &Connection) -> Result<Vec<ApartRun>> {
    let sql = format!("SELECT {COLUMNS} FROM apart WHERE released = 0 ORDER BY id");
    collect(db.prepare_cached(&sql)?.query([])?, read_apart)
}

/// All runs that are flagged, in the order in which they came.
pub fn flagged(db: &Connection) -> Result<Vec<FlaggedRun>> {
    let sql = "SELECT flagged.person, run.author, run.first, run.last, flagged.why, page.received_ms
               FROM flagged JOIN page ON page.id = flagged.page
               JOIN run ON run.person = flagged.person AND run.channel = page.channel
                 AND run.author = page.author AND run.epoch = page.epoch AND run.page = page.id
               ORDER BY flagged.page, flagged.person";
    collect(db.prepare_cached(sql)?.query([])?, |row| {
        Ok(FlaggedRun {
            person: PersonId(bytes(row, 0)?),
            author: AuthorId(bytes(row, 1)?),
            first: number(row, 2)?,
            last: number(row, 3)?,
            why: why_of(row, 4)?,
            received: Moment(row.get(5)?),
        })
    })
}

/// A run that is kept apart, with its page and where its records stand.
struct PlacedRun {
    run: ApartRun,
    page: i64,
    places: Vec<(Link, Kind)>,
}

fn read_placed(row: &Row<'_>) -> Result<PlacedRun> {
    let run = read_apart(row)?;
    let (links, _) = blob(row, 13)?.as_chunks::<LINK_BYTES>();
    let places = places_of(&run.items, links)?;
    Ok(PlacedRun { run, page: row.get(12)?, places })
}

impl PlacedRun {
    /// Views read it from now on.
    fn show(&self, db: &Connection) -> Result<()> {
        let ApartRun { person, first, items, .. } = &self.run;
        let records = Records::Held(items);
        let run = RunToWrite { person: *person, first: *first, records, places: &self.places };
        write_visible(db, &page_of(db, self.page)?, self.page, &run)
    }
}

/// A run that is kept apart becomes one that views read, with what follows from it.
pub fn release(db: &Connection, release: Release) -> Result<Committed> {
    if !guards_hold(db, &release.guards)? {
        return Ok(Committed::Moved);
    }
    let sql = format!("SELECT {COLUMNS}, page, links FROM apart WHERE id = ?1 AND released = 0");
    let found = db.prepare_cached(&sql)?.query([release.id])?.next()?.map(read_placed).transpose()?;
    let Some(placed) = found else { return Ok(Committed::Already) };
    placed.show(db)?;
    release.own.into_iter().try_for_each(|own| write_own_page(db, own))?;
    let sql = "UPDATE apart SET released = 1, decided_by = ?2, decided_ms = ?3, reason = ?4,
               links = x'', records = x'' WHERE id = ?1";
    let decided = &release.decided;
    db.execute(sql, params![release.id, decided.by.0, decided.at.0, decided.reason])?;
    Ok(Committed::Stored)
}

/// Somebody else brings back these records of a stream: they were given to them before a restore, so they were not kept
/// apart then, and are not now. What they ask of the plan is decided once their device has brought all. Where a manager
/// has decided otherwise meanwhile, they are flagged. Whether views read more than before.
pub fn show_given(
    db: &Connection,
    (person, channel, author, epoch): StreamKey,
    given: &[PlacedItem],
) -> Result<bool> {
    let (Some(first), Some(last)) = (given.first(), given.last()) else { return Ok(false) };
    let sql = format!(
        "SELECT {COLUMNS}, page, links FROM apart
         WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4 AND last >= ?5 AND first <= ?6
           AND released = 0 ORDER BY id"
    );
    let (from, to) = (integer(first.number), integer(last.number));
    let values = params![person.0, channel as i64, author.0, epoch.0, from, to];
    let found = collect(db.prepare_cached(&sql)?.query(values)?, read_placed)?;
    let given: BTreeSet<(u64, Link)> = given.iter().map(|placed| (placed.number, placed.link)).collect();
    let mut shows = false;
    for placed in found {
        let (run, places) = (&placed.run, &placed.places);
        if !(run.first..).zip(places).all(|(number, (link, _))| given.contains(&(number, *link))) {
            continue;
        }
        undecide_asked(db, (person, channel), places)?;
        placed.show(db)?;
        if run.kept.is_some() {
            write_flag(db, placed.page, person, run.why)?;
        }
        let sql = "UPDATE apart SET released = 1, links = x'', records = x'' WHERE id = ?1";
        db.prepare_cached(sql)?.execute([run.id])?;
        shows = true;
    }
    Ok(shows)
}

/// An erased record has no kind any more; it was not about the plan.
fn places_of(items: &[Item], links: &[[u8; LINK_BYTES]]) -> Result<Vec<(Link, Kind)>> {
    let place = |(item, link): (&Item, &[u8; LINK_BYTES])| {
        let header = item.record().map(RecordBytes::decode_header).transpose();
        let header = header.map_err(|_| StorageError::Unreadable { what: "record header" })?;
        Ok((Link(*link), header.map_or(Kind(0), |header| header.kind)))
    };
    items.iter().zip(links).map(place).collect()
}

/// A run stays apart. `false` when it is not there, or was released.
pub fn keep_apart(db: &Connection, id: i64, decided: &Kept) -> Result<bool> {
    let sql = "UPDATE apart SET decided_by = ?2, decided_ms = ?3, reason = ?4 WHERE id = ?1 AND released = 0";
    Ok(db.execute(sql, params![id, decided.by.0, decided.at.0, decided.reason])? > 0)
}
