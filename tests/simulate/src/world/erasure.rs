//! A manager has records erased while phones and servers are at work; in the end nobody holds them.

use super::World;
use crate::faults::Class;
use crate::states::State;
use alongside_domain::ids::PersonId;
use alongside_domain::journal::{Body, Channel, RecordRef};
use alongside_replica::Replica;
use alongside_server::storage::ledger::Ledger;
use serde_json::json;

/// A record that a manager wanted erased.
pub struct Unwanted {
    person: PersonId,
    record: RecordRef,
    said: Said,
}

/// How what it said is known again.
enum Said {
    /// By all its bytes.
    Bytes(Vec<u8>),
    /// By the word that its author wrote into the plan, which is theirs alone.
    Word(String),
}

impl World<'_> {
    /// The manager has a note erased, or what an edit said in the plan. The server may end while it does so.
    pub(super) fn office_erases(&mut self) {
        let person = *self.acts.pick(&self.people);
        let Some(unwanted) = self.something_said(person) else { return };
        let Unwanted { person, record, .. } = unwanted;
        if self.phones.iter().any(|phone| unwanted.is_held(phone.replica.as_ref())) {
            self.states.reach(State::ErasedOnPhones);
        }
        let is_edit = matches!(unwanted.said, Said::Word(_));
        self.unwanted.push(unwanted);
        if self.faults.strikes(Class::ServerKilled, 3) {
            self.arm_server(0, Class::ServerKilled);
        }
        let asked = json!({ "person": person, "record": record, "by": self.manager, "reason": "about somebody else" });
        let reply = self.servers[0].ask(&self.place.runtime, "erasures", &asked);
        self.trace.add(&format!("the manager erases {}: {}", record.number, reply.status));
        self.note_orders();
        if is_edit && self.checker.is_wanted_erased(&self.facts.name(person, &record)) {
            self.states.reach(State::EditErased);
        }
        if self.servers[0].mount.is_dead() {
            self.states.reach(State::ErasureInterrupted);
            self.server_died(0);
        }
    }

    /// A note of somebody's about a person, or an edit, as the server has it.
    fn something_said(&mut self, person: PersonId) -> Option<Unwanted> {
        let (runs, _) = self.servers[0].journal(&self.place.runtime, person, Channel::Care).ok()?;
        let (mut notes, mut edits) = (Vec::new(), Vec::new());
        for run in runs.iter().filter(|run| run.author != self.facts.store) {
            for (number, bytes) in run.records() {
                let kind = bytes.decode_header().ok()?.kind;
                let (author, epoch, channel) = (run.author, run.epoch, Channel::Care);
                let record = RecordRef { author, epoch, number, channel };
                match Body::decode(kind, &bytes.body) {
                    Ok(Body::Observation(_) | Body::Communication(_)) => {
                        notes.push(Unwanted { person, record, said: Said::Bytes(bytes.body.clone()) });
                    }
                    // What stands when a run begins is not one person's word.
                    Ok(Body::PlanEdit(edit)) if edit.reason.starts_with("word ") => {
                        edits.push(Unwanted { person, record, said: Said::Word(edit.reason) });
                    }
                    _ => {}
                }
            }
        }
        let dice = self.faults.dice(Class::Erased);
        let mut found =
            if notes.is_empty() || (!edits.is_empty() && dice.once_in(2)) { edits } else { notes };
        if found.is_empty() {
            return None;
        }
        let chosen = dice.below(found.len());
        Some(found.swap_remove(chosen))
    }

    /// What is in the ledger is erased from now on, whether the manager was answered or not. The server may add to it
    /// when a phone brings what says again what was erased.
    pub(super) fn note_orders(&mut self) {
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
        for unwanted in &self.unwanted {
            let name = self.facts.name(unwanted.person, &unwanted.record);
            for phone in self.phones.iter().filter(|phone| !phone.flipped) {
                if unwanted.is_held(phone.replica.as_ref()) {
                    self.checker.still_holds(&phone.name, &name);
                }
            }
            for (file, _) in self.disk.files() {
                if unwanted.said.is_in(&self.disk.read(&file).unwrap_or_default()) {
                    self.checker.still_holds(&file, &name);
                }
            }
        }
    }
}

impl Unwanted {
    /// Whether a phone shows it.
    fn is_held(&self, replica: Option<&Replica>) -> bool {
        let Some(replica) = replica else { return false };
        let items = replica.journal(self.person).unwrap_or_default();
        items.iter().any(|item| item.id == self.record) || self.said.is_in_plan(replica, self.person)
    }
}

impl Said {
    fn is_in_plan(&self, replica: &Replica, person: PersonId) -> bool {
        let (Said::Word(word), Ok(plan)) = (self, replica.plan(person)) else { return false };
        let fields = plan.view.sections.values().flatten().flat_map(|(_, entry)| entry.fields.values());
        let mut candidates = fields.flat_map(|field| &field.candidates);
        candidates.any(|candidate| candidate.value.as_text() == Some(word))
    }

    fn is_in(&self, bytes: &[u8]) -> bool {
        let (needle, is_word) = match self {
            Said::Bytes(body) => (body.as_slice(), false),
            Said::Word(word) => (word.as_bytes(), true),
        };
        let is_it = |at: usize| !is_word || !is_of_longer_word(bytes, at, needle.len());
        let mut windows = bytes.windows(needle.len()).enumerate();
        windows.any(|(at, window)| window == needle && is_it(at))
    }
}

/// "word 12" is another one than "word 1". Where SQLite moved a row and wrote over a part of what it left, the end may be
/// gone; what an edit says has a head before each text, which tells how long the whole of it was.
fn is_of_longer_word(bytes: &[u8], at: usize, length: usize) -> bool {
    let head = at.checked_sub(1).and_then(|before| bytes[before].checked_sub(TEXT_OF_NONE));
    let was_longer = head.is_some_and(|whole| (length + 1..=length + 2).contains(&usize::from(whole)));
    was_longer || bytes.get(at + length).is_some_and(u8::is_ascii_digit)
}

/// The head of an empty text in CBOR; that of a short one is greater by its length.
const TEXT_OF_NONE: u8 = 0x60;

#[cfg(test)]
mod tests {
    use super::*;

    fn is_said(word: &str, bytes: &[u8]) -> bool {
        Said::Word(word.to_owned()).is_in(bytes)
    }

    #[test]
    fn what_is_left_of_a_longer_word_is_not_the_erased_one() {
        // As edits and their reasons say it.
        assert!(is_said("word 3", b"\x66word 3") && is_said("word 3", b"\x66word 3\0\0"));
        assert!(!is_said("word 3", b"\x67word 30"));
        assert!(!is_said("word 3", b"\x67word 3\0\0"), "the end was overwritten");
        assert!(is_said("word 3", b"\x67word 30\x66word 3"), "both are there");
        // As the document of a plan says it: one value after the other.
        assert!(is_said("word 3", b"word 3") && is_said("word 3", b"to the shopword 3\x7f"));
    }
}
