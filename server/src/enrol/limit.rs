//! Limits wrong codes over the whole server: nobody guesses, however many addresses they have.

use alongside_domain::time::{MINUTE_MS, Moment};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Most wrong codes in [`WINDOW_MS`].
const WRONG_MAX: usize = 30;
const WINDOW_MS: i64 = 10 * MINUTE_MS;

/// Remembers when wrong codes were tried.
#[derive(Debug, Default)]
pub struct TryLimit(Mutex<VecDeque<Moment>>);

impl TryLimit {
    /// Whether no further code is tried now.
    pub fn is_reached(&self, now: Moment) -> bool {
        let mut wrong = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while wrong.front().is_some_and(|first| now.since_ms(*first) >= WINDOW_MS) {
            wrong.pop_front();
        }
        wrong.len() >= WRONG_MAX
    }

    /// Notes a wrong code.
    pub fn count(&self, now: Moment) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_lapses_when_the_window_has_passed() {
        let limit = TryLimit::default();
        (0..WRONG_MAX).for_each(|_| limit.count(Moment(0)));
        assert!(limit.is_reached(Moment(WINDOW_MS - 1)));
        assert!(!limit.is_reached(Moment(WINDOW_MS)));
    }
}
