//! Apps of an earlier version, which keep records of kinds that they cannot read, and are updated later.

use super::World;
use crate::faults::Class;
use crate::states::State;
use alongside_domain::ids::PersonId;
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

    /// What a phone shows of a journal, as far as its version can read it. What no version can read has come to harm: that
    /// is no old version's doing.
    pub(super) fn note_unread(&mut self, at: usize, person: PersonId, items: &[HistoryItem]) {
        let unread = items.iter().filter(|item| is_unread(&item.body)).count();
        if unread > 0 {
            self.trace.add(&format!("phone{at} cannot read {unread}"));
        } else if self.phones[at].kept_unread.is_empty() {
            return;
        }
        for item in items {
            let name = self.facts.name(person, &item.id);
            if is_too_new(&item.body) {
                self.states.reach(State::KeptUnread);
                self.faults.changed(Class::OldVersion);
                self.phones[at].kept_unread.insert(name);
            } else if !is_unread(&item.body) && self.phones[at].kept_unread.remove(&name) {
                self.states.reach(State::ReadAfterUpdate);
            }
        }
    }
}

fn is_unread(body: &Body) -> bool {
    matches!(body, Body::Unread(_))
}

/// Whether an earlier version shows it, and the newest one would read it.
fn is_too_new(body: &Body) -> bool {
    matches!(body, Body::Unread(kept) if !is_unread(&Body::read(kept.kind, &kept.bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alongside_domain::journal::body::HandoverNote;

    #[test]
    fn what_no_version_can_read_is_not_laid_to_an_old_one() {
        let note = Body::HandoverNote(HandoverNote { visit: None, text: "tea at four".to_owned() });
        let (kind, bytes) = (note.kind(), note.encode());
        assert!(is_too_new(&Body::unread(kind, &bytes)), "the newest reads it");
        assert!(!is_too_new(&note));
        assert!(!is_too_new(&Body::read(kind, &bytes[1..])), "the body is damaged");
        assert!(!is_too_new(&Body::unread(Kind(u16::MAX), &bytes)), "nobody knows this kind");
    }
}
