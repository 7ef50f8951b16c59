//! SQLCipher at the start of a process.
//!
//! SQLite says that it has started before SQLCipher has: whoever gives a key meanwhile, on another thread than the one
//! that starts it, is refused with error 1. Nothing was done then, and a moment later it takes keys.

use super::StoreError;
use rusqlite::Connection;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// It takes a hundredth of a second where nothing else is done.
const AT_MOST: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(1);

static HAS_STARTED: AtomicBool = AtomicBool::new(false);

/// Waits until the engine takes keys.
pub(super) fn wait_until_started() -> Result<(), StoreError> {
    let since = Instant::now();
    while !HAS_STARTED.load(Ordering::Acquire) {
        match take_a_key() {
            Ok(()) => HAS_STARTED.store(true, Ordering::Release),
            Err(StoreError::Refused(_)) if since.elapsed() < AT_MOST => thread::sleep(PAUSE),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Gives a key to a database that is nowhere.
fn take_a_key() -> Result<(), StoreError> {
    Ok(Connection::open_in_memory()?.execute_batch("PRAGMA key = 'none'")?)
}
