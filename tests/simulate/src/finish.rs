//! The end of a run: the faults end, everybody decides what is left and syncs three times, and all is judged.

use crate::facts::outcome;
use crate::people::{self, Act};
use crate::world::World;
use alongside_domain::ids::PersonId;
use alongside_domain::sync::machine::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// How many syncs each phone has after the last change.
const SYNCS: usize = 3;
/// How often those who decide look for what is held.
const DECISION_ROUNDS: usize = 6;
/// The phones of the supervisor and the nurse.
const DECIDING: Range<usize> = 0..2;

impl World<'_> {
    /// Ends the faults, lets all settle, and judges.
    pub fn finish(&mut self) {
        self.end_faults();
        self.decide_what_is_apart();
        self.update_the_last();
        self.settle_sharing();
        self.decide_what_is_held();
        let mut last = vec![None; self.phones.len()];
        for _ in 0..SYNCS {
            for (at, last) in last.iter_mut().enumerate() {
                *last = self.sync_to_end(at);
            }
        }
        self.checker.server_healed(self.now.0);
        self.look_at_server(0);
        (0..self.phones.len()).for_each(|at| self.judge_phone(at, last[at]));
        self.look_at_server_concerns(0);
        self.judge_cases();
        self.checker.damage_is_known();
        self.judge_erasures();
        for person in self.people.clone() {
            self.judge_views(person);
            self.judge_times(person);
        }
    }

    fn end_faults(&mut self) {
        self.trace.add("the faults end");
        self.faults.end();
        self.network.clear();
        self.mend_server_disk();
        for server in 0..self.servers.len() {
            if self.servers[server].is_up() && self.servers[server].mount.is_dead() {
                self.server_died(server);
            }
            let up = self.servers[server].is_up() || self.start_server(server);
            assert!(up, "a server starts on a disk without faults");
            self.servers[server].mount.die_after(u64::MAX);
            self.servers[server].let_requests_go();
        }
        for at in 0..self.phones.len() {
            if self.phones[at].replica.is_some() {
                // It may have died while it was only looked at.
                self.has_died(at);
            }
            if !self.is_updated_late(at) {
                self.update_app(at);
            }
            let phone = &mut self.phones[at];
            phone.disk.set_room(None);
            phone.disk.fail_no_sync();
            phone.armed = None;
            phone.mount.die_after(u64::MAX);
            self.start_on_a_good_disk(at);
        }
    }

    fn start_on_a_good_disk(&mut self, at: usize) {
        let up = self.phones[at].replica.is_some() || self.start_phone(at);
        assert!(
            up || self.phones[at].flipped || self.phones[at].wiped,
            "a phone starts on a disk without faults"
        );
    }

    /// Whether an app of an earlier version takes in what there is in the end before it is updated.
    fn is_updated_late(&self, at: usize) -> bool {
        self.dice.of(&format!("updated late {at}")).once_in(2)
    }

    /// The last apps of an earlier version are updated, once they have heard what the others had to say.
    fn update_the_last(&mut self) {
        let is_old = |at: &usize| !self.phones[*at].lacks.is_empty();
        let old: Vec<usize> = (0..self.phones.len()).filter(is_old).collect();
        if old.is_empty() {
            return;
        }
        self.sync_all();
        for at in old {
            self.update_app(at);
            self.start_on_a_good_disk(at);
        }
    }

    /// The manager decides about everything that is kept apart by then.
    fn decide_what_is_apart(&mut self) {
        self.sync_all();
        loop {
            let release = self.acts.once_in(2);
            if !self.decide_about_one(release) {
                return;
            }
        }
    }

    /// The supervisor and the nurse decide until nothing waits for either.
    fn decide_what_is_held(&mut self) {
        self.sync_all();
        for round in 0..DECISION_ROUNDS {
            for at in DECIDING.chain(DECIDING) {
                self.sync_to_end(at);
            }
            let mut decided = 0;
            for at in DECIDING {
                for person in self.people.clone() {
                    decided += self.decide(at, person, round);
                }
            }
            if decided == 0 {
                return;
            }
        }
    }

    fn decide(&mut self, at: usize, person: PersonId, round: usize) -> usize {
        let Some(replica) = self.phones[at].replica.clone() else { return 0 };
        let held = people::held_edits(&replica, person).unwrap_or_default();
        drop(replica);
        for (edit, _) in &held {
            // In the last rounds what could not be accepted is declined.
            let accept = round < 2 && self.dice.once_in(2);
            let reason = format!("in the end {round} {at} {}", self.trace.digest());
            self.perform(at, person, &Act::Decide { edit: *edit, accept, reason });
        }
        held.len()
    }

    fn judge_phone(&mut self, at: usize, last: Option<Outcome>) {
        if self.phones[at].flipped || self.phones[at].wiped {
            // A damaged database may fail at any page; what it said before has been judged.
            return;
        }
        self.look_at_phone(at);
        let Some(replica) = self.phones[at].replica.clone() else { return };
        let name = self.phones[at].name.clone();
        let ended = self.phones[at].ended;
        let good = if ended { Outcome::Ended } else { Outcome::UpToDate };
        let failed = (last != Some(good)).then(|| format!("{last:?}"));
        let standing = replica.sync_state().map(|state| (state.waiting, state.leaving));
        let (waiting, leaving) = standing.unwrap_or((u64::MAX, u64::MAX));
        self.checker.synced(&name, failed.as_deref(), waiting);
        self.checker.device_keeps_unseen(&name, leaving);
        let shown = replica.people().unwrap_or_default();
        let shown: Vec<String> = shown.iter().map(|summary| summary.person.to_string()).collect();
        let staff = self.staff[self.phones[at].staff].id.to_string();
        self.checker.device_shows(&name, if ended { "nobody" } else { &staff }, &shown);
        if ended {
            return;
        }
        self.checker.told_fates_stand(&name);
        self.judge_concerns(at);
        self.people.clone().into_iter().for_each(|person| self.judge_office(at, person));
        let is_partners = self.is_partners(at);
        if is_partners {
            self.judge_partner(at);
        }
        let sees = |world: &Self, person: PersonId| {
            !is_partners && world.checker.is_on_team(&person.to_string(), &staff)
        };
        for person in self.people.clone().into_iter().filter(|person| sees(self, *person)).collect::<Vec<_>>()
        {
            let items = replica.journal(person).unwrap_or_default();
            let held: BTreeSet<(String, String)> = items
                .iter()
                .map(|item| self.facts.record(person, &item.id, &item.body))
                .map(|record| (record.name(), record.content))
                .collect();
            self.checker.device_is_complete(&name, &person.to_string(), &held);
        }
        let own = replica.own_edits().unwrap_or_default();
        let mut listed = BTreeSet::new();
        for edit in own {
            let shown = edit.settled.as_ref().map(|fate| outcome(&fate.outcome));
            if let (Some(outcome), Some(fate)) = (shown, &edit.settled) {
                self.note_fate(outcome, fate.by.is_some());
            }
            let edit = self.facts.name(edit.person, &edit.edit);
            self.checker.edit_shown(&name, &edit, shown);
            listed.insert(edit);
        }
        self.checker.edits_listed(&name, &self.phones[at].device, &listed);
    }

    /// All who hold the same records show the same plan.
    fn judge_views(&mut self, person: PersonId) {
        let mut shown = BTreeMap::new();
        for (at, phone) in self.phones.iter().enumerate() {
            let staff = self.staff[phone.staff].id.to_string();
            let sees = self.checker.is_on_team(&person.to_string(), &staff)
                && !phone.flipped
                && !phone.ended
                && self.reads_plan(at, person);
            let Some(replica) = phone.replica.as_ref().filter(|_| sees) else { continue };
            if let Ok(plan) = replica.plan(person) {
                let view = serde_json::to_string(&plan.view).expect("a plan is JSON");
                shown.insert(phone.name.clone(), view);
            }
        }
        let plan = self.servers[0].plan(&self.place.runtime, person);
        let plan = plan.expect("the server can show a plan that it has written");
        shown.insert("server".to_owned(), plan);
        self.checker.views(&person.to_string(), &shown);
    }
}
