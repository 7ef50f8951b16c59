//! Concerns. Each is sealed to its recipients' devices as it is saved, so that this phone cannot read it either, in a
//! stream, an epoch and a page of its own, apart from everything else; it is forgotten without a trace once the
//! server says that two durable copies exist.

use crate::identity::Identity;
use crate::replica::{Draft, ENDED, Inner, RecordError, Replica, State};
use crate::store::{Store, StoreError};
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::body::{Concern, Sealed};
use alongside_domain::journal::page::{Item, Part};
use alongside_domain::journal::sealed::{OpeningKey, SealingKey};
use alongside_domain::journal::{
    Body, Chain, Channel, Header, Link, Page, PageExtract, PageId, PageSecret, PlanSeen, RecordBytes,
    RecordRef, Run, StreamId,
};
use alongside_domain::sync::messages::{PackedPage, Recipients};
use alongside_domain::time::Moment;
use serde::Serialize;

/// Key of the list of recipients in the database.
pub(crate) const RECIPIENTS: &str = "recipients";

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
    /// By whom.
    pub by: StaffId,
    /// What it says; absent where it cannot be opened here.
    pub text: Option<String>,
}

impl Replica {
    /// Who receives concerns, in the order in which they are asked.
    pub fn concern_recipients(&self) -> Result<Vec<StaffId>, RecordError> {
        Ok(recipients(&self.inner.state().store)?.staff)
    }

    /// Records a concern, for all recipients but those whom `leave_out` names. Durable on this phone when it
    /// returns, and not readable on it. Nobody's access matters: it may be about anyone.
    pub fn record_concern(
        &self,
        person: PersonId,
        text: &str,
        leave_out: &[StaffId],
    ) -> Result<RecordRef, RecordError> {
        let id = self.inner.record_concern(person, text, leave_out)?;
        self.inner.changed();
        Ok(id)
    }

    /// The concerns that wait on this phone, oldest first. They are in no other count.
    pub fn waiting_concerns(&self) -> Result<Vec<WaitingConcern>, RecordError> {
        let device = self.inner.identity()?.device;
        let waiting = self.inner.state().store.waiting_concerns()?;
        let item =
            |(epoch, recorded)| WaitingConcern { id: PageOf { device, epoch }.only_record(), recorded };
        Ok(waiting.into_iter().map(item).collect())
    }

    /// The concerns that this phone's holder has received, oldest first.
    pub fn concerns(&self) -> Result<Vec<ConcernItem>, RecordError> {
        let identity = self.inner.identity()?;
        let state = self.inner.reading_all()?;
        if !receives_concerns(&state.store, &identity)? {
            return Err(RecordError::NotForYou);
        }
        let (key, received) = (identity.opening_key(), state.store.received_concerns()?);
        drop(state);
        let mut items: Vec<ConcernItem> =
            received.iter().flat_map(|extract| opened(extract, identity.device, &key)).collect();
        items.sort_by_key(|item| (item.recorded, item.id));
        Ok(items)
    }
}

/// Whether the holder of this device is still enrolled and among the recipients.
pub(crate) fn receives_concerns(store: &Store, identity: &Identity) -> Result<bool, StoreError> {
    let me = identity.me().map_err(|_| StoreError::Unreadable { what: "certificate" })?.staff;
    Ok(recipients(store)?.staff.contains(&me) && !store.meta(ENDED)?.unwrap_or(false))
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

impl Inner {
    fn record_concern(
        &self,
        person: PersonId,
        text: &str,
        leave_out: &[StaffId],
    ) -> Result<RecordRef, RecordError> {
        let identity = self.identity()?;
        let mut state = self.state();
        let to = state.sealing_keys(&identity, leave_out)?;
        let body = Body::Concern(Concern { text: text.to_owned() });
        let (header, bytes) = self.write(&mut state, &identity, person, &Draft { body, observed: None })?;
        let of = PageOf { device: identity.device, epoch: Epoch(self.random.bytes()) };
        let stream = of.page().stream(person);
        let mut random = |bytes: &mut [u8]| self.random.fill(bytes);
        let sealed =
            Sealed::seal(&bytes, &stream, &to, &mut random).map_err(|_| RecordError::NobodyToTell)?;
        let page = self.page_of(of, person, &identity, &header, sealed);
        state.transact(|store, _, _| store.keep_concern(of.epoch, header.recorded, &page))?;
        Ok(of.only_record())
    }

    /// The page of a sealed record. What stands outside of it says no more than that it is one.
    fn page_of(
        &self,
        of: PageOf,
        person: PersonId,
        identity: &Identity,
        within: &Header,
        sealed: Sealed,
    ) -> PackedPage {
        let body = Body::Sealed(sealed);
        let header = Header {
            kind: body.kind(),
            category: body.category(),
            recorded: within.recorded,
            observed: None,
            by: within.by,
            plan_seen: PlanSeen::default(),
            clock_off_ms: None,
            counted: None,
        };
        let record = RecordBytes::of(&header, &body);
        let (id, secret) = (of.page(), PageSecret(self.random.bytes()));
        let mut chain = Chain::at(&secret, id.stream(person), 0, Link::START);
        chain.push(header.category, &record);
        let head = chain.link;
        let run = Run { person, first: 1, before: Link::START, records: vec![record] };
        PackedPage::of(&Page::seal(id, secret, vec![run], &[head], |message| identity.sign(message)))
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
        let store = identity.store_subject().map_err(|_| RecordError::NotEnrolled)?;
        let receives = |staff: &StaffId| recipients.contains(staff) && !leave_out.contains(staff);
        let (certificates, revoked) = (self.store.directory()?, self.store.revoked_devices()?);
        let subjects = certificates.iter().filter_map(|certificate| certificate.verify(&store.key).ok());
        let of_recipients = subjects.filter(|subject| {
            let is_theirs = subject.holder.as_ref().is_some_and(|holder| receives(&holder.staff));
            is_theirs && !revoked.contains(&subject.author)
        });
        Ok(of_recipients.filter_map(|subject| Some((subject.author, subject.sealing?))).collect())
    }
}

/// What an extract of the restricted channel shows.
fn opened<'e>(
    extract: &'e PageExtract,
    device: AuthorId,
    key: &'e OpeningKey,
) -> impl Iterator<Item = ConcernItem> + 'e {
    let runs = extract.parts.iter().filter_map(|part| match part {
        Part::Open(run) => Some(run),
        Part::Hidden(_) => None,
    });
    let records =
        runs.flat_map(|run| (run.first..).zip(&run.items).map(|(number, item)| (run.person, number, item)));
    records.filter_map(move |(person, number, item)| {
        let PageId { author, epoch, channel, .. } = extract.id;
        let Item::Record(record) = item else { return None };
        let header = record.decode_header().ok()?;
        let text = text_of(&header, record, &extract.id.stream(person), device, key);
        let id = RecordRef { author, epoch, number, channel };
        Some(ConcernItem { id, person, recorded: header.recorded, by: header.by, text })
    })
}

fn text_of(
    header: &Header,
    record: &RecordBytes,
    stream: &StreamId,
    device: AuthorId,
    key: &OpeningKey,
) -> Option<String> {
    let Ok(Body::Sealed(sealed)) = Body::decode(header.kind, &record.body) else { return None };
    let within = sealed.open(stream, device, key).ok()?;
    match Body::decode(within.decode_header().ok()?.kind, &within.body) {
        Ok(Body::Concern(concern)) => Some(concern.text),
        _ => None,
    }
}
