//! Gives each recipient of a concern its letter when their step has come; and who has it by then.

use crate::app::App;
use crate::storage::{ConcernName, StorageError};
use alongside_domain::ids::{AuthorId, StaffId};
use alongside_domain::sync::messages::Recipients;
use alongside_domain::time::Moment;
use std::collections::BTreeSet;

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

/// The recipients to whom a concern was given, or is due by now, and whose access to its case was not taken back. Nobody
/// where it is not here.
pub async fn have(
    app: &App,
    concern: ConcernName,
    recipients: &Recipients,
    now: Moment,
) -> Result<BTreeSet<StaffId>, StorageError> {
    let Some(asked) = app.store.asked(concern).await? else { return Ok(BTreeSet::new()) };
    let is_given = |staff: &StaffId| {
        asked.given.contains(staff) || asked.asking.is_given(&recipients.staff, *staff, now)
    };
    let mut have = BTreeSet::new();
    for staff in recipients.staff.iter().copied().filter(is_given) {
        if !shut_to(app, staff).await?.contains(&concern) {
            have.insert(staff);
        }
    }
    Ok(have)
}

/// The cases that somebody may not read any more.
pub async fn shut_to(app: &App, staff: StaffId) -> Result<Vec<ConcernName>, StorageError> {
    let access = app.store.case_access_of(staff).await?;
    Ok(access.into_iter().filter(|access| !access.on).map(|access| access.concern).collect())
}
