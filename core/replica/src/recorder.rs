//! Makes a record of what someone did: times, plan seen, header, link; and appends it, durable when it returns.

use crate::clock::{Clock, Heard, best_time};
use crate::identity::Identity;
use crate::open_pages::OpenPages;
use crate::store::{Store, StoreError};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::{Body, Channel, Header, PlanSeen, RecordBytes, RecordRef};
use alongside_domain::time::Moment;

/// A wall clock that is off by less is not worth showing.
const CLOCK_OFF_SHOWN_MS: i64 = 1_000;

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
    pages: &mut OpenPages,
    person: PersonId,
    channel: Channel,
    header: &Header,
    bytes: &RecordBytes,
) -> Result<RecordRef, StoreError> {
    let (stream, number) = pages.push(store, identity, (person, channel), header.category, bytes)?;
    store.append_own(stream, number, header, bytes)?;
    Ok(RecordRef { author: stream.author, epoch: stream.epoch, number, channel })
}
