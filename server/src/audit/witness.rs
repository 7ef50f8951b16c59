//! Devices as witnesses: each says which head of the trail it was told last. One that is not in the trail means that
//! the past was changed, unless a restore of the store explains it.

use super::entry::{Entry, Outcome, What, Who};
use crate::app::App;
use crate::storage::{Claim, Device, StorageError};
use alongside_domain::sync::messages::AuditHead;
use alongside_domain::time::Moment;

/// What the trail says to a head that a device was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Judged {
    /// It is in it.
    Holds,
    /// A restore has lost it.
    Lost,
    /// It is not, and nothing explains it.
    Contradicted,
}

/// Looks for what a device was told in the trail. What is not there is kept, with the device that says so.
pub async fn hear(
    app: &App,
    device: &Device,
    said: Option<AuditHead>,
    now: Moment,
) -> Result<(), StorageError> {
    let Some(head) = said else { return Ok(()) };
    let judged = judge(app, &head).await?;
    if judged == Judged::Holds {
        return Ok(());
    }
    let is_lost = judged == Judged::Lost;
    let claim = Claim { device: device.device, head, at: now, is_lost };
    if !app.store.note_audit_claim(claim).await? || is_lost {
        return Ok(());
    }
    tracing::error!(
        device = %device.device,
        hour = head.hour.0,
        "the audit trail does not hold what this device was told: it was changed. Keep the database as it is, and run \
         `alongside verify-audit`"
    );
    let who = Who::Device { device: device.device, staff: device.staff };
    let entry = Entry { outcome: Outcome::Refused, ..Entry::new(now, who, What::WitnessDisagreed) };
    app.store.audit(vec![entry]).await
}

async fn judge(app: &App, head: &AuditHead) -> Result<Judged, StorageError> {
    if app.store.audit_number(head.link).await?.is_some() {
        return Ok(Judged::Holds);
    }
    if head.epoch == app.identity.epoch {
        return Ok(Judged::Contradicted);
    }
    let is_lost = match app.store.former_audit_end(head.epoch).await? {
        // What is here of that epoch goes beyond that hour: then its head has to be here.
        Some(end) => end < head.hour,
        // Of an epoch that began and ended after the backup to which the store was restored.
        None => app.store.audit_was_restored().await?,
    };
    Ok(if is_lost { Judged::Lost } else { Judged::Contradicted })
}
