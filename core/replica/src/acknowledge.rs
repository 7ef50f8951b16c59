//! A recipient acknowledges a concern on their phone. The page that says so is sealed to all whom the concern is sealed
//! to; beside it the server is told which concern it is about, for it asks the next recipient otherwise.

use crate::concern::SealedPage;
use crate::draft::Draft;
use crate::identity::Identity;
use crate::replica::{Inner, RecordError, Replica, State};
use crate::store::StoreError;
use alongside_domain::ids::{AuthorId, StaffId};
use alongside_domain::journal::body::CaseAct;
use alongside_domain::journal::page::{Item, OpenRun, Part};
use alongside_domain::journal::sealed::SealingKey;
use alongside_domain::journal::{Body, PageExtract, RecordRef};
use alongside_domain::safeguarding::acts::code;
use alongside_domain::safeguarding::case::Case;
use alongside_domain::safeguarding::opened::sealed_to;
use alongside_domain::sync::messages::{ACKNOWLEDGES_MAX, Acknowledges, PackedPage};
use alongside_domain::value::Fields;
use std::collections::BTreeSet;

impl Replica {
    /// Says that the holder of this phone has a concern and acts on it: nobody else is asked once the server knows it.
    /// Durable on this phone when it returns. Nothing where somebody has said so already, as far as it is known here.
    pub fn acknowledge_concern(&self, concern: RecordRef) -> Result<(), RecordError> {
        let cases = self.concern_cases()?;
        let case = cases.iter().find(|case| case.id == concern).ok_or(RecordError::NotForYou)?;
        if case.acknowledged().is_none() {
            self.inner.acknowledge(case)?;
            self.inner.changed();
        }
        Ok(())
    }
}

impl Inner {
    fn acknowledge(&self, case: &Case) -> Result<(), RecordError> {
        let identity = self.identity()?;
        let mut state = self.state();
        let to = state.who_was_chosen(&identity, case.id)?;
        let act = CaseAct { case: case.id, act: code::ACKNOWLEDGED.to_owned(), fields: Fields::new() };
        let draft = Draft { body: Body::CaseAct(act), observed: None };
        let SealedPage { id, recorded, page } = self.seal(&mut state, &identity, case.person, &draft, &to)?;
        let calls = case.calls.iter().map(|call| call.id);
        let of = [case.id].into_iter().chain(calls).take(ACKNOWLEDGES_MAX).collect();
        state.transact(|store, _, _| -> Result<(), StoreError> {
            store.keep_concern(id.epoch, recorded, &page)?;
            store.note_acknowledges(Acknowledges { act: id, of })
        })?;
        Ok(())
    }
}

impl State {
    /// All enrolled devices and desks of those to whom a concern is sealed that this phone has received. The server gives
    /// each of them what says more about it as it gives the concern.
    fn who_was_chosen(
        &self,
        identity: &Identity,
        concern: RecordRef,
    ) -> Result<Vec<(AuthorId, SealingKey)>, RecordError> {
        let received = self.store.received_concerns()?;
        let page = received
            .iter()
            .find(|extract| (extract.id.author, extract.id.epoch) == (concern.author, concern.epoch));
        let named = page.map(devices_in).unwrap_or_default();
        let store = identity.store_subject().map_err(|_| RecordError::NotEnrolled)?;
        let certificates = self.store.directory()?;
        let subjects = certificates.iter().filter_map(|certificate| certificate.verify(&store.key).ok());
        let mut chosen: BTreeSet<StaffId> = subjects
            .filter(|subject| named.contains(&subject.author))
            .filter_map(|subject| Some(subject.holder?.staff))
            .collect();
        chosen.insert(identity.me().map_err(|_| RecordError::NotEnrolled)?.staff);
        self.keys_of(identity, |staff| chosen.contains(staff))
    }

    /// The acknowledgements that wait here, as their pages will come back.
    pub(crate) fn own_acknowledgements(&self) -> Result<Vec<PageExtract>, RecordError> {
        let mut extracts = Vec::new();
        for of in self.store.acknowledges()? {
            if let Some(page) = self.store.waiting_concern(of.act.epoch)? {
                extracts.push(extract_of(&page)?);
            }
        }
        Ok(extracts)
    }
}

/// The devices that the only record of a page is sealed to.
fn devices_in(extract: &PageExtract) -> Vec<AuthorId> {
    let records = extract.parts.iter().flat_map(|part| match part {
        Part::Open(run) => run.items.as_slice(),
        Part::Hidden(_) => &[],
    });
    let sealed = records.filter_map(|item| match item {
        Item::Record(record) => Some(sealed_to(record)),
        Item::Digest(_) => None,
    });
    sealed.flatten().collect()
}

fn extract_of(page: &PackedPage) -> Result<PageExtract, StoreError> {
    let unreadable = || StoreError::Unreadable { what: "acknowledgement" };
    let page = page.open().map_err(|_| unreadable())?;
    let run = page.runs.first().cloned().ok_or_else(unreadable)?;
    let run = OpenRun::for_reader(&page.id, &page.secret, run, |_| true).map_err(|_| unreadable())?;
    Ok(PageExtract { id: page.id, seal: page.seal, parts: vec![Part::Open(run)] })
}
