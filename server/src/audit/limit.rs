//! What anybody can ask for again and again without being known is noted once a minute, so that nobody can fill the
//! trail.

use super::entry::What;
use alongside_domain::ids::StaffId;
use alongside_domain::time::{MINUTE_MS, Moment};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Remembers what was noted lately.
#[derive(Debug, Default)]
pub struct Repeats(Mutex<HashMap<(What, Option<StaffId>), Moment>>);

impl Repeats {
    /// Whether it is to be noted: it was not in the last minute.
    pub fn is_new(&self, what: What, staff: Option<StaffId>, now: Moment) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.retain(|_, at| (0..MINUTE_MS).contains(&now.since_ms(*at)));
        let is_new = !noted.contains_key(&(what, staff));
        noted.entry((what, staff)).or_insert(now);
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_noted_once_a_minute() {
        let repeats = Repeats::default();
        let staff = Some(StaffId([1; 16]));
        assert!(repeats.is_new(What::SignedIn, None, Moment(0)));
        assert!(!repeats.is_new(What::SignedIn, None, Moment(MINUTE_MS - 1)));
        assert!(repeats.is_new(What::SignedIn, staff, Moment(1)));
        assert!(repeats.is_new(What::SignedIn, None, Moment(MINUTE_MS)));
    }
}
