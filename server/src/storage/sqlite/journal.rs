//! Pages, and how far each person's journal goes.

use super::administration::collect;
use super::apart::{write_apart, write_flag};
use super::column::{bytes, channel, integer, number};
use super::ended::ended;
use super::erasures::{erased_in, order_about};
use super::items::{Records, columns, secrets_of};
use super::runs::{RunToWrite, blob, holds, write_run};
use super::{brought, evidence, healing};
use crate::storage::{
    Commit, Committed, Guard, OwnPage, OwnRun, PageToStore, RunPlace, Standing, StorageError, StoredPage,
};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::erasure::{HeldRun, PageSecrets, erase};
use alongside_domain::journal::{Channel, Link, PageId, Signature};
use alongside_domain::sync::messages::Cursor;
use alongside_domain::time::Moment;
use rusqlite::{Connection, OptionalExtension, Row, params};

type Result<T> = std::result::Result<T, StorageError>;

pub fn commit(db: &Connection, commit: Commit) -> Result<Committed> {
    if !guards_hold(db, &commit.guards)? {
        return Ok(Committed::Moved);
    }
    if let Some(page) = &commit.page {
        match write_device_page(db, page)? {
            Committed::Stored => {}
            unwritten => return Ok(unwritten),
        }
    }
    commit.own.into_iter().try_for_each(|own| write_own_page(db, own))?;
    commit.settled.into_iter().try_for_each(|person| healing::settled(db, person))?;
    Ok(Committed::Stored)
}

/// Whether what records were made from is still so.
pub fn guards_hold(db: &Connection, guards: &[Guard]) -> Result<bool> {
    for guard in guards {
        let holds = match guard {
            Guard::Position { person, position } => head(db, *person, Channel::Care)? == *position,
            Guard::Office { person, position } => head(db, *person, Channel::Office)? == *position,
            Guard::Undecided { person } => healing::undecided_after(db, *person)?.is_some(),
            Guard::NotErased { person, record } => order_about(db, *person, record)?.is_none(),
        };
        if !holds {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How many records a (person, channel) has.
pub fn head(db: &Connection, person: PersonId, channel: Channel) -> Result<u64> {
    let sql = "SELECT position FROM journal_head WHERE person = ?1 AND channel = ?2";
    let mut query = db.prepare_cached(sql)?;
    let found: Option<i64> =
        query.query_row(params![person.0, channel as i64], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or(0).unsigned_abs())
}

/// Whether the page is here.
pub fn is_here(db: &Connection, page: &PageToStore) -> Result<bool> {
    let sql =
        "SELECT 1 FROM page WHERE author = ?1 AND epoch = ?2 AND channel = ?3 AND number = ?4 AND seal = ?5
               AND brought IS NULL";
    let (id, seal) = (&page.page.id, &page.page.seal);
    let mut query = db.prepare_cached(sql)?;
    Ok(query.exists(params![id.author.0, id.epoch.0, id.channel as i64, integer(id.number), seal.0])?)
}

/// Whether every record of the page is here, in other pages: a phone that was set back cuts anew what it has.
fn holds_all(db: &Connection, page: &PageToStore) -> Result<bool> {
    for run in device_runs(page) {
        if !holds(db, &page.page.id, &run)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn device_runs(page: &PageToStore) -> impl Iterator<Item = RunToWrite<'_>> {
    page.page.runs.iter().zip(&page.places).map(|(run, places)| RunToWrite {
        person: run.person,
        first: run.first,
        records: Records::Whole(&run.records),
        places,
    })
}

/// Writes a page of a device, unless all of it is here.
pub fn write_device_page(db: &Connection, page: &PageToStore) -> Result<Committed> {
    if is_here(db, page)? || holds_all(db, page)? {
        evidence::keep(db, page)?;
        // What follows from a record that is here only now is written with it.
        return Ok(if evidence::mend(db, page)? { Committed::Stored } else { Committed::Already });
    }
    if ended(db, page.page.id.author)? != page.ended {
        return Ok(Committed::Moved);
    }
    let places: Vec<RunPlace> = page
        .page
        .runs
        .iter()
        .zip(&page.places)
        .map(|(run, places)| RunPlace {
            person: run.person,
            first: run.first,
            last: run.last(),
            before: run.before,
            head: places.last().map_or(Link::START, |(link, _)| *link),
        })
        .collect();
    let (id, seal) = (&page.page.id, &page.page.seal);
    evidence::keep(db, page)?;
    let held = without_hidden(db, page)?;
    let (secret, secrets) = match &held {
        None => (page.page.secret.0.as_slice(), None),
        Some((secrets, _)) => columns(secrets),
    };
    let mut runs: Vec<_> = device_runs(page).zip(&page.standing).collect();
    if let Some((_, held)) = &held {
        runs.iter_mut().zip(held).for_each(|((run, _), held)| run.records = Records::Held(&held.items));
    }
    if let Some(row) = brought::complete(db, id, seal, (secret, &secrets), &places)? {
        evidence::mend(db, page)?;
        for (run, standing) in runs {
            if !holds(db, id, &run)? {
                write_standing(db, (id, row), &run, *standing, page.received)?;
            }
        }
        return Ok(Committed::Stored);
    }
    let row = write_page(db, id, (secret, secrets), seal, &places, page.received)?;
    for (run, standing) in runs {
        write_standing(db, (id, row), &run, *standing, page.received)?;
    }
    Ok(Committed::Stored)
}

/// Writes a run for those who may read it.
pub fn write_standing(
    db: &Connection,
    (id, row): (&PageId, i64),
    run: &RunToWrite<'_>,
    standing: Standing,
    received: Moment,
) -> Result<()> {
    match standing {
        Standing::Good => write_visible(db, id, row, run),
        Standing::Flagged(why) => {
            write_visible(db, id, row, run)?;
            write_flag(db, row, run.person, why)
        }
        Standing::Apart(why) => write_apart(db, id, row, run, why, received),
    }
}

/// A page that has damaged records or brings again what was erased, with digests in their places; nothing for any other
/// page.
fn without_hidden(db: &Connection, page: &PageToStore) -> Result<Option<(PageSecrets, Vec<HeldRun>)>> {
    let id = &page.page.id;
    let again = erased_in(db, id, page.page.runs.iter().map(|run| (run.person, run.first, run.last())))?;
    if again.is_empty() && page.damaged.is_empty() {
        return Ok(None);
    }
    let mut held: Vec<HeldRun> = page.page.held_without(&page.damaged);
    let mut secrets = PageSecrets::Whole(page.page.secret.clone());
    for (person, numbers) in again {
        let erased = erase(id, &secrets, &mut held, (person, &numbers));
        secrets = erased.map_err(|_| StorageError::Unreadable { what: "page" })?.0;
    }
    Ok(Some((secrets, held)))
}

/// Writes a page of the store.
pub fn write_own_page(db: &Connection, own: OwnPage) -> Result<()> {
    let sql =
        "SELECT COALESCE(MAX(number), 0) + 1 FROM page WHERE author = ?1 AND epoch = ?2 AND channel = ?3";
    let next: i64 = db
        .prepare_cached(sql)?
        .query_row(params![own.author.0, own.epoch.0, own.channel as i64], |row| row.get(0))?;
    let id =
        PageId { author: own.author, epoch: own.epoch, number: next.unsigned_abs(), channel: own.channel };
    let places: Vec<RunPlace> = own.runs.iter().map(own_place).collect();
    let seal = (own.seal)(id);
    let row = write_page(db, &id, (&own.secret.0, None), &seal, &places, own.made)?;
    own.runs.iter().try_for_each(|run| {
        let (person, first) = (run.person, run.after + 1);
        let records = Records::Whole(&run.records);
        let run = RunToWrite { person, first, records, places: &run.places };
        write_visible(db, &id, row, &run)
    })
}

/// Writes a run that readers see from now on.
pub fn write_visible(db: &Connection, id: &PageId, page: i64, run: &RunToWrite<'_>) -> Result<()> {
    let position = advance(db, run.person, id.channel, run.records.len())?;
    write_run(db, id, page, position, run)
}

fn own_place(run: &OwnRun) -> RunPlace {
    RunPlace {
        person: run.person,
        first: run.after + 1,
        last: run.after + run.records.len() as u64,
        before: run.before,
        head: run.places.last().map_or(run.before, |(link, _)| *link),
    }
}

/// Writes a page's row; `secret` is empty while its author has not brought it.
pub fn write_page(
    db: &Connection,
    id: &PageId,
    (secret, secrets): (&[u8], Option<Vec<u8>>),
    seal: &Signature,
    runs: &Vec<RunPlace>,
    received: Moment,
) -> Result<i64> {
    let sql = "INSERT INTO page (author, epoch, number, channel, secret, secrets, seal, runs, received_ms)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let runs = minicbor::to_vec(runs).expect("a vector takes every byte");
    let (number, channel) = (integer(id.number), id.channel as i64);
    let (author, epoch) = (id.author.0, id.epoch.0);
    let values = params![author, epoch, number, channel, secret, secrets, seal.0, runs, received.0];
    db.prepare_cached(sql)?.execute(values)?;
    Ok(db.last_insert_rowid())
}

/// Moves the head of a (person, channel) over records that become visible. The position of the first.
fn advance(db: &Connection, person: PersonId, channel: Channel, records: usize) -> Result<u64> {
    let first = head(db, person, channel)? + 1;
    let sql = "INSERT INTO journal_head (person, channel, position) VALUES (?1, ?2, ?3)
               ON CONFLICT (person, channel) DO UPDATE SET position = excluded.position";
    let last = integer(first + records as u64 - 1);
    db.prepare_cached(sql)?.execute(params![person.0, channel as i64, last])?;
    Ok(first)
}

/// A run of which readers get more now stands behind all others again.
pub fn show_again(
    db: &Connection,
    (person, channel): (PersonId, Channel),
    position: i64,
    records: usize,
) -> Result<()> {
    let to = integer(advance(db, person, channel, records)?);
    let sql = "UPDATE run SET position = ?4 WHERE person = ?1 AND channel = ?2 AND position = ?3";
    db.prepare_cached(sql)?.execute(params![person.0, channel as i64, position, to])?;
    Ok(())
}

pub fn heads(db: &Connection, people: &[PersonId]) -> Result<Vec<Cursor>> {
    let sql = "SELECT channel, position FROM journal_head WHERE person = ?1 ORDER BY channel";
    let mut query = db.prepare_cached(sql)?;
    let mut heads = Vec::with_capacity(people.len());
    for person in people {
        let read = |row: &Row<'_>| {
            Ok(Cursor { person: *person, channel: channel(row, 0)?, position: number(row, 1)? })
        };
        heads.extend(collect(query.query([person.0])?, read)?);
    }
    Ok(heads)
}

pub fn pages(db: &Connection, rows: &[i64]) -> Result<Vec<StoredPage>> {
    let sql = "SELECT id, author, epoch, number, channel, secret, seal, runs, received_ms, brought, secrets FROM page WHERE id = ?1";
    let mut query = db.prepare_cached(sql)?;
    let mut pages = Vec::with_capacity(rows.len());
    for row in rows {
        pages.extend(query.query([row])?.next()?.map(read_page).transpose()?);
    }
    Ok(pages)
}

/// The name of the page in this row.
pub fn page_of(db: &Connection, row: i64) -> Result<PageId> {
    let page = pages(db, &[row])?.pop();
    page.map(|page| page.id).ok_or(StorageError::Unreadable { what: "page" })
}

pub fn pages_after(db: &Connection, row: i64, count: usize) -> Result<Vec<StoredPage>> {
    let sql = "SELECT id FROM page WHERE id > ?1 ORDER BY id LIMIT ?2";
    let rows = collect(db.prepare_cached(sql)?.query([row, count as i64])?, |row| Ok(row.get(0)?))?;
    pages(db, &rows)
}

fn read_page(row: &Row<'_>) -> Result<StoredPage> {
    let runs: Vec<u8> = row.get(7)?;
    let brought = brought::brought_of(row, 9)?;
    let secrets = match &brought {
        Some(_) => None,
        None => Some(secrets_of(blob(row, 5)?, row.get::<_, Option<Vec<u8>>>(10)?.as_deref())?),
    };
    Ok(StoredPage {
        row: row.get(0)?,
        id: PageId {
            author: AuthorId(bytes(row, 1)?),
            epoch: Epoch(bytes(row, 2)?),
            number: number(row, 3)?,
            channel: channel(row, 4)?,
        },
        secrets,
        seal: Signature(bytes(row, 6)?),
        runs: minicbor::decode(&runs).map_err(|_| StorageError::Unreadable { what: "list of runs" })?,
        received: Moment(row.get(8)?),
        brought,
    })
}
