//! Pages that devices bring back after a restore: the parts that a device could see, and the leaves of the others.
//!
//! Such a page has no secret here until its author brings it whole. Its extract stands as it came, and grows when
//! another device brings other parts.

use super::apart::show_given;
use super::erasures::erased_in;
use super::evidence;
use super::healing::{note_brought, undecide_asked};
use super::items::Records;
use super::journal::{write_page, write_standing};
use super::runs::{RunToWrite, holds};
use crate::entries::entry_of;
use crate::storage::{BroughtAs, BroughtPage, Committed, RunPlace, Standing, StorageError, UnreadRecord};
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::page::{Item, OpenRun, Part, PlacedItem};
use alongside_domain::journal::{Channel, Digest, Kind, Link, PageExtract, PageId, RecordRef, Signature};
use alongside_domain::time::Moment;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;

type Result<T> = std::result::Result<T, StorageError>;

/// A page's row, and what was brought of it; nothing when the page is here whole.
type Known = (i64, Option<PageExtract>);

pub fn write_brought(db: &Connection, mut brought: BroughtPage) -> Result<Committed> {
    erase_again(db, &mut brought.extract)?;
    let (brought, id) = (&brought, &brought.extract.id);
    let shows = show_what_is_apart(db, brought)?;
    let committed = match known(db, id, &brought.extract.seal)? {
        Some((_, None)) => Committed::Already,
        Some((row, Some(here))) => grow(db, row, here, brought)?,
        None => begin(db, brought)?,
    };
    let committed = if shows { Committed::Stored } else { committed };
    if matches!(committed, Committed::Stored) {
        note_brought(db, id.channel)?;
    }
    Ok(committed)
}

/// Whoever was given it has what its author handed in before the restore, and what is kept apart since then.
fn show_what_is_apart(db: &Connection, brought: &BroughtPage) -> Result<bool> {
    let id = &brought.extract.id;
    let mut shows = false;
    for (run, placed, taken) in open_runs(brought) {
        if taken == BroughtAs::Given {
            shows |= show_given(db, (run.person, id.channel, id.author, id.epoch), placed)?;
        }
    }
    Ok(shows)
}

/// What was erased is not brought back, whoever still had it.
fn erase_again(db: &Connection, extract: &mut PageExtract) -> Result<()> {
    let open = extract.parts.iter().filter_map(|part| match part {
        Part::Open(run) => Some((run.person, run.first, run.first + run.items.len() as u64 - 1)),
        Part::Hidden(_) => None,
    });
    let again = erased_in(db, &extract.id, open)?;
    for part in &mut extract.parts {
        if let Part::Open(run) = part
            && let Some((_, numbers)) = again.iter().find(|(person, _)| *person == run.person)
        {
            run.erase(numbers).map_err(|_| StorageError::Unreadable { what: "page that was brought" })?;
        }
    }
    Ok(())
}

fn known(db: &Connection, id: &PageId, seal: &Signature) -> Result<Option<Known>> {
    let sql = "SELECT id, brought FROM page
               WHERE author = ?1 AND epoch = ?2 AND channel = ?3 AND number = ?4 AND seal = ?5";
    let values = params![id.author.0, id.epoch.0, id.channel as i64, id.number as i64, seal.0];
    let found: Option<(i64, Option<Vec<u8>>)> =
        db.prepare_cached(sql)?.query_row(values, |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    found.map(|(row, brought)| Ok((row, brought.map(|bytes| read(&bytes)).transpose()?))).transpose()
}

fn read(bytes: &[u8]) -> Result<PageExtract> {
    minicbor::decode(bytes).map_err(|_| StorageError::Unreadable { what: "page that was brought" })
}

/// A page of which nothing is here yet, unless all that it shows stands in other pages.
fn begin(db: &Connection, brought: &BroughtPage) -> Result<Committed> {
    let new = new_parts(db, brought, &BTreeSet::new())?;
    if new.is_empty() && !shows_some_of_a_run(db, brought)? {
        return Ok(Committed::Already);
    }
    let extract = &brought.extract;
    let places = places(brought);
    let row = write_page(db, &extract.id, (&[], None), &extract.seal, &places, brought.received)?;
    db.prepare_cached("UPDATE page SET brought = ?2 WHERE id = ?1")?
        .execute(params![row, encoded(extract)])?;
    new.iter().try_for_each(|part| part.write(db, &extract.id, row, brought.received))?;
    Ok(Committed::Stored)
}

/// Whether it shows some records of a run that is not here whole, as a device brings it with whose holder not all is
/// shared. They are kept in the extract, and nobody reads them until somebody brings more.
fn shows_some_of_a_run(db: &Connection, brought: &BroughtPage) -> Result<bool> {
    for (run, placed, _) in open_runs(brought) {
        let places: Vec<(Link, Kind)> = placed.iter().map(|place| (place.link, Kind(0))).collect();
        let records = Records::Held(&run.items);
        let all = RunToWrite { person: run.person, first: run.first, records, places: &places };
        let shows = run.items.iter().any(|item| item.record().is_some());
        if shows && !holds(db, &brought.extract.id, &all)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How many records a part shows.
fn shown(part: &Part) -> usize {
    match part {
        Part::Open(run) => run.items.iter().filter(|item| item.record().is_some()).count(),
        Part::Hidden(_) => 0,
    }
}

/// Adds the parts that were hidden so far, and those of which more can be seen: whoever brought them first may not have
/// been allowed to read all of it.
fn grow(db: &Connection, row: i64, here: PageExtract, brought: &BroughtPage) -> Result<Committed> {
    let grows = |here: &Part, came: &Part| match (here, came) {
        (Part::Hidden(_), Part::Open(_)) => true,
        (Part::Open(_), Part::Open(_)) => shown(came) > shown(here),
        (_, Part::Hidden(_)) => false,
    };
    let parts = || here.parts.iter().zip(&brought.extract.parts);
    let stays = parts().filter(|(here, came)| !grows(here, came)).filter_map(|(here, _)| match here {
        Part::Open(run) => Some(run.person),
        Part::Hidden(_) => None,
    });
    let new = new_parts(db, brought, &stays.collect())?;
    evidence::mend_brought(db, &brought.extract)?;
    let mut here = known(db, &here.id, &here.seal)?.and_then(|(_, here)| here).unwrap_or(here);
    let mut grown = false;
    for (here, came) in here.parts.iter_mut().zip(&brought.extract.parts) {
        if grows(here, came) {
            *here = came.clone();
            grown = true;
        }
    }
    if !grown {
        return Ok(Committed::Already);
    }
    let mut places = places(brought);
    places.extend(stored_places(db, row)?);
    places.sort_by_key(|place| place.person);
    places.dedup_by_key(|place| place.person);
    let places = minicbor::to_vec(places).expect("a vector takes every byte");
    db.prepare_cached("UPDATE page SET runs = ?2, brought = ?3 WHERE id = ?1")?.execute(params![
        row,
        places,
        encoded(&here)
    ])?;
    new.iter().try_for_each(|part| part.write(db, &here.id, row, brought.received))?;
    Ok(Committed::Stored)
}

fn encoded(extract: &PageExtract) -> Vec<u8> {
    minicbor::to_vec(extract).expect("a vector takes every byte")
}

fn stored_places(db: &Connection, row: i64) -> Result<Vec<RunPlace>> {
    let sql = "SELECT runs FROM page WHERE id = ?1";
    let runs: Vec<u8> = db.prepare_cached(sql)?.query_row([row], |row| row.get(0))?;
    minicbor::decode(&runs).map_err(|_| StorageError::Unreadable { what: "list of runs" })
}

fn places(brought: &BroughtPage) -> Vec<RunPlace> {
    open_runs(brought)
        .map(|(run, placed, _)| RunPlace {
            person: run.person,
            first: run.first,
            last: placed.last().map_or(run.first, |place| place.number),
            before: run.before,
            head: placed.last().map_or(run.before, |place| place.link),
        })
        .collect()
}

fn open_runs(brought: &BroughtPage) -> impl Iterator<Item = (&OpenRun, &Vec<PlacedItem>, BroughtAs)> {
    let open = brought.extract.parts.iter().filter_map(|part| match part {
        Part::Open(run) => Some(run),
        Part::Hidden(_) => None,
    });
    let placed = brought.placed.iter().zip(&brought.taken);
    open.zip(placed).map(|(run, (placed, taken))| (run, placed, *taken))
}

/// A run that is not here.
struct NewPart {
    standing: Standing,
    person: PersonId,
    first: u64,
    items: Vec<Item>,
    places: Vec<(Link, Kind)>,
    /// The digests of what is not erased.
    damaged: Vec<(u64, Digest)>,
}

impl NewPart {
    /// A digest of what is not erased is of a record that came damaged, and others had no more of it; unless it may be of
    /// what is hidden from whoever brings it, or the store wrote it: such a run is kept in the extract. An erased record has no kind any
    /// more; it was not about the plan.
    fn of(
        (run, placed, taken): (&OpenRun, &[PlacedItem], BroughtAs),
        erased: &[u64],
        may_hide: bool,
    ) -> Option<NewPart> {
        let (mut places, mut damaged) = (Vec::new(), Vec::new());
        for (item, place) in run.items.iter().zip(placed) {
            let kind = match (item, &place.header) {
                _ if erased.contains(&place.number) => Kind(0),
                (Item::Record(_), Some(header)) => header.kind,
                (Item::Digest(digest), _) if !may_hide => {
                    damaged.push((place.number, *digest));
                    Kind(0)
                }
                _ => return None,
            };
            places.push((place.link, kind));
        }
        let standing = match taken {
            BroughtAs::Given => Standing::Good,
            BroughtAs::HandedIn(standing) => standing,
        };
        let (person, first, items) = (run.person, run.first, run.items.clone());
        Some(NewPart { standing, person, first, items, places, damaged })
    }

    fn run(&self) -> RunToWrite<'_> {
        let records = Records::Held(&self.items);
        RunToWrite { person: self.person, first: self.first, records, places: &self.places }
    }

    /// What it asks of the plan is decided once its device has brought all.
    fn write(&self, db: &Connection, id: &PageId, page: i64, received: Moment) -> Result<()> {
        if self.standing.is_visible() {
            undecide_asked(db, (self.person, id.channel), &self.places)?;
        }
        for (number, digest) in &self.damaged {
            let record =
                RecordRef { author: id.author, epoch: id.epoch, number: *number, channel: id.channel };
            evidence::write(db, &record, (self.person, digest), None, received)?;
        }
        write_standing(db, (id, page), &self.run(), self.standing, received)
    }
}

/// What a page brings that is not here, about people whom it may be taken of.
fn new_parts(db: &Connection, brought: &BroughtPage, known: &BTreeSet<PersonId>) -> Result<Vec<NewPart>> {
    let mut new = Vec::new();
    for (run, placed, taken) in open_runs(brought) {
        let last = placed.last().map_or(run.first, |place| place.number);
        let erased = erased_in(db, &brought.extract.id, [(run.person, run.first, last)].into_iter())?;
        let erased = erased.first().map(|(_, numbers)| numbers.as_slice()).unwrap_or_default();
        let part = NewPart::of((run, placed, taken), erased, brought.may_hide);
        let Some(part) = part.filter(|_| !known.contains(&run.person)) else { continue };
        if !holds(db, &brought.extract.id, &part.run())? {
            new.push(part);
        }
    }
    Ok(new)
}

/// The author brings whole what others brought in part: its row, filled up. Nothing when the page is not here so.
pub fn complete(
    db: &Connection,
    id: &PageId,
    seal: &Signature,
    (secret, secrets): (&[u8], &Option<Vec<u8>>),
    places: &Vec<RunPlace>,
) -> Result<Option<i64>> {
    let Some((row, Some(_))) = known(db, id, seal)? else { return Ok(None) };
    let runs = minicbor::to_vec(places).expect("a vector takes every byte");
    db.prepare_cached("UPDATE page SET secret = ?2, secrets = ?3, runs = ?4, brought = NULL WHERE id = ?1")?
        .execute(params![row, secret, secrets, runs])?;
    note_brought(db, id.channel)?;
    Ok(Some(row))
}

/// What was brought of a person's plan and is read by nobody, since the store had decided anew.
pub fn unread_plan(db: &Connection, person: PersonId, store: AuthorId) -> Result<Vec<UnreadRecord>> {
    let sql = "SELECT brought FROM page WHERE author = ?1 AND channel = ?2 AND brought IS NOT NULL";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query(params![store.0, Channel::Care as i64])?;
    let mut unread = Vec::new();
    while let Some(row) = rows.next()? {
        let extract = brought_of(row, 0)?.ok_or(StorageError::Unreadable { what: "page" })?;
        let (author, epoch, channel) = (extract.id.author, extract.id.epoch, extract.id.channel);
        let runs = extract.parts.iter().filter_map(|part| match part {
            Part::Open(run) if run.person == person => Some(run),
            _ => None,
        });
        for (number, item) in runs.flat_map(|run| (run.first..).zip(&run.items)) {
            let Some(bytes) = item.record() else { continue };
            let record = RecordRef { author, epoch, number, channel };
            unread.push(UnreadRecord { record, body: entry_of(record, bytes)?.body });
        }
    }
    Ok(unread)
}

/// What was brought of a page; nothing when it is here whole.
pub fn brought_of(row: &Row<'_>, column: usize) -> Result<Option<PageExtract>> {
    let found: Option<Vec<u8>> = row.get(column)?;
    found.map(|bytes| read(&bytes)).transpose()
}
