//! When each recipient of a concern is given it: the first at once, and the next each time that half an hour has
//! passed and nobody has acknowledged it.

use crate::ids::StaffId;
use crate::time::{MINUTE_MS, Moment};
use std::collections::BTreeSet;

/// How long one recipient has before the next is given it.
pub const STEP_MS: i64 = 30 * MINUTE_MS;

/// How far the asking for one concern has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// When the server received it.
    pub received: Moment,
    /// When the first of its recipients acknowledged it.
    pub acknowledged: Option<Moment>,
    /// Whom it is sealed to: those whom its author chose.
    pub chosen: BTreeSet<StaffId>,
}

impl Asking {
    /// Whether this recipient is given the concern by now. `order` is everyone who receives concerns, in the order in
    /// which they are asked: whoever was not chosen takes no half hour.
    pub fn is_given(&self, order: &[StaffId], staff: StaffId, now: Moment) -> bool {
        let mut chosen = order.iter().filter(|other| self.chosen.contains(other));
        match chosen.position(|other| *other == staff) {
            None => false,
            // At once, whatever a clock shows.
            Some(0) => true,
            Some(place) => {
                let from = self.received.plus_ms(place as i64 * STEP_MS);
                from <= now && self.acknowledged.is_none_or(|at| at >= from)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEE: StaffId = StaffId([1; 16]);
    const INES: StaffId = StaffId([2; 16]);
    const NORA: StaffId = StaffId([3; 16]);
    const ORDER: [StaffId; 3] = [DEE, INES, NORA];
    const RECEIVED: Moment = Moment(1_000_000);

    fn asking(chosen: &[StaffId], acknowledged: Option<i64>) -> Asking {
        let acknowledged = acknowledged.map(|minute| RECEIVED.plus_ms(minute * MINUTE_MS));
        Asking { received: RECEIVED, acknowledged, chosen: chosen.iter().copied().collect() }
    }

    fn given(asking: &Asking, minute: i64) -> Vec<StaffId> {
        let now = RECEIVED.plus_ms(minute * MINUTE_MS);
        ORDER.into_iter().filter(|staff| asking.is_given(&ORDER, *staff, now)).collect()
    }

    #[test]
    fn each_half_hour_without_an_acknowledgement_gives_it_to_the_next() {
        let asking = asking(&ORDER, None);
        let after: Vec<_> =
            [0, 29, 30, 59, 60].into_iter().map(|minute| given(&asking, minute).len()).collect();
        assert_eq!(after, [1, 1, 2, 2, 3]);
    }

    #[test]
    fn once_acknowledged_nobody_else_is_given_it_and_those_who_were_keep_it() {
        assert_eq!(given(&asking(&ORDER, Some(9)), 500), [DEE]);
        assert_eq!(given(&asking(&ORDER, Some(31)), 500), [DEE, INES]);
    }

    #[test]
    fn whoever_was_left_out_is_never_given_it_and_takes_no_half_hour() {
        assert_eq!(given(&asking(&[INES, NORA], None), 0), [INES]);
        assert_eq!(given(&asking(&[INES, NORA], None), 500), [INES, NORA]);
    }
}
