//! The classes of faults, which of them a seed enables, and what they did.

use crate::dice::Dice;
use std::collections::{BTreeMap, BTreeSet};

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident $code:literal;)+) => {
        /// A class of faults.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Class {
            $($(#[$doc])* $name,)+
        }

        impl Class {
            /// All of them.
            pub const ALL: &[Class] = &[$(Class::$name,)+];

            /// Its name in reports and on the command line.
            pub fn code(self) -> &'static str {
                match self {
                    $(Class::$name => $code,)+
                }
            }
        }
    };
}

classes! {
    /// A message is lost.
    Drop "drop";
    /// A message arrives twice.
    Duplicate "duplicate";
    /// A message arrives late: behind others that were sent after it.
    Delay "delay";
    /// A message ends early.
    Cut "cut";
    /// A phone's app is killed at a change of its disk.
    PhoneKilled "phone_killed";
    /// A phone's battery falls out at a change of its disk.
    PhonePower "phone_power";
    /// A server process is killed at a change of its disk, or between two effects.
    ServerKilled "server_killed";
    /// The server's machine loses power.
    ServerPower "server_power";
    /// A phone is full.
    PhoneFull "phone_full";
    /// The server's disk is full.
    ServerFull "server_full";
    /// A phone's sync to disk fails.
    PhoneSync "phone_sync";
    /// The server's sync to disk fails.
    ServerSync "server_sync";
    /// A phone's clock is set ten years off.
    ClockOff "clock_off";
    /// A phone's clock is set back by minutes or hours.
    ClockBack "clock_back";
    /// A phone starts anew: its monotonic clock too.
    Reboot "reboot";
    /// A record is erased while phones and servers are at work.
    Erased "erased";
    /// Somebody leaves a care team, or comes back.
    TeamChange "team_change";
    /// What is shared with a partner changes: the person objects, is talked with, or sets a last day.
    SharingChange "sharing_change";
    /// Somebody was never on the care team of a person, and records about them all the same.
    Stranger "stranger";
    /// A device's enrolment ends: its holder left, or it was stolen.
    DeviceRevoked "device_revoked";
    /// A device is ordered to wipe what it holds.
    DeviceWiped "device_wiped";
    /// More time goes by than phones may show what they hold without the server.
    LeaseLapsed "lease_lapsed";
    /// Two server processes share the server's disk.
    TwoServers "two_servers";
    /// A phone's app is of an earlier version, which does not know all kinds of records; it may be updated later.
    OldVersion "old_version";
    /// The key of a phone's database is changed, and its battery may fall out at a change of its disk meanwhile.
    KeyChanged "key_changed";
    /// A bit of a phone's database changes.
    BitFlip "bit_flip";
    /// A bit of a page that waits on a phone changes after it was sealed.
    PageFlip "page_flip";
    /// A bit of a record that waits on a phone changes after it was sealed, in its page and in the journal.
    RecordFlip "record_flip";
    /// A phone's disk is replaced by an older copy of it.
    PhoneRestored "phone_restored";
    /// The same copy is put back a second time.
    PhoneRestoredTwice "phone_restored_twice";
    /// A second phone begins as a copy of a first.
    PhoneCloned "phone_cloned";
    /// A manager ends the wait for a phone, after a restore, that comes home later.
    WaitEnded "wait_ended";
    /// The server's disk is replaced by an older copy of it.
    ServerRestored "server_restored";
}

/// Classes that the product does not survive yet, each with the reason. They are enabled only when they are asked
/// for by name, and must leave this list when the product does.
pub const NOT_YET_SURVIVED: &[(Class, &str)] = &[];

/// Why a restored server does not go together with phones that lose what they had: what was only on that phone and in
/// the part of the server's journal that no backup holds is then on no disk at all.
const BOTH_LOST: &str = "the only two copies of a record are lost together";

/// Pairs that the product does not survive together yet, each with the reason. The second is left out where a seed
/// has chosen the first, unless it is asked for by name.
pub const NOT_YET_TOGETHER: &[(Class, Class, &str)] = &[
    (
        Class::BitFlip,
        Class::PageFlip,
        "the page and the journal that it is made again from are damaged together",
    ),
    (Class::BitFlip, Class::RecordFlip, "what says which record was changed is damaged together with it"),
    (Class::ServerRestored, Class::BitFlip, BOTH_LOST),
    (Class::ServerRestored, Class::PhoneRestored, BOTH_LOST),
    (Class::ServerRestored, Class::PhoneRestoredTwice, BOTH_LOST),
    (Class::ServerRestored, Class::DeviceWiped, BOTH_LOST),
    (
        Class::ServerRestored,
        Class::SharingChange,
        "what only a partner's phone held of others goes once less is shared with it",
    ),
    (Class::ServerRestored, Class::PhoneCloned, "a copy of a phone answers for the phone, and knows less"),
];

/// Classes that cannot strike without another, which is enabled with them.
const NEEDS: &[(Class, Class)] = &[(Class::WaitEnded, Class::ServerRestored)];

impl Class {
    /// The class of this name.
    pub fn of(code: &str) -> Option<Class> {
        Class::ALL.iter().copied().find(|class| class.code() == code)
    }

    /// Whether the product is held to survive it.
    pub fn is_survived(self) -> bool {
        !NOT_YET_SURVIVED.iter().any(|(class, _)| *class == self)
    }
}

/// The faults of one run.
#[derive(Debug, Clone)]
pub struct Faults {
    enabled: BTreeSet<Class>,
    dice: BTreeMap<Class, Dice>,
    /// How often each was injected.
    pub injected: BTreeMap<Class, u64>,
    /// How often each changed an effect, a state, or the order of the journal.
    pub changed: BTreeMap<Class, u64>,
}

impl Faults {
    /// The faults that a seed enables, without those of `without`, and those of `with` in any case.
    pub fn of(dice: &Dice, with: &BTreeSet<Class>, without: &BTreeSet<Class>) -> Faults {
        let chosen =
            |class: &Class| dice.of(&format!("enable {}", class.code())).once_in(3) && class.is_survived();
        let mut enabled: BTreeSet<Class> = Class::ALL.iter().copied().filter(chosen).collect();
        for (class, needed) in NEEDS {
            if enabled.contains(class) || with.contains(class) {
                enabled.insert(*needed);
            }
        }
        for (first, second, _) in NOT_YET_TOGETHER {
            if enabled.contains(first) || with.contains(first) {
                enabled.remove(second);
            }
        }
        enabled.extend(with);
        enabled.retain(|class| !without.contains(class));
        let dice = Class::ALL.iter().map(|class| (*class, dice.of(class.code()))).collect();
        Faults { enabled, dice, injected: BTreeMap::new(), changed: BTreeMap::new() }
    }

    /// Those that are enabled.
    pub fn enabled(&self) -> &BTreeSet<Class> {
        &self.enabled
    }

    /// No more faults from now on.
    pub fn end(&mut self) {
        self.enabled.clear();
    }

    /// Whether a fault of this class happens now: once in `times`, where it is enabled. Counts it.
    pub fn strikes(&mut self, class: Class, times: u64) -> bool {
        let strikes = self.enabled.contains(&class) && self.dice(class).once_in(times);
        if strikes {
            *self.injected.entry(class).or_default() += 1;
        }
        strikes
    }

    /// The dice of a class.
    pub fn dice(&mut self, class: Class) -> &mut Dice {
        self.dice.get_mut(&class).expect("each class has dice")
    }

    /// The fault changed an effect, a state, or the order of the journal.
    pub fn changed(&mut self, class: Class) {
        *self.changed.entry(class).or_default() += 1;
    }
}
