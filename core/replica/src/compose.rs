//! Makes the request of an exchange: says what the device has, and carries the pages that wait.

use crate::clock::{Clock, counted};
use crate::concern::RECIPIENTS;
use crate::identity::Identity;
use crate::store::{SealedToSend, Store, StoreError, WaitingPage, write};
use alongside_domain::ids::{AuthorId, Epoch};
use alongside_domain::journal::{PageExtract, PageId};
use alongside_domain::sync::certificate::Certificate;
use alongside_domain::sync::messages::{
    AskedEdit, CursorDigest, Cursors, PackedExtract, PageDigests, REQUEST_PAGE_BYTES_MAX, REQUEST_PAGES_MAX,
    Recipients, Request,
};
use std::collections::BTreeSet;

/// Key of the directory's version in the database.
pub(crate) const DIRECTORY: &str = "directory version";
/// Key of the access list's version in the database.
pub(crate) const ACCESS: &str = "access version";
/// Key of the epoch of the store whose positions the cursors are.
pub(crate) const STORE_EPOCH: &str = "store epoch";

/// Key of the last head of the server's audit trail in the database.
pub(crate) const AUDIT_HEAD: &str = "audit head";

/// The names of what a request carries, in the order in which the server counts them: pages, then what is brought.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    pub(crate) pages: Vec<PageId>,
    pub(crate) brought: Vec<PageId>,
}

/// The request's bytes, and the names of what it carries.
pub(crate) fn request(
    store: &mut Store,
    identity: &Identity,
    all_cursors: bool,
    clock: &dyn Clock,
    told: SealedToSend,
    edits: Vec<AskedEdit>,
) -> Result<(Vec<u8>, Sent), StoreError> {
    let (cursors, epoch) = (store.cursors()?, store.meta(STORE_EPOCH)?.unwrap_or(Epoch([0; 8])));
    let cursors = if all_cursors {
        Cursors::All(epoch, cursors)
    } else {
        Cursors::Digest(CursorDigest::of(epoch, &cursors))
    };
    let pages = store.waiting_pages(identity.device)?;
    let mut brought = store.extracts_to_give(REQUEST_PAGES_MAX - pages.len())?;
    let packed = fitting(&brought, &pages);
    brought.truncate(packed.len());
    let sent = Sent {
        pages: pages.iter().map(|waiting| waiting.id).collect(),
        brought: brought.iter().map(|extract| extract.id).collect(),
    };
    let left = store.count_waiting_pages()?.0 + store.extracts_left()?;
    let to_come = left - (sent.pages.len() + sent.brought.len()) as u64;
    let digests = digests(&pages);
    let request = Request {
        cursors,
        digests,
        pages: pages.into_iter().map(|waiting| waiting.page).collect(),
        directory: store.meta(DIRECTORY)?.unwrap_or(0),
        clock: clock.wall(),
        counted: (!sent.pages.is_empty()).then(|| counted(clock)),
        access: store.meta(ACCESS)?.unwrap_or(0),
        certificates: certificates(store, identity, &brought)?,
        brought: packed,
        to_come,
        keeps: store.keeps_something()?,
        wiped: None,
        erased: store.erased()?,
        recipients: store.meta::<Recipients>(RECIPIENTS)?.map_or(0, |recipients| recipients.version),
        sealed: told.pages,
        edits: (!edits.is_empty()).then_some(edits),
        audit: store.meta(AUDIT_HEAD)?,
        acknowledges: (!told.acknowledges.is_empty()).then_some(told.acknowledges),
        calls: (!told.calls.is_empty()).then_some(told.calls),
        own_kinds: Some(store.own_kinds_told()?),
    };
    Ok((write(&request), sent))
}

/// The digests of those pages of which the server has asked for them.
fn digests(pages: &[WaitingPage]) -> Option<Vec<PageDigests>> {
    let asked = (0..)
        .zip(pages)
        .filter_map(|(index, waiting)| Some(PageDigests { index, digests: waiting.digests.clone()? }));
    let asked: Vec<PageDigests> = asked.collect();
    (!asked.is_empty()).then_some(asked)
}

/// The first extracts, packed, that fit into a request beside its pages; one in any case where there is no page.
fn fitting(extracts: &[PageExtract], pages: &[WaitingPage]) -> Vec<PackedExtract> {
    let mut total: usize = pages.iter().map(|waiting| waiting.page.0.len()).sum();
    let mut packed = Vec::new();
    for extract in extracts.iter().map(PackedExtract::of) {
        total += extract.0.len();
        if total > REQUEST_PAGE_BYTES_MAX && !(pages.is_empty() && packed.is_empty()) {
            break;
        }
        packed.push(extract);
    }
    packed
}

/// The certificates of the devices that wrote what is brought.
fn certificates(
    store: &Store,
    identity: &Identity,
    brought: &[PageExtract],
) -> Result<Vec<Certificate>, StoreError> {
    let authors: BTreeSet<AuthorId> = brought.iter().map(|extract| extract.id.author).collect();
    let others = authors.into_iter().filter(|author| *author != identity.device);
    others.filter_map(|author| store.certificate(author).transpose()).collect()
}

/// What a device says last, once it has destroyed what it held: nothing but that.
pub(crate) fn last_request(store: &Store, clock: &dyn Clock) -> Result<Vec<u8>, StoreError> {
    let request = Request {
        cursors: Cursors::All(store.meta(STORE_EPOCH)?.unwrap_or(Epoch([0; 8])), Vec::new()),
        pages: Vec::new(),
        directory: store.meta(DIRECTORY)?.unwrap_or(0),
        clock: clock.wall(),
        access: store.meta(ACCESS)?.unwrap_or(0),
        counted: None,
        brought: Vec::new(),
        certificates: Vec::new(),
        to_come: 0,
        keeps: false,
        wiped: Some(true),
        erased: store.erased()?,
        recipients: 0,
        sealed: Vec::new(),
        edits: None,
        audit: None,
        acknowledges: None,
        digests: None,
        calls: None,
        own_kinds: None,
    };
    Ok(write(&request))
}
