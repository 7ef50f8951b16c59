//! Who holds which lock of a file: the five levels of the database file, and the eight slots beside its shared
//! memory. Holders are numbers of open handles.

use std::collections::{BTreeMap, BTreeSet};

/// The levels of SQLite's locks on a database file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Level {
    #[default]
    None,
    Shared,
    Reserved,
    Pending,
    Exclusive,
}

impl Level {
    pub(crate) fn of(number: i32) -> Level {
        match number {
            1 => Level::Shared,
            2 => Level::Reserved,
            3 => Level::Pending,
            4 => Level::Exclusive,
            _ => Level::None,
        }
    }
}

/// Locks of one file.
#[derive(Debug, Default)]
pub(crate) struct Locks {
    levels: BTreeMap<u64, Level>,
    slots: BTreeMap<i32, Slot>,
}

#[derive(Debug)]
enum Slot {
    Shared(BTreeSet<u64>),
    Exclusive(u64),
}

impl Locks {
    /// Raises a handle's level; `false` when others are in the way.
    pub(crate) fn raise(&mut self, handle: u64, to: Level) -> bool {
        let mine = self.level(handle);
        if mine >= to {
            return true;
        }
        let highest =
            self.levels.iter().filter(|(other, _)| **other != handle).map(|(_, level)| *level).max();
        let others = highest.unwrap_or_default();
        let free = match to {
            Level::None | Level::Shared => others < Level::Pending,
            Level::Reserved => others < Level::Reserved,
            Level::Pending | Level::Exclusive => others < Level::Shared,
        };
        if free {
            self.levels.insert(handle, to);
        } else if to == Level::Exclusive && others < Level::Reserved {
            self.levels.insert(handle, Level::Pending);
        }
        free
    }

    pub(crate) fn lower(&mut self, handle: u64, to: Level) {
        if to == Level::None {
            self.levels.remove(&handle);
        } else if self.level(handle) > to {
            self.levels.insert(handle, to);
        }
    }

    pub(crate) fn is_reserved(&self) -> bool {
        self.levels.values().any(|level| *level >= Level::Reserved)
    }

    fn level(&self, handle: u64) -> Level {
        self.levels.get(&handle).copied().unwrap_or_default()
    }

    /// Takes slots of the shared memory, all or none.
    pub(crate) fn take_slots(&mut self, handle: u64, slots: std::ops::Range<i32>, exclusive: bool) -> bool {
        let free = slots.clone().all(|slot| match self.slots.get(&slot) {
            None => true,
            Some(Slot::Exclusive(holder)) => *holder == handle,
            Some(Slot::Shared(holders)) => !exclusive || holders.iter().all(|holder| *holder == handle),
        });
        if !free {
            return false;
        }
        for slot in slots {
            if exclusive {
                self.slots.insert(slot, Slot::Exclusive(handle));
            } else {
                match self.slots.entry(slot).or_insert_with(|| Slot::Shared(BTreeSet::new())) {
                    Slot::Shared(holders) => drop(holders.insert(handle)),
                    Slot::Exclusive(_) => {}
                }
            }
        }
        true
    }

    pub(crate) fn free_slots(&mut self, handle: u64, slots: std::ops::Range<i32>) {
        for slot in slots {
            let empty = match self.slots.get_mut(&slot) {
                None => continue,
                Some(Slot::Exclusive(holder)) => *holder == handle,
                Some(Slot::Shared(holders)) => {
                    holders.remove(&handle);
                    holders.is_empty()
                }
            };
            if empty {
                self.slots.remove(&slot);
            }
        }
    }

    /// A handle is closed.
    pub(crate) fn forget(&mut self, handle: u64) {
        self.levels.remove(&handle);
        self.free_slots(handle, 0..8);
    }
}
