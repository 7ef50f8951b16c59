//! Safeguarding: what a concern says, by when it is reported, whom it is given to and when, and what is done about it.
//!
//! Absent on purpose: who suspects whom, and of what. Whoever records a concern is asked for facts alone. That the
//! steps here are the right ones is for the provider's safeguarding lead to agree.

pub mod acts;
pub mod case;
pub mod concern;
pub mod due;
pub mod hints;
pub mod opened;
pub mod records;
pub mod routes;
pub mod steps;

use crate::journal::RecordRef;
use crate::journal::body::Role;

/// Whether people of this role may answer for concerns: as recipients, or because access to a case was given to them. Who
/// of them does, the provider says: a nominated individual or whoever is on call may have any role at a desk.
pub fn answers_for_concerns(role: Role) -> bool {
    use Role::{Manager, Nurse, SocialWorker, Supervisor, Therapist};
    matches!(role, Manager | Supervisor | Nurse | Therapist | SocialWorker)
}

/// Letters and digits that nobody takes for one another.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many of them a reference has.
const REFERENCE_SYMBOLS: usize = 8;

/// The reference of a concern, for a slip of paper: eight symbols of its epoch, which was drawn for it alone. It says
/// nothing of it, and finds it only for those who have it.
pub fn reference(concern: &RecordRef) -> String {
    let bits = u64::from_be_bytes(concern.epoch.0);
    let symbols = (0..REFERENCE_SYMBOLS).map(|at| SYMBOLS[(bits >> (59 - 5 * at)) as usize & 31] as char);
    let all: String = symbols.collect();
    format!("{}-{}", &all[..4], &all[4..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AuthorId, Epoch};
    use crate::journal::Channel;

    #[test]
    fn a_reference_is_eight_symbols_of_what_was_drawn_for_the_concern() {
        let of = |epoch| RecordRef {
            author: AuthorId([1; 16]),
            epoch: Epoch(epoch),
            number: 1,
            channel: Channel::Restricted,
        };
        assert_eq!(reference(&of([0; 8])), "0000-0000");
        assert_eq!(reference(&of([0xff; 8])), "ZZZZ-ZZZZ");
        assert_eq!(reference(&of([0x08, 0x86, 0x42, 0x98, 0xe8, 0, 0, 0])), "1234-5678");
    }
}
