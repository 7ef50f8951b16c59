//! The one line that a locked app may show: "Ring the office". It is the same for every reason, so that nobody who looks
//! over a shoulder learns which: a concern that nobody may have yet, a lease that has run out, an enrolment that has
//! ended, a page that the server refuses, a damaged database. Whom to ring is no secret: numbers of the provider, which
//! stand in the plans, are told on a locked phone too.

use crate::replica::{ENDED, Inner, RecordError, Replica, State};
use crate::store::{PersonRow, StoreError};
use alongside_domain::ids::PersonId;
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::view::EntryView;
use alongside_domain::value::Value;
use minicbor::{Decode, Encode};
use serde::Serialize;

/// The line, without a count, a name or a reason.
pub const RING_THE_OFFICE: &str = "Ring the office";

/// Whom to ring at the provider, in this order: roles of the plan's contacts.
const OFFICE: [&str; 2] = [ON_CALL, "coordinator"];
const ON_CALL: &str = "on_call";
/// Key of the [`OfficeNumber`]s that were last read.
const NUMBERS: &str = "office";

/// A number of the provider. It names a service and nobody who is cared for.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct OfficeNumber {
    /// The role of the contact.
    #[n(0)]
    pub role: String,
    /// What the service is called; absent where the contact is somebody by name.
    #[n(1)]
    pub name: Option<String>,
    /// What to ring.
    #[n(2)]
    pub phone: String,
}

impl Replica {
    /// The line that is to be shown now, also while the app is locked; nothing where there is no reason to ring. It
    /// reads nothing about a person.
    pub fn ring_the_office(&self) -> Option<&'static str> {
        let has_reason = self.inner.has_reason_to_ring().unwrap_or(true);
        has_reason.then_some(RING_THE_OFFICE)
    }

    /// The provider's on-call and coordinator, as the first plan that names them has them, also while the app is locked;
    /// as they were last read where no plan here names them any more.
    pub fn office(&self) -> Result<Vec<OfficeNumber>, RecordError> {
        let mut state = self.inner.state();
        if state.identity.is_none() || state.is_wiped {
            return Ok(Vec::new());
        }
        let known: Vec<OfficeNumber> = state.store.meta(NUMBERS)?.unwrap_or_default();
        let found = state.office_of_plans()?;
        if found.is_empty() || found == known {
            return Ok(known);
        }
        state.transact(|store, _, _| store.set_meta(NUMBERS, &found))?;
        Ok(found)
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
    fn office_of_plans(&mut self) -> Result<Vec<OfficeNumber>, RecordError> {
        let people = self.store.people()?;
        for PersonRow { person, .. } in people.into_iter().filter(|row| row.access) {
            let numbers = self.office_of(person)?;
            if !numbers.is_empty() {
                return Ok(numbers);
            }
        }
        Ok(Vec::new())
    }

    fn office_of(&mut self, person: PersonId) -> Result<Vec<OfficeNumber>, RecordError> {
        let Some(contacts) = self.plan_of(person)?.shown.view.sections.get(&Section::Contacts) else {
            return Ok(Vec::new());
        };
        let numbers =
            OFFICE.iter().flat_map(|role| contacts.values().filter_map(|entry| number(entry, role)));
        Ok(numbers.collect())
    }

    fn something_is_wrong(&self) -> Result<bool, StoreError> {
        let store = &self.store;
        Ok(!store.waiting_concerns()?.is_empty()
            || store.set_aside() > 0
            || store.meta(ENDED)?.unwrap_or(false)
            || store.refused_pages()? > 0)
    }
}

/// The number of a contact, where it has this role.
fn number(contact: &EntryView, role: &str) -> Option<OfficeNumber> {
    let text = |field: &str| match &contact.fields.get(field)?.candidates.first()?.value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    let role = text("role").filter(|of| of == role)?;
    let name = if role == ON_CALL { text("name") } else { text("organisation") };
    Some(OfficeNumber { name, phone: text("phone")?, role })
}
