//! Pages and records.

use super::administration::collect;
use super::column::{bytes, channel, integer, number};
use crate::storage::{
    Commit, Committed, Guard, OwnPage, OwnRun, PageToStore, RunPlace, StorageError, StoredPage, StoredRecord,
    StreamCount, StreamHead,
};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::{Channel, Kind, Link, PageId, PageSecret, RecordBytes, Signature, StreamId};
use alongside_domain::sync::messages::Cursor;
use alongside_domain::time::Moment;
use rusqlite::{Connection, OptionalExtension, Row, params};

type Result<T> = std::result::Result<T, StorageError>;

pub fn commit(db: &Connection, commit: Commit) -> Result<Committed> {
    if !commit
        .guards
        .iter()
        .map(|guard| holds(db, guard))
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .all(|it| it)
    {
        return Ok(Committed::Moved);
    }
    if let Some(page) = &commit.page {
        if is_here(db, page)? {
            return Ok(Committed::Already);
        }
        if overlaps(db, page)? {
            return Ok(Committed::Overlaps);
        }
        write_device_page(db, page)?;
    }
    commit.own.into_iter().try_for_each(|own| write_own_page(db, own))?;
    Ok(Committed::Stored)
}

fn holds(db: &Connection, guard: &Guard) -> Result<bool> {
    Ok(head(db, guard.person, Channel::Care)? == guard.position)
}

fn head(db: &Connection, person: PersonId, channel: Channel) -> Result<u64> {
    let sql = "SELECT position FROM journal_head WHERE person = ?1 AND channel = ?2";
    let mut query = db.prepare_cached(sql)?;
    let found: Option<i64> =
        query.query_row(params![person.0, channel as i64], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or(0).unsigned_abs())
}

fn is_here(db: &Connection, page: &PageToStore) -> Result<bool> {
    let sql = "SELECT 1 FROM page WHERE author = ?1 AND epoch = ?2 AND number = ?3 AND seal = ?4";
    let (id, seal) = (&page.page.id, &page.page.seal);
    let mut query = db.prepare_cached(sql)?;
    Ok(query.exists(params![id.author.0, id.epoch.0, integer(id.number), seal.0])?)
}

fn overlaps(db: &Connection, page: &PageToStore) -> Result<bool> {
    let sql = "SELECT 1 FROM record WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4
               AND number = ?5 AND link = ?6";
    let mut query = db.prepare_cached(sql)?;
    let id = &page.page.id;
    for (run, places) in page.page.runs.iter().zip(&page.places) {
        // Equal links have equal pasts, so one look at the first and one at the last record are enough.
        for (number, (link, _)) in [(run.first, places.first()), (run.last(), places.last())]
            .into_iter()
            .filter_map(|(number, place)| place.map(|place| (number, place)))
        {
            let (channel, number) = (id.channel as i64, integer(number));
            if query.exists(params![run.person.0, channel, id.author.0, id.epoch.0, number, link.0])? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn write_device_page(db: &Connection, page: &PageToStore) -> Result<()> {
    let runs: Vec<RunPlace> = page
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
    let id = &page.page.id;
    let row = write_page(db, id, &page.page.secret, &page.page.seal, &runs, page.received)?;
    for (run, places) in page.page.runs.iter().zip(&page.places) {
        write_run(db, id, row, run.person, run.first, run.records.iter().zip(places))?;
    }
    Ok(())
}

fn write_own_page(db: &Connection, own: OwnPage) -> Result<()> {
    let sql = "SELECT COALESCE(MAX(number), 0) + 1 FROM page WHERE author = ?1 AND epoch = ?2";
    let next: i64 =
        db.prepare_cached(sql)?.query_row(params![own.author.0, own.epoch.0], |row| row.get(0))?;
    let id =
        PageId { author: own.author, epoch: own.epoch, number: next.unsigned_abs(), channel: own.channel };
    let runs: Vec<RunPlace> = own.runs.iter().map(own_place).collect();
    let seal = (own.seal)(id);
    let row = write_page(db, &id, &own.secret, &seal, &runs, own.made)?;
    for run in &own.runs {
        write_run(db, &id, row, run.person, run.after + 1, run.records.iter().zip(&run.places))?;
    }
    Ok(())
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

fn write_page(
    db: &Connection,
    id: &PageId,
    secret: &PageSecret,
    seal: &Signature,
    runs: &Vec<RunPlace>,
    received: Moment,
) -> Result<i64> {
    let sql = "INSERT INTO page (author, epoch, number, channel, secret, seal, runs, received_ms)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let runs = minicbor::to_vec(runs).expect("a vector takes every byte");
    let (number, channel) = (integer(id.number), id.channel as i64);
    let values = params![id.author.0, id.epoch.0, number, channel, secret.0, seal.0, runs, received.0];
    db.prepare_cached(sql)?.execute(values)?;
    Ok(db.last_insert_rowid())
}

fn write_run<'a>(
    db: &Connection,
    id: &PageId,
    page: i64,
    person: PersonId,
    first: u64,
    records: impl Iterator<Item = (&'a RecordBytes, &'a (Link, Kind))>,
) -> Result<()> {
    let sql = "INSERT INTO record
               (person, channel, position, author, epoch, number, link, kind, header, body, page, branch)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let mut insert = db.prepare_cached(sql)?;
    let known_last = last_number(db, id, person)?;
    let mut position = head(db, person, id.channel)?;
    for (number, (bytes, (link, kind))) in (first..).zip(records) {
        position += 1;
        // Only numbers that are not beyond the stream's end can be there already.
        let branch = number <= known_last && is_number_here(db, id, person, number)?;
        insert.execute(params![
            person.0,
            id.channel as i64,
            integer(position),
            id.author.0,
            id.epoch.0,
            integer(number),
            link.0,
            i64::from(kind.0),
            bytes.header,
            bytes.body,
            page,
            branch
        ])?;
    }
    let sql = "INSERT INTO journal_head (person, channel, position) VALUES (?1, ?2, ?3)
               ON CONFLICT (person, channel) DO UPDATE SET position = excluded.position";
    db.prepare_cached(sql)?.execute(params![person.0, id.channel as i64, integer(position)])?;
    Ok(())
}

fn last_number(db: &Connection, id: &PageId, person: PersonId) -> Result<u64> {
    let sql = "SELECT COALESCE(MAX(number), 0) FROM record
               WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4";
    let values = params![person.0, id.channel as i64, id.author.0, id.epoch.0];
    let last: i64 = db.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
    Ok(last.unsigned_abs())
}

fn is_number_here(db: &Connection, id: &PageId, person: PersonId, number: u64) -> Result<bool> {
    let sql = "SELECT 1 FROM record WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4
               AND number = ?5";
    let values = params![person.0, id.channel as i64, id.author.0, id.epoch.0, integer(number)];
    Ok(db.prepare_cached(sql)?.exists(values)?)
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

pub fn records_after(
    db: &Connection,
    person: PersonId,
    channel: Channel,
    position: u64,
    bytes_max: usize,
) -> Result<Vec<StoredRecord>> {
    let sql =
        "SELECT record.position, record.author, record.epoch, record.number, record.page, record.branch,
                      page.received_ms, record.header, record.body
               FROM record JOIN page ON page.id = record.page
               WHERE record.person = ?1 AND record.channel = ?2 AND record.position > ?3
               ORDER BY record.position";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query(params![person.0, channel as i64, integer(position)])?;
    let (mut records, mut taken) = (Vec::new(), 0);
    while taken < bytes_max {
        let Some(row) = rows.next()? else { break };
        let record = read_record(row)?;
        taken += record.bytes.header.len() + record.bytes.body.len();
        records.push(record);
    }
    Ok(records)
}

/// Kinds of the plan: edits, fates, changes, decisions, withdrawals; and corrected times.
const PLAN_KINDS: &str = "(30, 31, 32, 33, 34, 40)";

pub fn plan_records_after(
    db: &Connection,
    person: PersonId,
    position: u64,
) -> Result<(u64, Vec<StoredRecord>)> {
    // One snapshot: the head never counts a record that is not read.
    let transaction = db.unchecked_transaction()?;
    let last = head(&transaction, person, Channel::Care)?;
    let sql = format!(
        "SELECT record.position, record.author, record.epoch, record.number, record.page, record.branch,
                page.received_ms, record.header, record.body
         FROM record JOIN page ON page.id = record.page
         WHERE record.person = ?1 AND record.channel = ?2 AND record.position > ?3 AND record.kind IN {PLAN_KINDS}
         ORDER BY record.position"
    );
    let mut query = transaction.prepare_cached(&sql)?;
    let values = params![person.0, Channel::Care as i64, integer(position)];
    let records = collect(query.query(values)?, read_record)?;
    Ok((last, records))
}

fn read_record(row: &Row<'_>) -> Result<StoredRecord> {
    Ok(StoredRecord {
        position: number(row, 0)?,
        author: AuthorId(bytes(row, 1)?),
        epoch: Epoch(bytes(row, 2)?),
        number: number(row, 3)?,
        page: row.get(4)?,
        branch: row.get(5)?,
        received: Moment(row.get(6)?),
        bytes: RecordBytes { header: row.get(7)?, body: row.get(8)? },
    })
}

pub fn pages(db: &Connection, rows: &[i64]) -> Result<Vec<StoredPage>> {
    let sql =
        "SELECT id, author, epoch, number, channel, secret, seal, runs, received_ms FROM page WHERE id = ?1";
    let mut query = db.prepare_cached(sql)?;
    let mut pages = Vec::with_capacity(rows.len());
    for row in rows {
        pages.extend(query.query([row])?.next()?.map(read_page).transpose()?);
    }
    Ok(pages)
}

fn read_page(row: &Row<'_>) -> Result<StoredPage> {
    let runs: Vec<u8> = row.get(7)?;
    Ok(StoredPage {
        row: row.get(0)?,
        id: PageId {
            author: AuthorId(bytes(row, 1)?),
            epoch: Epoch(bytes(row, 2)?),
            number: number(row, 3)?,
            channel: channel(row, 4)?,
        },
        secret: PageSecret(bytes(row, 5)?),
        seal: Signature(bytes(row, 6)?),
        runs: minicbor::decode(&runs).map_err(|_| StorageError::Unreadable { what: "list of runs" })?,
        received: Moment(row.get(8)?),
    })
}

pub fn stream_head(db: &Connection, stream: &StreamId) -> Result<Option<StreamHead>> {
    let sql = "SELECT number, link FROM record
               WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4 ORDER BY number DESC LIMIT 1";
    let mut query = db.prepare_cached(sql)?;
    let read = |row: &Row<'_>| Ok(StreamHead { number: number(row, 0)?, link: Link(bytes(row, 1)?) });
    let values = params![stream.person.0, stream.channel as i64, stream.author.0, stream.epoch.0];
    query.query(values)?.next()?.map(read).transpose()
}

pub fn streams(db: &Connection, person: PersonId) -> Result<Vec<StreamCount>> {
    let sql = "SELECT author, epoch, channel, COUNT(*), MAX(number), MAX(number) - COUNT(DISTINCT number),
                      SUM(branch)
               FROM record WHERE person = ?1 GROUP BY author, epoch, channel ORDER BY author, epoch, channel";
    let mut query = db.prepare_cached(sql)?;
    collect(query.query([person.0])?, |row| {
        Ok(StreamCount {
            author: AuthorId(bytes(row, 0)?),
            epoch: Epoch(bytes(row, 1)?),
            channel: channel(row, 2)?,
            records: number(row, 3)?,
            last: number(row, 4)?,
            missing: number(row, 5)?,
            branches: number(row, 6)?,
        })
    })
}
