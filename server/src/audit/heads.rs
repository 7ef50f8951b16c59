//! The head of the trail that devices are told: as it was at the last full hour, once in each hour, whether anything was
//! done or not, and without its number. So an answer tells nothing of what somebody has done, nor how much was.

use super::entry::{TrailHead, head_message};
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
        let (epoch, full) = (app.identity.epoch, Moment(hour * HOUR_MS));
        let found = app.store.audit_head_before(full).await?;
        let told = found.map(|(_, link)| AuditHead { epoch, hour: full, link });
        if let Some((number, link)) = found {
            let head = TrailHead { epoch, number, link };
            let signature = app.identity.sign(&head_message(&head));
            app.store.keep_audit_head(SignedHead { head, at: now, signature }).await?;
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((hour, told));
        Ok(told)
    }
}
