//! Takes pages: checks each one whole, stores it with what follows from it, and only then gives its receipt.

use crate::app::App;
use crate::plan;
use crate::refusal::Refusal;
use crate::storage::{Access, Commit, Committed, Device, PageToStore, StorageError};
use alongside_domain::journal::{Channel, Page, PageError, PageId, PublicKey};
use alongside_domain::sync::messages::{PageBytes, Refused};
use alongside_domain::time::Moment;

/// How often what follows from a page is derived anew.
const ATTEMPTS_MAX: usize = 8;

/// Who sends.
pub struct Sender<'a> {
    /// The device.
    pub device: &'a Device,
    /// Whom they may write about.
    pub access: &'a Access,
}

/// What became of the pages of a request.
#[derive(Debug, Default)]
pub struct Taken {
    /// Durable.
    pub receipts: Vec<PageId>,
    /// Not taken.
    pub refused: Vec<Refused>,
}

/// Takes each page in turn. A page that is refused does not hold up the others.
pub async fn take(
    app: &App,
    sender: &Sender<'_>,
    pages: Vec<PageBytes>,
    now: Moment,
) -> Result<Taken, Refusal> {
    let mut taken = Taken::default();
    for (index, PageBytes(bytes)) in (0u32..).zip(pages) {
        match take_one(app, sender, bytes, now).await? {
            Ok(id) => taken.receipts.push(id),
            Err(why) => {
                tracing::warn!(device = %sender.device.device, index, %why, "a page was refused");
                taken.refused.push(Refused { index, why });
            }
        }
    }
    Ok(taken)
}

async fn take_one(
    app: &App,
    sender: &Sender<'_>,
    bytes: Vec<u8>,
    now: Moment,
) -> Result<Result<PageId, PageError>, Refusal> {
    let key = sender.device.key;
    let checked = tokio::task::spawn_blocking(move || check(&bytes, &key, now)).await;
    let page = match checked.map_err(|_| Refusal::Unavailable)? {
        Ok(page) => page,
        Err(why) => return Ok(Err(why)),
    };
    if let Err(why) = may_write(sender, &page.page) {
        return Ok(Err(why));
    }
    store(app, page, now).await
}

/// Stores the page with what follows from it; derives that anew when others wrote about the same people meanwhile.
async fn store(app: &App, page: PageToStore, now: Moment) -> Result<Result<PageId, PageError>, Refusal> {
    let id = page.page.id;
    for _ in 0..ATTEMPTS_MAX {
        let following = plan::follow(app, &page, now).await?;
        if !plan::fits(&following.own) {
            return Ok(Err(PageError::TooLarge));
        }
        let commit = Commit { page: Some(page.clone()), own: following.own, guards: following.guards };
        match app.store.commit(commit).await {
            Ok(Committed::Stored | Committed::Already) => return Ok(Ok(id)),
            // Two pages of one author never hold the same record: each is cut once.
            Ok(Committed::Overlaps) | Err(StorageError::Exists) => {
                return Ok(Err(PageError::RunsOutOfOrder));
            }
            Ok(Committed::Moved) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Refusal::Unavailable)
}

fn check(bytes: &[u8], key: &PublicKey, received: Moment) -> Result<PageToStore, PageError> {
    let page = Page::decode(bytes)?;
    let places = page
        .check(key)?
        .runs
        .into_iter()
        .map(|run| run.into_iter().map(|linked| (linked.link, linked.header.kind)).collect())
        .collect();
    Ok(PageToStore { page, places, received })
}

/// The page is its sender's own, and about people whom they care for or cared for: what was recorded before
/// access ended is still taken.
fn may_write(sender: &Sender<'_>, page: &Page) -> Result<(), PageError> {
    if page.id.author != sender.device.device {
        return Err(PageError::Author);
    }
    let access = sender.access;
    let knows =
        |person| access.people.binary_search(person).is_ok() || access.former.binary_search(person).is_ok();
    let everyone = page.runs.iter().all(|run| knows(&run.person));
    if page.id.channel == Channel::Care && everyone { Ok(()) } else { Err(PageError::Access) }
}
