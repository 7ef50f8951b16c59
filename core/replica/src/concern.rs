//! Concerns. Each is sealed to its recipients' devices as it is saved, so that this phone cannot read it either, in a
//! stream, an epoch and a page of its own, apart from everything else; it is forgotten without a trace once the
//! server says that two durable copies exist.

use crate::draft::Draft;
use crate::identity::Identity;
use crate::replica::{ENDED, Inner, RecordError, Replica, State};
use crate::store::{Store, StoreError};
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::body::{Concern, ConcernCall, Sealed};
use alongside_domain::journal::sealed::SealingKey;
use alongside_domain::journal::{Body, Channel, PageId, PageSecret, RecordRef};
use alongside_domain::safeguarding::case::{self, Case, Opened};
use alongside_domain::safeguarding::opened::{Read, Reader, Writer, sealed_to};
use alongside_domain::safeguarding::reference;
use alongside_domain::safeguarding::routes::{Route, routes};
use alongside_domain::sync::messages::{CallAbout, PackedPage, Recipients};
use alongside_domain::time::Moment;
use serde::Serialize;
use std::collections::BTreeMap;

/// Key of the list of recipients in the database.
pub(crate) const RECIPIENTS: &str = "recipients";
/// Key of the note that a recipient gave the holder of this phone access to a case.
pub(crate) const ADMITTED: &str = "admitted";

/// A concern that is on this phone and, as far as it knows, not yet in two other places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WaitingConcern {
    /// Its name: its recipients see it too.
    pub id: RecordRef,
    /// When it was recorded.
    pub recorded: Moment,
}

/// A concern, as its recipient reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConcernItem {
    /// Its name.
    pub id: RecordRef,
    /// About whom.
    pub person: PersonId,
    /// When it was recorded.
    pub recorded: Moment,
    /// When it was seen.
    pub seen: Moment,
    /// By whom.
    pub by: StaffId,
    /// What it says; absent where it cannot be opened here.
    pub concern: Option<Concern>,
    /// When somebody said that they have it, as far as that is known here.
    pub acknowledged: Option<Moment>,
}

/// A way outside of the provider by which a concern may be reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RouteItem {
    /// Stable code.
    pub code: String,
    /// Who.
    pub label: String,
    /// When, and how they are reached.
    pub how: String,
}

impl From<Route> for RouteItem {
    fn from(route: Route) -> RouteItem {
        let Route { code, label, how } = route;
        RouteItem { code: code.to_owned(), label: label.to_owned(), how }
    }
}

impl Replica {
    /// Who receives concerns, in the order in which they are asked.
    pub fn concern_recipients(&self) -> Result<Vec<StaffId>, RecordError> {
        Ok(recipients(&self.inner.state().store)?.staff)
    }

    /// The ways outside of the provider by which the holder of this phone may report a concern: shown beside the form.
    pub fn concern_routes(&self) -> Result<Vec<RouteItem>, RecordError> {
        let identity = self.inner.identity()?;
        let me = identity.me().map_err(|_| RecordError::NotEnrolled)?;
        let mut state = self.inner.state();
        let Recipients { staff: recipients, council, .. } = recipients(&state.store)?;
        let holders = state.holders()?;
        let mut theirs = holders.values().filter(|holder| recipients.contains(&holder.staff)).peekable();
        let works_elsewhere =
            theirs.peek().is_some() && theirs.all(|holder| holder.organisation != me.organisation);
        Ok(routes(works_elsewhere, &council.unwrap_or_default()).into_iter().map(RouteItem::from).collect())
    }

    /// Records a concern, for all recipients but those whom `leave_out` names; `seen` where that was earlier. Durable
    /// on this phone when it returns, and not readable on it. Nobody's access matters: it may be about anyone.
    pub fn record_concern(
        &self,
        person: PersonId,
        concern: &Concern,
        seen: Option<Moment>,
        leave_out: &[StaffId],
    ) -> Result<RecordRef, RecordError> {
        concern.check()?;
        self.record_sealed(person, Body::Concern(concern.clone()), seen, leave_out)
    }

    /// A short reference of a concern, to be written down when it is saved: this phone keeps nothing of it, and those who
    /// have the concern see the same beside it. It says neither about whom it is nor what.
    pub fn concern_reference(&self, concern: RecordRef) -> String {
        reference(&concern)
    }

    /// Records a call about a concern of this phone, in the same channel and for the same people: while the concern
    /// waits, for nobody whom it left out, whatever `leave_out` says.
    pub fn record_concern_call(
        &self,
        person: PersonId,
        call: &ConcernCall,
        called: Option<Moment>,
        leave_out: &[StaffId],
    ) -> Result<RecordRef, RecordError> {
        call.check()?;
        self.record_sealed(person, Body::ConcernCall(call.clone()), called, leave_out)
    }

    fn record_sealed(
        &self,
        person: PersonId,
        body: Body,
        observed: Option<Moment>,
        leave_out: &[StaffId],
    ) -> Result<RecordRef, RecordError> {
        let id = self.inner.record_sealed(person, Draft { body, observed }, leave_out)?;
        self.inner.changed();
        Ok(id)
    }

    /// The concerns that wait on this phone, oldest first. They are in no other count.
    pub fn waiting_concerns(&self) -> Result<Vec<WaitingConcern>, RecordError> {
        let device = self.inner.identity()?.device;
        let waiting = self.inner.reading_own()?.store.waiting_concerns()?;
        let item =
            |(epoch, recorded)| WaitingConcern { id: PageOf { device, epoch }.only_record(), recorded };
        Ok(waiting.into_iter().map(item).collect())
    }

    /// The concerns that this phone's holder has received, oldest first, also those to which access was given later.
    pub fn concerns(&self) -> Result<Vec<ConcernItem>, RecordError> {
        let mut items: BTreeMap<RecordRef, ConcernItem> = BTreeMap::new();
        let read = self.read_concerns()?;
        let cases = cases_of(&read);
        let acknowledged: BTreeMap<RecordRef, Moment> =
            cases.iter().filter_map(|case| Some((case.id, case.acknowledged()?.0))).collect();
        for read in read {
            if let Some(mut item) = item_of(read) {
                item.acknowledged = acknowledged.get(&item.id).copied();
                // What cannot be opened as it came may be there as a copy.
                let is_better = items.get(&item.id).is_none_or(|held| held.concern.is_none());
                if is_better {
                    items.insert(item.id, item);
                }
            }
        }
        let mut items: Vec<ConcernItem> = items.into_values().collect();
        items.sort_by_key(|item| (item.recorded, item.id));
        Ok(items)
    }

    /// The cases that this phone's holder takes part in: each concern with what became of it, oldest first.
    pub fn concern_cases(&self) -> Result<Vec<Case>, RecordError> {
        Ok(cases_of(&self.read_concerns()?))
    }

    fn read_concerns(&self) -> Result<Vec<Read>, RecordError> {
        let identity = self.inner.identity()?;
        let state = self.inner.reading_all()?;
        if !receives_concerns(&state.store, &identity)? {
            return Err(RecordError::NotForYou);
        }
        let (key, mut received) = (identity.opening_key(), state.store.received_concerns()?);
        received.extend(state.own_acknowledgements()?);
        let (certificates, shut) = (state.store.directory()?, state.store.shut_cases()?);
        drop(state);
        let store = identity.store_subject().map_err(|_| RecordError::NotEnrolled)?;
        let verified = certificates.iter().filter_map(|certificate| certificate.verify(&store.key).ok());
        let writers: BTreeMap<AuthorId, Writer> =
            verified.map(|subject| (subject.author, Writer::of(&subject))).collect();
        let reader =
            Reader { author: identity.device, key: &key, writers: &|author| writers.get(&author).copied() };
        let read = received.iter().filter_map(|extract| reader.read(extract, None));
        Ok(read.filter(|read| !is_of(read, &shut)).collect())
    }
}

/// Whether a record belongs to one of these cases.
fn is_of(read: &Read, cases: &[RecordRef]) -> bool {
    match read {
        Read::Opened(opened) => opened.case().is_some_and(|case| cases.contains(&case)),
        Read::Closed { id, .. } => cases.contains(id),
    }
}

fn cases_of(read: &[Read]) -> Vec<Case> {
    let opened = read.iter().filter_map(|read| match read {
        Read::Opened(opened) => Some(Opened::clone(opened)),
        Read::Closed { .. } => None,
    });
    case::cases(opened)
}

/// A concern, or a record that cannot be opened here and may be one; nothing for what was done about it.
fn item_of(read: Read) -> Option<ConcernItem> {
    let (id, person, recorded, seen, by, concern) = match read {
        Read::Opened(opened) => {
            let Opened { id, person, recorded, observed, by, body: Body::Concern(concern), .. } = *opened
            else {
                return None;
            };
            (id, person, recorded, observed, by, Some(concern))
        }
        Read::Closed { id, person, header } => {
            (id, person, header.recorded, header.recorded, header.by, None)
        }
    };
    Some(ConcernItem { id, person, recorded, seen, by, concern, acknowledged: None })
}

/// Whether the holder of this device is still enrolled, and among the recipients or given access to a case.
pub(crate) fn receives_concerns(store: &Store, identity: &Identity) -> Result<bool, StoreError> {
    let me = identity.me().map_err(|_| StoreError::Unreadable { what: "certificate" })?.staff;
    let is_for_them = recipients(store)?.staff.contains(&me) || store.meta(ADMITTED)?.unwrap_or(false);
    Ok(is_for_them && !store.meta(ENDED)?.unwrap_or(false))
}

fn recipients(store: &Store) -> Result<Recipients, StoreError> {
    Ok(store.meta(RECIPIENTS)?.unwrap_or_default())
}

/// The stream and page that one concern has for itself.
#[derive(Clone, Copy)]
struct PageOf {
    device: AuthorId,
    epoch: Epoch,
}

impl PageOf {
    fn page(self) -> PageId {
        PageId { author: self.device, epoch: self.epoch, number: 1, channel: Channel::Restricted }
    }

    fn only_record(self) -> RecordRef {
        RecordRef { author: self.device, epoch: self.epoch, number: 1, channel: Channel::Restricted }
    }
}

/// A page that holds one sealed record.
pub(crate) struct SealedPage {
    pub(crate) id: RecordRef,
    pub(crate) recorded: Moment,
    pub(crate) page: PackedPage,
}

impl Inner {
    fn record_sealed(
        &self,
        person: PersonId,
        draft: Draft,
        leave_out: &[StaffId],
    ) -> Result<RecordRef, RecordError> {
        let identity = self.identity()?;
        if draft.observed.is_some_and(|observed| observed > self.now()) {
            return Err(RecordError::InTheFuture);
        }
        let mut state = self.state();
        let mut to = state.sealing_keys(&identity, leave_out)?;
        if let Body::ConcernCall(call) = &draft.body {
            state.keep_those_of(call.concern, &mut to)?;
        }
        let made = self.seal(&mut state, &identity, person, &draft, &to)?;
        let about = match &draft.body {
            Body::ConcernCall(call) if call.concern.author == identity.device => Some(call.concern),
            _ => None,
        };
        state.transact(|store, _, _| {
            let noted = about.map_or(Ok(()), |concern| store.note_call(CallAbout { call: made.id, concern }));
            noted.and_then(|()| store.keep_concern(made.id.epoch, made.recorded, &made.page))
        })?;
        Ok(made.id)
    }

    /// Makes the page of a record that is sealed to these, in a stream and epoch of its own.
    pub(crate) fn seal(
        &self,
        state: &mut State,
        identity: &Identity,
        person: PersonId,
        draft: &Draft,
        to: &[(AuthorId, SealingKey)],
    ) -> Result<SealedPage, RecordError> {
        let (header, bytes) = self.write(state, identity, person, draft)?;
        let of = PageOf { device: identity.device, epoch: Epoch(self.random.bytes()) };
        let stream = of.page().stream(person);
        let mut random = |bytes: &mut [u8]| self.random.fill(bytes);
        let sealed = Sealed::seal(&bytes, &stream, to, &mut random).map_err(|_| RecordError::NobodyToTell)?;
        let secret = PageSecret(self.random.bytes());
        let page = sealed.into_page(of.page(), person, &header, secret, |message| identity.sign(message));
        Ok(SealedPage { id: of.only_record(), recorded: header.recorded, page: PackedPage::of(&page) })
    }
}

impl State {
    /// The devices of all recipients but those left out, each with the key that is sealed to. A device that is no
    /// longer enrolled is in nobody's hands.
    fn sealing_keys(
        &self,
        identity: &Identity,
        leave_out: &[StaffId],
    ) -> Result<Vec<(AuthorId, SealingKey)>, RecordError> {
        let recipients = recipients(&self.store)?.staff;
        self.keys_of(identity, |staff| recipients.contains(staff) && !leave_out.contains(staff))
    }

    /// The devices of these that are enrolled, each with the key that is sealed to.
    pub(crate) fn keys_of(
        &self,
        identity: &Identity,
        receives: impl Fn(&StaffId) -> bool,
    ) -> Result<Vec<(AuthorId, SealingKey)>, RecordError> {
        let store = identity.store_subject().map_err(|_| RecordError::NotEnrolled)?;
        let (certificates, revoked) = (self.store.directory()?, self.store.revoked_devices()?);
        let subjects = certificates.iter().filter_map(|certificate| certificate.verify(&store.key).ok());
        let of_recipients = subjects.filter(|subject| {
            let is_theirs = subject.holder.as_ref().is_some_and(|holder| receives(&holder.staff));
            is_theirs && !revoked.contains(&subject.author)
        });
        Ok(of_recipients.filter_map(|subject| Some((subject.author, subject.sealing?))).collect())
    }
    /// Of these devices, those that a concern which waits here is sealed to; all of them once it waits no more.
    fn keep_those_of(
        &self,
        concern: RecordRef,
        to: &mut Vec<(AuthorId, SealingKey)>,
    ) -> Result<(), RecordError> {
        let Some(page) = self.store.waiting_concern(concern.epoch)? else { return Ok(()) };
        let page = page.open().map_err(|_| StoreError::Unreadable { what: "concern" })?;
        let record = page.runs.first().and_then(|run| run.records.first());
        let named = record.map(sealed_to).unwrap_or_default();
        if !named.is_empty() {
            to.retain(|(device, _)| named.contains(device));
        }
        Ok(())
    }
}
