//! Makes the request of an exchange: says what the device has, and carries the pages that wait.

use crate::clock::{Clock, counted};
use crate::identity::Identity;
use crate::store::{Store, StoreError, write};
use alongside_domain::journal::PageId;
use alongside_domain::sync::messages::{CursorDigest, Cursors, Request};

/// Key of the directory's version in the database.
pub(crate) const DIRECTORY: &str = "directory version";
/// Key of the access list's version in the database.
pub(crate) const ACCESS: &str = "access version";

/// The request's bytes, and the names of the pages in it.
pub(crate) fn request(
    store: &Store,
    identity: &Identity,
    all_cursors: bool,
    clock: &dyn Clock,
) -> Result<(Vec<u8>, Vec<PageId>), StoreError> {
    let cursors = store.cursors()?;
    let cursors =
        if all_cursors { Cursors::All(cursors) } else { Cursors::Digest(CursorDigest::of(&cursors)) };
    let pages = store.waiting_pages(identity.device)?;
    let sent: Vec<PageId> = pages.iter().map(|page| page.id).collect();
    let request = Request {
        cursors,
        pages: pages.into_iter().map(|waiting| waiting.page).collect(),
        directory: store.meta(DIRECTORY)?.unwrap_or(0),
        clock: clock.wall(),
        counted: (!sent.is_empty()).then(|| counted(clock)),
        access: store.meta(ACCESS)?.unwrap_or(0),
    };
    Ok((write(&request), sent))
}
