//! Takes pages: checks each one whole, stores it with what follows from it, and only then gives its receipt.

use crate::app::App;
use crate::plan::{self, Notes, NotesOfPage};
use crate::refusal::Refusal;
use crate::storage::{Access, Commit, Committed, Device, Later, PageToStore, Standing, StorageError, Why};
use alongside_domain::access::may_write;
use alongside_domain::care::heard::received;
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::body::Role;
use alongside_domain::journal::evidence::CheckedByDigests;
use alongside_domain::journal::page::{CheckedPage, Linked, PlacedItem};
use alongside_domain::journal::times::{Counted, corrections, recorded};
use alongside_domain::journal::{
    Channel, Digest, Kind, Link, Page, PageError, PageId, PublicKey, Signature, StreamId,
};
use alongside_domain::sync::messages::{PackedPage, PageDigests, Refused};
use alongside_domain::sync::standing::Ended;
use alongside_domain::time::Moment;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How often what follows from a page is derived anew.
const ATTEMPTS_MAX: usize = 8;

/// Who sends.
pub struct Sender<'a> {
    /// The device.
    pub device: &'a Device,
    /// Whom they may write about.
    pub access: &'a Access,
    /// What they do here.
    pub role: Role,
}

/// What became of the pages of a request.
#[derive(Debug, Default)]
pub struct Taken {
    /// Durable.
    pub receipts: Vec<PageId>,
    /// Their seals.
    pub seals: BTreeSet<Signature>,
    /// About whom they are.
    pub people: BTreeSet<PersonId>,
    /// Not taken.
    pub refused: Vec<Refused>,
}

/// What became of one page.
type One = Result<(PageId, Signature), PageError>;

/// The digests of the records of pages, by their places, as their author sealed them.
type Digests = BTreeMap<u32, Vec<Digest>>;

/// Pages as a request brings them.
pub struct Handed {
    /// As they were cut.
    pub pages: Vec<PackedPage>,
    /// What the device says of those that were changed after they were sealed.
    pub digests: Vec<PageDigests>,
    /// What the device had counted when it asked.
    pub counted: Option<Counted>,
    /// When the request was received.
    pub at: Moment,
}

/// Takes each page in turn. A page that is refused does not hold up the others.
pub async fn take(app: &App, sender: &Sender<'_>, handed: Handed) -> Result<Taken, Refusal> {
    let mut taken = Taken::default();
    let mut about = Vec::new();
    let with_digests: BTreeSet<u32> = handed.digests.iter().map(|of_page| of_page.index).collect();
    let all = take_all(app, sender, handed, &mut about).await?;
    for (index, (one, people)) in (0u32..).zip(all.into_iter().zip(about)) {
        match one {
            Ok((id, seal)) => {
                taken.people.extend(people);
                taken.receipts.push(id);
                taken.seals.insert(seal);
            }
            Err(why) => {
                tracing::warn!(device = %sender.device.device, index, %why, "a page was refused");
                let wants_digests = (may_be_changed(why) && !with_digests.contains(&index)).then_some(true);
                taken.refused.push(Refused { index, why, wants_digests });
            }
        }
    }
    Ok(taken)
}

/// Whether a page is refused so when it was changed after it was sealed: with the digests of its records, those that are
/// whole can be taken.
fn may_be_changed(why: PageError) -> bool {
    match why {
        PageError::Seal
        | PageError::Header
        | PageError::Malformed
        | PageError::RunsOutOfOrder
        | PageError::TooLarge => true,
        PageError::Author | PageError::Access | PageError::BeforeMissing | PageError::EvidenceFull => false,
    }
}

/// Asks for pages from which nothing follows to be stored one behind the other, and waits for all: they share
/// commits. A page that the store answers with records of its own waits until those before it are there. `about` is
/// told about whom each page is.
async fn take_all(
    app: &App,
    sender: &Sender<'_>,
    handed: Handed,
    about: &mut Vec<Vec<PersonId>>,
) -> Result<Vec<One>, Refusal> {
    let now = handed.at;
    let mut taken = Vec::with_capacity(handed.pages.len());
    let mut asked: Vec<(usize, (PageId, Signature), Later<'_, Committed>)> = Vec::new();
    for (index, checked) in check_all(app, sender, handed).await?.into_iter().enumerate() {
        let judged = checked.and_then(|Checked { page, notes }| Ok((judged(sender, page)?, notes)));
        let (page, notes) = match judged {
            Ok(judged) => judged,
            Err(why) => {
                taken.push(Err(why));
                about.push(Vec::new());
                continue;
            }
        };
        let page = Arc::new(page);
        let name = (page.page.id, page.page.seal);
        taken.push(Ok(name));
        about.push(page.page.runs.iter().map(|run| run.person).collect());
        if plan::concerns(&page) || !notes.is_empty() {
            settle(&mut taken, std::mem::take(&mut asked)).await?;
            taken[index] = store_with_what_follows(app, page, &notes, now).await?;
        } else {
            let commit = Commit { page: Some(Arc::clone(&page)), ..Commit::default() };
            asked.push((index, name, app.store.commit(commit)));
        }
    }
    settle(&mut taken, asked).await?;
    Ok(taken)
}

/// Opens and checks all pages, in order: a page may go on where the one before it ends.
async fn check_all(
    app: &App,
    sender: &Sender<'_>,
    handed: Handed,
) -> Result<Vec<Result<Checked, PageError>>, Refusal> {
    let Handed { pages, digests, counted, at } = handed;
    let digests: Digests =
        digests.into_iter().filter_map(|of_page| Some((of_page.index, of_page.read()?))).collect();
    let opened = tokio::task::spawn_blocking(move || pages.iter().map(PackedPage::open).collect::<Vec<_>>());
    let opened = opened.await.map_err(|_| Refusal::Unavailable)?;
    let (device, key) = (sender.device.device, sender.device.key);
    let mut known = known_befores(app, device, &opened).await?;
    let checked = tokio::task::spawn_blocking(move || {
        let check = |(index, page): (u32, Result<Page, PageError>)| {
            check(page?, (&key, digests.get(&index).map(Vec::as_slice)), (at, counted), &mut known)
        };
        (0..).zip(opened).map(check).collect()
    });
    checked.await.map_err(|_| Refusal::Unavailable)
}

/// Links of records by stream and number.
type Links = BTreeMap<(StreamId, u64), Link>;

/// The links that the device left out of its own pages, as far as they are here. Of others' pages none is looked
/// up: that would tell what is here.
async fn known_befores(
    app: &App,
    device: AuthorId,
    opened: &[Result<Page, PageError>],
) -> Result<Links, Refusal> {
    let (mut wanted, mut brought) = (Vec::new(), BTreeSet::new());
    for page in opened.iter().flatten().filter(|page| page.id.author == device) {
        for run in &page.runs {
            let stream = page.id.stream(run.person);
            if run.leaves_out_before() && !brought.contains(&(stream, run.first - 1)) {
                wanted.push((stream, run.first - 1));
            }
            brought.insert((stream, run.last()));
        }
    }
    if wanted.is_empty() {
        return Ok(Links::new());
    }
    let links = app.store.links(wanted.clone()).await?;
    Ok(wanted.into_iter().zip(links).filter_map(|(record, link)| Some((record, link?))).collect())
}

async fn settle(
    taken: &mut [One],
    asked: Vec<(usize, (PageId, Signature), Later<'_, Committed>)>,
) -> Result<(), Refusal> {
    for (index, name, committed) in asked {
        taken[index] = committed_page(name, committed.await)?.ok_or(Refusal::Unavailable)?;
    }
    Ok(())
}

/// What a commit says of its page; nothing when it is to be derived anew.
fn committed_page(
    name: (PageId, Signature),
    committed: Result<Committed, StorageError>,
) -> Result<Option<One>, Refusal> {
    match committed {
        Ok(Committed::Stored | Committed::Already) => Ok(Some(Ok(name))),
        // Two pages of one name with one seal, and other records: no phone cuts such.
        Err(StorageError::Exists) => Ok(Some(Err(PageError::RunsOutOfOrder))),
        Err(StorageError::EvidenceFull) => Ok(Some(Err(PageError::EvidenceFull))),
        Ok(Committed::Moved) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Stores the page with what follows from it; derives that anew when others wrote about the same people meanwhile.
async fn store_with_what_follows(
    app: &App,
    page: Arc<PageToStore>,
    notes: &NotesOfPage,
    now: Moment,
) -> Result<One, Refusal> {
    let name = (page.page.id, page.page.seal);
    for _ in 0..ATTEMPTS_MAX {
        let following = plan::follow(app, &page, notes, now).await?;
        if !plan::fits(&following.own) {
            return Ok(Err(PageError::TooLarge));
        }
        let commit = Commit {
            page: Some(Arc::clone(&page)),
            own: following.own,
            guards: following.guards,
            settled: None,
        };
        if let Some(one) = committed_page(name, app.store.commit(commit).await)? {
            return Ok(one);
        }
    }
    Err(Refusal::Unavailable)
}

/// A page that was checked.
pub struct Checked {
    /// It.
    pub page: PageToStore,
    /// What the store notes of its records.
    pub notes: NotesOfPage,
}

/// Checks a page whole, after what its author left out has been put in from `known`; adds where its runs end. With the
/// digests of its records, those that are not what was sealed are damaged, and the others are taken.
pub fn check(
    mut page: Page,
    (key, digests): (&PublicKey, Option<&[Digest]>),
    came: (Moment, Option<Counted>),
    known: &mut Links,
) -> Result<Checked, PageError> {
    let id = page.id;
    page.put_befores_in(|stream, number| known.get(&(*stream, number)).copied())?;
    let CheckedByDigests { runs, damaged } = match digests {
        None => whole(page.check(key)?),
        Some(digests) => page.check_by_digests(key, digests)?,
    };
    let mut notes = NotesOfPage::new();
    for (run, linked) in page.runs.iter().zip(&runs) {
        known.extend(linked.last().map(|last| ((id.stream(run.person), last.number), last.link)));
        let noted = noted(&id.stream(run.person), linked, came);
        notes.extend(Some(noted).filter(|notes| !notes.is_empty()).map(|notes| (run.person, notes)));
    }
    let place = |placed: PlacedItem| (placed.link, placed.header.map_or(DAMAGED, |header| header.kind));
    let places: Vec<_> = runs.into_iter().map(|run| run.into_iter().map(place).collect()).collect();
    let standing = vec![Standing::Good; places.len()];
    Ok(Checked {
        page: PageToStore { page, places, damaged, standing, ended: None, received: came.0 },
        notes,
    })
}

/// In the place of the kind of a record that is damaged: what it was about is not known.
const DAMAGED: Kind = Kind(0);

/// A page of which nothing is damaged.
fn whole(checked: CheckedPage) -> CheckedByDigests {
    let place = |Linked { number, link, header }| PlacedItem { number, link, header: Some(header) };
    let runs = checked.runs.into_iter().map(|run| run.into_iter().map(place).collect()).collect();
    CheckedByDigests { runs, damaged: Vec::new() }
}

/// What the store notes of a run that came in at a moment with what its device had counted by then. Only of the care
/// channel: what it notes is told to everybody who reads that.
fn noted(stream: &StreamId, run: &[PlacedItem], (at, counted): (Moment, Option<Counted>)) -> Notes {
    if stream.channel != Channel::Care {
        return Notes::default();
    }
    let headers = || run.iter().filter_map(|placed| Some((placed.number, placed.header.as_ref()?)));
    let times = counted.map(|counted| corrections(stream, headers(), counted, at)).unwrap_or_default();
    let recorded = headers().map(|(number, header)| (number, recorded(&times, number, header.recorded)));
    let received = received(stream, recorded, at);
    Notes { times, received }
}

/// The page is its sender's own. A run about somebody whom they never cared for is kept apart, and whatever comes
/// from a stolen device; what comes from somebody who has left is flagged. What the server had receipted before stays
/// as it was.
fn judged(sender: &Sender<'_>, mut page: PageToStore) -> Result<PageToStore, PageError> {
    let id = &page.page.id;
    if id.author != sender.device.device {
        return Err(PageError::Author);
    }
    let kinds = page.places.iter().flatten().map(|(_, kind)| *kind).filter(|kind| *kind != DAMAGED);
    if !may_write(sender.role, id.channel, kinds) {
        return Err(PageError::Access);
    }
    if !page.damaged.is_empty() {
        let damaged = page.damaged.len();
        tracing::warn!(device = %sender.device.device, damaged, "records were changed after they were sealed");
    }
    page.ended = sender.device.ended;
    page.standing = page.page.runs.iter().map(|run| sender.standing(run.person)).collect();
    let apart = page.standing.iter().filter(|standing| !standing.is_visible()).count();
    if apart > 0 {
        tracing::warn!(device = %sender.device.device, apart, "records are kept apart for a manager");
    }
    Ok(page)
}

impl Sender<'_> {
    /// How a run of theirs about this person is taken.
    pub fn standing(&self, person: PersonId) -> Standing {
        let access = self.access;
        let knows =
            access.people.binary_search(&person).is_ok() || access.former.binary_search(&person).is_ok();
        match self.device.ended {
            Some(Ended::Stolen) => Standing::Apart(Why::DeviceStolen),
            _ if !knows => Standing::Apart(Why::NeverOnTeam),
            Some(Ended::Left) => Standing::Flagged(Why::DeviceLeft),
            None => Standing::Good,
        }
    }
}
