//! The head of the trail that devices are told: as it was at the last full hour, never as each act changes it. So an
//! answer tells nothing of what somebody has just done.

use super::entry::head_message;
use crate::app::App;
use crate::storage::{SignedHead, StorageError};
use alongside_domain::sync::messages::AuditHead;
use alongside_domain::time::{HOUR_MS, Moment};
use std::sync::{Mutex, PoisonError};

/// The head of the last full hour, once it was found.
#[derive(Debug, Default)]
pub struct Heads(Mutex<Option<(i64, Option<AuditHead>)>>);

impl Heads {
    /// The head as it was at the last full hour; nothing while there was none. It is signed and kept once.
    pub async fn at_full_hour(&self, app: &App, now: Moment) -> Result<Option<AuditHead>, StorageError> {
        let hour = now.0.div_euclid(HOUR_MS);
        let known = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, head)) = known
            && of == hour
        {
            return Ok(head);
        }
        let found = app.store.audit_head_before(Moment(hour * HOUR_MS)).await?;
        let head = found.map(|(number, link)| AuditHead { epoch: app.identity.epoch, number, link });
        if let Some(head) = head {
            let signature = app.identity.sign(&head_message(&head));
            app.store.keep_audit_head(SignedHead { head, at: now, signature }).await?;
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((hour, head));
        Ok(head)
    }
}
