//! Whether the core is asking the app for something, on this thread.
//!
//! The core may hold its store meanwhile. A part of the app that called the core from there would wait for itself.

use std::cell::Cell;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Asks a part of the app.
pub(crate) fn asking<T>(ask: impl FnOnce() -> T) -> T {
    struct Asked;
    impl Drop for Asked {
        fn drop(&mut self) {
            DEPTH.set(DEPTH.get() - 1);
        }
    }
    DEPTH.set(DEPTH.get() + 1);
    let _asked = Asked;
    ask()
}

/// Whether a part of the app is being asked.
pub(crate) fn is_asking() -> bool {
    DEPTH.get() > 0
}
