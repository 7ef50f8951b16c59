//! The phone meets damage in its database: it goes on with a new one, and what was saved stays saved once.

use crate::compose::Sent;
use crate::replica::{Inner, RecordError, State, read_what_is_new};
use crate::store::{Drawn, StoreError};
use alongside_domain::care::escalation::Escalation;
use alongside_domain::ids::{Epoch, PersonId};
use alongside_domain::journal::{PageSecret, RecordRef};

impl Inner {
    /// Goes on with what can be read of a damaged database.
    pub(crate) fn mend(&self) -> Result<(), StoreError> {
        self.mend_held(&mut self.state())
    }

    fn mend_held(&self, state: &mut State) -> Result<(), StoreError> {
        let drawn = Drawn { epoch: Epoch(self.random.bytes()), secret: PageSecret(self.random.bytes()) };
        let Some(identity) = state.identity.clone() else { return Err(StoreError::Damaged) };
        state.store.salvage(&identity, &drawn)?;
        state.open_pages.forget();
        state.plans.clear();
        state.people.clear();
        state.sent = Sent::default();
        state.is_answer_outdated = true;
        state.holders = None;
        tracing::warn!(
            set_aside = state.store.set_aside(),
            "the database was damaged; what can be read goes on"
        );
        state.transact(|store, identity, pages| {
            pages.cut(store, identity)?;
            store.place_records()
        })?;
        read_what_is_new(&mut state.store, Some(&identity));
        Ok(())
    }

    /// What a record meets that is saved: where damage is met on the way, it is not saved once more. Its name, which may be
    /// another one in the mended file.
    pub(crate) fn met_by_saved(
        &self,
        state: &mut State,
        person: PersonId,
        id: RecordRef,
    ) -> Result<(RecordRef, Vec<Escalation>), RecordError> {
        match state.met_by(person, id, self.now()) {
            Err(RecordError::Store(StoreError::Damaged)) => {
                self.mend_held(state)?;
                let id = state.store.last_own(id.author)?.unwrap_or(id);
                Ok((id, state.met_by(person, id, self.now())?))
            }
            met => Ok((id, met?)),
        }
    }
}
