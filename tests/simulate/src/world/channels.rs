//! What has an audience of its own: office notes. The checker takes the office channel of a person for a journal by
//! itself, whose team are the supervisors and managers of the care team.

use super::World;
use crate::facts::scope;
use crate::states::State;
use alongside_domain::ids::PersonId;
use alongside_domain::journal::Channel;
use alongside_domain::journal::body::Role;
use alongside_replica::views::{HistoryItem, Receipt};
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
}
