//! Makes the request of an exchange: says what the device has, and carries the pages that wait.

use crate::clock::{Clock, counted};
use crate::identity::Identity;
use crate::store::{Store, StoreError, write};
use alongside_domain::ids::{AuthorId, Epoch};
use alongside_domain::journal::{PageExtract, PageId};
use alongside_domain::sync::certificate::Certificate;
use alongside_domain::sync::messages::{CursorDigest, Cursors, PackedExtract, REQUEST_PAGES_MAX, Request};
use std::collections::BTreeSet;

/// Key of the directory's version in the database.
pub(crate) const DIRECTORY: &str = "directory version";
/// Key of the access list's version in the database.
pub(crate) const ACCESS: &str = "access version";
/// Key of the epoch of the store whose positions the cursors are.
pub(crate) const STORE_EPOCH: &str = "store epoch";

/// The request's bytes, and the names of the pages in it.
pub(crate) fn request(
    store: &mut Store,
    identity: &Identity,
    all_cursors: bool,
    clock: &dyn Clock,
) -> Result<(Vec<u8>, Vec<PageId>), StoreError> {
    let (cursors, epoch) = (store.cursors()?, store.meta(STORE_EPOCH)?.unwrap_or(Epoch([0; 8])));
    let cursors = if all_cursors {
        Cursors::All(epoch, cursors)
    } else {
        Cursors::Digest(CursorDigest::of(epoch, &cursors))
    };
    let pages = store.waiting_pages(identity.device)?;
    let sent: Vec<PageId> = pages.iter().map(|page| page.id).collect();
    let brought = store.extracts_to_give(REQUEST_PAGES_MAX - sent.len())?;
    let to_come =
        store.count_waiting_pages()?.0 - sent.len() as u64 + store.proofs_to_give()? - brought.len() as u64;
    let request = Request {
        cursors,
        pages: pages.into_iter().map(|waiting| waiting.page).collect(),
        directory: store.meta(DIRECTORY)?.unwrap_or(0),
        clock: clock.wall(),
        counted: (!sent.is_empty()).then(|| counted(clock)),
        access: store.meta(ACCESS)?.unwrap_or(0),
        certificates: certificates(store, identity, &brought)?,
        brought: brought.iter().map(PackedExtract::of).collect(),
        to_come,
        keeps: store.keeps_something()?,
        wiped: None,
        erased: store.erased()?,
    };
    Ok((write(&request), sent))
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
    };
    Ok(write(&request))
}
