//! What a device lacks and may see, as extracts of pages, at most about a mebibyte an answer.

use super::cursors::Has;
use crate::app::App;
use crate::refusal::Refusal;
use crate::sharing::Scopes;
use crate::storage::{RunPlace, StoredPage, StoredRun, WantedRuns};
use alongside_domain::access::channels_read;
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::body::Role;
use alongside_domain::journal::erasure::HeldRun;
use alongside_domain::journal::page::{OpenRun, Part, head_leaf};
use alongside_domain::journal::{Category, Channel, Digest, PageError, PageExtract, Signature};
use alongside_domain::sync::messages::Cursor;
use std::collections::{BTreeMap, BTreeSet};

/// About how many bytes of records one answer carries.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// To whom it goes.
pub struct To<'a> {
    /// The device.
    pub device: AuthorId,
    /// What its holder does here.
    pub role: Role,
    /// Whom it may see.
    pub people: &'a [PersonId],
    /// And what of each.
    pub scopes: &'a Scopes,
}

impl To<'_> {
    /// Whether its holder works for a partner.
    pub fn is_partner(&self) -> bool {
        *self.scopes != Scopes::Own
    }

    /// The channels of a person's journal that it gets.
    pub fn channels(&self, person: PersonId) -> Vec<Channel> {
        channels_read(self.role, self.scopes.of(person))
    }

    /// What it wrote itself it reads whatever it is about: it has it.
    fn sees(&self, author: AuthorId, person: PersonId, category: Category) -> bool {
        author == self.device || self.scopes.of(person).reads(category)
    }
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

/// Runs by page and person: the order of pages is the order of commits.
type Runs = BTreeMap<i64, BTreeMap<PersonId, StoredRun>>;

/// Collects what a device lacks about `people`, but for the pages that it sent just now.
pub async fn collect(
    app: &App,
    sent_now: BTreeSet<Signature>,
    to: &To<'_>,
    has: &Has,
) -> Result<Sent, Refusal> {
    let is_behind = |head: &Cursor| has.position(head.person, head.channel) < head.position;
    let mut heads = app.store.heads(to.people.to_vec()).await?;
    heads.retain(|head| to.channels(head.person).contains(&head.channel) && is_behind(head));
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
        let sees = |person, category| to.sees(page.id.author, person, category);
        sent.extracts.push(extract_for(page, runs, sees)?);
    }
    Ok(sent)
}

/// What a reader gets of a page of which they may see these runs whole.
pub fn extract(page: &StoredPage, runs: BTreeMap<PersonId, StoredRun>) -> Result<PageExtract, Refusal> {
    extract_for(page, runs, |_, _| true)
}

/// What a reader gets of a page of which they may see these runs: digests stand for records that they may not see.
fn extract_for(
    page: &StoredPage,
    mut runs: BTreeMap<PersonId, StoredRun>,
    sees: impl Fn(PersonId, Category) -> bool,
) -> Result<PageExtract, Refusal> {
    if let Some(brought) = &page.brought {
        return part_of(page, brought, &runs, sees);
    }
    let part = |place: &RunPlace| match runs.remove(&place.person) {
        None => {
            let stream = page.id.stream(place.person);
            Ok(Part::Hidden(Digest(head_leaf(&stream, place.last, &place.head))))
        }
        Some(loaded) => open(page, place, loaded, |category| sees(place.person, category)).map(Part::Open),
    };
    let parts = page.runs.iter().map(part).collect::<Result<_, _>>()?;
    Ok(PageExtract { id: page.id, seal: page.seal, parts })
}

/// Of a page that was brought back in part: the parts about people whose runs are loaded.
fn part_of(
    page: &StoredPage,
    brought: &PageExtract,
    runs: &BTreeMap<PersonId, StoredRun>,
    sees: impl Fn(PersonId, Category) -> bool,
) -> Result<PageExtract, Refusal> {
    let heads: BTreeMap<PersonId, &RunPlace> = page.runs.iter().map(|place| (place.person, place)).collect();
    let part = |part: &Part| match part {
        Part::Open(run) if !runs.contains_key(&run.person) => {
            let place = heads[&run.person];
            let stream = page.id.stream(run.person);
            Ok(Part::Hidden(Digest(head_leaf(&stream, place.last, &place.head))))
        }
        Part::Open(run) => {
            let narrowed = run.clone().narrowed(|category| sees(run.person, category));
            narrowed.map(Part::Open).map_err(|error| unreadable(page, &error))
        }
        Part::Hidden(leaf) => Ok(Part::Hidden(*leaf)),
    };
    let parts = brought.parts.iter().map(part).collect::<Result<_, _>>()?;
    Ok(PageExtract { id: brought.id, seal: brought.seal, parts })
}

fn open(
    page: &StoredPage,
    place: &RunPlace,
    loaded: StoredRun,
    sees: impl Fn(Category) -> bool,
) -> Result<OpenRun, Refusal> {
    let held = HeldRun { person: place.person, first: place.first, items: loaded.items };
    let secrets = page.secrets.as_ref().ok_or(Refusal::Unavailable)?.of_run(&page.id, &held);
    let opened = secrets.and_then(|secrets| OpenRun::of_held(held, place.before, secrets, sees));
    opened.map_err(|error| unreadable(page, &error))
}

fn unreadable(page: &StoredPage, error: &PageError) -> Refusal {
    tracing::error!(row = page.row, %error, "a stored page cannot be read");
    Refusal::Unavailable
}
