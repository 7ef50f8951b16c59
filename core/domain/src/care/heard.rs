//! What the server knows of devices: when each was last heard, and when each record came in.

use crate::ids::{AuthorId, Epoch, StaffId};
use crate::journal::body::Received;
use crate::journal::{Body, Channel, Entry, StreamId};
use crate::time::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// When each device of staff was last heard by the server, and who holds it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Heard {
    /// By device.
    pub devices: BTreeMap<AuthorId, HeardDevice>,
}

/// One device of a member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeardDevice {
    /// Who holds it.
    pub staff: StaffId,
    /// When the server last heard from it. A device's own holder counts as heard now, on that device.
    pub at: Moment,
}

impl Heard {
    /// Notes that a device was heard. The latest moment stays.
    pub fn note(&mut self, device: AuthorId, staff: StaffId, at: Moment) {
        let entry = self.devices.entry(device).or_insert(HeardDevice { staff, at });
        *entry = HeardDevice { staff, at: entry.at.max(at) };
    }

    /// When any device of this member of staff was last heard.
    pub fn last(&self, staff: StaffId) -> Option<Moment> {
        self.devices.values().filter(|device| device.staff == staff).map(|device| device.at).max()
    }
}

/// A record that comes in no later than this after it was recorded was known at once.
pub const AT_ONCE_MS: i64 = 60_000;

/// What the store notes of records that come in at a moment, given by number in ascending order with when each was
/// recorded, corrected. Nothing when all of them come at once.
pub fn received(
    stream: &StreamId,
    records: impl IntoIterator<Item = (u64, Moment)>,
    at: Moment,
) -> Option<Received> {
    let (mut ends, mut is_late) = (None, false);
    for (number, recorded) in records {
        ends = Some((ends.map_or(number, |(first, _)| first), number));
        is_late |= at.since_ms(recorded) > AT_ONCE_MS;
    }
    let (first, last) = ends.filter(|_| is_late)?;
    Some(Received { author: stream.author, epoch: stream.epoch, first, last, at })
}

/// When the server came to know of each record: "done in time" and "known in time" differ by this. Read from the
/// records alone, so that everybody who holds the same records reads the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    streams: BTreeMap<(AuthorId, Epoch, Channel), Ranges>,
}

/// Ranges of numbers that do not overlap, by the first of each: its last, and when they came in.
type Ranges = BTreeMap<u64, (u64, Moment)>;

impl Known {
    /// What the `received` records among the entries say. Only those of the store count.
    pub fn of<'e>(entries: impl IntoIterator<Item = &'e Entry>, store: AuthorId) -> Known {
        let mut said: Vec<(Channel, &Received)> = entries
            .into_iter()
            .filter(|entry| entry.id.author == store)
            .filter_map(|entry| match &entry.body {
                Body::Received(received) => Some((entry.id.channel, received)),
                _ => None,
            })
            .collect();
        said.sort_by_key(|(_, received)| received.at);
        let mut known = Known::default();
        for (channel, received) in said {
            let stream = (received.author, received.epoch, channel);
            fill(known.streams.entry(stream).or_default(), received);
        }
        known
    }

    /// When the record was known. One that no `received` is about was known when it was recorded; of several about
    /// one, the earliest holds. Nothing is known before it was recorded.
    pub fn at(&self, entry: &Entry) -> Moment {
        let id = &entry.id;
        let ranges = self.streams.get(&(id.author, id.epoch, id.channel));
        let range = ranges.and_then(|ranges| ranges.range(..=id.number).next_back());
        match range {
            Some((_, (last, at))) if *last >= id.number => entry.effective.max(*at),
            _ => entry.effective,
        }
    }
}

/// Adds what one record says of numbers of which nothing earlier is said yet.
fn fill(ranges: &mut Ranges, received: &Received) {
    let Received { first, last, at, .. } = *received;
    let said = ranges.range(..=last).rev().map(|(first, (last, _))| (*first, *last));
    let said: Vec<(u64, u64)> = said.take_while(|(_, said_last)| *said_last >= first).collect();
    let mut open = Some(last);
    for (said_first, said_last) in said {
        if let Some(open) = open.filter(|open| *open > said_last) {
            ranges.insert(said_last + 1, (open, at));
        }
        open = said_first.checked_sub(1);
    }
    if let Some(open) = open.filter(|open| *open >= first) {
        ranges.insert(first, (open, at));
    }
}
