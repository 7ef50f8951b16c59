//! Takes what devices bring back after a restore: records by anybody, which their seals prove.

use super::pages::Sender;
use super::sealed;
use crate::agency;
use crate::app::App;
use crate::plan::{self, PlanError};
use crate::refusal::Refusal;
use crate::storage::{BroughtAs, BroughtPage, NewDevice, Standing, StorageError, Why};
use alongside_domain::access::may_write;
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::page::{OpenRun, Part};
use alongside_domain::journal::{Channel, PageError, PageExtract, PageId, PublicKey};
use alongside_domain::sync::certificate::Certificate;
use alongside_domain::sync::messages::{Challenge, PackedExtract, Refused};
use alongside_domain::time::Moment;
use std::collections::{BTreeSet, HashMap};

/// What became of what was brought.
#[derive(Debug, Default)]
pub struct Taken {
    /// Durable, or here before.
    pub receipts: Vec<PageId>,
    /// Not taken: by their place behind the pages of the request.
    pub refused: Vec<Refused>,
}

/// Who brings.
#[derive(Clone, Copy)]
pub struct Bringer<'a> {
    /// As they hand in.
    pub sender: &'a Sender<'a>,
    /// Whether not all may be shared with its holder.
    pub is_partners: bool,
}

/// Takes extracts; `first` is the place of the first among the pages of the request and these.
pub async fn take(
    app: &App,
    bringer: Bringer<'_>,
    (certificates, brought): (Vec<Certificate>, Vec<PackedExtract>),
    first: usize,
    now: Moment,
) -> Result<Taken, Refusal> {
    let mut taken = Taken::default();
    if brought.is_empty() {
        return Ok(taken);
    }
    for certificate in &certificates {
        take_device(app, certificate, now).await?;
    }
    let mut keys = Keys::default();
    for (index, packed) in (first..).zip(brought) {
        match take_one(app, bringer, packed, &mut keys, now).await? {
            Ok(id) => taken.receipts.push(id),
            Err(why) => {
                tracing::warn!(index, %why, "a record that was brought back was refused");
                taken.refused.push(Refused { index: index as u32, why, wants_digests: None });
            }
        }
    }
    Ok(taken)
}

/// A device that joined after the backup: the store itself signed that it is its own.
pub async fn take_device(app: &App, certificate: &Certificate, now: Moment) -> Result<(), StorageError> {
    let Ok(subject) = certificate.verify(&app.identity.public_key()) else { return Ok(()) };
    let is_desk = subject.is_desk();
    let Some(holder) = subject.holder else { return Ok(()) };
    if app.store.device(subject.author).await?.is_some() {
        return Ok(());
    }
    let device = NewDevice {
        device: subject.author,
        staff: holder.staff,
        key: subject.key,
        certificate: minicbor::to_vec(certificate).expect("a vector takes every byte"),
        challenge: Challenge(app.random.bytes()),
        now,
        is_desk,
    };
    if app.store.bring_device(device).await? {
        tracing::warn!(device = %subject.author, "a device that joined after the backup is known again");
    }
    Ok(())
}

/// Keys of authors that were looked up for this request.
#[derive(Default)]
struct Keys(HashMap<AuthorId, Option<PublicKey>>);

impl Keys {
    async fn of(&mut self, app: &App, author: AuthorId) -> Result<Option<PublicKey>, StorageError> {
        if author == app.identity.author {
            return Ok(Some(app.identity.public_key()));
        }
        if let Some(key) = self.0.get(&author) {
            return Ok(*key);
        }
        let key = app.store.device(author).await?.map(|device| device.key);
        self.0.insert(author, key);
        Ok(key)
    }
}

async fn take_one(
    app: &App,
    bringer: Bringer<'_>,
    packed: PackedExtract,
    keys: &mut Keys,
    now: Moment,
) -> Result<Result<PageId, PageError>, PlanError> {
    let Ok(extract) = packed.open() else { return Ok(Err(PageError::Malformed)) };
    let Some(key) = keys.of(app, extract.id.author).await? else { return Ok(Err(PageError::Author)) };
    let checked = tokio::task::spawn_blocking(move || extract.check(&key).map(|placed| (extract, placed)));
    let (extract, placed) = match checked.await.map_err(|_| StorageError::Closed)? {
        Ok(checked) => checked,
        Err(why) => return Ok(Err(why)),
    };
    let Ok(sealed_to) = sealed::named_in(&extract) else { return Ok(Err(PageError::Malformed)) };
    let kinds = placed.iter().flatten().filter_map(|record| Some(record.header.as_ref()?.kind));
    let is_own = extract.id.author == bringer.sender.device.device;
    // A concern, and what is done about one, is written by anybody about anybody: who may read it, says whom it names.
    let is_for_a_role = extract.id.channel != Channel::Restricted;
    if is_own && is_for_a_role && !may_write(bringer.sender.role, extract.id.channel, kinds) {
        return Ok(Err(PageError::Access));
    }
    let (id, late) = (extract.id, late(app, &extract).await?);
    let may_hide = bringer.is_partners || id.author == app.identity.author;
    let taken = taken_as(app, bringer, &extract, now).await?;
    app.store.bring(BroughtPage { extract, placed, may_hide, taken, sealed_to, received: now }).await?;
    plan::forget_brought(app, &late).await?;
    Ok(Ok(id))
}

/// Whoever reads about a person was given what they bring. Of what others bring, and of what somebody wrote themselves,
/// that is kept apart which would be if its author handed it in.
async fn taken_as(
    app: &App,
    bringer: Bringer<'_>,
    extract: &PageExtract,
    now: Moment,
) -> Result<Vec<BroughtAs>, StorageError> {
    let (id, sender) = (&extract.id, bringer.sender);
    let is_own = id.author == sender.device.device;
    let mut taken = Vec::new();
    for part in &extract.parts {
        let Part::Open(OpenRun { person, .. }) = part else { continue };
        taken.push(match sender.standing(*person) {
            _ if id.author == app.identity.author || id.channel == Channel::Restricted => {
                BroughtAs::HandedIn(Standing::Good)
            }
            standing if is_own => BroughtAs::HandedIn(standing),
            standing if standing.is_visible() => BroughtAs::Given,
            _ => BroughtAs::HandedIn(standing_of(app, id.author, *person, now).await?),
        });
    }
    Ok(taken)
}

/// How a run that this device handed in would be taken.
async fn standing_of(
    app: &App,
    author: AuthorId,
    person: PersonId,
    now: Moment,
) -> Result<Standing, StorageError> {
    let never = Standing::Apart(Why::NeverOnTeam);
    let Some(device) = app.store.device(author).await? else { return Ok(never) };
    let Some(staff) = app.store.staff(device.staff).await? else { return Ok(never) };
    let (access, _) = agency::access_now(app, &staff, now).await?;
    Ok(Sender { device: &device, access: &access, role: staff.role }.standing(person))
}

/// People about whom the store's own records come too late: it has decided anew, and those about the plan do not count.
async fn late(app: &App, extract: &PageExtract) -> Result<BTreeSet<PersonId>, StorageError> {
    let mut late = BTreeSet::new();
    if extract.id.author != app.identity.author {
        return Ok(late);
    }
    for part in &extract.parts {
        if let Part::Open(run) = part
            && app.store.has_decided_since_restore(run.person).await?
        {
            late.insert(run.person);
        }
    }
    Ok(late)
}
