//! A look at the code of a key safe: near a rostered visit only, and written down before the code is shown.

use crate::draft::Draft;
use crate::replica::{Inner, RecordError, Replica, State};
use crate::store::StoreError;
use alongside_domain::day::key_safe::holds_code;
use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::KeySafeLook;
use alongside_domain::journal::{Body, Channel};
use alongside_domain::time::Moment;

impl Replica {
    /// Whether the code of a person's key safe can be looked at now.
    pub fn has_key_safe(&self, person: PersonId) -> Result<bool, RecordError> {
        let now = self.now();
        Ok(self.inner.reading(person)?.store.key_safe(person, now)?.is_some())
    }

    /// The code of a person's key safe. That it was looked at is a record, durable before this returns.
    pub fn look_at_key_safe(&self, person: PersonId) -> Result<String, RecordError> {
        let (identity, now) = (self.inner.identity()?, self.now());
        let mut state = self.inner.reading(person)?;
        let Some(found) = state.store.key_safe(person, now)? else { return Err(RecordError::NoKeySafe) };
        let body = Body::KeySafeLook(KeySafeLook { visit: Some(found.visit) });
        let draft = Draft { body, observed: None };
        let (header, bytes) = self.inner.write(&mut state, &identity, person, &draft)?;
        let id = state.append(person, Channel::Care, &header, &bytes)?;
        state.add(person, crate::person::entry_of_new(id, header, draft.body))?;
        drop(state);
        self.inner.changed();
        Ok(found.code.0)
    }

    /// Whether a text holds the code that can be looked at now: a warning to whoever writes it.
    pub fn holds_key_safe_code(&self, person: PersonId, text: &str) -> Result<bool, RecordError> {
        let now = self.now();
        let found = self.inner.reading(person)?.store.key_safe(person, now)?;
        Ok(found.is_some_and(|found| holds_code(text, &found.code.0)))
    }
}

impl Inner {
    /// Deletes codes whose windows have ended, and empties the log that held them. A database that cannot do it now is
    /// asked again the next time: no code is shown after its window in any case.
    pub(crate) fn forget_ended_codes(&self, state: &mut State, now: Moment) {
        if state.key_safe_end.is_none_or(|end| now < end) {
            return;
        }
        let forgotten = state.transact(|store, _, _| -> Result<_, StoreError> {
            store.forget_key_safes(now)?;
            store.next_key_safe_end()
        });
        match forgotten.and_then(|end| Ok((end, state.store.empty_log()?))) {
            Ok((end, _)) => state.key_safe_end = end,
            Err(error) => tracing::warn!(%error, "what is over could not be deleted yet"),
        }
    }
}
