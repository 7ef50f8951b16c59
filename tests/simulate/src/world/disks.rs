//! What befalls disks: a bit that changes, and an older copy that takes the place of what was there.

use super::World;
use crate::dice::SeededRandom;
use crate::facts::outcome;
use crate::faults::Class;
use crate::server::ServerProcess;
use alongside_checker::Told;
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::RecordRef;
use alongside_faultfs::{Disk, Image};
use alongside_replica::DATABASE_FILE;
use serde_json::json;

/// A backup of the server, and who was on whose team in it.
pub(super) struct ServerCopy {
    image: Image,
    teams: Vec<(PersonId, usize, bool)>,
}

/// How often everybody syncs until all have been told everything.
const QUIET_SYNCS: usize = 3;

impl World<'_> {
    pub(super) fn flip_bit(&mut self, at: usize) {
        let phone = &mut self.phones[at];
        let files = phone.disk.files();
        let Some((name, length)) = files.iter().find(|(name, _)| name == DATABASE_FILE) else { return };
        if *length == 0 {
            return;
        }
        let dice = self.faults.dice(Class::BitFlip);
        let (place, bit) = (dice.below(*length), dice.below(8) as u8);
        phone.flipped = phone.disk.flip_bit(name, place, bit);
        self.trace.add(&format!("phone{at} has another bit at {place}"));
        self.checker.damaged(&self.phones[at].name, &self.phones[at].device);
        // The app reads the file, not its cache, from now on.
        self.phones[at].kill();
    }

    /// A page that waits has another bit, and the app does not know it.
    pub(super) fn flip_bit_of_page(&mut self, at: usize) {
        let place = self.faults.dice(Class::PageFlip).below(1 << 20);
        let Some(replica) = self.phones[at].replica.clone().filter(|_| self.phones[at].sync.is_none()) else {
            return;
        };
        if replica.me().is_none() {
            return;
        }
        let flipped = replica.flip_bit_of_waiting_page(place);
        drop(replica);
        if !self.has_died(at) && matches!(flipped, Ok(true)) {
            self.trace.add(&format!("phone{at} has another bit in a page"));
            self.checker.page_changed(&self.phones[at].device);
            self.faults.changed(Class::PageFlip);
        }
    }

    /// A record of a page that waits has another bit, in the journal too, and the app does not know it.
    pub(super) fn flip_bit_of_record(&mut self, at: usize) {
        let place = self.faults.dice(Class::RecordFlip).below(1 << 20);
        let Some(replica) = self.phones[at].replica.clone().filter(|_| self.phones[at].sync.is_none()) else {
            return;
        };
        if replica.me().is_none() {
            return;
        }
        let mut named = None;
        let flipped = replica.flip_bit_of_waiting_record(place, &mut named);
        drop(replica);
        let died = self.has_died(at);
        let Some((stream, number)) = named else { return };
        let (author, epoch, channel) = (stream.author, stream.epoch, stream.channel);
        let record = RecordRef { author, epoch, number, channel };
        // A change that the disk did not confirm, or that reached it before the app ended, may be there too.
        self.checker.record_changed(&self.phones[at].device, &self.facts.name(stream.person, &record));
        if !died && flipped.is_ok() {
            self.trace.add(&format!("phone{at} has another bit in a record"));
            self.faults.changed(Class::RecordFlip);
        }
    }

    /// The server runs, and no fault lies in wait for it.
    pub(super) fn server_is_well(&self) -> bool {
        self.servers[0].is_up() && self.servers_armed.is_empty()
    }

    /// The server's disk has room again, and syncs.
    pub(crate) fn mend_server_disk(&self) {
        self.disk.set_room(None);
        self.disk.fail_no_sync();
    }

    /// Disks that are replaced by older copies.
    pub(super) fn something_returns(&mut self) {
        let other = self.dice.below(self.phones.len());
        let at = self.phones.iter().position(|phone| phone.copy.is_some()).unwrap_or(other);
        for class in [Class::PhoneRestored, Class::PhoneRestoredTwice, Class::PhoneCloned] {
            if self.faults.strikes(class, 2) {
                self.restore_phone(at, class);
            }
        }
        if self.faults.strikes(Class::ServerRestored, 2) {
            match self.server_copy.take() {
                None => self.server_copy = self.back_up_server(),
                Some(copy) => {
                    self.may_be_quiet_before();
                    self.restore_server(&copy);
                }
            }
        }
    }

    /// A backup as `alongside backup` makes it while the server runs; phones then keep no longer what is in it.
    fn back_up_server(&mut self) -> Option<ServerCopy> {
        if !self.server_is_well() {
            return None;
        }
        let folder = self.place.folder("backup");
        let disk = Disk::new();
        let mount = disk.mount(&folder.to_string_lossy());
        let made = self.servers[0].back_up(&self.place.runtime, &folder, self.now);
        self.trace.add(&format!("the server is backed up {}", made.is_ok()));
        mount.kill();
        made.ok().map(|()| ServerCopy { image: disk.copy(), teams: self.teams() })
    }

    /// At times all have been told everything before the server's disk is replaced, and keep no longer what others
    /// have.
    fn may_be_quiet_before(&mut self) {
        if !self.server_is_well() || !self.dice.of(&format!("quiet {}", self.trace.digest())).once_in(3) {
            return;
        }
        self.mend_server_disk();
        (0..QUIET_SYNCS).for_each(|_| self.sync_all());
        for at in 0..self.phones.len() {
            if self.phones[at].replica.is_some() && !self.has_died(at) {
                self.look_at_phone(at);
            }
        }
    }

    /// Who is on whose team.
    fn teams(&self) -> Vec<(PersonId, usize, bool)> {
        let pairs = self.people.iter().flat_map(|person| (0..self.staff.len()).map(|staff| (*person, staff)));
        let on = |person: PersonId, staff: usize| {
            self.checker.is_on_team(&person.to_string(), &self.staff[staff].id.to_string())
        };
        pairs.map(|(person, staff)| (person, staff, on(person, staff))).collect()
    }

    /// The older database takes the place of the one that was there, as `alongside restore` does it.
    fn restore_server(&mut self, copy: &ServerCopy) {
        self.trace.add("the server is restored");
        if let Some(up) = self.servers.iter().position(ServerProcess::is_up) {
            self.look_at_server_concerns(up);
        }
        for server in 0..self.servers.len() {
            let askers = self.servers[server].kill();
            askers.into_iter().for_each(|asker| self.network.give_up(self.now, asker));
        }
        self.servers_armed.clear();
        self.disk.put_back(&copy.image);
        self.mend_server_disk();
        let random = SeededRandom::new(self.dice.of(&format!("epoch {}", self.trace.digest())));
        let begun =
            self.servers[0].restore(&self.place.runtime, &self.organisation, Epoch(random.bytes()), self.now);
        begun.expect("a good disk takes the new epoch");
        // The office's word of after the backup is lost with it.
        for (person, staff, on) in &copy.teams {
            self.checker.team(&person.to_string(), &self.staff[*staff].id.to_string(), *on);
            self.set_office(*person, *staff, *on);
        }
        self.checker.server_set_back(self.now.0);
        self.note_told_fates();
        self.faults.changed(Class::ServerRestored);
    }

    /// Tells the checker what the phones that a restored server waits for show of edits. Of a phone that syncs it is not
    /// known what it is about to be told.
    fn note_told_fates(&mut self) {
        for at in 0..self.phones.len() {
            let phone = &self.phones[at];
            let is_well = !phone.flipped && !phone.ended && !phone.wiped && phone.sync.is_none();
            let Some(replica) = phone.replica.clone().filter(|_| is_well && !self.is_partners(at)) else {
                continue;
            };
            let staff = self.staff[phone.staff].id.to_string();
            for person in &self.people {
                if !self.checker.is_on_team(&person.to_string(), &staff) {
                    continue;
                }
                for edit in replica.plan(*person).map(|plan| plan.edits).unwrap_or_default() {
                    let Some(fate) = edit.settled else { continue };
                    self.checker.fate_was_told(Told {
                        device: phone.name.clone(),
                        author: phone.device.clone(),
                        staff: staff.clone(),
                        person: person.to_string(),
                        edit: self.facts.name(*person, &edit.edit),
                        outcome: outcome(&fate.outcome),
                    });
                }
            }
        }
    }

    /// A manager ends the wait for a phone, or for all, which may come home later all the same.
    pub(super) fn wait_ends(&mut self) {
        if !self.faults.enabled().contains(&Class::WaitEnded) || !self.server_is_well() {
            return;
        }
        let awaited = self.servers[0].awaited(&self.place.runtime).unwrap_or_default();
        let mut awaited: Vec<AuthorId> = awaited.into_iter().collect();
        if awaited.is_empty() || !self.faults.strikes(Class::WaitEnded, 5) {
            return;
        }
        let dice = self.faults.dice(Class::WaitEnded);
        if dice.once_in(2) {
            awaited = vec![*dice.pick(&awaited)];
        }
        self.mend_server_disk();
        for device in awaited {
            self.administer("end-wait", &json!({ "device": device }));
            self.checker.wait_ended();
            self.trace.add(&format!("nobody waits for {device} any more"));
        }
        self.faults.changed(Class::WaitEnded);
    }

    /// The first time a copy is taken, the next time it is put back, or becomes a second phone.
    fn restore_phone(&mut self, at: usize, class: Class) {
        // With its key a phone's disk is gone for good.
        if self.phones[at].wiped {
            return;
        }
        let Some(copy) = self.phones[at].copy.take() else {
            self.phones[at].copy = Some(self.phones[at].copied());
            return;
        };
        let author = self.phones[at].device.clone();
        if class == Class::PhoneCloned || !self.phones[at].disk.is_as(&copy.image) {
            self.faults.changed(class);
        }
        if class == Class::PhoneCloned {
            let name = format!("phone{}", self.phones.len());
            let random = SeededRandom::new(self.dice.of(&name));
            let clone = self.phones[at].cloned(self.place, &name, &copy, random, self.now);
            self.trace.add(&format!("{name} begins as a copy of phone{at}"));
            self.checker.set_back(&name, &author);
            if clone.flipped {
                self.checker.damaged(&name, &author);
            }
            self.phones.push(clone);
            return;
        }
        self.trace.add(&format!("phone{at} is restored"));
        self.phones[at].kill();
        self.phones[at].put_back(&copy);
        self.checker.set_back(&self.phones[at].name, &author);
        if class == Class::PhoneRestoredTwice {
            self.phones[at].copy = Some(copy);
        }
    }
}
