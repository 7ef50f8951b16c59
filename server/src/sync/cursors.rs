//! What a device has: its digest is one of the two that the server can know, or it sends all cursors.

use crate::storage::DeviceCursor;
use alongside_domain::ids::PersonId;
use alongside_domain::journal::Channel;
use alongside_domain::sync::messages::{Cursor, CursorDigest, Cursors};

/// What the device has.
pub struct Has {
    acked: Vec<Cursor>,
    is_new: bool,
}

impl Has {
    /// How far it has read.
    pub fn position(&self, person: PersonId, channel: Channel) -> u64 {
        let found = self.acked.iter().find(|cursor| (cursor.person, cursor.channel) == (person, channel));
        found.map_or(0, |cursor| cursor.position)
    }

    /// All cursors, when the store does not know yet that the device has them.
    pub fn changed(&self) -> Option<Vec<Cursor>> {
        self.is_new.then(|| self.acked.clone())
    }
}

/// Matches what the device says with what the store knows. Nothing: all cursors are wanted.
pub fn settle(said: &Cursors, known: Vec<DeviceCursor>) -> Option<Has> {
    let places = |of: fn(&DeviceCursor) -> u64| -> Vec<Cursor> {
        known
            .iter()
            .map(|known| Cursor { person: known.person, channel: known.channel, position: of(known) })
            .collect()
    };
    let (acked, offered) = (places(|known| known.acked), places(|known| known.offered));
    let (acked, is_new) = match said {
        Cursors::All(all) => (all.clone(), true),
        Cursors::Digest(digest) if *digest == CursorDigest::of(&offered) => {
            let is_new = offered != acked;
            (offered, is_new)
        }
        Cursors::Digest(digest) if *digest == CursorDigest::of(&acked) => (acked, false),
        Cursors::Digest(_) => return None,
    };
    Some(Has { acked, is_new })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERSON: PersonId = PersonId([7; 16]);

    fn known(acked: u64, offered: u64) -> Vec<DeviceCursor> {
        vec![DeviceCursor { person: PERSON, channel: Channel::Care, acked, offered }]
    }

    fn digest(position: u64) -> Cursors {
        Cursors::Digest(CursorDigest::of(&[Cursor { person: PERSON, channel: Channel::Care, position }]))
    }

    /// What the device has after it said this, and whether that is news.
    fn check(said: Cursors, known: Vec<DeviceCursor>, expected: Option<(u64, bool)>) {
        let has = settle(&said, known);
        let found = has.map(|has| (has.position(PERSON, Channel::Care), has.changed().is_some()));
        assert_eq!(found, expected);
    }

    #[test]
    fn a_device_that_stored_the_last_answer_has_what_it_offered() {
        check(digest(9), known(5, 9), Some((9, true)));
    }

    #[test]
    fn a_device_whose_answer_was_lost_has_what_it_had() {
        check(digest(5), known(5, 9), Some((5, false)));
    }

    #[test]
    fn a_digest_that_fits_neither_asks_for_all() {
        check(digest(3), known(5, 9), None);
    }

    #[test]
    fn a_device_that_says_all_is_believed() {
        let all = Cursors::All(vec![Cursor { person: PERSON, channel: Channel::Care, position: 2 }]);
        check(all, known(5, 9), Some((2, true)));
    }

    #[test]
    fn a_new_device_has_nothing_and_says_so_with_the_empty_digest() {
        check(Cursors::Digest(CursorDigest::of(&[])), vec![], Some((0, false)));
    }
}
