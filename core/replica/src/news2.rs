//! The early warning score of the last vital signs.

use crate::care_views::inputs;
use crate::replica::{RecordError, Replica};
use alongside_domain::care::news2::{self, LastSet};
use alongside_domain::ids::PersonId;

impl Replica {
    /// The last set of vital signs with its NEWS2 score, or why it has none; nothing where none is here.
    pub fn news2(&self, person: PersonId) -> Result<Option<LastSet>, RecordError> {
        self.look(person, |state, heard, now| {
            let holders = state.holders()?;
            let last = news2::last(inputs(state.person(person, now)?, heard, now).records);
            Ok(last.map(|set| {
                let holder = holders.values().find(|holder| holder.staff == set.entry.header.by);
                LastSet::of(&set, holder.map(|holder| holder.role))
            }))
        })
    }
}
