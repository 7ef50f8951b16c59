//! A wake-up: the app says why, and the core decides whether to sync and when it is to be woken again.

use crate::replica::{RecordError, Replica, SyncReport, lock};
use alongside_domain::sync::pace::{Line, Now, WakeReason};

/// What a wake-up led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Woken {
    /// How the sync went; nothing where none was tried.
    pub sync: Option<SyncReport>,
    /// After so many milliseconds the app wakes the core again, also from the background; nothing where that is of no
    /// use any more.
    pub again_in_ms: Option<u64>,
}

impl Replica {
    /// Syncs where it is time to. Call it when the app is opened, when a visit ends, when the phone has a line again,
    /// when the time has come that the last call asked for, and when somebody must know at once what was recorded.
    pub async fn wake(&self, reason: WakeReason, line: Line) -> Result<Woken, RecordError> {
        self.inner.identity()?;
        let now_ms = self.inner.clock.monotonic_ms();
        let decided = lock(&self.inner.pace).woken(reason, line, now_ms);
        if let Now::Wait { ms } = decided {
            return Ok(Woken { sync: None, again_in_ms: Some(ms) });
        }
        let report = self.sync().await?;
        let (now_ms, chance) =
            (self.inner.clock.monotonic_ms(), u64::from_le_bytes(self.inner.random.bytes()));
        let again_in_ms = lock(&self.inner.pace).ended(report.outcome, report.waiting, now_ms, chance);
        Ok(Woken { sync: Some(report), again_in_ms })
    }
}
