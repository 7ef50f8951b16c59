//! A run: phones, people, a network and a server, each step chosen by the seed.

mod access;
mod cases;
mod channels;
mod disks;
mod erasure;
mod keys;
mod look;
mod orders;
mod sharing;
mod times;
mod versions;

use crate::dice::{Dice, SeededRandom};
use crate::facts::{Facts, content, outcome, scope};
use crate::faults::{Class, Faults};
use crate::network::{Carried, Network};
use crate::people::{self, Act, STAFF, Staff};
use crate::phone::Phone;
use crate::place::Place;
use crate::server::{Asker, Organisation, Reply, ServerProcess};
use crate::states::{State, States};
use crate::trace::Trace;
use alongside_checker::{Checker, Outcome};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::RecordRef;
use alongside_domain::sync::machine::{NoAnswer, Outcome as SyncOutcome};
use alongside_domain::sync::messages::{Answer, unpack};
use alongside_domain::time::Moment;
use alongside_faultfs::{Counts, Disk};
use alongside_replica::clock::Clock;
use alongside_replica::exchange::Step;
use alongside_replica::{EnrolTicket, RecordError, StoreError};
use serde_json::json;
use std::collections::BTreeMap;

/// When every run begins: a Monday morning in March 2026.
const START: Moment = Moment(1_772_442_000_000);
/// Most acts of the store that a request does before another may go on.
const TURNS_MAX: usize = 8;
/// How many people receive care in a run.
const PEOPLE: usize = 2;

/// A run.
pub struct World<'p> {
    /// What the process keeps.
    pub place: &'p Place,
    /// Chooses steps.
    pub dice: Dice,
    /// Chooses what people do.
    pub acts: Dice,
    /// What goes wrong.
    pub faults: Faults,
    /// What happened.
    pub trace: Trace,
    /// Judges.
    pub checker: Checker,
    /// What was reached.
    pub states: States,
    /// The true time, which is the server's.
    pub now: Moment,
    /// What the server is started with.
    pub organisation: Organisation,
    /// The server's processes.
    pub servers: Vec<ServerProcess>,
    /// The server's disk.
    pub disk: Disk,
    /// All phones.
    pub phones: Vec<Phone>,
    /// Messages on their way.
    pub network: Network,
    /// Who works here, in the order of [`STAFF`].
    pub staff: Vec<Staff>,
    /// Who receives care.
    pub people: Vec<PersonId>,
    /// Turns ids into names.
    pub facts: Facts,
    /// The words of each concern that was saved.
    concerns: BTreeMap<RecordRef, String>,
    /// What is done about them, in a run that has that.
    cases: Option<cases::Cases>,
    /// Who decides about what is kept apart.
    pub(crate) manager: alongside_domain::ids::StaffId,
    /// What a partner may read changes in this run.
    sharing_changes: bool,
    /// What is known of the partner's phones.
    sharing: BTreeMap<usize, sharing::PartnersPhone>,
    server_copy: Option<disks::ServerCopy>,
    /// Which fault lies in wait for each server, if one does.
    servers_armed: BTreeMap<usize, Class>,
    server_seen: Counts,
    /// What a manager wanted erased.
    unwanted: Vec<erasure::Unwanted>,
    serial: u64,
    /// When the sync of each request began.
    sent: BTreeMap<u64, Moment>,
    words: u64,
}

impl<'p> World<'p> {
    /// A world in which everybody has joined, and the first plans are made.
    pub fn begin(place: &'p Place, seed: u64, faults: Faults, trace: Trace) -> World<'p> {
        alongside_faultfs::reset_randomness(seed);
        let dice = Dice::new(seed);
        let organisation = Organisation::found(&SeededRandom::new(dice.of("organisation")), START);
        let (disk, facts) = (Disk::new(), Facts { store: organisation.author });
        let server = ServerProcess::new(place, "server", &disk, SeededRandom::new(dice.of("server")));
        let mut world = World {
            place,
            acts: dice.of("acts"),
            faults,
            trace,
            checker: Checker::new(),
            states: States::default(),
            now: START,
            organisation,
            servers: vec![server],
            disk,
            phones: Vec::new(),
            network: Network::default(),
            staff: Vec::new(),
            people: Vec::new(),
            facts,
            concerns: BTreeMap::new(),
            cases: cases::Cases::of(&dice),
            manager: alongside_domain::ids::StaffId([0; 16]),
            sharing_changes: false,
            sharing: BTreeMap::new(),
            server_copy: None,
            servers_armed: BTreeMap::new(),
            server_seen: Counts::default(),
            unwanted: Vec::new(),
            serial: 0,
            sent: BTreeMap::new(),
            words: 0,
            dice,
        };
        world.set_up();
        world
    }

    fn set_up(&mut self) {
        let started = self.servers[0].start(self.place, &self.organisation, self.now);
        started.expect("a new store opens on a good disk");
        self.servers[0].set_token(&self.place.runtime).expect("a good disk takes a token");
        let ids = |answer: &serde_json::Value, field: &str| {
            answer[field].as_str().expect("the administration names what it made").to_owned()
        };
        for (name, role) in STAFF {
            let answer = self.administer("staff", &self.new_staff(name, role));
            let id = ids(&answer, "staff").parse().expect("an id");
            self.staff.push(Staff { id, role });
            let role = json!(role).as_str().expect("a role is a word").to_owned();
            self.checker.works(&id.to_string(), &role);
        }
        let has_stranger = self.faults.strikes(Class::Stranger, 1);
        for last in (0..PEOPLE).rev() {
            let answer = self.administer("people", &json!({}));
            let person: PersonId = ids(&answer, "person").parse().expect("an id");
            self.people.push(person);
            // At times the last of the staff is not on the team of the last person.
            let team = self.staff.len() - usize::from(has_stranger && last == 0);
            (0..team).for_each(|staff| self.set_team(person, staff, true));
        }
        self.begin_access();
        self.begin_cases();
        self.begin_concerns();
        (0..self.staff.len()).for_each(|staff| self.add_phone(staff));
        self.begin_sharing();
        if self.faults.strikes(Class::TwoServers, 1) {
            let random = SeededRandom::new(self.dice.of("server1"));
            self.servers.push(ServerProcess::new(self.place, "server1", &self.disk, random));
            let started = self.servers[1].start(self.place, &self.organisation, self.now);
            started.expect("a good disk can be shared");
        }
        // Once to learn whom they may see; the supervisor and the nurse then begin the plans.
        self.sync_all();
        for (staff, (_, role)) in STAFF.iter().enumerate() {
            let commands = people::first_edits(*role);
            if !commands.is_empty() {
                self.people.clone().iter().for_each(|person| {
                    let act = Act::Edit { commands: commands.clone(), reason: format!("first for {person}") };
                    self.perform(staff, *person, &act);
                });
            }
        }
        self.sync_all();
        self.sync_all();
    }

    pub(super) fn administer(&self, path: &str, asked: &serde_json::Value) -> serde_json::Value {
        self.servers[0].administer(&self.place.runtime, path, asked)
    }

    /// Puts someone on a care team, or takes them off.
    pub fn set_team(&mut self, person: PersonId, staff: usize, on: bool) {
        let id = self.staff[staff].id;
        self.administer("care-team", &json!({ "person": person, "staff": id, "on": on }));
        self.checker.team(&person.to_string(), &id.to_string(), on);
        self.set_office(person, staff, on);
        self.trace.add(&format!("team staff{staff} {on}"));
    }

    fn add_phone(&mut self, staff: usize) {
        let name = format!("phone{}", self.phones.len());
        let random = SeededRandom::new(self.dice.of(&name));
        let mut phone = Phone::new(self.place, &name, staff, random, self.now);
        phone.lacks = self.kinds_lacking();
        phone.start().expect("a new phone opens on a good disk");
        let ticket = self.administer("device-codes", &json!({ "staff": self.staff[staff].id }));
        let ticket = EnrolTicket {
            url: "https://server".to_owned(),
            ca_pem: String::new(),
            root_key: self.organisation.root_key(),
            code: ticket["code"].as_str().expect("a ticket has a code").to_owned(),
            issued_ms: self.now,
        };
        let (server, runtime, now) = (&self.servers[0], &self.place.runtime, self.now);
        phone.enrol(&ticket, |request| {
            server.answer(runtime, "/v1/enrol", request, now).expect("the server runs").body
        });
        self.phones.push(phone);
    }

    /// One step: something that is under way goes on, somebody does something, or time goes by.
    pub fn step(&mut self) {
        match self.dice.below(20) {
            0..=10 => self.go_on(),
            11..=13 => self.somebody_acts(),
            14 | 15 => self.somebody_syncs(),
            16 => self.time_goes_by(),
            17 => self.somebody_looks(),
            18 if self.dice.once_in(8) => self.office_decides(),
            18 if self.dice.once_in(2) => self.something_strikes(),
            18 if self.dice.once_in(2) => self.something_changes(),
            18 => self.something_returns(),
            _ => self.something_recovers(),
        }
    }

    /// Lets one of all that is under way go on by one effect.
    pub fn go_on(&mut self) {
        let polls: Vec<usize> = (0..self.phones.len()).filter(|phone| self.is_ready(*phone)).collect();
        let turns: Vec<usize> = self.servers.iter().map(ServerProcess::under_way).collect();
        let due = self.network.due(self.now);
        let choices = polls.len() + due + turns.iter().sum::<usize>();
        if choices == 0 {
            return self.time_goes_by();
        }
        let mut choice = self.dice.below(choices);
        if let Some(phone) = polls.get(choice) {
            return self.poll(*phone);
        }
        choice -= polls.len();
        if choice < due {
            return self.deliver(choice);
        }
        choice -= due;
        for (server, turns) in turns.into_iter().enumerate() {
            if choice < turns {
                return self.turn(server, choice);
            }
            choice -= turns;
        }
    }

    fn is_ready(&self, phone: usize) -> bool {
        self.phones[phone].sync.as_ref().is_some_and(|sync| sync.awaits.is_none())
    }

    /// The next effect of a phone's sync.
    fn poll(&mut self, at: usize) {
        self.note_sync_goes_on(at);
        self.lie_in_wait(at);
        let Some(sync) = self.phones[at].sync.as_mut() else { return };
        let step = sync.exchange.poll();
        self.note_wiped(at);
        if self.has_died(at) {
            self.states.reach(State::StoppedInExchange);
            return;
        }
        let name = &self.phones[at].name;
        match step {
            Step::Working => {
                self.trace.add(&format!("{name} works"));
                self.note_forgotten(at);
            }
            Step::Send(body) => {
                self.serial += 1;
                self.trace.add(&format!("{name} sends {}", body.len()));
                let asker = Asker { phone: at, serial: self.serial };
                self.sent.insert(self.serial, self.phones[at].sync_began);
                if let Some(sync) = self.phones[at].sync.as_mut() {
                    sync.awaits = Some(self.serial);
                }
                let server = self.dice.below(self.servers.len());
                self.network.send(&mut self.faults, self.now, asker, server, body);
            }
            Step::Finished(outcome) => {
                self.trace.add(&format!("{name} finishes {outcome:?}"));
                self.phones[at].sync = None;
                self.note_ended(at, outcome);
                self.note_outcome(at, outcome);
                self.look_at_phone(at);
            }
        }
    }

    fn note_outcome(&mut self, at: usize, outcome: SyncOutcome) {
        if outcome == SyncOutcome::UpToDate {
            self.note_synced(at);
        }
        match outcome {
            SyncOutcome::UpToDate if std::mem::take(&mut self.phones[at].stopped_waiting) => {
                self.states.reach(State::ConfirmedAfterRestart);
            }
            SyncOutcome::NoAnswer(NoAnswer::Unreachable) => self.states.reach(State::AnswerLost),
            SyncOutcome::NoAnswer(NoAnswer::Busy) => self.states.reach(State::ServerBusy),
            SyncOutcome::NoAnswer(NoAnswer::NotUnderstood) => self.states.reach(State::NotUnderstood),
            SyncOutcome::Disk => self.states.reach(State::SyncRefusedByDisk),
            _ => {}
        }
    }

    fn deliver(&mut self, place: usize) {
        let Some(message) = self.network.take(&mut self.faults, self.now, place) else { return };
        let asker = message.asker;
        match message.carried {
            Carried::Request { server, body } => {
                self.trace.add(&format!("server{server} is asked by phone{} {}", asker.phone, body.len()));
                if !self.servers[server].take(asker, "/v1/sync", body) {
                    self.states.reach(State::ServerDown);
                    self.network.give_up(self.now, asker);
                    return;
                }
                if server > 0 {
                    self.faults.changed(Class::TwoServers);
                }
                if self.servers.iter().map(ServerProcess::under_way).sum::<usize>() > 1 {
                    self.states.reach(State::RequestsAtOnce);
                }
            }
            Carried::Answer(answer) => {
                if let Ok(Ok(Answer::ChallengeUnknown(_))) = answer.as_ref().map(|body| unpack(body)) {
                    self.states.reach(State::ChallengeUnknown);
                }
                let said = answer.as_ref().map(Vec::len);
                self.trace.add(&format!("phone{} is answered {said:?}", asker.phone));
                if let Some(sync) = self.phones[asker.phone].sync.as_mut()
                    && sync.awaits == Some(asker.serial)
                {
                    sync.exchange.handle_answer(answer);
                    sync.awaits = None;
                }
            }
        }
    }

    fn turn(&mut self, server: usize, request: usize) {
        if self.faults.strikes(Class::ServerKilled, 60) {
            self.arm_server(server, Class::ServerKilled);
        }
        if self.faults.strikes(Class::ServerPower, 60) {
            self.arm_server(server, Class::ServerPower);
        }
        for _ in 0..=self.dice.below(TURNS_MAX) {
            self.note_under_way(self.servers[server].asker(request));
            let reply = self.servers[server].turn(&self.place.runtime, request, self.now);
            self.note_server_disk();
            if self.servers[server].mount.is_dead() {
                return self.server_died(server);
            }
            if let Some((asker, Reply { status, body })) = reply {
                let length = body.len();
                self.trace.add(&format!("server{server} answers phone{} {status} {length}", asker.phone));
                return self.network.reply(&mut self.faults, self.now, asker, status, body);
            }
        }
    }

    pub(super) fn arm_server(&mut self, server: usize, class: Class) {
        self.servers_armed.insert(server, class);
        let dice = self.faults.dice(class);
        // At a change of the disk, or between two effects.
        if dice.once_in(4) {
            self.servers[server].mount.kill();
        } else {
            let changes = dice.below(24) as u64;
            self.servers[server].mount.die_after(changes);
        }
    }

    /// What an ended process had in hand is lost; after a loss of power, also what no sync covered.
    pub fn server_died(&mut self, server: usize) {
        self.trace.add(&format!("server{server} dies"));
        let class = self.servers_armed.remove(&server);
        let askers = self.servers[server].kill();
        if !askers.is_empty() {
            self.states.reach(State::ServerStoppedInRequest);
        }
        askers.into_iter().for_each(|asker| self.network.give_up(self.now, asker));
        class.into_iter().for_each(|class| self.faults.changed(class));
        if class == Some(Class::ServerPower) {
            // All processes of the machine end with it, and what lay in wait for them is over.
            self.servers_armed.clear();
            for other in 0..self.servers.len() {
                let askers = self.servers[other].kill();
                askers.into_iter().for_each(|asker| self.network.give_up(self.now, asker));
            }
            self.disk.lose_power(self.faults.dice(Class::ServerPower));
        }
    }

    fn note_server_disk(&mut self) {
        let counts = self.disk.counts();
        if counts.refused_writes > self.server_seen.refused_writes {
            self.faults.changed(Class::ServerFull);
        }
        if counts.failed_syncs > self.server_seen.failed_syncs {
            self.faults.changed(Class::ServerSync);
        }
        self.server_seen = counts;
    }

    fn somebody_acts(&mut self) {
        let at = self.acts.below(self.phones.len());
        if self.answers_now(at) {
            return self.somebody_answers();
        }
        let Some(replica) = self.phones[at].replica.clone() else { return };
        let person = *self.acts.pick(&self.people);
        self.words += 1;
        let (role, word) = (self.staff[self.phones[at].staff].role, format!("word {}", self.words));
        // With cases concerns are what it is about.
        if self.acts.once_in(if self.cases.is_some() { 4 } else { 12 }) {
            drop(replica);
            return self.confide(at, person, &word);
        }
        match people::choose(&mut self.acts, role, &replica, person, &word) {
            Err(RecordError::UnknownPerson | RecordError::Locked { .. }) => {
                drop(replica);
                self.records_unseen(at, person, &word);
            }
            Ok(act) => {
                drop(replica);
                self.lie_in_wait(at);
                self.perform(at, person, &act);
            }
            Err(error) => self.trace.add(&format!("phone{at} cannot read: {error}")),
        }
    }

    /// Does it, and tells the checker what the screen said.
    pub fn perform(&mut self, at: usize, person: PersonId, act: &Act) {
        let Some(replica) = self.phones[at].replica.clone() else { return };
        let (device, staff) = (self.phones[at].device.clone(), self.staff[self.phones[at].staff].id);
        let body = act.body();
        if self.phones[at].lacks.contains(&body.kind()) {
            return self.trace.add(&format!("phone{at} is too old for {}", body.code()));
        }
        let said = content(&body);
        let tried = self.facts.tried(person, &body);
        let scope = scope(person, act.channel());
        self.checker.tried(&device, &staff.to_string(), &scope, &said, tried);
        let done = act.perform(&replica, person);
        drop(replica);
        if self.has_died(at) {
            self.states.reach(State::SavedAsItDied);
            return;
        }
        let name = &self.phones[at].name;
        match done {
            Ok(done) => {
                let phone = &self.phones[at];
                let off_ms = done.recorded.map(|recorded| recorded.since_ms(self.now));
                let clock_ms = phone.clock.wall().since_ms(self.now);
                let (number, code) = (done.id.number, body.code());
                self.trace.add(&format!("{name} saves {number} of {code} {off_ms:?} {clock_ms}"));
                if let Some(class) =
                    phone.clock_fault.filter(|_| clock_ms != 0 || off_ms.is_some_and(|off| off != 0))
                {
                    self.faults.changed(class);
                }
                if done.raised {
                    self.states.reach(State::EscalationRaised);
                }
                let record = self.facts.record(person, &done.id, &body);
                self.checker.saved(name, record);
                self.note_made(at, person, &done.id);
            }
            Err(error) => {
                self.trace.add(&format!("{name} refuses: {error}"));
                if self.phones[at].flipped && is_damage(&error) {
                    self.faults.changed(Class::BitFlip);
                }
                if matches!(error, RecordError::Store(StoreError::DiskFull)) {
                    self.states.reach(State::RefusedFull);
                }
                // After an error of the disk it may be there or not.
                if !matches!(error, RecordError::Store(StoreError::Io)) && !is_damage(&error) {
                    self.checker.refused(&device, &scope, &said);
                }
            }
        }
    }

    fn somebody_syncs(&mut self) {
        let at = self.acts.below(self.phones.len());
        if self.phones[at].sync.is_none() && self.phones[at].begin_sync() {
            self.note_sync_begins(at);
            self.trace.add(&format!("phone{at} begins to sync"));
        }
    }

    fn time_goes_by(&mut self) {
        let most = if self.dice.once_in(8) { 3 * 60 * 60 * 1000 } else { 30_000 };
        let by = self.dice.below(most) as u64 + 1;
        self.advance(by);
        self.days_go_by();
    }

    /// All clocks go on.
    pub fn advance(&mut self, by_ms: u64) {
        self.now = self.now.plus_ms(by_ms as i64);
        self.phones.iter().for_each(|phone| phone.clock.advance_ms(by_ms));
        self.trace.add(&format!("{by_ms} ms go by"));
    }

    fn somebody_looks(&mut self) {
        let at = self.acts.below(self.phones.len());
        let person = *self.acts.pick(&self.people);
        let Some(replica) = self.phones[at].replica.clone() else { return };
        let shown = replica.plan(person).map(|plan| {
            let settled = plan.edits.iter().filter_map(|edit| edit.settled.as_ref());
            let fates = settled.map(|fate| (outcome(&fate.outcome), fate.by)).collect::<Vec<_>>();
            (plan.conflicts.len(), fates, plan.edits.len())
        });
        drop(replica);
        if self.has_died(at) {
            return;
        }
        let Ok((conflicts, fates, edits)) = shown else {
            self.trace.add(&format!("phone{at} cannot show the plan"));
            return;
        };
        if conflicts > 0 {
            self.states.reach(State::Conflict);
        }
        if fates.len() < edits {
            self.states.reach(State::EditHeld);
        }
        for (outcome, by) in &fates {
            self.note_fate(*outcome, by.is_some());
        }
        self.trace
            .add(&format!("phone{at} shows {edits} edits, {} settled, {conflicts} conflicts", fates.len()));
    }

    /// A screen shows what became of an edit.
    pub fn note_fate(&mut self, outcome: Outcome, is_decided: bool) {
        self.states.reach(match (outcome, is_decided) {
            (Outcome::Accepted, false) => State::EditAccepted,
            (Outcome::Accepted, true) => State::EditDecided,
            (Outcome::Declined, _) => State::EditDeclined,
            (Outcome::Withdrawn, _) => State::EditWithdrawn,
            (Outcome::Held, _) => State::EditHeld,
        });
    }

    /// A fault may come to lie in wait for a phone: it strikes at a change of its disk soon.
    fn lie_in_wait(&mut self, at: usize) {
        for class in [Class::PhoneKilled, Class::PhonePower] {
            if self.phones[at].armed.is_none() && self.faults.strikes(class, 25) {
                let changes = self.faults.dice(class).below(16) as u64;
                self.phones[at].armed = Some(class);
                self.phones[at].mount.die_after(changes);
            }
        }
    }

    /// Whether the app ended in what it just did. If so, the disk is as the fault leaves it.
    pub fn has_died(&mut self, at: usize) -> bool {
        let counts = self.phones[at].disk.counts();
        if counts.refused_writes > self.phones[at].seen.refused_writes {
            self.faults.changed(Class::PhoneFull);
        }
        if counts.failed_syncs > self.phones[at].seen.failed_syncs {
            self.faults.changed(Class::PhoneSync);
        }
        self.phones[at].seen = counts;
        if !self.phones[at].mount.is_dead() {
            return false;
        }
        self.trace.add(&format!("phone{at} dies"));
        let class = self.phones[at].armed.take();
        self.phones[at].kill();
        class.into_iter().for_each(|class| self.faults.changed(class));
        if let Some(class @ (Class::PhonePower | Class::KeyChanged)) = class {
            self.phones[at].disk.lose_power(self.faults.dice(class));
        }
        true
    }

    /// Faults that come from outside, at any time.
    fn something_strikes(&mut self) {
        let at = self.dice.below(self.phones.len());
        if self.faults.strikes(Class::PhoneFull, 3) {
            let room = self.faults.dice(Class::PhoneFull).below(30_000);
            let phone = &self.phones[at];
            phone.disk.set_room(Some(phone.disk.used_bytes() + room));
            self.trace.add(&format!("phone{at} has {room} bytes of room"));
        }
        if self.faults.strikes(Class::PhoneSync, 3) {
            let syncs = self.faults.dice(Class::PhoneSync).below(4) as u64;
            self.phones[at].disk.fail_sync_after(syncs);
            self.trace.add(&format!("phone{at} will fail a sync"));
        }
        if self.faults.strikes(Class::ServerFull, 4) {
            let room = self.faults.dice(Class::ServerFull).below(30_000);
            self.disk.set_room(Some(self.disk.used_bytes() + room));
            self.trace.add(&format!("the server has {room} bytes of room"));
        }
        if self.faults.strikes(Class::ServerSync, 4) {
            let syncs = self.faults.dice(Class::ServerSync).below(4) as u64;
            self.disk.fail_sync_after(syncs);
            self.trace.add("the server will fail a sync");
        }
    }

    /// Clocks that are set, people who come and go, disks that change under the app.
    fn something_changes(&mut self) {
        let at = self.dice.below(self.phones.len());
        if self.faults.strikes(Class::ClockOff, 3) {
            let years = if self.faults.dice(Class::ClockOff).once_in(2) { 10 } else { -10 };
            self.set_clock(at, Class::ClockOff, years * 365 * 24 * 60 * 60 * 1000);
        }
        if self.faults.strikes(Class::ClockBack, 3) {
            let by_ms = self.faults.dice(Class::ClockBack).below(3 * 60 * 60 * 1000) as i64;
            self.set_clock(at, Class::ClockBack, -by_ms);
        }
        if self.faults.strikes(Class::Reboot, 3) && self.phones[at].replica.is_some() {
            self.trace.add(&format!("phone{at} reboots"));
            self.phones[at].kill();
            self.phones[at].clock.reboot();
            self.faults.changed(Class::Reboot);
        }
        if self.server_is_well() && self.faults.strikes(Class::TeamChange, 3) {
            // The office changes a team while the server is well.
            self.mend_server_disk();
            // The supervisor and the nurse stay: somebody has to decide.
            let staff = 2 + self.faults.dice(Class::TeamChange).below(STAFF.len() - 2);
            let person = *self.acts.pick(&self.people);
            let on = !self.checker.is_on_team(&person.to_string(), &self.staff[staff].id.to_string());
            self.set_team(person, staff, on);
            self.faults.changed(Class::TeamChange);
        }
        self.sharing_may_change();
        self.enrolment_ends();
        self.key_changes(at);
        if self.server_is_well() && self.faults.strikes(Class::Erased, 2) {
            self.office_erases();
        }
        if self.faults.strikes(Class::PageFlip, 2) {
            self.flip_bit_of_page(at);
        }
        if self.faults.strikes(Class::RecordFlip, 2) {
            self.flip_bit_of_record(at);
        }
        // The supervisor's and the nurse's phones stay whole: somebody has to decide.
        if at >= 2 && !self.phones[at].flipped && self.faults.strikes(Class::BitFlip, 2) {
            self.flip_bit(at);
        }
    }

    fn set_clock(&mut self, at: usize, class: Class, by_ms: i64) {
        let phone = &mut self.phones[at];
        phone.clock.set_wall(phone.clock.wall().plus_ms(by_ms));
        phone.clock_fault = Some(class);
        self.trace.add(&format!("phone{at}'s clock is set by {by_ms} ms"));
    }

    /// What ended is started again, and what is full is emptied, one at a time.
    fn something_recovers(&mut self) {
        self.wait_ends();
        let at = self.dice.below(self.phones.len() + self.servers.len());
        if at < self.phones.len() {
            if self.phones[at].replica.is_none() {
                self.start_phone(at);
            } else if self.dice.once_in(3) {
                self.phones[at].disk.set_room(None);
            }
            return;
        }
        let server = at - self.phones.len();
        if !self.servers[server].is_up() {
            self.start_server(server);
        } else if self.dice.once_in(2) {
            self.disk.set_room(None);
        }
    }

    /// Starts an app; what it holds is judged.
    pub fn start_phone(&mut self, at: usize) -> bool {
        if self.phones[at].wiped {
            return false;
        }
        self.may_be_updated(at);
        let started = self.phones[at].start();
        if let Err(error) = started {
            self.trace.add(&format!("phone{at} does not start: {error}"));
            if self.phones[at].flipped && is_damage(&error.into()) {
                self.faults.changed(Class::BitFlip);
            }
            return false;
        }
        self.trace.add(&format!("phone{at} starts"));
        let replica = self.phones[at].replica.as_ref();
        let checked = replica.map(alongside_replica::Replica::check_file);
        if let (Some(Err(error)), true) = (checked, self.phones[at].flipped) {
            self.trace.add(&format!("phone{at} finds its file changed: {error}"));
            self.faults.changed(Class::BitFlip);
        }
        let waiting = replica.and_then(|replica| replica.sync_state().ok()).map_or(0, |state| state.waiting);
        if waiting > 0 {
            self.states.reach(State::StoppedWithWaiting);
            self.phones[at].stopped_waiting = true;
        }
        self.look_at_phone(at);
        true
    }

    /// Starts a server; what it holds is judged.
    pub fn start_server(&mut self, server: usize) -> bool {
        match self.servers[server].start(self.place, &self.organisation, self.now) {
            Ok(()) => {
                self.trace.add(&format!("server{server} starts"));
                self.look_at_server(server);
                true
            }
            Err(error) => {
                self.servers[server].kill();
                self.trace.add(&format!("server{server} does not start: {error}"));
                false
            }
        }
    }

    /// Everybody syncs to the end, one after the other, with no fault.
    pub fn sync_all(&mut self) {
        (0..self.phones.len()).for_each(|at| {
            self.sync_to_end(at);
        });
    }

    /// A sync from beginning to end, with no fault; nothing when the app does not run.
    pub fn sync_to_end(&mut self, at: usize) -> Option<SyncOutcome> {
        self.advance(1_000);
        self.phones[at].sync = None;
        if !self.phones[at].begin_sync() {
            return None;
        }
        self.note_sync_begins(at);
        let mut sync = self.phones[at].sync.take()?;
        loop {
            match sync.exchange.poll() {
                Step::Working => {}
                Step::Finished(outcome) => {
                    self.trace.add(&format!("phone{at} syncs {outcome:?}"));
                    if outcome == SyncOutcome::UpToDate {
                        self.note_synced(at);
                    }
                    self.note_wiped(at);
                    self.note_ended(at, outcome);
                    return Some(outcome);
                }
                Step::Send(body) => {
                    let server = self.servers.iter().position(ServerProcess::is_up)?;
                    let reply =
                        self.servers[server].answer(&self.place.runtime, "/v1/sync", body, self.now)?;
                    sync.exchange.handle_answer(match reply.status {
                        200 => Ok(reply.body),
                        _ => Err(NoAnswer::Busy),
                    });
                }
            }
        }
    }
}

/// The phone says that its database is damaged, or not to be read.
fn is_damage(error: &RecordError) -> bool {
    matches!(
        error,
        RecordError::Store(StoreError::Damaged | StoreError::WrongKey | StoreError::Unreadable { .. })
    )
}
