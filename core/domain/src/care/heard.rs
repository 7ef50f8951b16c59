//! What the server knows of devices: when each was last heard, and when each record came in.

use crate::ids::{AuthorId, Epoch, StaffId};
use crate::journal::{Channel, RecordRef};
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

/// When the server received the records of each stream: "done in time" and "known in time" differ by this.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    streams: BTreeMap<(AuthorId, Epoch, Channel), BTreeMap<u64, Moment>>,
}

impl Known {
    /// Notes that the records of a stream up to and with `last` had come in by `at`.
    pub fn note(&mut self, last: RecordRef, at: Moment) {
        let stream = self.streams.entry((last.author, last.epoch, last.channel)).or_default();
        let known = stream.entry(last.number).or_insert(at);
        *known = (*known).min(at);
    }

    /// When the record came in; nothing when that is not known here.
    pub fn at(&self, record: RecordRef) -> Option<Moment> {
        let stream = self.streams.get(&(record.author, record.epoch, record.channel))?;
        stream.range(record.number..).map(|(_, at)| *at).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_known_from_the_first_receipt_that_covers_it() {
        let record = |number| RecordRef {
            author: AuthorId([1; 16]),
            epoch: Epoch([1; 8]),
            number,
            channel: Channel::Care,
        };
        let mut known = Known::default();
        known.note(record(9), Moment(900));
        known.note(record(4), Moment(400));
        assert_eq!(
            [3, 4, 5, 9, 10].map(|number| known.at(record(number)).map(|at| at.0)),
            [Some(400), Some(400), Some(900), Some(900), None]
        );
    }
}
