//! Makes the request of an exchange: cuts what is in no page, and says what the device has.

use crate::identity::Identity;
use crate::recorder::Secrets;
use crate::store::{Store, StoreError};
use alongside_domain::journal::{Channel, PageId};
use alongside_domain::sync::messages::{
    CursorDigest, Cursors, PageBytes, REQUEST_PAGE_BYTES_MAX, Request, pack,
};
use alongside_domain::time::Moment;

/// The channels that a device writes pages for.
pub(crate) const CHANNELS: [Channel; 2] = [Channel::Care, Channel::Office];

/// Key of the directory's version in the database.
pub(crate) const DIRECTORY: &str = "directory version";
/// Key of the access list's version in the database.
pub(crate) const ACCESS: &str = "access version";

/// Cuts every channel; afterwards each record is in a page.
pub(crate) fn cut_all(
    store: &mut Store,
    identity: &Identity,
    secrets: &mut Secrets,
) -> Result<(), StoreError> {
    CHANNELS.iter().try_for_each(|channel| cut(store, identity, secrets, *channel))
}

/// Cuts one channel's page and opens the next with a new secret.
pub(crate) fn cut(
    store: &mut Store,
    identity: &Identity,
    secrets: &mut Secrets,
    channel: Channel,
) -> Result<(), StoreError> {
    let Some(secret) = secrets.take(store, channel)? else { return Ok(()) };
    store.cut_page(identity.device, identity.epoch, channel, secret, |message| identity.sign(message))
}

/// The packed request, and the names of the pages in it.
pub(crate) fn request(
    store: &Store,
    identity: &Identity,
    all_cursors: bool,
    clock: Moment,
) -> Result<(Vec<u8>, Vec<PageId>), StoreError> {
    let cursors = store.cursors()?;
    let cursors =
        if all_cursors { Cursors::All(cursors) } else { Cursors::Digest(CursorDigest::of(&cursors)) };
    let pages = store.waiting_pages(identity.device, REQUEST_PAGE_BYTES_MAX)?;
    let sent = pages.iter().map(|page| page.id).collect();
    let request = Request {
        cursors,
        pages: pages.into_iter().map(|page| PageBytes(page.bytes)).collect(),
        directory: store.meta(DIRECTORY)?.unwrap_or(0),
        clock,
        access: store.meta(ACCESS)?.unwrap_or(0),
    };
    Ok((pack(&request), sent))
}
