//! One person's care in memory: the records of the look-back, from which every view of care is folded.

use crate::plan_steps::{care_timeline, day_timeline};
use crate::store::{Held, Store, StoreError, Stored};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::emergency_told::TOLD_OF_MS;
use alongside_domain::care::escalation::Raising;
use alongside_domain::care::heard::Known;
use alongside_domain::care::plan::PlanTimeline;
use alongside_domain::care::records::Records;
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::{Body, Channel, Entry, Header, RecordRef, times};
use alongside_domain::time::{HOUR_MS, Moment};
use std::sync::Arc;

/// How far back views look: longer than two clinical visits are apart. What a trigger of the plan looks back from
/// there is read too.
pub(crate) const LOOK_BACK_MS: i64 = 60 * 24 * HOUR_MS;
const _: () = assert!(LOOK_BACK_MS >= TOLD_OF_MS, "a sign is told of for as long as anywhere else");

/// What is in memory of one person's care.
pub(crate) struct PersonCare {
    pub(crate) records: Records,
    /// When the server came to know of each of them.
    pub(crate) known: Known,
    /// What those of them that have been asked about have raised.
    pub(crate) raising: Raising,
    /// The accepted plan's versions.
    pub(crate) plan: PlanTimeline,
    /// What of it is shared with the holder's organisation, and whether all of that is here.
    pub(crate) held: Held,
    /// The kinds of observation that there are.
    pub(crate) catalogue: Arc<Catalogue>,
}

/// The entry that folds read, of a stored record. Nothing of one whose header has changed so that nobody can read it:
/// the next sync finds it damaged.
fn entry_of(store: &Store, stored: &Stored) -> Option<Entry> {
    let header = stored.record.decode_header().ok()?;
    let id = RecordRef {
        author: stored.stream.author,
        epoch: stored.stream.epoch,
        number: stored.number,
        channel: stored.stream.channel,
    };
    let body = store.vocabulary().read(header.kind, &stored.record.body);
    let observed = header.observed.unwrap_or(header.recorded).min(header.recorded);
    Some(Entry { id, effective: header.recorded, observed, header, body })
}

/// The entry that folds read, of a record just made.
pub(crate) fn entry_of_new(id: RecordRef, header: Header, body: Body) -> Entry {
    let observed = header.observed.unwrap_or(header.recorded);
    Entry { id, effective: header.recorded, observed, header, body }
}

/// The entries of stored records, with the times that the server's `writer` gave.
pub(crate) fn entries_of(
    store: &Store,
    stored: &[Stored],
    writer: AuthorId,
) -> Result<Vec<Entry>, StoreError> {
    let mut entries: Vec<Entry> = stored.iter().filter_map(|stored| entry_of(store, stored)).collect();
    times::correct(&mut entries, writer);
    Ok(entries)
}

impl PersonCare {
    /// Reads a person from the store.
    pub(crate) fn load(
        store: &Store,
        person: PersonId,
        writer: AuthorId,
        now: Moment,
    ) -> Result<PersonCare, StoreError> {
        let (plan, held) = (care_timeline(store, person)?, store.held(person)?);
        // Every record of the look-back is judged with all that is judged elsewhere.
        let since = now.plus_ms(-LOOK_BACK_MS - plan.look_back_ms());
        let stored = store.records_since(person, Channel::Care, since)?;
        let entries = entries_of(store, &stored, writer)?;
        let (records, known) = (Records::of(&entries), Known::of(&entries, writer));
        let catalogue = Arc::clone(store.catalogue());
        Ok(PersonCare { records, known, raising: Raising::default(), plan, held, catalogue })
    }

    /// Adds a record that was just made. Nothing that a device makes says when the server came to know of others.
    pub(crate) fn add(&mut self, entry: Entry) {
        if !self.records.add(entry) {
            self.raising = Raising::default();
        }
    }
}

/// What the visits of one day are folded from, read without the rest of the look-back.
pub(crate) struct DayCare {
    pub(crate) records: Records,
    pub(crate) known: Known,
    /// Where the person was, by the accepted plan; nothing else of it.
    pub(crate) plan: PlanTimeline,
    /// What of it is shared with the holder's organisation, and whether all of that is here.
    pub(crate) held: Held,
    /// The kinds of observation that there are.
    pub(crate) catalogue: Arc<Catalogue>,
}

impl DayCare {
    /// The records since the day before `now`, and all that plan a visit of about that day.
    pub(crate) fn load(
        store: &Store,
        person: PersonId,
        writer: AuthorId,
        now: Moment,
    ) -> Result<DayCare, StoreError> {
        let (yesterday, tomorrow) = (now.plus_ms(-24 * HOUR_MS), now.plus_ms(24 * HOUR_MS));
        let mut stored = store.records_since(person, Channel::Care, yesterday)?;
        stored.extend(store.planned_between(person, yesterday, tomorrow)?);
        let entries = entries_of(store, &stored, writer)?;
        let (records, known) = (Records::of(&entries), Known::of(&entries, writer));
        let (plan, held) = (day_timeline(store, person)?, store.held(person)?);
        Ok(DayCare { records, known, plan, held, catalogue: Arc::clone(store.catalogue()) })
    }
}
