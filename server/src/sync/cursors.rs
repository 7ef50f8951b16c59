//! What a device has: its digest is one of the two that the server can know, or it sends all cursors. Positions that
//! were given before the store was restored hold as far as the backup goes.

use crate::storage::DeviceCursor;
use alongside_domain::ids::{Epoch, PersonId};
use alongside_domain::journal::Channel;
use alongside_domain::sync::messages::{Cursor, CursorDigest, Cursors};

/// What the device has.
pub struct Has {
    acked: Vec<Cursor>,
    is_new: bool,
    /// The epoch of the store in which the device was told its positions, when it sent them all.
    said_epoch: Option<Epoch>,
}

impl Has {
    /// How far it has read.
    pub fn position(&self, person: PersonId, channel: Channel) -> u64 {
        let found = self.acked.iter().find(|cursor| (cursor.person, cursor.channel) == (person, channel));
        found.map_or(0, |cursor| cursor.position)
    }

    /// All of them.
    pub fn cursors(&self) -> &[Cursor] {
        &self.acked
    }

    /// The epoch of the store in which the device was told its positions, when it sent them all.
    pub fn said_epoch(&self) -> Option<Epoch> {
        self.said_epoch
    }

    /// Whether the device may not know in which epoch the store writes: it has no cursors, or sent all.
    pub fn asks_epoch(&self) -> bool {
        self.said_epoch.is_some() || self.acked.is_empty()
    }

    /// Whether nothing that the device said tells in which epoch its answers were: its digest was that of no cursors.
    pub fn leaves_epoch_open(&self) -> bool {
        self.said_epoch.is_none() && self.acked.is_empty()
    }

    /// Adds the cursors that an answer does not move, where it has to name all that count.
    pub fn complete(&self, moved: &mut Vec<Cursor>) {
        let is_moved = |cursor: &Cursor| {
            moved.iter().any(|moved| (moved.person, moved.channel) == (cursor.person, cursor.channel))
        };
        let others: Vec<Cursor> = self.acked.iter().filter(|cursor| !is_moved(cursor)).copied().collect();
        moved.extend(others);
    }

    /// Whether the device knows that the store writes in this epoch.
    pub fn knows(&self, epoch: Epoch) -> bool {
        self.said_epoch.map_or(!self.acked.is_empty(), |said| said == epoch)
    }

    /// Where positions of an epoch before a restore hold in the one after it: up to `heads`, about `people`.
    pub fn after_restore(&self, heads: &[Cursor], people: &[PersonId]) -> Has {
        // Those of the restricted channel are counted for each device: what is sealed to it is sent again.
        let kept = self
            .acked
            .iter()
            .filter(|cursor| cursor.channel != Channel::Restricted && people.contains(&cursor.person));
        let acked = kept.filter_map(|cursor| {
            let head =
                heads.iter().find(|head| (head.person, head.channel) == (cursor.person, cursor.channel))?;
            Some(Cursor { position: cursor.position.min(head.position), ..*cursor })
        });
        Has { acked: acked.collect(), is_new: true, said_epoch: self.said_epoch }
    }

    /// All cursors, when the store does not know yet that the device has them.
    pub fn changed(&self) -> Option<Vec<Cursor>> {
        self.is_new.then(|| self.acked.clone())
    }
}

/// Matches what the device says with what the store, which writes in `epoch`, knows. Nothing: all cursors are wanted.
pub fn settle(said: &Cursors, known: Vec<DeviceCursor>, epoch: Epoch) -> Option<Has> {
    // A cursor at position 0 is none: without any other the digest does not tell in which epoch the device was told.
    let places = |of: fn(&DeviceCursor) -> u64| -> Vec<Cursor> {
        let cursor = |known: &DeviceCursor| Cursor {
            person: known.person,
            channel: known.channel,
            position: of(known),
        };
        known.iter().map(cursor).filter(|cursor| cursor.position > 0).collect()
    };
    let (acked, offered) = (places(|known| known.acked), places(|known| known.offered));
    let mut said_epoch = None;
    let (acked, is_new) = match said {
        Cursors::All(said, all) => {
            said_epoch = Some(*said);
            (all.clone(), true)
        }
        Cursors::Digest(digest) if *digest == CursorDigest::of(epoch, &offered) => {
            let is_new = offered != acked;
            (offered, is_new)
        }
        Cursors::Digest(digest) if *digest == CursorDigest::of(epoch, &acked) => (acked, false),
        Cursors::Digest(_) => return None,
    };
    Some(Has { acked, is_new, said_epoch })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERSON: PersonId = PersonId([7; 16]);
    const EPOCH: Epoch = Epoch([2; 8]);

    fn known(acked: u64, offered: u64) -> Vec<DeviceCursor> {
        vec![DeviceCursor { person: PERSON, channel: Channel::Care, acked, offered }]
    }

    fn digest(position: u64) -> Cursors {
        Cursors::Digest(CursorDigest::of(
            EPOCH,
            &[Cursor { person: PERSON, channel: Channel::Care, position }],
        ))
    }

    /// What the device has after it said this, and whether that is news.
    fn check(said: Cursors, known: Vec<DeviceCursor>, expected: Option<(u64, bool)>) {
        let has = settle(&said, known, EPOCH);
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
        let all = Cursors::All(EPOCH, vec![Cursor { person: PERSON, channel: Channel::Care, position: 2 }]);
        check(all, known(5, 9), Some((2, true)));
    }

    #[test]
    fn a_new_device_has_nothing_and_says_so_with_the_empty_digest() {
        check(Cursors::Digest(CursorDigest::of(EPOCH, &[])), vec![], Some((0, false)));
    }

    #[test]
    fn a_device_without_cursors_says_in_which_epoch_it_was_only_when_it_sends_them_all() {
        // It had some in another epoch, and the answer that told it of this one was lost.
        let none = Cursors::Digest(CursorDigest::of(Epoch([1; 8]), &[]));
        let has = settle(&none, known(0, 0), EPOCH).expect("none are known");
        assert!(!has.knows(EPOCH) && has.asks_epoch() && has.leaves_epoch_open());
        let all = |epoch| settle(&Cursors::All(epoch, vec![]), known(0, 0), EPOCH).expect("all are said");
        assert!(all(EPOCH).knows(EPOCH) && !all(EPOCH).leaves_epoch_open());
        assert!(!all(Epoch([1; 8])).knows(EPOCH));
    }

    #[test]
    fn positions_of_an_epoch_before_a_restore_hold_as_far_as_the_backup_goes() {
        let cursor = |position| Cursor { person: PERSON, channel: Channel::Care, position };
        let said = Cursors::All(Epoch([1; 8]), vec![cursor(9)]);
        let has = settle(&said, known(5, 9), EPOCH).expect("all are said");
        assert!(!has.knows(EPOCH));
        let after = |heads: &[Cursor], people: &[PersonId]| {
            has.after_restore(heads, people).position(PERSON, Channel::Care)
        };
        assert_eq!(after(&[cursor(6)], &[PERSON]), 6);
        assert_eq!(after(&[cursor(20)], &[PERSON]), 9);
        assert_eq!(after(&[], &[PERSON]), 0, "an epoch that nobody knows");
        assert_eq!(after(&[cursor(6)], &[]), 0, "no access any more");
    }
}
