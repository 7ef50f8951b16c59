//! What has an audience of its own: concerns and office notes. The checker takes the office channel of a person for a
//! journal by itself, whose team are the supervisors and managers of the care team.

use super::World;
use crate::facts::scope;
use crate::people;
use crate::states::State;
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::body::{Concern, Role};
use alongside_domain::journal::{Channel, RecordRef};
use alongside_replica::RecordError;
use alongside_replica::views::{HistoryItem, Receipt};
use alongside_server::storage::StoredRun;
use serde_json::json;
use std::collections::BTreeSet;

impl World<'_> {
    /// Somebody joins or leaves a care team, and with it those who may know what is in the office channel.
    pub(super) fn set_office(&mut self, person: PersonId, staff: usize, on: bool) {
        let staff = &self.staff[staff];
        let is_office = matches!(staff.role, Role::Supervisor | Role::Manager);
        self.checker.team(&scope(person, Channel::Office), &staff.id.to_string(), on && is_office);
    }

    /// Tells the checker the office notes that a phone shows.
    pub(super) fn look_at_office(&mut self, at: usize, person: PersonId) {
        let Some(notes) = self.office_notes(at, person) else { return };
        let device = self.phones[at].device.clone();
        if notes.iter().any(|item| item.id.author.to_string() != device) {
            self.states.reach(State::OfficeNoteReceived);
        }
        let listed = notes.iter().map(|item| {
            let receipted = item.receipt == Receipt::OnTheServer;
            (self.facts.record(person, &item.id, &item.body), receipted)
        });
        let listed = listed.collect();
        self.checker.device_holds(&self.phones[at].name, &scope(person, Channel::Office), listed);
    }

    /// After all is over: who may know the office notes about a person has them all, and nobody else has any.
    pub(crate) fn judge_office(&mut self, at: usize, person: PersonId) {
        let notes = self.office_notes(at, person).unwrap_or_default();
        let (name, scope) = (self.phones[at].name.clone(), scope(person, Channel::Office));
        let staff = self.staff[self.phones[at].staff].id.to_string();
        if !notes.is_empty() {
            self.checker.device_shows(&name, &staff, std::slice::from_ref(&scope));
        }
        if self.checker.is_on_team(&scope, &staff) {
            let held: BTreeSet<(String, String)> = notes
                .iter()
                .map(|item| self.facts.record(person, &item.id, &item.body))
                .map(|record| (record.name(), record.content))
                .collect();
            self.checker.device_is_complete(&name, &scope, &held);
        }
    }

    /// What a phone shows of the office channel; nothing where it is not open to its holder, as far as it knows.
    fn office_notes(&self, at: usize, person: PersonId) -> Option<Vec<HistoryItem>> {
        self.phones[at].replica.as_ref()?.office_notes(person).ok()
    }

    /// The managers who work here receive concerns.
    pub(super) fn begin_concerns(&mut self) {
        let managers = self.staff.iter().filter(|staff| staff.role == Role::Manager);
        let managers: Vec<StaffId> = managers.map(|staff| staff.id).collect();
        self.administer("restricted-recipients", &json!({ "staff": managers }));
        managers.iter().for_each(|staff| self.checker.receives_concerns(&staff.to_string()));
    }

    /// Somebody records a concern.
    pub(super) fn confide(&mut self, at: usize, person: PersonId, word: &str) {
        let Some(replica) = self.phones[at].replica.clone() else { return };
        self.checker.concern_tried(word);
        self.lie_in_wait(at);
        let done = replica.record_concern(person, &Concern::of_text(word), None, &[]);
        drop(replica);
        if self.has_died(at) {
            return self.states.reach(State::SavedAsItDied);
        }
        match done {
            Ok(id) => {
                self.trace.add(&format!("phone{at} saves a concern"));
                self.checker.concern_saved(&self.phones[at].name, word);
                self.concerns.insert(id, word.to_owned());
            }
            Err(error) => {
                self.trace.add(&format!("phone{at} refuses a concern: {error}"));
                if !matches!(error, RecordError::Store(_)) {
                    self.checker.concern_refused(word);
                }
            }
        }
    }

    /// Tells the checker which concerns wait on a phone, and which its holder reads.
    pub(super) fn look_at_concerns(&mut self, at: usize) {
        let Some(replica) = self.phones[at].replica.clone() else { return };
        let (waiting, read) = (replica.waiting_concerns(), replica.concerns());
        drop(replica);
        let (name, staff) = (self.phones[at].name.clone(), self.staff[self.phones[at].staff].id.to_string());
        if let Ok(waiting) = waiting {
            let texts =
                waiting.iter().filter_map(|waiting| self.concerns.get(&waiting.id).cloned()).collect();
            self.trace.add(&format!("phone{at} has {} concerns that wait", waiting.len()));
            if self.phones[at].ended {
                self.checker.concerns_end(&name);
            }
            for _ in 0..self.checker.concerns_wait(&name, &texts) {
                self.states.reach(State::ConcernForgotten);
            }
        }
        if let Ok(read) = read {
            if !read.is_empty() {
                self.states.reach(State::ConcernReceived);
            }
            let texts: Vec<Option<String>> =
                read.into_iter().map(|item| item.concern.map(|concern| concern.text)).collect();
            self.trace.add(&format!("phone{at} reads {} concerns", texts.len()));
            self.checker.concerns_shown(&name, &staff, &texts);
        }
        self.look_at_acts(at);
    }

    /// Tells the checker which concerns the server holds.
    pub(crate) fn look_at_server_concerns(&mut self, server: usize) {
        let mut held = BTreeSet::new();
        for person in self.people.clone() {
            let journal = self.servers[server].journal(&self.place.runtime, person, Channel::Restricted);
            let Ok((runs, _)) = journal else { return };
            let name = |run: &StoredRun| RecordRef {
                author: run.author,
                epoch: run.epoch,
                number: run.first,
                channel: Channel::Restricted,
            };
            held.extend(runs.iter().filter_map(|run| self.concerns.get(&name(run)).cloned()));
        }
        self.trace.add(&format!("server{server} holds {} concerns", held.len()));
        for _ in 0..self.checker.server_has_concerns(&held) {
            self.states.reach(State::ConcernBroughtBack);
        }
    }

    /// After all is over: what was forgotten is with its recipients, and nothing waits where they could confirm it.
    pub(crate) fn judge_concerns(&mut self, at: usize) {
        let Some(replica) = self.phones[at].replica.clone() else { return };
        let is_manager = |world: &Self, at: usize| world.staff[world.phones[at].staff].role == Role::Manager;
        let (waiting, read) = (replica.waiting_concerns(), replica.concerns());
        drop(replica);
        let managers = (0..self.phones.len()).filter(|other| is_manager(self, *other));
        let is_well = |other: usize| {
            let phone = &self.phones[other];
            !phone.flipped && !phone.ended && !phone.wiped
        };
        let confirmed = managers.into_iter().all(is_well);
        let name = self.phones[at].name.clone();
        if confirmed && !is_manager(self, at) {
            self.checker.synced(&name, None, waiting.map_or(u64::MAX, |waiting| waiting.len() as u64));
        }
        // Who is asked second has what nobody had acknowledged by then.
        if is_manager(self, at) && self.phones[at].staff < people::STAFF.len() {
            let texts = read
                .unwrap_or_default()
                .into_iter()
                .filter_map(|item| item.concern.map(|concern| concern.text))
                .collect();
            self.checker.concerns_complete(&name, &texts);
        }
    }
}
