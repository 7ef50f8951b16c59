//! What came in place of records that were changed after they were sealed.

use super::administration::collect;
use super::column::{bytes, channel, integer, number};
use super::erasures::{
    Kept, erased_in, held_run, page_at, pages_with, place_of, rewrite, set_secrets, unproved,
};
use super::healing::{note_brought, undecide};
use super::journal::{head, show_again};
use super::runs::run_of;
use crate::storage::{
    EVIDENCE_BYTES_MAX, EVIDENCE_RECORDS_MAX, Evidence, PLAN_ASKING_KINDS, PLAN_KINDS, PageToStore,
    StorageError, StoredPage,
};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::chain::Salt;
use alongside_domain::journal::erasure::HeldRun;
use alongside_domain::journal::page::Part;
use alongside_domain::journal::{Channel, Digest, Header, PageExtract, PageId, RecordBytes, RecordRef};
use alongside_domain::time::Moment;
use rusqlite::{Connection, OptionalExtension, Row, params};

type Result<T> = std::result::Result<T, StorageError>;

/// Keeps the damaged records of a page, but for those that are erased or here whole.
pub fn keep(db: &Connection, page: &PageToStore) -> Result<()> {
    if page.damaged.is_empty() {
        return Ok(());
    }
    let id = &page.page.id;
    let runs = page.page.runs.iter().map(|run| (run.person, run.first, run.last()));
    let erased = erased_in(db, id, runs)?;
    for damaged in &page.damaged {
        let (person, number) = (damaged.person, damaged.number);
        let is_erased = erased.iter().any(|(about, numbers)| *about == person && numbers.contains(&number));
        if !is_erased && !is_whole(db, id, person, number)? {
            let record = &damaged.record;
            write(db, &reference(id, number), (person, &damaged.digest), Some(record), page.received)?;
        }
    }
    check_room(db, id.author)
}

fn reference(id: &PageId, number: u64) -> RecordRef {
    RecordRef { author: id.author, epoch: id.epoch, number, channel: id.channel }
}

/// Whether a run that views read holds the record itself.
fn is_whole(db: &Connection, id: &PageId, person: PersonId, number: u64) -> Result<bool> {
    let run = run_of(db, &id.stream(person), number)?;
    Ok(run.is_some_and(|run| run.records().any(|(here, _)| here == number)))
}

/// Notes a damaged record; `bytes` are what came in its place.
pub fn write(
    db: &Connection,
    record: &RecordRef,
    (person, digest): (PersonId, &Digest),
    bytes: Option<&RecordBytes>,
    received: Moment,
) -> Result<()> {
    let sql =
        "INSERT INTO evidence (person, channel, author, epoch, number, digest, received_ms, header, body)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
               ON CONFLICT (person, channel, author, epoch, number, digest)
               DO UPDATE SET header = excluded.header, body = excluded.body WHERE evidence.body IS NULL";
    db.prepare_cached(sql)?.execute(params![
        person.0,
        record.channel as i64,
        record.author.0,
        record.epoch.0,
        integer(record.number),
        digest.0,
        received.0,
        bytes.map(|bytes| &bytes.header),
        bytes.map(|bytes| &bytes.body),
    ])?;
    Ok(())
}

/// A device that sends nothing but damage does not fill the disk.
fn check_room(db: &Connection, author: AuthorId) -> Result<()> {
    let sql =
        "SELECT count(*), coalesce(sum(length(header) + length(body)), 0) FROM evidence WHERE author = ?1";
    let mut query = db.prepare_cached(sql)?;
    let (records, bytes): (i64, i64) = query.query_row([author.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let is_full = records.unsigned_abs() > EVIDENCE_RECORDS_MAX || bytes.unsigned_abs() > EVIDENCE_BYTES_MAX;
    if is_full { Err(StorageError::EvidenceFull) } else { Ok(()) }
}

fn read(row: &Row<'_>) -> Result<Evidence> {
    let (header, body): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.get(7)?, row.get(8)?);
    Ok(Evidence {
        person: PersonId(bytes(row, 0)?),
        record: RecordRef {
            channel: channel(row, 1)?,
            author: AuthorId(bytes(row, 2)?),
            epoch: Epoch(bytes(row, 3)?),
            number: number(row, 4)?,
        },
        digest: Digest(bytes(row, 5)?),
        received: Moment(row.get(6)?),
        bytes: header.zip(body).map(|(header, body)| RecordBytes { header, body }),
    })
}

const COLUMNS: &str = "person, channel, author, epoch, number, digest, received_ms, header, body";

/// All damaged records, in the order in which they came.
pub fn all(db: &Connection) -> Result<Vec<Evidence>> {
    let sql = format!("SELECT {COLUMNS} FROM evidence ORDER BY received_ms, author, epoch, number, person");
    collect(db.prepare_cached(&sql)?.query([])?, read)
}

/// The digest of a damaged record.
pub fn digest_of(db: &Connection, person: PersonId, record: &RecordRef) -> Result<Option<Digest>> {
    let sql = "SELECT digest FROM evidence
               WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4 AND number = ?5";
    let (channel, number) = (record.channel as i64, integer(record.number));
    let values = params![person.0, channel, record.author.0, record.epoch.0, number];
    let found: Option<[u8; 32]> = db.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()?;
    Ok(found.map(Digest))
}

/// What came in place of a record goes: it is erased, or here whole.
pub fn forget(db: &Connection, person: PersonId, record: &RecordRef) -> Result<()> {
    let sql = "DELETE FROM evidence
               WHERE person = ?1 AND channel = ?2 AND author = ?3 AND epoch = ?4 AND number = ?5";
    let (channel, number) = (record.channel as i64, integer(record.number));
    let values = params![person.0, channel, record.author.0, record.epoch.0, number];
    db.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// The damaged records of the streams of a page.
fn of_page(db: &Connection, id: &PageId) -> Result<Vec<Evidence>> {
    let sql = format!("SELECT {COLUMNS} FROM evidence WHERE author = ?1 AND epoch = ?2 AND channel = ?3");
    let mut query = db.prepare_cached(&sql)?;
    collect(query.query(params![id.author.0, id.epoch.0, id.channel as i64])?, read)
}

/// A page that is here comes again, and has records that came damaged before: they take the places of their digests.
/// Whether readers see one that they did not see before.
pub fn mend(db: &Connection, page: &PageToStore) -> Result<bool> {
    let (id, mut mended) = (&page.page.id, false);
    for evidence in of_page(db, id)? {
        let (person, number) = (evidence.person, evidence.record.number);
        let mut runs = page.page.runs.iter();
        let run = runs.find(|run| run.person == person && (run.first..=run.last()).contains(&number));
        let is_damaged = page.damaged.iter().any(|one| (one.person, one.number) == (person, number));
        let Some(run) = run.filter(|_| !is_damaged) else { continue };
        let record = &run.records[(number - run.first) as usize];
        let secret = page.page.secret.for_stream(&id.stream(person), header_of(record)?.category);
        mended |= put_back(db, &evidence, (record, &secret.salt(number)))?;
    }
    Ok(mended)
}

/// The same where a device brings a page back of which another had no more than digests. What such a record asks of the
/// plan is decided once its device has brought all.
pub fn mend_brought(db: &Connection, extract: &PageExtract) -> Result<()> {
    for evidence in of_page(db, &extract.id)? {
        let (person, number) = (evidence.person, evidence.record.number);
        let opened = extract.parts.iter().find_map(|part| match part {
            Part::Open(run) if run.person == person => run.opened(number),
            _ => None,
        });
        let Some((record, salt)) = opened else { continue };
        let after = head(db, person, extract.id.channel)?;
        let asks = PLAN_ASKING_KINDS.contains(&header_of(record)?.kind);
        if put_back(db, &evidence, (record, &salt))? && asks && extract.id.channel == Channel::Care {
            undecide(db, person, after)?;
        }
    }
    Ok(())
}

fn header_of(record: &RecordBytes) -> Result<Header> {
    record.decode_header().map_err(|_| StorageError::Unreadable { what: "record header" })
}

/// Puts a record in the place of its digest, wherever that stands, with what opens it. A run that readers see stands
/// behind the others again, where those find it who have passed it. Whether there was such a run.
fn put_back(db: &Connection, evidence: &Evidence, opened: (&RecordBytes, &Salt)) -> Result<bool> {
    let (person, number) = (evidence.person, evidence.record.number);
    let is_plan = PLAN_KINDS.contains(&header_of(opened.0)?.kind);
    let (mut mended, mut is_shown) = (false, false);
    for row in pages_with(db, person, &evidence.record)? {
        let mut page = page_at(db, row)?;
        let Some(place) = place_of(&page, person).copied() else { continue };
        if let Some((kept, mut run)) = held_run(db, &page.id, row, &place)?
            && put_in_run(db, &mut page, &mut run, number, opened)?
        {
            rewrite(db, &page.id, &kept, &run)?;
            if let Kept::Visible { position } = kept {
                is_shown = true;
                if is_plan {
                    let sql = "UPDATE run SET plan = 1 WHERE person = ?1 AND channel = ?2 AND position = ?3";
                    db.prepare_cached(sql)?.execute(params![person.0, page.id.channel as i64, position])?;
                }
                // A sealed page is addressed by the place where it stands, and comes whole or not at all.
                if page.id.channel != Channel::Restricted {
                    show_again(db, (person, page.id.channel), position, run.items.len())?;
                }
            }
            mended = true;
        }
        let Some(brought) = &mut page.brought else { continue };
        for part in &mut brought.parts {
            if let Part::Open(open) = part
                && open.person == person
                && open.put_back(number, opened).map_err(unproved)?
            {
                mended = true;
            }
        }
        let brought = minicbor::to_vec(brought).expect("a vector takes every byte");
        db.prepare_cached("UPDATE page SET brought = ?2 WHERE id = ?1")?.execute(params![row, brought])?;
    }
    if mended {
        forget(db, person, &evidence.record)?;
        note_brought(db, evidence.record.channel)?;
    }
    Ok(is_shown)
}

/// What opens a run that was brought stands in its extract.
fn put_in_run(
    db: &Connection,
    page: &mut StoredPage,
    run: &mut HeldRun,
    number: u64,
    opened: (&RecordBytes, &Salt),
) -> Result<bool> {
    let Some(secrets) = &mut page.secrets else { return Ok(run.put_back(number, opened)) };
    let stood = secrets.put_back(run, number, opened).map_err(unproved)?;
    if stood {
        set_secrets(db, page.row, secrets)?;
    }
    Ok(stood)
}
