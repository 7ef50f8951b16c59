//! Takes what devices bring back after a restore: records by anybody, which their seals prove.

use super::sealed;
use crate::app::App;
use crate::plan::{self, PlanError};
use crate::refusal::Refusal;
use crate::storage::{BroughtPage, NewDevice, StorageError};
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::page::Part;
use alongside_domain::journal::{PageError, PageExtract, PageId, PublicKey};
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

/// Takes extracts; `first` is the place of the first among the pages of the request and these.
pub async fn take(
    app: &App,
    certificates: Vec<Certificate>,
    (brought, by_partner): (Vec<PackedExtract>, bool),
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
        match take_one(app, (packed, by_partner), &mut keys, now).await? {
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
    (packed, by_partner): (PackedExtract, bool),
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
    let (id, late) = (extract.id, late(app, &extract).await?);
    let may_hide = by_partner || extract.id.author == app.identity.author;
    app.store.bring(BroughtPage { extract, placed, may_hide, sealed_to, received: now }).await?;
    plan::forget_brought(app, &late).await?;
    Ok(Ok(id))
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
