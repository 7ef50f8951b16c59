//! Apps of an earlier version, which keep records of kinds that they cannot read, and are updated later.

use super::World;
use crate::faults::Class;
use crate::states::State;
use alongside_domain::journal::{Body, Kind};
use alongside_replica::views::HistoryItem;

/// The kinds that an earlier version may lack. The plan was in every version.
const ADDED_LATER: [Kind; 9] =
    [Kind(11), Kind(12), Kind(20), Kind(21), Kind(22), Kind(23), Kind(40), Kind(41), Kind(50)];

impl World<'_> {
    /// What the version of a new phone's app does not know.
    pub(super) fn kinds_lacking(&mut self) -> Vec<Kind> {
        if !self.faults.strikes(Class::OldVersion, 2) {
            return Vec::new();
        }
        let dice = self.faults.dice(Class::OldVersion);
        ADDED_LATER.into_iter().filter(|_| dice.once_in(2)).collect()
    }

    /// An app that does not run may be updated before it starts.
    pub(super) fn may_be_updated(&mut self, at: usize) {
        if !self.phones[at].lacks.is_empty() && self.faults.dice(Class::OldVersion).once_in(3) {
            self.update_app(at);
        }
    }

    /// Brings an app to the newest version. It has to start anew.
    pub(crate) fn update_app(&mut self, at: usize) {
        let phone = &mut self.phones[at];
        if !phone.lacks.is_empty() {
            phone.kill();
            phone.lacks.clear();
            self.trace.add(&format!("phone{at} is updated"));
        }
    }

    /// What a phone shows of a journal, as far as its version can read it.
    pub(super) fn note_unread(&mut self, at: usize, items: &[HistoryItem]) {
        let unread = items.iter().filter(|item| matches!(item.body, Body::Unread(_))).count();
        if unread > 0 {
            self.trace.add(&format!("phone{at} cannot read {unread}"));
            self.states.reach(State::KeptUnread);
            self.faults.changed(Class::OldVersion);
            self.phones[at].kept_unread = true;
        } else if std::mem::take(&mut self.phones[at].kept_unread) {
            self.states.reach(State::ReadAfterUpdate);
        }
    }
}
