//! What a device lacks and may see, as extracts of pages, at most about a mebibyte an answer.

use super::cursors::Has;
use crate::app::App;
use crate::refusal::Refusal;
use crate::storage::{RunPlace, StoredPage, StoredRun, WantedRuns};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::erasure::HeldRun;
use alongside_domain::journal::page::{OpenRun, Part, head_leaf};
use alongside_domain::journal::{Channel, Digest, PageExtract, Signature};
use alongside_domain::sync::messages::Cursor;
use std::collections::{BTreeMap, BTreeSet};

/// About how many bytes of records one answer carries.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

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

/// Runs by page and person: the order of pages is the order of commits.
type Runs = BTreeMap<i64, BTreeMap<PersonId, StoredRun>>;

/// Collects what a device lacks about `people`, but for the pages that it sent just now.
pub async fn collect(
    app: &App,
    sent_now: BTreeSet<Signature>,
    people: &[PersonId],
    channels: &[Channel],
    has: &Has,
) -> Result<Sent, Refusal> {
    let is_behind = |head: &Cursor| has.position(head.person, head.channel) < head.position;
    let mut heads = app.store.heads(people.to_vec()).await?;
    heads.retain(|head| channels.contains(&head.channel) && is_behind(head));
    let wanted = heads.iter().map(|head| WantedRuns {
        person: head.person,
        channel: head.channel,
        after: has.position(head.person, head.channel),
    });
    let read = app.store.runs(wanted.collect(), sent_now, ANSWER_BYTES_MAX).await?;
    let mut sent = Sent { more: read.len() < heads.len(), ..Sent::default() };
    let mut runs = Runs::new();
    for (head, read) in heads.into_iter().zip(read) {
        sent.more |= read.position < head.position;
        sent.cursors.push(Cursor { position: read.position, ..head });
        for run in read.runs {
            runs.entry(run.page).or_default().insert(head.person, run);
        }
    }
    let pages = app.store.pages(runs.keys().copied().collect()).await?;
    for (page, runs) in pages.iter().zip(runs.into_values()) {
        sent.extracts.push(extract(page, runs)?);
    }
    Ok(sent)
}

/// What a reader gets of a page of which they may see these runs.
pub fn extract(page: &StoredPage, mut runs: BTreeMap<PersonId, StoredRun>) -> Result<PageExtract, Refusal> {
    if let Some(brought) = &page.brought {
        return Ok(part_of(page, brought, &runs));
    }
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

/// Of a page that was brought back in part: the parts about people whose runs are loaded.
fn part_of(page: &StoredPage, brought: &PageExtract, runs: &BTreeMap<PersonId, StoredRun>) -> PageExtract {
    let heads: BTreeMap<PersonId, &RunPlace> = page.runs.iter().map(|place| (place.person, place)).collect();
    let part = |part: &Part| match part {
        Part::Open(run) if !runs.contains_key(&run.person) => {
            let place = heads[&run.person];
            let stream = page.id.stream(run.person);
            Part::Hidden(Digest(head_leaf(&stream, place.last, &place.head)))
        }
        _ => part.clone(),
    };
    PageExtract { id: brought.id, seal: brought.seal, parts: brought.parts.iter().map(part).collect() }
}

fn open(page: &StoredPage, place: &RunPlace, loaded: StoredRun) -> Result<OpenRun, Refusal> {
    let held = HeldRun { person: place.person, first: place.first, items: loaded.items };
    let secrets = page.secrets.as_ref().ok_or(Refusal::Unavailable)?.of_run(&page.id, &held);
    let opened = secrets.and_then(|secrets| OpenRun::of_held(held, place.before, secrets, |_| true));
    opened.map_err(|error| {
        tracing::error!(row = page.row, %error, "a stored page cannot be read");
        Refusal::Unavailable
    })
}
