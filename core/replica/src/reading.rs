//! What screens may read on this phone, and what may be written without reading.

use crate::replica::{Inner, RecordError, State};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::Body;
use std::sync::MutexGuard;

impl Inner {
    /// The state, to read what it holds about a person.
    pub(crate) fn reading(&self, person: PersonId) -> Result<MutexGuard<'_, State>, RecordError> {
        let mut state = self.state();
        if state.store.may_see(person)? { Ok(state) } else { Err(RecordError::UnknownPerson) }
    }
}

/// Whether a record says what someone saw or did. Such a fact is never refused because of access: it may be about
/// somebody whom this phone cannot show, as when a carer stands in at a door, or access ended while she was inside.
pub(crate) fn is_fact_of_care(body: &Body) -> bool {
    matches!(
        body,
        Body::Observation(_)
            | Body::VisitArrived(_)
            | Body::VisitLeft(_)
            | Body::ContactAttempt(_)
            | Body::Response(_)
            | Body::Closing(_)
            | Body::Communication(_)
    )
}
