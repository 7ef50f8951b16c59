//! Office notes: what only supervisors and managers may know about a person. They have a channel of their own, which
//! reaches no other device, and no view of care looks at them.

use crate::draft::Draft;
use crate::replica::{RecordError, Replica};
use crate::views::HistoryItem;
use alongside_domain::care::needed;
use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::OfficeNote;
use alongside_domain::journal::{Body, Channel, RecordRef};

impl Replica {
    /// Records an office note. Durable on this phone when it returns.
    pub fn record_office_note(&self, person: PersonId, text: &str) -> Result<RecordRef, RecordError> {
        self.to_office(person, Body::OfficeNote(OfficeNote { text: text.to_owned() }))
    }

    /// Records something in the office channel: a call for help from anybody, all else from those who read it. Durable on
    /// this phone when it returns.
    pub(crate) fn to_office(&self, person: PersonId, body: Body) -> Result<RecordRef, RecordError> {
        needed::check(&body)?;
        let identity = self.inner.identity()?;
        let mut state = self.inner.state();
        if !matches!(body, Body::HelpAsked(_)) && !state.store.may_see_office(person)? {
            return Err(RecordError::NotForYou);
        }
        let (header, bytes) =
            self.inner.write(&mut state, &identity, person, &Draft { body, observed: None })?;
        let id = state.append(person, Channel::Office, &header, &bytes)?;
        drop(state);
        self.inner.changed();
        Ok(id)
    }

    /// The office notes about a person, by stream and number.
    pub fn office_notes(&self, person: PersonId) -> Result<Vec<HistoryItem>, RecordError> {
        if !self.inner.reading_all()?.store.may_see_office(person)? {
            return Err(RecordError::NotForYou);
        }
        let mut items = self.channel_items(person, Channel::Office)?;
        let me = self.inner.state().viewer()?.staff;
        // Whoever makes the holder afraid may look at this phone.
        items.retain(|item| !(item.by == me && matches!(item.body, Body::HelpAsked(_))));
        Ok(items)
    }
}
