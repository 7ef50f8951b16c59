//! Runs of records: the part of a page that is about one person, in one row.
//!
//! A row a run, not a row a record: an upload of hundreds of records about a person costs one insert, and their
//! records stand together as readers take them.

use super::administration::collect;
use super::apart::add_links_between;
use super::column::{bytes, channel, integer, number};
use super::items::{Records, decoded};
use super::journal::head;
use crate::storage::{PLAN_KINDS, ReadRuns, StorageError, StoredRun, StreamCount, StreamHead, WantedRuns};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::{Channel, Kind, Link, PageId, Signature, StreamId};
use alongside_domain::time::Moment;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};
use std::collections::{BTreeMap, BTreeSet};

type Result<T> = std::result::Result<T, StorageError>;

/// Bytes of a link.
pub const LINK_BYTES: usize = 32;

/// A run as a page brings it.
pub struct RunToWrite<'a> {
    /// About whom.
    pub person: PersonId,
    /// The number of its first record.
    pub first: u64,
    /// At least one.
    pub records: Records<'a>,
    /// For each record, its link and kind.
    pub places: &'a [(Link, Kind)],
}

impl RunToWrite<'_> {
    /// The number of its last record.
    pub fn last(&self) -> u64 {
        self.first + self.records.len() as u64 - 1
    }
}

/// Writes a run whose first record has this position.
pub fn write_run(db: &Connection, id: &PageId, page: i64, position: u64, run: &RunToWrite<'_>) -> Result<()> {
    let sql = "INSERT INTO run
               (person, channel, position, author, epoch, first, last, page, plan, links, records)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let plan = run.places.iter().any(|(_, kind)| PLAN_KINDS.contains(kind));
    let links = links_of(run.places);
    let records = run.records.encoded();
    db.prepare_cached(sql)?.execute(params![
        run.person.0,
        id.channel as i64,
        integer(position),
        id.author.0,
        id.epoch.0,
        integer(run.first),
        integer(run.last()),
        page,
        plan,
        links,
        records
    ])?;
    Ok(())
}

/// The links, one after the other.
pub fn links_of(places: &[(Link, Kind)]) -> Vec<u8> {
    places.iter().flat_map(|(link, _)| link.0).collect()
}

/// Whether every record of the run is here already, be it kept apart: a record with its number and its link.
pub fn holds(db: &Connection, id: &PageId, run: &RunToWrite<'_>) -> Result<bool> {
    let (stream, numbers) = ((run.person, id.channel, id.author, id.epoch), (run.first, run.last()));
    let mut here = links_between(db, stream, numbers)?;
    add_links_between(db, stream, numbers, &mut here)?;
    let mut numbered = (run.first..).zip(run.places);
    Ok(numbered.all(|(number, (link, _))| here.contains(&(number, *link))))
}

/// What names a stream.
pub type StreamKey = (PersonId, Channel, AuthorId, Epoch);

/// The links of the records of all runs of a stream that hold one of these numbers.
fn links_between(
    db: &Connection,
    (person, channel, author, epoch): StreamKey,
    (first, last): (u64, u64),
) -> Result<BTreeSet<(u64, Link)>> {
    let sql = "SELECT first, links FROM run WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4
               AND last >= ?5 AND first <= ?6";
    let mut query = db.prepare_cached(sql)?;
    let values = params![person.0, channel as i64, author.0, epoch.0, integer(first), integer(last)];
    let mut rows = query.query(values)?;
    let mut here = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let (links, _) = blob(row, 1)?.as_chunks::<LINK_BYTES>();
        here.extend((number(row, 0)?..).zip(links.iter().map(|link| Link(*link))));
    }
    Ok(here)
}

/// A column of bytes.
pub fn blob<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a [u8]> {
    match row.get_ref(column)? {
        ValueRef::Blob(blob) => Ok(blob),
        _ => Err(StorageError::Unreadable { what: "column" }),
    }
}

/// What [`read_run`] reads.
pub const COLUMNS: &str =
    "run.position, run.author, run.epoch, run.first, run.page, page.received_ms, run.records";

/// A row of [`COLUMNS`].
pub fn read_run(row: &Row<'_>) -> Result<StoredRun> {
    Ok(StoredRun {
        position: number(row, 0)?,
        author: AuthorId(bytes(row, 1)?),
        epoch: Epoch(bytes(row, 2)?),
        first: number(row, 3)?,
        page: row.get(4)?,
        received: Moment(row.get(5)?),
        items: decoded(blob(row, 6)?)?,
    })
}

pub fn runs(
    db: &Connection,
    wanted: &[WantedRuns],
    without: &BTreeSet<Signature>,
    bytes_max: usize,
) -> Result<Vec<ReadRuns>> {
    let mut room = bytes_max;
    let mut read = Vec::with_capacity(wanted.len());
    for wanted in wanted {
        if room == 0 {
            break;
        }
        read.push(read_runs(db, wanted, without, &mut room)?);
    }
    Ok(read)
}

fn read_runs(
    db: &Connection,
    wanted: &WantedRuns,
    without: &BTreeSet<Signature>,
    room: &mut usize,
) -> Result<ReadRuns> {
    // The run that holds the record after a position is the last one that begins at or before that record.
    let sql = format!(
        "SELECT {COLUMNS}, page.seal FROM run JOIN page ON page.id = run.page
         WHERE run.person = ?1 AND run.channel = ?2 AND run.position + run.last - run.first > ?3
           AND run.position >= COALESCE((SELECT MAX(position) FROM run
                                         WHERE person = ?1 AND channel = ?2 AND position <= ?3 + 1), 1)
         ORDER BY run.position"
    );
    let WantedRuns { person, channel, after } = *wanted;
    // One snapshot: the head never counts a record that is not read.
    let transaction = db.unchecked_transaction()?;
    let mut read = ReadRuns { position: head(&transaction, person, channel)?, runs: Vec::new() };
    let mut query = transaction.prepare_cached(&sql)?;
    let mut rows = query.query(params![person.0, channel as i64, integer(after)])?;
    while let Some(row) = rows.next()? {
        if !without.is_empty() && without.contains(&Signature(bytes(row, 7)?)) {
            continue;
        }
        let run = read_run(row)?;
        *room = room.saturating_sub(run.size());
        read.runs.push(run);
        if *room == 0 {
            read.position = read.runs.last().map_or(after, StoredRun::last_position);
            break;
        }
    }
    Ok(read)
}

pub fn runs_of_page(
    db: &Connection,
    page: i64,
    id: &PageId,
    people: &[PersonId],
) -> Result<BTreeMap<PersonId, StoredRun>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM run JOIN page ON page.id = run.page
         WHERE run.person = ?1 AND run.channel = ?2 AND run.author = ?3 AND run.epoch = ?4 AND run.page = ?5"
    );
    let mut query = db.prepare_cached(&sql)?;
    let mut runs = BTreeMap::new();
    for person in people {
        let values = params![person.0, id.channel as i64, id.author.0, id.epoch.0, page];
        runs.extend(query.query(values)?.next()?.map(read_run).transpose()?.map(|run| (*person, run)));
    }
    Ok(runs)
}

pub fn plan_runs(db: &Connection, person: PersonId, after: u64) -> Result<ReadRuns> {
    // One snapshot, as above.
    let transaction = db.unchecked_transaction()?;
    let position = head(&transaction, person, Channel::Care)?;
    let sql = format!(
        "SELECT {COLUMNS} FROM run JOIN page ON page.id = run.page
         WHERE run.person = ?1 AND run.channel = ?2 AND run.plan = 1 AND run.position > ?3
         ORDER BY run.position"
    );
    let mut query = transaction.prepare_cached(&sql)?;
    let runs = collect(query.query(params![person.0, Channel::Care as i64, integer(after)])?, read_run)?;
    Ok(ReadRuns { position, runs })
}

pub fn stream_head(db: &Connection, stream: &StreamId) -> Result<Option<StreamHead>> {
    let sql = "SELECT last, substr(links, -32) FROM run
               WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4 ORDER BY last DESC LIMIT 1";
    let mut query = db.prepare_cached(sql)?;
    let read = |row: &Row<'_>| Ok(StreamHead { number: number(row, 0)?, link: Link(bytes(row, 1)?) });
    let values = params![stream.person.0, stream.channel as i64, stream.author.0, stream.epoch.0];
    query.query(values)?.next()?.map(read).transpose()
}

/// The link of a record, if exactly one with this number is here, be it kept apart.
pub fn link(db: &Connection, stream: &StreamId, number: u64) -> Result<Option<Link>> {
    let sql = "SELECT substr(links, 1 + 32 * (?5 - first), 32) FROM run
               WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4 AND last >= ?5 AND first <= ?5
               UNION
               SELECT substr(links, 1 + 32 * (?5 - first), 32) FROM apart
               WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4 AND last >= ?5 AND first <= ?5
                 AND released = 0";
    let mut query = db.prepare_cached(sql)?;
    let (channel, number) = (stream.channel as i64, integer(number));
    let values = params![stream.person.0, channel, stream.author.0, stream.epoch.0, number];
    let links = collect(query.query(values)?, |row| Ok(Link(bytes(row, 0)?)))?;
    Ok(if let [link] = links[..] { Some(link) } else { None })
}

/// The run that holds a record; the first of several, which hold the same one or are branches.
pub fn run_of(db: &Connection, stream: &StreamId, number: u64) -> Result<Option<StoredRun>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM run JOIN page ON page.id = run.page
         WHERE run.person = ?1 AND run.channel = ?2 AND run.author = ?3 AND run.epoch = ?4 AND run.last >= ?5
           AND run.first <= ?5 ORDER BY run.position LIMIT 1"
    );
    let (channel, number) = (stream.channel as i64, integer(number));
    let values = params![stream.person.0, channel, stream.author.0, stream.epoch.0, number];
    db.prepare_cached(&sql)?.query(values)?.next()?.map(read_run).transpose()
}

pub fn streams(db: &Connection, person: PersonId) -> Result<Vec<StreamCount>> {
    let sql = "SELECT author, epoch, channel, first, last FROM run WHERE person = ?1
               ORDER BY author, epoch, channel, first";
    let mut query = db.prepare_cached(sql)?;
    let runs = collect(query.query([person.0])?, |row| {
        let stream = (AuthorId(bytes(row, 0)?), Epoch(bytes(row, 1)?), channel(row, 2)?);
        Ok((stream, number(row, 3)?, number(row, 4)?))
    })?;
    let runs_of_stream = runs.chunk_by(|one, next| one.0 == next.0);
    runs_of_stream
        .map(|runs| count(db, person, runs[0].0, runs.iter().map(|(_, first, last)| (*first, *last))))
        .collect()
}

/// Counts a stream's runs, which come by their first record.
fn count(
    db: &Connection,
    person: PersonId,
    (author, epoch, channel): (AuthorId, Epoch, Channel),
    runs: impl Iterator<Item = (u64, u64)>,
) -> Result<StreamCount> {
    let mut count = StreamCount { author, epoch, channel, records: 0, last: 0, missing: 0, branches: 0 };
    let mut overlap = false;
    for (first, last) in runs {
        count.records += last - first + 1;
        count.missing += first.saturating_sub(count.last + 1);
        overlap |= first <= count.last;
        count.last = count.last.max(last);
    }
    // A phone that was set back sends again what it has; a record is the same when its link is.
    if overlap {
        let here = links_between(db, (person, channel, author, epoch), (1, count.last))?;
        count.records = here.len() as u64;
        count.branches = count.records + count.missing - count.last;
    }
    Ok(count)
}
