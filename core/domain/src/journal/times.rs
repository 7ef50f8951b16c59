//! Corrected times: when the server can show that a phone's clock was wrong, and what folds make of it.
//!
//! A phone that has heard the server since it started knows the time, whatever its clock shows: it counts. Until
//! then it goes by its clock, and says in each header what it had counted. A request of the same start says what
//! the phone has counted by now: the difference is how long ago each of those records was made, by no clock at all.

use super::body::{Body, Times};
use super::chain::StreamId;
use super::record::{Entry, Header};
use crate::ids::AuthorId;
use crate::time::Moment;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What a phone has counted since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Counted {
    /// Names the start.
    #[n(0)]
    pub boot: u64,
    /// Milliseconds since then.
    #[n(1)]
    pub monotonic_ms: u64,
}

/// A time that is wrong by less stands: a request may be on its way for as long.
pub const WRONG_FROM_MS: i64 = 60_000;
/// Records whose times are wrong by the same, to within this, are corrected by one record.
const SAME_MS: i64 = 1_000;

/// The corrected times of records of one stream, given by number in ascending order, that a request brings. `asked`
/// is what the device says in it, and `now` is when the server got it. Ranges ascend and do not overlap.
pub fn corrections<'h>(
    stream: &StreamId,
    headers: impl IntoIterator<Item = (u64, &'h Header)>,
    asked: Counted,
    now: Moment,
) -> Vec<Times> {
    let mut found: Vec<Times> = Vec::new();
    for (number, header) in headers {
        let Some(add_ms) = wrong_by_ms(header, asked, now) else { continue };
        match found.last_mut() {
            Some(last) if last.last + 1 == number && (last.add_ms - add_ms).abs() < SAME_MS => {
                last.last = number;
            }
            _ => {
                let (author, epoch) = (stream.author, stream.epoch);
                found.push(Times { author, epoch, first: number, last: number, add_ms });
            }
        }
    }
    found
}

/// What is to be added to the times of a record; nothing when they stand.
fn wrong_by_ms(header: &Header, asked: Counted, now: Moment) -> Option<i64> {
    let made = header.counted.filter(|made| made.boot == asked.boot)?;
    let ago_ms = i64::try_from(asked.monotonic_ms.checked_sub(made.monotonic_ms)?).ok()?;
    let add_ms = now.0.checked_sub(ago_ms)?.checked_sub(header.recorded.0)?;
    (add_ms.checked_abs()? >= WRONG_FROM_MS).then_some(add_ms)
}

/// Gives each entry the times that the store's `times` records among the entries say. Of two that are about one
/// record, the earlier of the store's stream holds: times are replaced once.
pub fn correct(entries: &mut [Entry], store: AuthorId) {
    let is_of_store = |entry: &&Entry| entry.id.author == store;
    let mut said: Vec<_> = entries
        .iter()
        .filter(is_of_store)
        .filter_map(|entry| match &entry.body {
            Body::Times(times) => Some((entry.id, times.clone())),
            _ => None,
        })
        .collect();
    // The last one to be applied holds.
    said.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
    for (id, times) in said {
        let about = |entry: &&mut Entry| entry.id.channel == id.channel && times.covers(entry);
        entries.iter_mut().filter(about).for_each(|entry| shift(entry, times.add_ms));
    }
}

/// When a record of a stream was recorded, given the corrected times of that stream.
pub fn recorded(times: &[Times], number: u64, recorded: Moment) -> Moment {
    let about = times.iter().find(|times| (times.first..=times.last).contains(&number));
    about.map_or(recorded, |times| recorded.plus_ms(times.add_ms))
}

impl Times {
    /// Whether it is about a record of this author, epoch and number.
    fn covers(&self, entry: &Entry) -> bool {
        let id = &entry.id;
        id.author == self.author && id.epoch == self.epoch && (self.first..=self.last).contains(&id.number)
    }
}

fn shift(entry: &mut Entry, add_ms: i64) {
    let observed = entry.header.observed.unwrap_or(entry.header.recorded);
    entry.effective = entry.header.recorded.plus_ms(add_ms);
    entry.observed = observed.plus_ms(add_ms).min(entry.effective);
}
