//! Sharing in a run: what the partner's therapist may read changes as people talk with the person, and a last day goes by.

use super::World;
use crate::faults::Class;
use crate::people::{self, Act};
use crate::states::State;
use alongside_checker::{Agreed, shared_with};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::Role;
use alongside_domain::journal::{Category, Channel};
use alongside_domain::plan::edit::Section;
use alongside_domain::value::Value;
use alongside_replica::views::HistoryItem;
use std::collections::{BTreeMap, BTreeSet};

/// The supervisor's phone, at which it is written down.
const SUPERVISOR: usize = 0;

/// What is shared of each person; nothing of whom the server could not be asked.
type Shared = BTreeMap<PersonId, BTreeSet<String>>;

/// What the world knows of a partner's phone.
#[derive(Debug, Clone, Default)]
pub(crate) struct PartnersPhone {
    /// What was shared as its last sync began.
    began: Shared,
    /// What its screen said was not shared, when it was looked at last.
    not_shared: BTreeMap<PersonId, usize>,
}

impl World<'_> {
    /// Whether sharing changes in this run.
    pub(super) fn begin_sharing(&mut self) {
        self.sharing_changes = self.faults.enabled().contains(&Class::SharingChange);
    }

    /// Whether what a phone may read can change in this run.
    pub(crate) fn is_partners(&self, at: usize) -> bool {
        self.sharing_changes && self.staff[self.phones[at].staff].role == Role::Therapist
    }

    /// The supervisor writes down what a person says about sharing, where it changes in this run.
    pub(super) fn sharing_may_change(&mut self) {
        if self.faults.strikes(Class::SharingChange, 1) {
            self.lie_in_wait(SUPERVISOR);
            self.talk_about_sharing();
        }
    }

    fn talk_about_sharing(&mut self) {
        self.words += 1;
        let word = format!("sharing {}", self.words);
        let now = self.now;
        let dice = self.faults.dice(Class::SharingChange);
        let person = *dice.pick(&self.people);
        let commands = people::about_sharing(dice, now, &word);
        self.perform(SUPERVISOR, person, &Act::Edit { commands, reason: word });
    }

    /// In the end, in half of the runs, everybody agrees again. In the others it is talked about once more.
    pub(crate) fn settle_sharing(&mut self) {
        if !self.sharing_changes {
            return;
        }
        if !self.faults.dice(Class::SharingChange).once_in(2) {
            return self.talk_about_sharing();
        }
        for person in self.people.clone() {
            self.words += 1;
            let reason = format!("sharing {}", self.words);
            self.perform(SUPERVISOR, person, &Act::Edit { commands: people::agreed_again(), reason });
        }
    }

    /// What is shared with the partner now, as the checker reads the plan that the server shows.
    pub(crate) fn shared_now(&self) -> Shared {
        let Some(server) = self.servers.iter().find(|server| server.is_up() && !server.mount.is_dead())
        else {
            return Shared::new();
        };
        let today = self.now.local_day().to_string();
        let partner = people::organisation(Role::Therapist);
        let of = |person: &PersonId| {
            let view = server.plan_view(&self.place.runtime, *person).ok()?;
            let entries = view.entries(Section::Sharing);
            let entries: Vec<Agreed> = entries
                .into_iter()
                .map(|(_, entry)| {
                    let fields = entry.fields.iter().map(|(code, field)| {
                        (code.clone(), field.candidates.iter().map(|one| said(&one.value)).collect())
                    });
                    fields.collect()
                })
                .collect();
            Some((*person, shared_with(partner, &entries, &today)))
        };
        self.people.iter().filter_map(of).collect()
    }

    /// A sync of a phone begins.
    pub(super) fn note_shared(&mut self, at: usize) {
        if self.is_partners(at) {
            let began = self.shared_now();
            self.sharing.entry(at).or_default().began = began;
        }
    }

    /// A sync of a phone has ended well: nothing is on it that was not shared as it began, nor is now.
    pub(super) fn judge_shared(&mut self, at: usize) {
        if !self.is_partners(at) || self.phones[at].flipped {
            return;
        }
        let Some(replica) = self.phones[at].replica.clone() else { return };
        let now = self.shared_now();
        let (name, staff) = (self.phones[at].name.clone(), self.staff[self.phones[at].staff].id.to_string());
        let Ok(people) = replica.people() else { return };
        for summary in people {
            let (person, lacks) = (summary.person, summary.not_shared.len());
            let known = self.sharing.entry(at).or_default();
            let before = known.not_shared.insert(person, lacks).unwrap_or(0);
            let Some(began) = known.began.get(&person).cloned() else { continue };
            let Some(now) = now.get(&person) else { continue };
            if lacks != before {
                self.faults.changed(Class::SharingChange);
                self.states.reach(if lacks > before { State::Narrowed } else { State::Widened });
            }
            let Ok(items) = replica.journal(person) else { continue };
            let held: Vec<_> =
                items.iter().map(|item| self.facts.record(person, &item.id, &item.body)).collect();
            self.note_categories(person, &items);
            self.trace.add(&format!("{name} has {} of what is shared", held.len()));
            self.checker.partner_holds(&name, &staff, &held, &began.union(now).cloned().collect());
        }
    }

    /// Tells the checker what each record is about.
    pub(super) fn note_categories(&mut self, person: PersonId, items: &[HistoryItem]) {
        for item in items {
            let name = self.facts.name(person, &item.id);
            self.checker.is_of(&name, category(item.body.category()));
        }
    }

    /// Tells the checker what the records are about that a server holds.
    pub(super) fn note_stored_categories(
        &mut self,
        person: PersonId,
        channel: Channel,
        run: &alongside_server::storage::StoredRun,
    ) {
        for (number, bytes) in run.records() {
            let Ok(header) = bytes.decode_header() else { continue };
            let id = alongside_domain::journal::RecordRef {
                author: run.author,
                epoch: run.epoch,
                number,
                channel,
            };
            let name = self.facts.name(person, &id);
            self.checker.is_of(&name, category(header.category));
        }
    }

    /// After all is over: a partner's phone has all that is shared with its holder, and shows nobody else.
    pub(crate) fn judge_partner(&mut self, at: usize) {
        let Some(replica) = self.phones[at].replica.clone() else { return };
        let (name, staff) = (self.phones[at].name.clone(), self.staff[self.phones[at].staff].id.to_string());
        for (person, shared) in self.shared_now() {
            let began = self.sharing.get(&at).and_then(|known| known.began.get(&person));
            let steady = began == Some(&shared);
            if !steady || shared.is_empty() || !self.checker.is_on_team(&person.to_string(), &staff) {
                continue;
            }
            let items = replica.journal(person).unwrap_or_default();
            let held: BTreeSet<(String, String)> = items
                .iter()
                .map(|item| self.facts.record(person, &item.id, &item.body))
                .map(|record| (record.name(), record.content))
                .collect();
            let shared = shared.into_iter().chain(["administration".to_owned()]).collect();
            self.checker.partner_is_complete((&name, &staff), &person.to_string(), &held, &shared);
        }
    }

    /// Whether a phone shows the plan of a person whole.
    pub(crate) fn reads_plan(&self, at: usize, person: PersonId) -> bool {
        let replica = self.phones[at].replica.as_ref();
        let people = replica.and_then(|replica| replica.people().ok()).unwrap_or_default();
        let of_person = people.iter().find(|summary| summary.person == person);
        !self.is_partners(at)
            || of_person.is_some_and(|summary| !summary.not_shared.iter().any(|code| code == "plan"))
    }
}

fn said(value: &Value) -> String {
    match value {
        Value::Bool(is) => is.to_string(),
        value => value.as_text().unwrap_or_default().to_owned(),
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::CARE_NOTES => "care_notes",
        Category::VISITS => "visits",
        Category::PLAN => "plan",
        Category::CONTACT_LOG => "contact_log",
        Category::ADMINISTRATION => "administration",
        _ => "other",
    }
}
