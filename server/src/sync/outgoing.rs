//! What a device lacks and may see, as extracts of pages, at most about a mebibyte an answer.

use super::cursors::Has;
use crate::app::App;
use crate::refusal::Refusal;
use crate::storage::{RunPlace, StoredPage, StoredRecord};
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::body::Role;
use alongside_domain::journal::page::{OpenRun, PAGE_BYTES_MAX, Part, head_leaf};
use alongside_domain::journal::{Channel, Digest, PageExtract, Run};
use alongside_domain::sync::certificate::Certificate;
use alongside_domain::sync::messages::Cursor;
use std::collections::{BTreeMap, BTreeSet};

/// About how many bytes of records one answer carries.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// The channels that devices of a role get.
pub fn channels_of(role: Role) -> &'static [Channel] {
    match role {
        Role::Supervisor | Role::Manager => &[Channel::Care, Channel::Office],
        Role::Auditor | Role::Administrator => &[],
        Role::Carer | Role::Nurse | Role::Therapist | Role::SocialWorker => &[Channel::Care],
    }
}

/// Certificates of the directory.
pub fn certificates(directory: Vec<(u64, Vec<u8>)>) -> Result<Vec<Certificate>, Refusal> {
    directory.iter().map(|(_, bytes)| minicbor::decode(bytes).map_err(|_| Refusal::Unavailable)).collect()
}

/// What goes to the device.
#[derive(Debug, Default)]
pub struct Sent {
    /// In the order in which they became visible.
    pub extracts: Vec<PageExtract>,
    /// Where the device's cursors then stand.
    pub cursors: Vec<Cursor>,
    /// There is more.
    pub more: bool,
}

/// A whole run, with where it ends among the person's visible records.
struct LoadedRun {
    records: Vec<StoredRecord>,
    last_position: u64,
}

/// Runs by page and person: the order of pages is the order of commits.
type Runs = BTreeMap<i64, BTreeMap<PersonId, LoadedRun>>;

/// Collects what `device` lacks about `people`.
pub async fn collect(
    app: &App,
    device: AuthorId,
    people: &[PersonId],
    channels: &[Channel],
    has: &Has,
) -> Result<Sent, Refusal> {
    let heads = app.store.heads(people.to_vec()).await?;
    let (mut sent, mut runs, mut pages) = (Sent::default(), Runs::new(), BTreeMap::new());
    let mut room = ANSWER_BYTES_MAX;
    for head in heads.into_iter().filter(|head| channels.contains(&head.channel)) {
        let from = has.position(head.person, head.channel);
        if from >= head.position {
            continue;
        }
        if room == 0 {
            sent.more = true;
            break;
        }
        let loaded = load(app, &head, from, room, &mut pages).await?;
        let last = loaded.last().map_or(from, |(_, run)| run.last_position);
        sent.more |= last < head.position;
        sent.cursors.push(Cursor { position: last, ..head });
        let highest = has.highest(head.person, head.channel);
        for (row, run) in loaded {
            if is_wanted(device, &run, highest) {
                room = room.saturating_sub(run.records.iter().map(size).sum());
                runs.entry(row).or_default().insert(head.person, run);
            }
        }
    }
    for (row, runs) in runs {
        let page = pages.get(&row).expect("each run was loaded with its page");
        sent.extracts.push(extract(page, runs)?);
    }
    Ok(sent)
}

/// A device has its own records, unless it once had read beyond them and was set back since.
fn is_wanted(device: AuthorId, run: &LoadedRun, highest: u64) -> bool {
    run.records.iter().any(|record| record.author != device) || run.last_position <= highest
}

fn size(record: &StoredRecord) -> usize {
    record.bytes.header.len() + record.bytes.body.len()
}

/// Loads whole runs after a position. A page fits in the overhang, so at least one run is whole.
async fn load(
    app: &App,
    head: &Cursor,
    from: u64,
    room: usize,
    pages: &mut BTreeMap<i64, StoredPage>,
) -> Result<Vec<(i64, LoadedRun)>, Refusal> {
    let mut records = records_after(app, head, from, room).await?;
    learn_pages(app, &records, pages).await?;
    if let Some(back) = records.first().and_then(|first| records_before(first, head.person, pages)) {
        records = records_after(app, head, from.saturating_sub(back), room).await?;
        learn_pages(app, &records, pages).await?;
    }
    let mut runs = Vec::new();
    let mut taken = 0;
    for run in records.chunk_by(|one, next| one.page == next.page) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let place = place_of(first.page, head.person, pages)?;
        if (first.number, last.number) != (place.first, place.last) || taken >= room {
            break;
        }
        taken += run.iter().map(size).sum::<usize>();
        runs.push((first.page, LoadedRun { last_position: last.position, records: run.to_vec() }));
    }
    Ok(runs)
}

async fn records_after(
    app: &App,
    head: &Cursor,
    from: u64,
    room: usize,
) -> Result<Vec<StoredRecord>, Refusal> {
    Ok(app.store.records_after(head.person, head.channel, from, room + PAGE_BYTES_MAX).await?)
}

async fn learn_pages(
    app: &App,
    records: &[StoredRecord],
    pages: &mut BTreeMap<i64, StoredPage>,
) -> Result<(), Refusal> {
    let rows: BTreeSet<i64> = records.iter().map(|record| record.page).collect();
    let unknown: Vec<i64> = rows.into_iter().filter(|row| !pages.contains_key(row)).collect();
    pages.extend(app.store.pages(unknown).await?.into_iter().map(|page| (page.row, page)));
    Ok(())
}

/// How many records of its run stand before this one: a cursor in the middle of a run is set back to its start.
fn records_before(first: &StoredRecord, person: PersonId, pages: &BTreeMap<i64, StoredPage>) -> Option<u64> {
    let place = place_of(first.page, person, pages).ok()?;
    first.number.checked_sub(place.first).filter(|back| *back > 0)
}

fn place_of(page: i64, person: PersonId, pages: &BTreeMap<i64, StoredPage>) -> Result<&RunPlace, Refusal> {
    let page = pages.get(&page).ok_or(Refusal::Unavailable)?;
    page.runs.iter().find(|run| run.person == person).ok_or(Refusal::Unavailable)
}

fn extract(page: &StoredPage, mut runs: BTreeMap<PersonId, LoadedRun>) -> Result<PageExtract, Refusal> {
    let part = |place: &RunPlace| match runs.remove(&place.person) {
        None => {
            let stream = page.id.stream(place.person);
            Ok(Part::Hidden(Digest(head_leaf(&stream, place.last, &place.head))))
        }
        Some(loaded) => open(page, place, loaded).map(Part::Open),
    };
    let parts = page.runs.iter().map(part).collect::<Result<_, _>>()?;
    Ok(PageExtract { id: page.id, seal: page.seal, parts })
}

fn open(page: &StoredPage, place: &RunPlace, loaded: LoadedRun) -> Result<OpenRun, Refusal> {
    let run = Run {
        person: place.person,
        first: place.first,
        before: place.before,
        records: loaded.records.into_iter().map(|record| record.bytes).collect(),
    };
    OpenRun::for_reader(&page.id, &page.secret, run, |_| true).map_err(|error| {
        tracing::error!(row = page.row, %error, "a stored page cannot be read");
        Refusal::Unavailable
    })
}
