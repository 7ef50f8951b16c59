//! Phones change the keys of their databases, and some lose their power meanwhile.

use super::World;
use crate::faults::Class;
use crate::states::State;
use alongside_replica::Replica;

/// How many changes of its disk a phone makes at most, until one that loses its power does.
const CHANGES_MAX: usize = 120;

impl World<'_> {
    /// The key of a phone's database is changed. Where that ends in an error, its app is closed.
    pub(super) fn key_changes(&mut self, at: usize) {
        let Some(replica) = self.phones[at].replica.clone() else { return };
        if self.phones[at].armed.is_some() || !self.faults.strikes(Class::KeyChanged, 2) {
            return;
        }
        let dice = self.faults.dice(Class::KeyChanged);
        if dice.once_in(2) {
            let changes = dice.below(CHANGES_MAX) as u64;
            self.phones[at].armed = Some(Class::KeyChanged);
            self.phones[at].mount.die_after(changes);
        }
        let changed = Replica::change_key(&replica);
        drop(replica);
        if self.has_died(at) {
            return self.states.reach(State::DiedChangingKey);
        }
        self.phones[at].armed = None;
        self.phones[at].mount.die_after(u64::MAX);
        match changed {
            Ok(()) => {
                self.states.reach(State::KeyChanged);
                self.trace.add(&format!("phone{at} has another key"));
            }
            Err(error) => {
                self.trace.add(&format!("phone{at} does not change its key: {error}"));
                self.phones[at].kill();
            }
        }
    }
}
