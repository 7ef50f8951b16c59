//! The server's clock: the system's, or one that stands still until a test moves it (docs/test-clock.md).

use alongside_domain::time::Moment;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the time comes from.
#[derive(Debug)]
pub enum Clock {
    /// The system's clock.
    System,
    /// Stands still until it is moved.
    Test(AtomicI64),
}

impl Clock {
    /// A clock for tests, which starts at the system's time.
    pub fn test() -> Clock {
        Clock::Test(AtomicI64::new(system_now().0))
    }

    /// The time now.
    pub fn now(&self) -> Moment {
        match self {
            Clock::System => system_now(),
            Clock::Test(now_ms) => Moment(now_ms.load(Ordering::SeqCst)),
        }
    }

    /// Moves a test clock; `false` for the system's, which nobody moves.
    pub fn move_to(&self, now: Moment) -> bool {
        match self {
            Clock::System => false,
            Clock::Test(now_ms) => {
                now_ms.store(now.0, Ordering::SeqCst);
                true
            }
        }
    }
}

/// The system's time. A clock before 1970 is taken as 1970.
pub fn system_now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
