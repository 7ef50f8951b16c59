//! Access in a run: who was never on a team records all the same, and a manager decides about what is kept apart.

use super::World;
use crate::faults::Class;
use crate::people;
use crate::states::State;
use alongside_domain::ids::PersonId;
use alongside_server::storage::Why;
use serde_json::json;

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
        if self.servers[0].is_up() && self.server_armed.is_none() {
            self.disk.set_room(None);
            self.disk.fail_no_sync();
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
        self.trace.add(&format!("the manager decides {release} about {}", run.records.len()));
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
}
