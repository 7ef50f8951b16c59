//! Sealed records: taken as they are, and forwarded to the devices that they name, as long as those belong to
//! recipients. The server reads whom each is about and for whom it is, and no more. Absent on purpose: a line in the
//! log when one comes.

use super::cursors::Has;
use super::outgoing::{Sent, extract};
use super::pages::check;
use crate::app::App;
use crate::refusal::Refusal;
use crate::safeguarding::{self, give_due, name_of, receives};
use crate::second_copy::Entry;
use crate::storage::{Committed, ConcernName, Device, SealedPage, StorageError};
use alongside_domain::ids::AuthorId;
use alongside_domain::journal::page::{Item, Part};
use alongside_domain::journal::{Body, Channel, PageError, PageExtract, PageId, RecordBytes, RecordRef};
use alongside_domain::sync::messages::{Acknowledges, CallAbout, Cursor, PackedPage, Recipients};
use alongside_domain::time::Moment;
use std::collections::BTreeMap;

/// About how many bytes of sealed records one answer carries.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Pages of the restricted channel, and which of them acknowledge a concern.
pub struct Given {
    /// The pages.
    pub pages: Vec<PackedPage>,
    /// Which of them do, and what they acknowledge.
    pub acknowledges: Vec<Acknowledges>,
    /// Which of them are calls, and about which concern.
    pub calls: Vec<CallAbout>,
}

/// Takes the pages. The receipts of those of which a second durable copy exists: the phone may forget them.
pub async fn take(app: &App, device: &Device, given: Given, now: Moment) -> Result<Vec<PageId>, Refusal> {
    let mut receipts = Vec::new();
    for packed in given.pages {
        let author = device.clone();
        let read = tokio::task::spawn_blocking(move || (read(&packed, &author, now), packed));
        let (page, packed) = read.await.map_err(|_| Refusal::Unavailable)?;
        match page {
            Ok(page) => {
                let is_it = |told: &&Acknowledges| is_only_record(&told.act, &page.page.page.id);
                receipts.extend(match given.acknowledges.iter().find(is_it) {
                    Some(told) => acknowledge(app, device, (page, packed), told, now).await?,
                    None => {
                        let call_about = about(&given.calls, &page.page.page.id);
                        concern(app, device, SealedPage { call_about, ..page }, packed, now).await?
                    }
                });
            }
            Err(why) => tracing::warn!(%why, "a page was refused"),
        }
    }
    Ok(receipts)
}

/// Takes a concern, or a call about one. Its receipt, once two copies are durable; to a device that is no longer enrolled
/// once one is, so that it can be emptied.
async fn concern(
    app: &App,
    device: &Device,
    mut page: SealedPage,
    packed: PackedPage,
    now: Moment,
) -> Result<Option<PageId>, Refusal> {
    let (id, call_about) = (page.page.page.id, page.call_about);
    if let Some(concern) = call_about {
        page.at_once = those_who_have(app, concern, &page.devices, now).await?;
    }
    let kept = store(app, device, page, packed).await?;
    if kept != Kept::Not {
        acknowledge_call(app, id, call_about, now).await?;
    }
    Ok(match kept {
        Kept::Twice => Some(id),
        Kept::Once if device.ended.is_some() => Some(id),
        Kept::Once | Kept::Not => None,
    })
}

/// The concern that a page is a call about, where its author says so, and the concern is theirs too.
fn about(calls: &[CallAbout], page: &PageId) -> Option<ConcernName> {
    let told = calls.iter().find(|told| is_only_record(&told.call, page))?;
    let is_own = told.concern.author == page.author && told.concern.channel == Channel::Restricted;
    is_own.then(|| name_of(told.concern))
}

/// Of these devices, those whose holders have a concern by now.
async fn those_who_have(
    app: &App,
    concern: ConcernName,
    devices: &[AuthorId],
    now: Moment,
) -> Result<Vec<AuthorId>, Refusal> {
    let have = safeguarding::have(app, concern, &app.store.recipients().await?, now).await?;
    let mut theirs = Vec::new();
    for named in devices {
        if app.store.device(*named).await?.is_some_and(|device| have.contains(&device.staff)) {
            theirs.push(*named);
        }
    }
    Ok(theirs)
}

/// A call about a concern that somebody has acknowledged goes to those who have the concern, and to nobody after them.
async fn acknowledge_call(
    app: &App,
    call: PageId,
    about: Option<ConcernName>,
    now: Moment,
) -> Result<(), Refusal> {
    let Some(concern) = about else { return Ok(()) };
    let asked = app.store.asked(concern).await?;
    if asked.is_some_and(|asked| asked.asking.acknowledged.is_some()) {
        app.store.acknowledge(ConcernName { author: call.author, epoch: call.epoch }, now).await?;
    }
    Ok(())
}

fn is_only_record(record: &RecordRef, page: &PageId) -> bool {
    (record.author, record.epoch, record.number, record.channel) == (page.author, page.epoch, 1, page.channel)
}

/// Takes a page that acknowledges a concern, for those who have that by now, and notes it. Its author keeps it too, so that
/// one copy here is enough. Where the concern is not here, or is not due to its author again, as after a restore, nothing
/// is taken: it comes again. From whoever receives no concerns any more, or may not read this case, it is kept, counts for
/// nothing, and is given to nobody.
async fn acknowledge(
    app: &App,
    device: &Device,
    (mut page, packed): (SealedPage, PackedPage),
    told: &Acknowledges,
    now: Moment,
) -> Result<Option<PageId>, Refusal> {
    let (id, recipients) = (page.page.page.id, app.store.recipients().await?);
    let all: Vec<ConcernName> = told.of.iter().map(|record| name_of(*record)).collect();
    let shut = safeguarding::shut_to(app, device.staff).await?;
    let concern = all.first().filter(|concern| !shut.contains(concern));
    let may = device.ended.is_none() && recipients.staff.contains(&device.staff);
    let Some(concern) = concern.filter(|_| may) else {
        page.devices.clear();
        page.case = all.first().copied();
        return Ok((store(app, device, page, packed).await? != Kept::Not).then_some(id));
    };
    let have = safeguarding::have(app, *concern, &recipients, now).await?;
    if !have.contains(&device.staff) {
        return Ok(None);
    }
    page.devices = those_who_have(app, *concern, &page.devices, now).await?;
    page.case = Some(*concern);
    if store(app, device, page, packed).await? == Kept::Not {
        return Ok(None);
    }
    for name in all {
        if safeguarding::have(app, name, &recipients, now).await?.contains(&device.staff) {
            app.store.acknowledge(name, now).await?;
        }
    }
    Ok(Some(id))
}

/// Checks that a page is its author's, and one of the restricted channel with one sealed record. From a device that is
/// no longer enrolled it is taken too: its recipients see whose it is, and nobody else sees it.
pub fn read(packed: &PackedPage, author: &Device, received: Moment) -> Result<SealedPage, PageError> {
    let mut page = check(packed.open()?, (&author.key, None), (received, None), &mut BTreeMap::new())?.page;
    if page.page.id.author != author.device {
        return Err(PageError::Author);
    }
    page.ended = author.ended;
    let [run] = page.page.runs.as_slice() else { return Err(PageError::Malformed) };
    let [record] = run.records.as_slice() else { return Err(PageError::Malformed) };
    let devices = devices_of(&page.page.id, run.first, record)?;
    Ok(SealedPage { page, devices, case: None, call_about: None, at_once: Vec::new() })
}

/// The devices that a page which was brought back is sealed to; nobody unless it is of the restricted channel.
pub fn named_in(extract: &PageExtract) -> Result<Vec<AuthorId>, PageError> {
    if extract.id.channel != Channel::Restricted {
        return Ok(Vec::new());
    }
    let [Part::Open(run)] = extract.parts.as_slice() else { return Err(PageError::Malformed) };
    let [Item::Record(record)] = run.items.as_slice() else { return Err(PageError::Malformed) };
    devices_of(&extract.id, run.first, record)
}

/// The devices that the only record of a page is sealed to, which is the first of its stream.
fn devices_of(id: &PageId, number: u64, record: &RecordBytes) -> Result<Vec<AuthorId>, PageError> {
    let header = record.decode_header().map_err(|_| PageError::Malformed)?;
    match Body::decode(header.kind, &record.body) {
        Ok(Body::Sealed(sealed)) if id.channel == Channel::Restricted && (id.number, number) == (1, 1) => {
            Ok(sealed.letters.iter().map(|letter| letter.device).collect())
        }
        _ => Err(PageError::Malformed),
    }
}

/// What became of a page that was to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// It was not.
    Not,
    /// Here alone, as far as is known.
    Once,
    /// In two places.
    Twice,
}

/// Stores a page here, then on the second disk where there is one.
async fn store(app: &App, device: &Device, page: SealedPage, packed: PackedPage) -> Result<Kept, Refusal> {
    let (id, seal, received) = (page.page.page.id, page.page.page.seal, page.page.received);
    match app.store.commit_sealed(page).await {
        Ok(Committed::Stored | Committed::Already) => {}
        // Its enrolment ended just now: the next request finds it so. Or another page has this name and seal, and no
        // phone cuts such.
        Ok(Committed::Moved) | Err(StorageError::Exists) => return Ok(Kept::Not),
        Err(error) => return Err(error.into()),
    }
    let is_copied = match app.second_copy.get() {
        Some(copy) => {
            let certificate = device.certificate.clone();
            copy.keep(seal, Entry { received, page: packed, certificate }).await
        }
        None => false,
    };
    let is_twice = is_copied || app.store.is_with_recipient(id, seal).await?;
    Ok(if is_twice { Kept::Twice } else { Kept::Once })
}

/// Keeps a page that a desk has just made about a case. It is in the database, and on the second disk where there is one.
pub async fn keep(
    app: &App,
    desk: &Device,
    packed: PackedPage,
    case: ConcernName,
    now: Moment,
) -> Result<(), Refusal> {
    let page = read(&packed, desk, now).map_err(|_| Refusal::Unavailable)?;
    store(app, desk, SealedPage { case: Some(case), ..page }, packed).await.map(drop)
}

/// Adds what is sealed to this device of a recipient, due to them by now, and what it lacks of that.
pub async fn collect(
    app: &App,
    device: &Device,
    recipients: &Recipients,
    has: &Has,
    sent: &mut Sent,
    now: Moment,
) -> Result<(), Refusal> {
    if !receives(app, recipients, device.staff).await? {
        return Ok(());
    }
    give_due(app, device.device, device.staff, recipients, now).await?;
    let read = app.store.sealed_for(device.device, has.cursors().to_vec(), ANSWER_BYTES_MAX).await?;
    sent.more |= read.more;
    let rows = read.runs.iter().map(|sealed| sealed.run.page).collect();
    let pages = app.store.pages(rows).await?;
    for (page, sealed) in pages.iter().zip(read.runs) {
        sent.cursors.retain(|cursor| (cursor.person, cursor.channel) != (sealed.person, Channel::Restricted));
        sent.cursors.push(Cursor {
            person: sealed.person,
            channel: Channel::Restricted,
            position: sealed.position,
        });
        sent.extracts.push(extract(page, BTreeMap::from([(sealed.person, sealed.run)]))?);
    }
    Ok(())
}
