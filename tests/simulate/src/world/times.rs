//! When records were made: what a phone could tell of it, and what all show in the end.

use super::World;
use crate::server::Asker;
use crate::states::State;
use alongside_domain::care::heard::Known;
use alongside_domain::ids::PersonId;
use alongside_domain::journal::times::WRONG_FROM_MS;
use alongside_domain::journal::{Body, Channel, Entry, RecordRef};
use alongside_domain::time::HOUR_MS;
use alongside_replica::clock::Clock;
use alongside_replica::views::HistoryItem;
use alongside_server::entries::entries;
use std::collections::BTreeMap;

/// How far back the screen of a person's last weeks looks at least.
const SCREEN_MS: i64 = 59 * 24 * HOUR_MS;

impl World<'_> {
    /// A record was saved just now.
    pub(super) fn note_made(&mut self, at: usize, person: PersonId, id: &RecordRef) {
        let name = self.facts.name(person, id);
        self.checker.made(&name, self.now.0);
        let staff = self.staff[self.phones[at].staff].id.to_string();
        if !self.checker.is_on_team(&person.to_string(), &staff) {
            // It may be kept apart: times are not corrected then.
            return;
        }
        if self.phones[at].sync.is_some() {
            // It may go with what is on its way.
            self.checker.is_sent(&name, self.now.0);
        }
        let phone = &mut self.phones[at];
        phone.unsynced.push((name, phone.clock.boot()));
    }

    /// A phone begins to sync.
    pub(super) fn note_sync_begins(&mut self, at: usize) {
        self.note_shared(at);
        self.checker.sync_begins(&self.phones[at].name);
        let now = self.now;
        let phone = &mut self.phones[at];
        (phone.sync_began, phone.in_sync) = (now, phone.unsynced.len());
        phone.unsynced.iter().for_each(|(name, _)| self.checker.is_sent(name, now.0));
    }

    /// A sync goes on: what it heard of the server may be as old as the sync.
    pub(super) fn note_sync_goes_on(&mut self, at: usize) {
        let now = self.now;
        let phone = &mut self.phones[at];
        phone.longest_sync_ms = phone.longest_sync_ms.max(now.since_ms(phone.sync_began));
    }

    /// A server works on a request: it has been under way so long.
    pub(super) fn note_under_way(&mut self, asker: Asker) {
        let now = self.now;
        let phone = &mut self.phones[asker.phone];
        let under_way_ms = now.since_ms(self.sent.get(&asker.serial).copied().unwrap_or(phone.sync_began));
        phone.longest_sync_ms = phone.longest_sync_ms.max(under_way_ms);
    }

    /// A sync has brought up what was there when it began: the times of what was made in this boot can be known.
    pub(super) fn note_synced(&mut self, at: usize) {
        self.judge_shared(at);
        self.note_all_has_come(at);
        let phone = &mut self.phones[at];
        self.checker.came_home(&phone.name, &phone.device, self.now.0);
        let (boot, within_ms) = (phone.clock.boot(), phone.longest_sync_ms + WRONG_FROM_MS);
        let in_sync = std::mem::take(&mut phone.in_sync);
        for (name, of_boot) in phone.unsynced.drain(..in_sync) {
            if of_boot == boot {
                self.checker.time_is_known(&name, within_ms);
            }
        }
    }

    fn note_what_the_store_says(&mut self, held: &[Entry]) {
        for (state, is_said) in [
            (State::TimesCorrected, held.iter().any(|entry| matches!(entry.body, Body::Times(_)))),
            (State::ReceivedLate, held.iter().any(|entry| matches!(entry.body, Body::Received(_)))),
        ] {
            if is_said {
                self.states.reach(state);
            }
        }
    }

    /// All who hold a record show one time for it, and none was known before it can have come in.
    pub(crate) fn judge_times(&mut self, person: PersonId) {
        let mut shown: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
        for phone in &self.phones {
            let staff = self.staff[phone.staff].id.to_string();
            let sees = self.checker.is_on_team(&person.to_string(), &staff) && !phone.flipped;
            let Some(replica) = phone.replica.as_ref().filter(|_| sees) else { continue };
            let times = |item: &HistoryItem| (self.facts.name(person, &item.id), item.recorded.0);
            let held: BTreeMap<String, i64> =
                replica.journal(person).unwrap_or_default().iter().map(times).collect();
            if let Ok(screen) = replica.history(person) {
                let on_screen = screen.iter().map(|item| times(item).0).collect();
                let since = replica.now().plus_ms(-SCREEN_MS);
                self.checker.screen(&phone.name, since.0, &held, &on_screen);
            }
            shown.insert(phone.name.clone(), held);
        }
        let (stored, _) =
            self.servers[0].journal(&self.place.runtime, person, Channel::Care).expect("a good disk reads");
        let held =
            entries(&stored, Channel::Care, self.facts.store, |_| true).expect("it reads what it wrote");
        self.note_what_the_store_says(&held);
        let known = Known::of(&held, self.facts.store);
        let known = held.iter().map(|entry| (self.facts.name(person, &entry.id), known.at(entry).0));
        self.checker.known(&known.collect());
        let times = |entry: &Entry| (self.facts.name(person, &entry.id), entry.effective.0);
        shown.insert("server".to_owned(), held.iter().map(times).collect());
        self.checker.times(&shown);
    }
}
