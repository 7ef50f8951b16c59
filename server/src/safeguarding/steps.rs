//! Gives each recipient of a concern its letter when their step has come.

use crate::app::App;
use crate::storage::StorageError;
use alongside_domain::ids::{AuthorId, StaffId};
use alongside_domain::sync::messages::Recipients;
use alongside_domain::time::Moment;

/// Whether something may be given to a member of staff: they receive concerns, or were given access to a case.
pub async fn receives(app: &App, recipients: &Recipients, staff: StaffId) -> Result<bool, StorageError> {
    Ok(recipients.staff.contains(&staff) || app.store.is_admitted(staff).await?)
}

/// Gives a device or desk of a recipient what is due to them by now.
pub async fn give_due(
    app: &App,
    device: AuthorId,
    staff: StaffId,
    recipients: &Recipients,
    now: Moment,
) -> Result<(), StorageError> {
    let waiting = app.store.waiting_letters(device).await?;
    let due = waiting.iter().filter(|letter| letter.asking.is_given(&recipients.staff, staff, now));
    let pages: Vec<i64> = due.map(|letter| letter.page).collect();
    if pages.is_empty() { Ok(()) } else { app.store.give_letters(device, pages, now).await }
}
