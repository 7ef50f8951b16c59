//! Makes a record of what someone did: times, plan seen, header, link; and appends it, durable when it returns.

use crate::clock::{Clock, Heard, best_time};
use crate::compose::cut;
use crate::identity::Identity;
use crate::random::Random;
use crate::store::{Store, StoreError, Unpaged};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::page::{PAGE_BYTES_MAX, PAGE_RECORDS_MAX};
use alongside_domain::journal::{
    Body, Chain, Channel, Header, PageSecret, PlanSeen, RecordBytes, RecordRef, StreamId,
};
use alongside_domain::time::Moment;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// What leaves room in a page for its name, secret, seal and lists.
const PAGE_FRAME_BYTES: usize = 1024;
/// A wall clock that is off by less is not worth showing.
const CLOCK_OFF_SHOWN_MS: i64 = 1_000;

/// The secrets of the pages that are not cut yet, and how full those are.
pub(crate) struct Secrets {
    random: Arc<dyn Random>,
    open: HashMap<Channel, (PageSecret, Unpaged)>,
}

fn meta_key(channel: Channel) -> &'static str {
    match channel {
        Channel::Care => "page secret care",
        Channel::Restricted => "page secret restricted",
        Channel::Office => "page secret office",
    }
}

impl Secrets {
    /// None yet.
    pub(crate) fn new(random: Arc<dyn Random>) -> Secrets {
        Secrets { random, open: HashMap::new() }
    }

    fn open(
        &mut self,
        store: &mut Store,
        identity: &Identity,
        channel: Channel,
    ) -> Result<&mut (PageSecret, Unpaged), StoreError> {
        match self.open.entry(channel) {
            Entry::Occupied(open) => Ok(open.into_mut()),
            Entry::Vacant(vacant) => {
                let secret = match store.meta(meta_key(channel))? {
                    Some(secret) => secret,
                    None => begin_page(store, channel, self.random.as_ref())?,
                };
                Ok(vacant.insert((secret, store.unpaged(identity.device, channel)?)))
            }
        }
    }

    /// Takes the secret of the page that is being cut; nothing if no record was made since the last cut.
    pub(crate) fn take(
        &mut self,
        store: &mut Store,
        channel: Channel,
    ) -> Result<Option<PageSecret>, StoreError> {
        self.open.remove(&channel);
        let secret = store.meta(meta_key(channel))?;
        store.forget_meta(meta_key(channel))?;
        Ok(secret)
    }

    /// After a transaction that failed, what is in the database counts.
    pub(crate) fn forget(&mut self) {
        self.open.clear();
    }
}

fn begin_page(store: &mut Store, channel: Channel, random: &dyn Random) -> Result<PageSecret, StoreError> {
    let secret = PageSecret(random.bytes());
    store.set_meta(meta_key(channel), &secret)?;
    Ok(secret)
}

/// What stands around a body.
pub(crate) struct Circumstances {
    pub(crate) by: StaffId,
    pub(crate) plan_seen: PlanSeen,
    pub(crate) observed: Option<Moment>,
    pub(crate) recorded: Moment,
    pub(crate) wall: Moment,
}

impl Circumstances {
    /// Now, as well as it is known.
    pub(crate) fn now(
        by: StaffId,
        plan_seen: PlanSeen,
        observed: Option<Moment>,
        heard: Option<&Heard>,
        clock: &dyn Clock,
    ) -> Circumstances {
        Circumstances { by, plan_seen, observed, recorded: best_time(heard, clock), wall: clock.wall() }
    }

    /// The header of a record with this body.
    pub(crate) fn header(&self, body: &Body) -> Option<Header> {
        let clock_off_ms = self.wall.since_ms(self.recorded);
        Some(Header {
            kind: body.kind()?,
            category: body.category(),
            recorded: self.recorded,
            observed: self.observed.filter(|observed| *observed < self.recorded),
            by: self.by,
            plan_seen: self.plan_seen,
            clock_off_ms: (clock_off_ms.abs() >= CLOCK_OFF_SHOWN_MS).then_some(clock_off_ms),
        })
    }
}

/// Appends a record in the transaction that is open. Its name.
pub(crate) fn append(
    store: &mut Store,
    identity: &Identity,
    secrets: &mut Secrets,
    person: PersonId,
    channel: Channel,
    header: &Header,
    bytes: &RecordBytes,
) -> Result<RecordRef, StoreError> {
    make_room(store, identity, secrets, channel, bytes)?;
    let stream = StreamId { person, channel, author: identity.device, epoch: identity.epoch };
    let head = store.head(stream)?;
    let (secret, unpaged) = secrets.open(store, identity, channel)?;
    let mut chain = Chain::at(secret, stream, head.number, head.link);
    chain.push(header.category, bytes);
    let link = chain.link;
    unpaged.add(bytes);
    let number = store.append_own(stream, link, header, bytes)?;
    Ok(RecordRef { author: identity.device, epoch: identity.epoch, number, channel })
}

/// A record that does not fit into the open page goes into the next one.
fn make_room(
    store: &mut Store,
    identity: &Identity,
    secrets: &mut Secrets,
    channel: Channel,
    bytes: &RecordBytes,
) -> Result<(), StoreError> {
    let mut filled = secrets.open(store, identity, channel)?.1;
    filled.add(bytes);
    if filled.records > PAGE_RECORDS_MAX || filled.bytes > PAGE_BYTES_MAX - PAGE_FRAME_BYTES {
        cut(store, identity, secrets, channel)?;
    }
    Ok(())
}
