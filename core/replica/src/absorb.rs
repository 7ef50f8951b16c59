//! Stores the answer of an exchange in one transaction: receipts, records that prove themselves, cursors.

use crate::compose::{ACCESS, AUDIT_HEAD, DIRECTORY, STORE_EPOCH, Sent};
use crate::concern::{ADMITTED, RECIPIENTS, receives_concerns};
use crate::identity::Identity;
use crate::own_edits;
use crate::replica::ENDED;
use crate::store::{ERASED, Store, StoreError};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::page::{Item, OpenRun, Part, PlacedItem};
use alongside_domain::journal::{Category, Channel, PageError, PageExtract, PageId, PublicKey, StreamId};
use alongside_domain::sync::certificate::{Certificate, CertificateError};
use alongside_domain::sync::messages::{Exchanged, Recipients, Refused};
use alongside_domain::sync::standing::{Revocation, StatementError, Terms};
use std::collections::{BTreeSet, HashMap};

/// Why an answer was not taken. Nothing of it counts.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AbsorbError {
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database was damaged after it had asked: the answer goes on from where that one was.
    #[error("the database was damaged after it had asked")]
    Outdated,
    /// A certificate that the store did not sign.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// Something about a device that the store did not sign.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// Records by someone whose certificate is not here.
    #[error("records of an author without a certificate")]
    UnknownAuthor,
    /// Records that their seal does not prove.
    #[error(transparent)]
    Page(#[from] PageError),
}

/// Stores everything in `exchanged`. The people whose journal changed, or what is shared of it may have.
pub(crate) fn absorb(
    store: &mut Store,
    identity: &Identity,
    exchanged: &Exchanged,
    sent: &Sent,
) -> Result<BTreeSet<PersonId>, AbsorbError> {
    // First: what a restored server lacks is in no backup.
    take_epoch(store, exchanged)?;
    if exchanged.backed_up {
        store.forget_what_is_backed_up()?;
    }
    take_directory(store, identity, &exchanged.directory)?;
    take_terms(store, identity, &exchanged.terms)?;
    let (mut grown, mut keys) = (BTreeSet::new(), Keys::new());
    if let Some(access) = &exchanged.access {
        store.note_rescoped(&access.people)?;
    }
    for extract in &exchanged.extracts {
        take_extract(store, identity, extract, &mut keys, &mut grown)?;
    }
    own_edits::take_fates(store, identity, exchanged.fates.as_deref().unwrap_or_default())?;
    store.receipt_streams(own_streams(exchanged, identity.device))?;
    if !grown.is_empty() {
        store.place_records()?;
    }
    let (sealed, pages): (Vec<&PageId>, Vec<&PageId>) = exchanged
        .receipts
        .iter()
        .filter(|id| id.author == identity.device)
        .partition(|id| id.channel == Channel::Restricted);
    store.receipt_pages(pages)?;
    sealed.into_iter().try_for_each(|id| store.forget_concern(id.epoch))?;
    exchanged.receipts.iter().try_for_each(|id| store.note_given(id))?;
    for refused in &exchanged.refused {
        let index = refused.index as usize;
        if let Some(id) = sent.pages.get(index) {
            grown.extend(take_refusal(store, identity, id, refused)?);
        } else if let Some(id) = sent.brought.get(index - sent.pages.len()) {
            // It does not prove itself: brought again and again, it would keep others from being brought.
            store.note_given(id)?;
        }
    }
    take_access(store, exchanged)?;
    take_recipients(store, identity, exchanged)?;
    exchanged.own_kinds.iter().try_for_each(|told| store.keep_own_kinds(told))?;
    if !exchanged.more {
        grown.extend(store.note_all_has_come()?);
    }
    exchanged.cursors.iter().try_for_each(|cursor| store.set_cursor(cursor))?;
    exchanged.heard.iter().try_for_each(|heard| store.set_heard(heard))?;
    for erasure in &exchanged.erasures {
        store.erase(erasure, identity.device)?;
        grown.insert(erasure.person);
    }
    store.erase_in_own_pages()?;
    // Views are of what is shared.
    grown.extend(exchanged.access.iter().flat_map(|access| &access.people).map(|of| of.person));
    // An edit that the holder made on another device has come without what became of it.
    for person in &grown {
        if !store.scope(*person)?.reads(Category::PLAN) {
            own_edits::keep(store, identity, *person)?;
        }
    }
    if exchanged.erasures_version > 0 {
        store.set_meta(ERASED, &exchanged.erasures_version)?;
    }
    if exchanged.directory_version > 0 {
        store.set_meta(DIRECTORY, &exchanged.directory_version)?;
    }
    if let Some(head) = &exchanged.audit {
        store.set_meta(AUDIT_HEAD, head)?;
    }
    Ok(grown)
}

/// Forgets whom this device does not look after any more, but for what its holder asked there; and what others wrote
/// about those of whom something else is shared now. About whom something is gone.
pub(crate) fn leave(
    store: &mut Store,
    identity: &Identity,
    exchanged: &Exchanged,
) -> Result<BTreeSet<PersonId>, AbsorbError> {
    if exchanged.terms.ended {
        store.forget_own_edits()?;
    } else {
        for (_, person) in store.to_forget(identity.device)? {
            own_edits::keep(store, identity, person)?;
        }
    }
    let mut gone = store.forget_unseen(identity.device, exchanged.server_time)?;
    for (row, person) in store.rescoped()? {
        if !store.scope(person)?.reads(Category::PLAN) {
            own_edits::keep(store, identity, person)?;
        }
        store.drop_what_others_wrote((row, person), identity.device)?;
        gone.insert(person);
    }
    Ok(gone)
}

/// A page was not taken. It is made again if it was changed since it was cut; where the journal was changed too, it goes
/// with the digests of what was sealed, if the server asks for them. The people about whom a record is damaged.
fn take_refusal(
    store: &mut Store,
    identity: &Identity,
    id: &PageId,
    refused: &Refused,
) -> Result<BTreeSet<PersonId>, AbsorbError> {
    if store.mend_refused_page(id, identity)? {
        return Ok(BTreeSet::new());
    }
    // What is missing before a page that was changed may be nothing that ever was.
    let is_changed = refused.why == PageError::BeforeMissing && !store.is_as_cut(id)?;
    if (refused.wants_digests == Some(true) || is_changed)
        && let Some(damaged) = store.tell_digests(id, identity)?
    {
        return Ok(damaged);
    }
    store.refuse_page(id, refused.why)?;
    Ok(BTreeSet::new())
}

/// The device's own streams of which the server sent records.
fn own_streams(exchanged: &Exchanged, device: AuthorId) -> BTreeSet<StreamId> {
    let is_own = |id: &PageId| id.author == device && id.channel != Channel::Restricted;
    let own = exchanged.extracts.iter().filter(|extract| is_own(&extract.id));
    let streams = own.flat_map(|extract| {
        extract.parts.iter().filter_map(|part| match part {
            Part::Open(run) => Some(extract.id.stream(run.person)),
            Part::Hidden(_) => None,
        })
    });
    streams.collect()
}

/// In another epoch than before the server was restored: its positions and counts are others, and it gets what is
/// kept.
fn take_epoch(store: &mut Store, exchanged: &Exchanged) -> Result<(), StoreError> {
    let Some(epoch) = exchanged.epoch else { return Ok(()) };
    let known: Option<Epoch> = store.meta(STORE_EPOCH)?;
    if known == Some(epoch) {
        return Ok(());
    }
    if known.is_some() {
        store.give_again()?;
        store.ask_for_fates_again()?;
    }
    store.forget_cursors()?;
    store.set_meta(DIRECTORY, &0_u64)?;
    if let Some(recipients) = store.meta::<Recipients>(RECIPIENTS)? {
        store.set_meta(RECIPIENTS, &Recipients { version: u64::MAX, ..recipients })?;
    }
    store.ask_for_own_kinds_again()?;
    store.set_meta(STORE_EPOCH, &epoch)
}

fn take_access(store: &mut Store, exchanged: &Exchanged) -> Result<(), StoreError> {
    let Some(access) = &exchanged.access else { return Ok(()) };
    store.set_access(&access.people)?;
    store.set_meta(ACCESS, &access.version)
}

/// Whoever does not receive concerns any more, or has left, keeps none.
fn take_recipients(store: &mut Store, identity: &Identity, exchanged: &Exchanged) -> Result<(), AbsorbError> {
    if let Some(recipients) = &exchanged.recipients {
        store.set_meta(RECIPIENTS, recipients)?;
    }
    match exchanged.admitted {
        Some(true) => store.set_meta(ADMITTED, &true)?,
        _ => store.forget_meta(ADMITTED)?,
    }
    store.set_shut_cases(exchanged.shut_cases.as_deref().unwrap_or_default())?;
    if !receives_concerns(store, identity)? {
        store.forget_received_concerns()?;
    }
    Ok(())
}

fn take_directory(
    store: &mut Store,
    identity: &Identity,
    directory: &[Certificate],
) -> Result<(), AbsorbError> {
    if directory.is_empty() {
        return Ok(());
    }
    let store_key = identity.store_subject()?.key;
    for certificate in directory {
        let subject = certificate.verify(&store_key)?;
        store.keep_certificate(subject.author, certificate)?;
    }
    Ok(())
}

/// Only what the store says under its key counts of other devices; of this one, that its answer is its own.
fn take_terms(store: &mut Store, identity: &Identity, terms: &Terms) -> Result<(), AbsorbError> {
    if terms.ended {
        store.set_meta(ENDED, &true)?;
    }
    for statement in &terms.revoked {
        let revocation: Revocation = statement.verify(&identity.store_subject()?.key)?;
        store.keep_revocation(revocation.device, statement)?;
    }
    Ok(())
}

/// Keys of authors whose certificates were verified for this answer.
type Keys = HashMap<AuthorId, PublicKey>;

fn key_of(
    store: &Store,
    identity: &Identity,
    author: AuthorId,
    keys: &mut Keys,
) -> Result<PublicKey, AbsorbError> {
    if let Some(key) = keys.get(&author) {
        return Ok(*key);
    }
    let store_subject = identity.store_subject()?;
    let key = if author == store_subject.author {
        store_subject.key
    } else {
        let certificate = store.certificate(author)?.ok_or(AbsorbError::UnknownAuthor)?;
        certificate.verify(&store_subject.key)?.key
    };
    keys.insert(author, key);
    Ok(key)
}

fn take_extract(
    store: &mut Store,
    identity: &Identity,
    extract: &PageExtract,
    keys: &mut Keys,
    grown: &mut BTreeSet<PersonId>,
) -> Result<(), AbsorbError> {
    let key = key_of(store, identity, extract.id.author, keys)?;
    let placed = extract.check(&key)?;
    if extract.id.channel == Channel::Restricted {
        return Ok(store.keep_received_concern(extract)?);
    }
    let runs = extract.parts.iter().filter_map(|part| match part {
        Part::Open(run) => Some(run),
        Part::Hidden(_) => None,
    });
    for (run, places) in runs.zip(&placed) {
        let held = take_run(store, &extract.id, run, places)?;
        if extract.id.author == identity.device {
            store.note_on_server(extract.id.stream(run.person), &held)?;
        }
        grown.insert(run.person);
    }
    if !placed.is_empty() {
        store.keep_proof(extract, &placed)?;
    }
    Ok(())
}

/// Takes the records of a run. The numbers of those that are here already.
fn take_run(
    store: &mut Store,
    id: &PageId,
    run: &OpenRun,
    places: &[PlacedItem],
) -> Result<Vec<u64>, AbsorbError> {
    let stream = id.stream(run.person);
    let head = store.head(stream)?;
    let items = run.items.iter().zip(places);
    // The first record of a stream links to another stream, which need not be here.
    if run.first == head.number + 1 && (run.before == head.link || head.number == 0) {
        store.append_others(stream, items)?;
        return Ok(Vec::new());
    }
    // A phone that was set back gets what it has; a stream may come with a gap, or with two records of one
    // number. Whatever is not here is kept.
    let last = places.last().map_or(run.first, |place| place.number);
    let held = store.held_between(stream, &head, (run.first, last))?;
    // A digest stands for whatever is here under its number: it was erased, or may not be seen.
    let is_held = |item: &Item, number| match item {
        Item::Record(_) => held.get(&number).is_some_and(|held| held.contains(item)),
        Item::Digest(_) => held.contains_key(&number),
    };
    let (here, new): (Vec<_>, Vec<_>) = items.partition(|(item, place)| is_held(item, place.number));
    store.append_others(stream, new.into_iter())?;
    Ok(here.into_iter().map(|(_, place)| place.number).collect())
}
