//! The one line that a locked app may show: "Ring the office". It is the same for every reason, so that nobody who looks
//! over a shoulder learns which: a concern that nobody may have yet, a lease that has run out, an enrolment that has
//! ended, a page that the server refuses, a damaged database.

use crate::replica::{ENDED, Inner, Replica, State};
use crate::store::StoreError;

/// The line, without a count, a name or a reason.
pub const RING_THE_OFFICE: &str = "Ring the office";

impl Replica {
    /// The line that is to be shown now, also while the app is locked; nothing where there is no reason to ring. It
    /// reads nothing about a person.
    pub fn ring_the_office(&self) -> Option<&'static str> {
        let has_reason = self.inner.has_reason_to_ring().unwrap_or(true);
        has_reason.then_some(RING_THE_OFFICE)
    }
}

impl Inner {
    fn has_reason_to_ring(&self) -> Result<bool, StoreError> {
        let (heard, now) = (self.heard(), self.now());
        let state = self.state();
        if state.identity.is_none() || state.is_wiped {
            return Ok(false);
        }
        Ok(state.lease.has_lapsed(heard.as_ref(), now) || state.something_is_wrong()?)
    }
}

impl State {
    fn something_is_wrong(&self) -> Result<bool, StoreError> {
        let store = &self.store;
        Ok(!store.waiting_concerns()?.is_empty()
            || store.set_aside() > 0
            || store.meta(ENDED)?.unwrap_or(false)
            || store.refused_pages()? > 0)
    }
}
