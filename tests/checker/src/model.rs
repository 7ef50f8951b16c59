//! What the model knows: who tried what, what was promised, and who was allowed.

use crate::breach::Breach;
use crate::cases::Cases;
use std::collections::{BTreeMap, BTreeSet};

/// A record as anybody can hold it. Two with the same `content` are the same thing done twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Record {
    /// About whom.
    pub person: String,
    /// Who wrote it: a device, or the server's store.
    pub author: String,
    /// The author's installation and channel.
    pub stream: String,
    /// 1, 2, 3 in that stream.
    pub number: u64,
    /// What it says.
    pub content: String,
}

/// Something that a person set out to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// To record something that changes no plan.
    Note,
    /// To change this part of the plan.
    Edit(Part),
    /// To accept or decline an edit, named as [`Checker::name_of`] does.
    Decision {
        /// Which.
        edit: String,
        /// To accept it.
        accept: bool,
    },
    /// To take back an edit.
    Withdrawal {
        /// Which.
        edit: String,
    },
}

/// The parts of the plan, by who may change them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The nurse's.
    Clinical,
    /// The therapist's, and the office's.
    Goals,
    /// The office's.
    Other,
}

/// What a record of the store says became of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    /// Which edit, named as [`Checker::name_of`] does.
    pub edit: String,
    /// What.
    pub outcome: Outcome,
    /// Who decided; nobody when the rules did.
    pub by: Option<String>,
}

/// What can become of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It waits for somebody.
    Held,
    /// It is in the plan.
    Accepted,
    /// Somebody said no.
    Declined,
    /// Its author took it back.
    Withdrawn,
}

/// What a phone shows of an edit that has its final fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The phone, by its own name.
    pub device: String,
    /// The device that it is enrolled as.
    pub author: String,
    /// Its holder.
    pub staff: String,
    /// About whom.
    pub person: String,
    /// Which edit, named as [`Checker::name_of`] does.
    pub edit: String,
    /// What became of it.
    pub outcome: Outcome,
}

#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) person: String,
    pub(crate) by: String,
    pub(crate) what: Tried,
    pub(crate) times: usize,
    pub(crate) since: u64,
}

/// The model.
#[derive(Debug, Default)]
pub struct Checker {
    /// By device, person and content.
    pub(crate) attempts: BTreeMap<[String; 3], Attempt>,
    pub(crate) saved: BTreeMap<String, BTreeSet<Record>>,
    pub(crate) acknowledged: BTreeSet<Record>,
    /// The latest list of what each device holds, by device and person.
    pub(crate) held: BTreeMap<(String, String), BTreeSet<Record>>,
    /// What a device had saved when it held nothing about a person, by device and person, until all has come again.
    pub(crate) forgotten: BTreeMap<(String, String), BTreeSet<Record>>,
    /// When each person was last shown by a device, by the true time.
    pub(crate) shown_at: BTreeMap<(String, String), i64>,
    /// When each device first ended a sync that began since the server was set back.
    pub(crate) home_at: BTreeMap<String, i64>,
    /// Phones, by their own names, that have begun to sync since then: all others know only what was said before.
    pub(crate) began_since: BTreeSet<String>,
    /// When each phone, by its own name, began to sync last, by this model's clock.
    pub(crate) began_at: BTreeMap<String, u64>,
    /// The names of records that a device had forgotten and may keep no longer, until a server that was set back has them
    /// from others.
    pub(crate) left: BTreeSet<String>,
    /// Devices of which a page was changed after it was sealed: it comes behind others, once it is made again.
    pub(crate) pages_changed: BTreeSet<String>,
    /// The names of records that were changed on their author's device after they were sealed.
    pub(crate) changed: BTreeSet<String>,
    /// The names of those that the server keeps as damaged.
    pub(crate) kept_damaged: BTreeSet<String>,
    /// The names of records that nobody can bring back to a server that was set back: what their author's device kept of
    /// them had come to its end.
    pub(crate) ended: BTreeSet<String>,
    /// What each name (see [`Checker::name_of`]) was seen to be, anywhere.
    pub(crate) named: BTreeMap<String, BTreeSet<Record>>,
    /// Devices whose disk was ever set back or copied.
    pub(crate) set_back: BTreeSet<String>,
    /// Devices whose disk was ever damaged.
    pub(crate) damaged: BTreeSet<String>,
    /// The phones that are such a device, by their own names: a copy of a phone is the same device.
    pub(crate) damaged_holders: BTreeSet<String>,
    /// Devices that were said to be stolen: what comes from them is kept apart.
    pub(crate) stolen: BTreeSet<String>,
    /// Devices that were ordered to wipe.
    pub(crate) wipe_ordered: BTreeSet<String>,
    pub(crate) roles: BTreeMap<String, String>,
    /// For each (person, staff): from when on they are on the care team, or not.
    pub(crate) teams: BTreeMap<(String, String), Vec<(u64, bool)>>,
    /// What the server was ever seen to keep apart: taken, but for no view until a manager releases it.
    pub(crate) apart: BTreeSet<Record>,
    /// The latest list of what the server keeps apart.
    pub(crate) apart_now: BTreeSet<Record>,
    /// The latest list of what the server holds of each person.
    pub(crate) server: BTreeMap<String, Vec<Record>>,
    pub(crate) fates: BTreeMap<String, BTreeSet<(String, String)>>,
    pub(crate) final_fates: BTreeMap<String, Outcome>,
    /// What phones showed of edits when the server was set back.
    pub(crate) told: Vec<Told>,
    /// A manager has ended the wait for a phone: what it knows may come when it counts no more.
    pub(crate) has_wait_ended: bool,
    /// The names of what was erased.
    pub(crate) erased: BTreeSet<String>,
    /// When each record was made, by the true time.
    pub(crate) made: BTreeMap<String, i64>,
    /// How well the server could know that.
    pub(crate) known_within: BTreeMap<String, i64>,
    /// When each record was first on its way to the server, by the true time.
    pub(crate) sent: BTreeMap<String, i64>,
    /// The server was set back, and phones have not brought back what it lacks.
    pub(crate) is_healing: bool,
    /// Who receives concerns.
    pub(crate) recipients: BTreeSet<String>,
    pub(crate) concerns_tried: BTreeSet<String>,
    /// By device.
    pub(crate) concerns_saved: BTreeMap<String, BTreeSet<String>>,
    /// Those that wait nowhere any more.
    pub(crate) concerns_promised: BTreeSet<String>,
    /// Those that were saved on a device that is no longer enrolled.
    pub(crate) concerns_of_ended: BTreeSet<String>,
    /// Those that were saved before the server was set back.
    pub(crate) concerns_of_before: BTreeSet<String>,
    /// Those that a recipient has read.
    pub(crate) concerns_read: BTreeSet<String>,
    /// Those that the server held when it was looked at last.
    pub(crate) concerns_on_server: BTreeSet<String>,
    /// Those that it has lost, being set back, and not got again.
    pub(crate) concerns_lost: BTreeSet<String>,
    /// What each record is about, for sharing, by its name.
    pub(crate) categories: BTreeMap<String, String>,
    /// Phones of a partner with which not all may be shared.
    pub(crate) partners: BTreeSet<String>,
    /// What is done about concerns.
    pub(crate) cases: Cases,
    pub(crate) clock: u64,
    pub(crate) breaches: Vec<Breach>,
}

impl Checker {
    /// A model that knows nothing yet.
    pub fn new() -> Checker {
        Checker::default()
    }

    /// What was broken so far, in the order in which it was noticed.
    pub fn breaches(&self) -> &[Breach] {
        &self.breaches
    }

    /// The name of a record within one run.
    pub fn name_of(person: &str, author: &str, stream: &str, number: u64) -> String {
        format!("{person}/{author}/{stream}/{number}")
    }

    /// Somebody works here, in this role.
    pub fn works(&mut self, staff: &str, role: &str) {
        self.roles.insert(staff.to_owned(), role.to_owned());
    }

    /// Somebody joins or leaves the care team of a person.
    pub fn team(&mut self, person: &str, staff: &str, on: bool) {
        self.clock += 1;
        if !on {
            self.told.retain(|told| (told.person.as_str(), told.staff.as_str()) != (person, staff));
        }
        let key = (person.to_owned(), staff.to_owned());
        self.teams.entry(key).or_default().push((self.clock, on));
    }

    /// What somebody tried that became this record.
    pub(crate) fn attempt(&self, record: &Record) -> Option<&Attempt> {
        self.attempts.get(&[record.author.clone(), record.person.clone(), record.content.clone()])
    }

    /// Whether somebody is on the care team of a person now.
    pub fn is_on_team(&self, person: &str, staff: &str) -> bool {
        let changes = self.teams.get(&(person.to_owned(), staff.to_owned()));
        changes.and_then(|changes| changes.last()).is_some_and(|(_, on)| *on)
    }

    /// Whether somebody was on a team at any moment from `since` on.
    pub(crate) fn was_on_team(&self, person: &str, staff: &str, since: u64) -> bool {
        let Some(changes) = self.teams.get(&(person.to_owned(), staff.to_owned())) else { return false };
        let before = changes.iter().rev().find(|(at, _)| *at <= since).is_some_and(|(_, on)| *on);
        before || changes.iter().any(|(at, on)| *at > since && *on)
    }

    /// Whether somebody was on a team at any moment up to `at`.
    pub(crate) fn was_ever_on_team(&self, person: &str, staff: &str, at: u64) -> bool {
        let changes = self.teams.get(&(person.to_owned(), staff.to_owned()));
        changes.is_some_and(|changes| changes.iter().any(|(since, on)| *since <= at && *on))
    }

    pub(crate) fn may_change(&self, staff: &str, part: Part) -> bool {
        let role = self.roles.get(staff).map_or("", String::as_str);
        match part {
            Part::Clinical => role == "nurse",
            Part::Goals => matches!(role, "therapist" | "supervisor" | "manager"),
            Part::Other => matches!(role, "supervisor" | "manager"),
        }
    }

    pub(crate) fn breach(&mut self, breach: Breach) {
        if !self.breaches.contains(&breach) {
            self.breaches.push(breach);
        }
    }
}

impl Record {
    /// See [`Checker::name_of`].
    pub fn name(&self) -> String {
        Checker::name_of(&self.person, &self.author, &self.stream, self.number)
    }
}
