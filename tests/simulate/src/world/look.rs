//! What the checker is told of what phones and servers hold.

use super::World;
use crate::facts::scope;
use crate::states::State;
use alongside_domain::ids::PersonId;
use alongside_domain::journal::Channel;
use alongside_replica::RecordError;
use alongside_replica::views::Receipt;
use alongside_server::plan::plan_entries;
use std::collections::BTreeSet;

impl World<'_> {
    /// Tells the checker all that a phone holds.
    pub fn look_at_phone(&mut self, at: usize) {
        let Some(replica) = self.phones[at].replica.clone() else { return };
        self.note_orders();
        if self.is_partners(at) {
            self.checker.is_partners(&self.phones[at].name);
        }
        self.look_at_concerns(at);
        for person in self.people.clone() {
            let items = match replica.journal(person) {
                Ok(items) => items,
                Err(RecordError::UnknownPerson) => {
                    self.holds_nothing(at, person);
                    continue;
                }
                // A disk that is dead, or a phone that is locked: nothing to judge.
                Err(_) => continue,
            };
            let listed = items.iter().map(|item| {
                let receipted = item.receipt == Receipt::OnTheServer;
                (self.facts.record(person, &item.id, &item.body), receipted)
            });
            let listed: Vec<_> = listed.collect();
            self.note_unread(at, person, &items);
            self.trace.add(&format!("phone{at} holds {}", listed.len()));
            for channel in [Channel::Care, Channel::Office] {
                self.checker.shows(&self.phones[at].device, &scope(person, channel), self.now.0);
            }
            self.checker.device_holds(&self.phones[at].name, &person.to_string(), listed);
            self.look_at_office(at, person);
        }
        self.look_at_unseen_edits(at);
    }

    fn holds_nothing(&mut self, at: usize, person: PersonId) {
        for channel in [Channel::Care, Channel::Office] {
            self.checker.device_holds_nothing(&self.phones[at].name, &scope(person, channel));
        }
    }

    /// A phone may have forgotten somebody as it stored an answer. When its sync ends it may be locked, or its app may
    /// have ended, or they may be on it again without their records: nobody could tell then.
    pub(super) fn note_forgotten(&mut self, at: usize) {
        let Some(replica) = self.phones[at].replica.clone() else { return };
        let staff = self.staff[self.phones[at].staff].id.to_string();
        for person in self.people.clone() {
            if self.checker.may_forget(&self.phones[at].name, &person.to_string(), &staff)
                && matches!(replica.journal(person), Err(RecordError::UnknownPerson))
            {
                self.holds_nothing(at, person);
            }
        }
    }

    /// A sync of a phone has ended well: what it had forgotten of those whom it shows has come again.
    pub(super) fn note_all_has_come(&mut self, at: usize) {
        let Some(replica) = self.phones[at].replica.clone() else { return };
        let name = self.phones[at].name.clone();
        for person in self.people.clone() {
            let scopes = [Channel::Care, Channel::Office].map(|channel| scope(person, channel));
            if scopes.iter().any(|scope| self.checker.has_forgotten(&name, scope))
                && replica.journal(person).is_ok()
            {
                scopes.iter().for_each(|scope| self.checker.all_has_come(&name, scope, self.now.0));
            }
        }
    }

    /// Notes which edits about people whom it may not show a phone lists without a fate, and with one after that.
    fn look_at_unseen_edits(&mut self, at: usize) {
        let Some(replica) = self.phones[at].replica.clone() else { return };
        let unseen =
            replica.own_edits().unwrap_or_default().into_iter().filter(|edit| edit.commands.is_empty());
        for edit in unseen {
            let name = self.facts.name(edit.person, &edit.edit);
            if edit.settled.is_none() {
                self.phones[at].awaits_fates.insert(name);
            } else if self.phones[at].awaits_fates.remove(&name) {
                self.states.reach(State::FateAfterAccess);
            }
        }
    }

    /// Tells the checker all that the server holds.
    pub fn look_at_server(&mut self, server: usize) {
        self.note_orders();
        self.look_at_what_is_apart(server);
        self.look_at_what_is_damaged(server);
        for person in self.people.clone() {
            self.look_at_channel(server, person, Channel::Care);
            self.look_at_channel(server, person, Channel::Office);
        }
        self.look_at_server_concerns(server);
    }

    fn look_at_what_is_damaged(&mut self, server: usize) {
        let Ok(damaged) = self.servers[server].damaged(&self.place.runtime) else { return };
        let names: BTreeSet<String> =
            damaged.iter().map(|(person, record)| self.facts.name(*person, record)).collect();
        if !names.is_empty() {
            self.states.reach(State::CameDamaged);
        }
        self.checker.server_keeps_damaged(names);
    }

    fn look_at_channel(&mut self, server: usize, person: PersonId, channel: Channel) {
        let Ok((stored, branches)) = self.servers[server].journal(&self.place.runtime, person, channel)
        else {
            self.trace.add(&format!("server{server} cannot be looked at"));
            return;
        };
        let mut records = Vec::with_capacity(stored.len());
        let (mut fates, mut seen) = (Vec::new(), BTreeSet::new());
        for run in &stored {
            if self.sharing_changes {
                self.note_stored_categories(person, channel, run);
            }
            let run = self.facts.stored(person, channel, run).expect("the store keeps what was checked");
            // What a phone that was set back sent again stands in two runs.
            for (record, fate) in run {
                if seen.insert(record.clone()) {
                    fates.extend(fate.map(|fate| (record.name(), fate)));
                    records.push(record);
                }
            }
        }
        if !fates.is_empty() {
            let counting = plan_entries(&stored, self.facts.store).expect("it was read before");
            let counting: BTreeSet<String> =
                counting.iter().map(|entry| self.facts.name(person, &entry.id)).collect();
            fates.retain(|(name, _)| counting.contains(name));
        }
        self.trace.add(&format!("server{server} holds {}", records.len()));
        self.checker.server_holds(&scope(person, channel), records, branches);
        fates.iter().for_each(|(name, fate)| self.checker.fate(name, fate));
    }
}
