//! One entry of the audit trail: who did what, about whom, when, and what came of it. No names, no notes, no readings.
//!
//! An entry is kept as the CBOR bytes that it was written with. Its link is SHA-256 over "alongside audit 1", the link of
//! the entry before it and these bytes: whoever changes, adds or takes away one has to change every link after it.

use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::Link;
use alongside_domain::time::Moment;
use minicbor::{Decode, Encode};
use ring::digest::{Context, SHA256};
use std::collections::BTreeSet;

/// An entry. A released form only grows.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// When, by the server's clock.
    #[n(0)]
    pub at: Moment,
    /// Who.
    #[n(1)]
    pub who: Who,
    /// What.
    #[n(2)]
    pub what: What,
    /// What came of it.
    #[n(3)]
    pub outcome: Outcome,
    /// The page, the request or the command: a fixed word of the program, never what somebody typed.
    #[n(4)]
    pub place: Option<String>,
    /// About whom.
    #[n(5)]
    pub people: BTreeSet<PersonId>,
    /// About which member of staff.
    #[n(6)]
    pub staff: Option<StaffId>,
    /// About which device.
    #[n(7)]
    pub device: Option<AuthorId>,
    /// After a restore: where the trail stood before, as far as it is here.
    #[n(8)]
    pub former: Option<TrailHead>,
}

/// Where the trail stands: its last entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct TrailHead {
    /// The epoch in which the store wrote.
    #[n(0)]
    pub epoch: Epoch,
    /// The number of the entry.
    #[n(1)]
    pub number: u64,
    /// Its link.
    #[n(2)]
    pub link: Link,
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Who {
    /// Nobody who is known.
    #[n(0)]
    Nobody,
    /// Somebody at the console.
    #[n(1)]
    AtConsole {
        /// Who.
        #[n(0)]
        staff: StaffId,
        /// A name of their session that opens nothing; absent where none began.
        #[n(1)]
        session: Option<u64>,
    },
    /// A device.
    #[n(2)]
    Device {
        /// Which.
        #[n(0)]
        device: AuthorId,
        /// Whose.
        #[n(1)]
        staff: StaffId,
    },
    /// Whoever has the administrator's token.
    #[n(3)]
    Administrator,
    /// A command on the server's machine.
    #[n(4)]
    Command,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum What {
    /// A page was read.
    #[n(0)]
    Read,
    /// A page was made for printing.
    #[n(1)]
    Printed,
    /// Something was written.
    #[n(2)]
    Wrote,
    /// A copy was made for somebody.
    #[n(3)]
    Exported,
    /// Signed in.
    #[n(4)]
    SignedIn,
    /// Signed out.
    #[n(5)]
    SignedOut,
    /// Tried to open a record in an emergency, or did.
    #[n(6)]
    OpenedInEmergency,
    /// Ended such an opening.
    #[n(7)]
    EndedEmergency,
    /// A manager looked at such an opening.
    #[n(8)]
    LookedAtEmergency,
    /// Looked for a person.
    #[n(9)]
    Sought,
    /// Read the audit trail.
    #[n(10)]
    ReadTrail,
    /// A device handed in records.
    #[n(11)]
    HandedIn,
    /// A device was given records.
    #[n(12)]
    Given,
    /// An act of administration.
    #[n(13)]
    Administered,
    /// A backup was made.
    #[n(14)]
    BackedUp,
    /// The store was put back to a backup: the trail goes on in a new epoch.
    #[n(15)]
    Restored,
    /// A device was told of a past that is not in this trail.
    #[n(16)]
    WitnessDisagreed,
    /// A device joined.
    #[n(17)]
    Enrolled,
}

impl What {
    /// Everything that an entry may say.
    pub const ALL: [What; 18] = [
        What::Read,
        What::Printed,
        What::Wrote,
        What::Exported,
        What::SignedIn,
        What::SignedOut,
        What::OpenedInEmergency,
        What::EndedEmergency,
        What::LookedAtEmergency,
        What::Sought,
        What::ReadTrail,
        What::HandedIn,
        What::Given,
        What::Administered,
        What::BackedUp,
        What::Restored,
        What::WitnessDisagreed,
        What::Enrolled,
    ];
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Outcome {
    /// Done.
    #[n(0)]
    Done,
    /// Refused: not done, or not all of it.
    #[n(1)]
    Refused,
    /// There is no such thing, or not for them.
    #[n(2)]
    NotFound,
    /// The server failed.
    #[n(3)]
    Failed,
}

impl Entry {
    /// Done, about nobody.
    pub fn new(at: Moment, who: Who, what: What) -> Entry {
        Entry {
            at,
            who,
            what,
            outcome: Outcome::Done,
            place: None,
            people: BTreeSet::new(),
            staff: None,
            device: None,
            former: None,
        }
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("a vector takes every byte")
    }

    /// The members of staff whom it is by or about.
    pub fn staff(&self) -> BTreeSet<StaffId> {
        let by = match self.who {
            Who::AtConsole { staff, .. } | Who::Device { staff, .. } => Some(staff),
            Who::Nobody | Who::Administrator | Who::Command => None,
        };
        by.into_iter().chain(self.staff).collect()
    }
}

/// The link of an entry with these bytes, after the one with the link `before`.
pub fn link(before: &Link, entry: &[u8]) -> Link {
    let mut context = Context::new(&SHA256);
    for part in [b"alongside audit 1".as_slice(), &before.0, entry] {
        context.update(part);
    }
    Link::from_slice(context.finish().as_ref()).expect("SHA-256 has 32 bytes")
}

/// What a signature of a head covers: "alongside audit head 1" ‖ epoch ‖ number ‖ link.
pub fn head_message(head: &TrailHead) -> Vec<u8> {
    [b"alongside audit head 1".as_slice(), &head.epoch.0, &head.number.to_be_bytes(), &head.link.0].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTES: &str = "861b0000019cadc69a808201825057575757575757575757575757575757070001702f70\
                         656f706c652f7b706572736f6e7d815001010101010101010101010101010101";
    /// SHA-256 over the words, 32 zero bytes and these bytes, computed elsewhere.
    const LINK: &str = "de01cdbc0f53609d0ffcadfc42a444543e9e5034471048c25291306e4e44b010";

    fn entry() -> Entry {
        let session = Who::AtConsole { staff: StaffId([0x57; 16]), session: Some(7) };
        Entry {
            outcome: Outcome::Refused,
            place: Some("/people/{person}".to_owned()),
            people: [PersonId([1; 16])].into(),
            ..Entry::new(Moment(1_772_442_000_000), session, What::Read)
        }
    }

    #[test]
    fn an_entry_and_its_link_keep_their_bytes() {
        let bytes = entry().encode();
        assert_eq!(crate::hex::encode(&bytes), BYTES);
        assert_eq!(link(&Link::START, &bytes).to_string(), LINK);
        assert_eq!(minicbor::decode::<Entry>(&bytes).unwrap(), entry());
    }

    #[test]
    fn every_byte_of_an_entry_and_the_link_before_it_change_its_link() {
        let (before, bytes) = (Link::START, entry().encode());
        let first = link(&before, &bytes);
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_ne!(link(&before, &changed), first, "byte {at}");
        }
        assert_ne!(link(&first, &bytes), first);
    }
}
