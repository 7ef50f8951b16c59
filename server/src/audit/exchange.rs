//! What an exchange with a device leaves in the trail: about whom it handed in records, and about whom it was given
//! some. An exchange that carried none leaves nothing, and none of what it carries of the restricted channel does.

use super::entry::{Entry, Outcome, What, Who};
pub use super::witness::hear;
use crate::storage::Device;
use alongside_domain::ids::PersonId;
use alongside_domain::journal::page::Part;
use alongside_domain::journal::{Channel, PageExtract};
use alongside_domain::time::Moment;
use std::collections::BTreeSet;

/// What an exchange carried.
#[derive(Debug, Default)]
pub struct Carried {
    /// About whom records were taken.
    pub handed_in: BTreeSet<PersonId>,
    /// A page was not taken.
    pub refused: bool,
    /// About whom records are given.
    pub given: BTreeSet<PersonId>,
}

/// About whom these extracts show records.
pub fn people_of(extracts: &[PageExtract]) -> BTreeSet<PersonId> {
    let shown = extracts.iter().filter(|extract| extract.id.channel != Channel::Restricted);
    let parts = shown.flat_map(|extract| &extract.parts);
    parts
        .filter_map(|part| match part {
            Part::Open(run) => Some(run.person),
            Part::Hidden(_) => None,
        })
        .collect()
}

impl Carried {
    /// The entries.
    pub fn entries(self, device: &Device, at: Moment) -> Vec<Entry> {
        let who = Who::Device { device: device.device, staff: device.staff };
        let mut entries = Vec::new();
        if self.refused || !self.handed_in.is_empty() {
            let outcome = if self.refused { Outcome::Refused } else { Outcome::Done };
            entries.push(Entry { outcome, people: self.handed_in, ..Entry::new(at, who, What::HandedIn) });
        }
        if !self.given.is_empty() {
            entries.push(Entry { people: self.given, ..Entry::new(at, who, What::Given) });
        }
        entries
    }
}
