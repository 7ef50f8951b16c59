//! Makes a record of what someone did: times, plan seen, header, link; and appends it, durable when it returns.

use crate::clock::{Clock, Heard, best_time, counted, is_heard_since_start};
use crate::identity::Identity;
use crate::open_pages::OpenPages;
use crate::store::{Store, StoreError};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::record::CLOCK_OFF_FROM_MS;
use alongside_domain::journal::times::Counted;
use alongside_domain::journal::{Body, Channel, Header, PlanSeen, RecordBytes, RecordRef};
use alongside_domain::time::Moment;

/// What stands around a body.
pub(crate) struct Circumstances {
    pub(crate) by: StaffId,
    pub(crate) plan_seen: PlanSeen,
    pub(crate) observed: Option<Moment>,
    pub(crate) recorded: Moment,
    pub(crate) wall: Moment,
    pub(crate) counted: Option<Counted>,
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
        let counted = (!is_heard_since_start(heard, clock)).then(|| counted(clock));
        let (recorded, wall) = (best_time(heard, clock), clock.wall());
        Circumstances { by, plan_seen, observed, recorded, wall, counted }
    }

    /// The header of a record with this body.
    pub(crate) fn header(&self, body: &Body) -> Header {
        let clock_off_ms = self.wall.since_ms(self.recorded);
        Header {
            kind: body.kind(),
            category: body.category(),
            recorded: self.recorded,
            observed: self.observed.filter(|observed| *observed < self.recorded),
            by: self.by,
            plan_seen: self.plan_seen,
            clock_off_ms: (clock_off_ms.unsigned_abs() >= CLOCK_OFF_FROM_MS).then_some(clock_off_ms),
            counted: self.counted,
        }
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
