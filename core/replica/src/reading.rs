//! What screens may read on this phone, and what may be written without reading.

use crate::replica::{Inner, LEASE, RecordError, State};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::Body;
use alongside_domain::time::HOUR_MS;
use std::sync::MutexGuard;

impl Inner {
    /// The state, to read what it holds about a person.
    pub(crate) fn reading(&self, person: PersonId) -> Result<MutexGuard<'_, State>, RecordError> {
        let mut state = self.reading_all()?;
        if state.store.may_see(person)? { Ok(state) } else { Err(RecordError::UnknownPerson) }
    }

    /// The state, to read whatever the holder of this phone may see.
    pub(crate) fn reading_all(&self) -> Result<MutexGuard<'_, State>, RecordError> {
        let mut state = self.state();
        let (heard, now) = (self.heard(), self.now());
        if state.identity.is_some() {
            self.keep_time(&mut state)?;
            self.forget_ended_codes(&mut state, now);
            state.check_pin()?;
            if state.lease.has_lapsed(heard.as_ref(), now) {
                return Err(RecordError::Locked { hours: state.lease.ms / HOUR_MS });
            }
        }
        Ok(state)
    }

    /// The state, to read what the holder may know of their own phone also after the lease, but nobody who found it.
    pub(crate) fn reading_own(&self) -> Result<MutexGuard<'_, State>, RecordError> {
        let state = self.state();
        state.check_pin()?;
        Ok(state)
    }

    /// Writes down the highest time that is known, now and then: so a new start does not open what is locked.
    pub(crate) fn keep_time(&self, state: &mut State) -> Result<(), RecordError> {
        if let Some(lease) = state.lease.to_keep(self.now()) {
            state.transact(|store, _, _| store.set_meta(LEASE, &lease))?;
            state.lease = lease;
        }
        Ok(())
    }
}

impl State {
    fn check_pin(&self) -> Result<(), RecordError> {
        if self.is_locked() { Err(RecordError::AskPin) } else { Ok(()) }
    }

    /// Whether the PIN is asked for. A phone that is not enrolled shows nobody.
    pub(crate) fn is_locked(&self) -> bool {
        self.identity.is_some() && self.asks_pin
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
            | Body::HandoverNote(_)
            | Body::RunningLate(_)
            | Body::NoReplyTried(_)
            | Body::LocatedSafe(_)
            | Body::ExpectedLeaving(_)
            | Body::NotSafeToday(_)
    )
}
