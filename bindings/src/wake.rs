//! Wake-ups: the app says why, the core decides whether to sync and when it is to be woken again.

use crate::asked::asking;
use crate::problem::Problem;
use crate::replica::Replica;
use alongside_replica::domain::sync::pace::{Line, WakeReason};
use alongside_replica::{SyncReport, Woken};
use std::sync::Arc;

/// Why the app wakes the core.
#[uniffi::remote(Enum)]
pub enum WakeReason {
    AppOpened,
    VisitEnded,
    LineBack,
    Time,
    AtOnce,
}

/// What a wake-up led to. After `again_in_ms` the app wakes the core again, also from the background.
#[uniffi::remote(Record)]
pub struct Woken {
    pub sync: Option<SyncReport>,
    pub again_in_ms: Option<u64>,
}

/// Whether the phone has a line. The shell implements it with what its system knows; without one the core tries.
#[uniffi::export(with_foreign)]
pub trait Connectivity: Send + Sync {
    /// Whether there is a line now.
    fn has_line(&self) -> Result<bool, Problem>;
}

#[uniffi::export(async_runtime = "tokio")]
impl Replica {
    /// Syncs where it is time to. Call it when the app is opened, when a visit ends, when the phone has a line again
    /// (call it, and nothing else, from the system's callback), when the time has come that the last call asked for, and
    /// when somebody must know at once what was recorded, such as a met trigger, or asks for a sync.
    #[uniffi::method(default(connectivity = None))]
    pub async fn wake(
        &self,
        reason: WakeReason,
        connectivity: Option<Arc<dyn Connectivity>>,
    ) -> Result<Woken, Problem> {
        let core = self.core()?;
        // What fails does not keep the records here: then it is not known.
        let line = match connectivity.map(|shell| asking(|| shell.has_line())) {
            Some(Ok(true)) => Line::Up,
            Some(Ok(false)) => Line::Down,
            Some(Err(_)) | None => Line::Unknown,
        };
        Ok(core.wake(reason, line).await?)
    }
}
