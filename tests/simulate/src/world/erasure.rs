//! A manager has records erased while phones and servers are at work; in the end nobody holds them.

use super::World;
use crate::faults::Class;
use crate::states::State;
use alongside_domain::ids::PersonId;
use alongside_domain::journal::{Body, Channel, RecordRef};
use alongside_server::storage::ledger::Ledger;
use serde_json::json;

/// A record that a manager wanted erased.
pub struct Unwanted {
    person: PersonId,
    record: RecordRef,
    body: Vec<u8>,
}

impl World<'_> {
    /// The manager has a note erased. The server may end while it does so.
    pub(super) fn office_erases(&mut self) {
        let person = *self.acts.pick(&self.people);
        let Some(unwanted) = self.a_note(person) else { return };
        let Unwanted { person, record, .. } = unwanted;
        if self.phones.iter().any(|phone| holds(phone.replica.as_ref(), person, &record)) {
            self.states.reach(State::ErasedOnPhones);
        }
        self.unwanted.push(unwanted);
        if self.faults.strikes(Class::ServerKilled, 3) {
            self.arm_server(0, Class::ServerKilled);
        }
        let asked = json!({ "person": person, "record": record, "by": self.manager, "reason": "about somebody else" });
        let reply = self.servers[0].ask(&self.place.runtime, "erasures", &asked);
        self.trace.add(&format!("the manager erases {}: {}", record.number, reply.status));
        self.note_orders();
        if self.servers[0].mount.is_dead() {
            self.states.reach(State::ErasureInterrupted);
            self.server_died(0);
        }
    }

    /// A note of somebody's about a person, as the server has it.
    fn a_note(&mut self, person: PersonId) -> Option<Unwanted> {
        let (runs, _) = self.servers[0].journal(&self.place.runtime, person, Channel::Care).ok()?;
        let mut notes = Vec::new();
        for run in runs.iter().filter(|run| run.author != self.facts.store) {
            for (number, bytes) in run.records() {
                let kind = bytes.decode_header().ok()?.kind;
                if let Ok(Body::Observation(_) | Body::Communication(_)) = Body::decode(kind, &bytes.body) {
                    let (author, epoch, channel) = (run.author, run.epoch, Channel::Care);
                    let record = RecordRef { author, epoch, number, channel };
                    notes.push(Unwanted { person, record, body: bytes.body.clone() });
                }
            }
        }
        if notes.is_empty() {
            return None;
        }
        let chosen = self.faults.dice(Class::Erased).below(notes.len());
        Some(notes.swap_remove(chosen))
    }

    /// What is in the ledger is erased from now on, whether the manager was answered or not.
    fn note_orders(&mut self) {
        let orders = Ledger::of(self.organisation.ledger.clone()).orders().expect("the ledger is whole");
        for order in orders {
            let name = self.facts.name(order.erasure.person, &order.erasure.record);
            if self.checker.erased(&name) {
                self.faults.changed(Class::Erased);
            }
        }
    }

    /// No phone shows what was erased, and no byte of it is on the server's disk.
    pub(crate) fn judge_erasures(&mut self) {
        for Unwanted { person, record, body } in &self.unwanted {
            let name = self.facts.name(*person, record);
            for phone in self.phones.iter().filter(|phone| !phone.flipped) {
                if holds(phone.replica.as_ref(), *person, record) {
                    self.checker.still_holds(&phone.name, &name);
                }
            }
            for (file, _) in self.disk.files() {
                let bytes = self.disk.read(&file).unwrap_or_default();
                if bytes.windows(body.len()).any(|window| window == body) {
                    self.checker.still_holds(&file, &name);
                }
            }
        }
    }
}

fn holds(replica: Option<&alongside_replica::Replica>, person: PersonId, record: &RecordRef) -> bool {
    let items = replica.and_then(|replica| replica.journal(person).ok()).unwrap_or_default();
    items.iter().any(|item| item.id == *record)
}
