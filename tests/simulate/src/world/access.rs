//! Access in a run: who was never on a team records all the same, and a manager decides about what is kept apart.

use super::World;
use crate::faults::Class;
use crate::people;
use crate::states::State;
use alongside_domain::ids::PersonId;
use alongside_domain::sync::machine::Outcome;
use alongside_domain::sync::standing::LEASE_HOURS;
use alongside_domain::time::HOUR_MS;
use alongside_replica::RecordError;
use alongside_server::storage::Why;
use serde_json::json;

/// The lease that phones have.
const LEASE_MS: u64 = LEASE_HOURS as u64 * HOUR_MS as u64;
/// Longer than the seven days for which phones keep what they wrote about people whom they may not show any more.
const LONG_MS: u64 = 8 * 24 * HOUR_MS as u64;

impl World<'_> {
    /// A manager, who has no phone.
    pub(super) fn begin_access(&mut self) {
        let asked = json!({ "name": "Maria", "role": "manager", "organisation": "Larkfield" });
        let answer = self.administer("staff", &asked);
        self.manager = answer["staff"].as_str().and_then(|id| id.parse().ok()).expect("staff have an id");
    }

    /// Someone writes about a person whom their phone does not show.
    pub(super) fn records_unseen(&mut self, at: usize, person: PersonId, word: &str) {
        let act = people::choose_unseen(&mut self.acts, word);
        self.lie_in_wait(at);
        self.perform(at, person, &act);
    }

    /// The manager decides about something that is kept apart, while the server is well.
    pub(super) fn office_decides(&mut self) {
        if self.server_is_well() {
            self.mend_server_disk();
            let release = self.acts.once_in(2);
            self.decide_about_one(release);
        }
    }

    /// Decides about the first run that nobody has decided about. Whether there was one.
    pub(crate) fn decide_about_one(&mut self, release: bool) -> bool {
        let apart = self.servers[0].kept_apart(&self.place.runtime).unwrap_or_default();
        let Some(run) = apart.iter().find(|run| run.kept.is_none()) else { return false };
        let asked =
            json!({ "id": run.id, "by": self.manager, "release": release, "reason": "as the manager says" });
        self.administer("kept-apart", &asked);
        self.trace.add(&format!("the manager decides {release} about {}", run.items.len()));
        self.states.reach(if release { State::ReleasedApart } else { State::StaysApart });
        true
    }

    /// Tells the checker what the server keeps apart.
    pub(super) fn look_at_what_is_apart(&mut self, server: usize) {
        let Ok(runs) = self.servers[server].kept_apart(&self.place.runtime) else { return };
        if !runs.is_empty() {
            self.states.reach(State::KeptApart);
        }
        if runs.iter().any(|run| run.why == Why::NeverOnTeam) {
            self.faults.changed(Class::Stranger);
        }
        let read = |run| self.facts.apart(run).expect("the store keeps what was checked");
        let records: Vec<_> = runs.iter().flat_map(read).collect();
        self.trace.add(&format!("server{server} keeps {} apart", records.len()));
        self.checker.server_keeps_apart(records);
    }

    /// A device's enrolment ends, and it may be ordered to wipe. The supervisor's and the nurse's stay: somebody has
    /// to decide.
    pub(super) fn enrolment_ends(&mut self) {
        if !self.server_is_well() {
            return;
        }
        let revoked = self.faults.strikes(Class::DeviceRevoked, 8);
        let ordered = self.faults.strikes(Class::DeviceWiped, 8);
        let class = if revoked { Class::DeviceRevoked } else { Class::DeviceWiped };
        if !revoked && !ordered {
            return;
        }
        let at = 2 + self.faults.dice(class).below(self.phones.len() - 2);
        if self.phones[..2].iter().any(|decides| decides.device == self.phones[at].device) {
            return;
        }
        self.mend_server_disk();
        if !self.phones[at].ended {
            let stolen = self.faults.dice(class).once_in(2);
            self.end_enrolment(at, stolen);
            self.faults.changed(class);
        }
        if ordered {
            let device = self.phones[at].device.clone();
            self.administer("wipe-orders", &json!({ "device": device, "by": self.manager }));
            self.trace.add(&format!("phone{at} is ordered to wipe"));
            self.checker.wipe_ordered(&device);
        }
    }

    fn end_enrolment(&mut self, at: usize, stolen: bool) {
        let device = self.phones[at].device.clone();
        let why = if stolen { "stolen" } else { "left" };
        self.administer("revocations", &json!({ "device": device, "why": why, "by": self.manager }));
        self.trace.add(&format!("phone{at}'s enrolment ends: {why}"));
        if stolen {
            self.checker.stolen(&device);
        }
        let names = self.phones.iter().filter(|phone| phone.device == device).map(|phone| phone.name.clone());
        names.collect::<Vec<_>>().iter().for_each(|name| self.checker.acts_of_device_in_doubt(name));
        // A copy of it is the same device to the server.
        self.phones.iter_mut().filter(|phone| phone.device == device).for_each(|phone| phone.ended = true);
    }

    /// Notes that a phone has destroyed what it held.
    pub(super) fn note_wiped(&mut self, at: usize) {
        let phone = &mut self.phones[at];
        let is_empty = phone.replica.as_ref().is_some_and(|replica| replica.me().is_none());
        if is_empty && !std::mem::replace(&mut phone.wiped, true) {
            let (name, device) = (phone.name.clone(), phone.device.clone());
            self.trace.add(&format!("{name} is wiped"));
            self.checker.wiped(&name, &device);
            self.faults.changed(Class::DeviceWiped);
        }
    }

    /// Notes how a sync of a device whose enrolment has ended went. A wiped phone is not started again.
    pub(super) fn note_ended(&mut self, at: usize, outcome: Outcome) {
        if outcome == Outcome::Ended {
            self.states.reach(State::HandedInAfterEnd);
        }
        if self.phones[at].wiped {
            self.phones[at].kill();
        }
    }

    /// At times more days go by than the lease has; who has not synced since must show nothing.
    pub(super) fn days_go_by(&mut self) {
        if self.faults.strikes(Class::LeaseLapsed, 12) {
            // At times so long that what phones keep for a backup comes to its end.
            let is_long = self.faults.dice(Class::LeaseLapsed).once_in(3);
            self.advance(if is_long { LONG_MS } else { LEASE_MS + 8 * HOUR_MS as u64 });
            (0..self.phones.len()).for_each(|at| self.check_lease(at));
        }
    }

    fn check_lease(&mut self, at: usize) {
        let Some(replica) = self.phones[at].replica.clone() else { return };
        let shown = replica.people();
        drop(replica);
        if self.has_died(at) || self.phones[at].wiped {
            return;
        }
        match shown {
            Err(RecordError::Locked { .. }) => {
                self.trace.add(&format!("phone{at} is locked"));
                self.faults.changed(Class::LeaseLapsed);
            }
            // A phone that was set back and started again gains time, which is said.
            Ok(_) if self.phones[at].clock_fault.is_some() => {}
            Ok(_) => self.checker.shows_after_lease(&self.phones[at].name),
            Err(_) => {}
        }
    }
}
