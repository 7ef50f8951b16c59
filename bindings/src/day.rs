//! The carer's day, as remote types: handover, running late, no reply, working alone, the end of a shift.

use crate::problem::Problem;
use crate::replica::Replica;
use alongside_replica::domain::care::lacks::Lack;
use alongside_replica::domain::day::handover::{Handover, HandoverReader};
use alongside_replica::domain::day::help::{HelpCall, Safe};
use alongside_replica::domain::day::home_folder::{FolderPart, HomeFolder};
use alongside_replica::domain::day::lone_worker::{AtVisit, LoneAlarm};
use alongside_replica::domain::day::no_reply::{Episode, Located, StepDue, StepTaken};
use alongside_replica::domain::day::not_safe::NotSafe;
use alongside_replica::domain::day::running_late::{Endangered, Late};
use alongside_replica::domain::day::shared_visit::{Presence, SharedTask, SharedVisit, TaskAnswer};
use alongside_replica::domain::day::{PersonDay, VisitToday};
use alongside_replica::domain::ids::{EntryId, PersonId, StaffId, VisitId};
use alongside_replica::domain::journal::RecordRef;
use alongside_replica::domain::journal::body::{
    CarerSafe, ExpectedLeaving, HandoverNote, HandoverRead, HelpAsked, KeySafeLook, LocatedSafe, NoReplyStep,
    NoReplyTried, NotSafeToday, RunningLate, StepResult,
};
use alongside_replica::domain::time::Moment;
use alongside_replica::views::EditItem;
use alongside_replica::{EndOfShift, OpenItem, OpenWhat, PersonLacks, Ring, UnreadNote};

/// What a carer's day holds about one person.
#[uniffi::remote(Record)]
pub struct PersonDay {
    pub unread: Vec<Handover>,
    pub searches: Vec<Episode>,
    pub late: Vec<Late>,
    pub at_visits: Vec<AtVisit>,
    pub not_safe: Vec<NotSafe>,
    pub shared: Vec<VisitToday>,
    pub lacks: Vec<Lack>,
}

/// A plan in short, for one page.
#[uniffi::remote(Record)]
pub struct HomeFolder {
    pub name: String,
    pub version: u64,
    pub made: Moment,
    pub parts: Vec<FolderPart>,
}

/// A part of such a page.
#[uniffi::remote(Record)]
pub struct FolderPart {
    pub title: String,
    pub lines: Vec<String>,
}

/// A visit of today as all who came made it.
#[uniffi::remote(Record)]
pub struct VisitToday {
    pub visit: VisitId,
    pub made: SharedVisit,
}

/// A handover note, and who has read it.
#[uniffi::remote(Record)]
pub struct Handover {
    pub note: RecordRef,
    pub visit: Option<VisitId>,
    pub by: StaffId,
    pub at: Moment,
    pub text: String,
    pub reads: Vec<HandoverReader>,
}

/// Somebody who has read a note.
#[uniffi::remote(Record)]
pub struct HandoverReader {
    pub by: StaffId,
    pub at: Moment,
}

/// A search for a person, from the first step until they are located safe.
#[uniffi::remote(Record)]
pub struct Episode {
    pub visit: VisitId,
    pub began: Moment,
    pub steps: Vec<StepTaken>,
    pub next: Option<StepDue>,
    pub located: Option<Located>,
    pub overdue_from: Option<Moment>,
}

/// A step that somebody took.
#[uniffi::remote(Record)]
pub struct StepTaken {
    pub record: RecordRef,
    pub step: NoReplyStep,
    pub by: StaffId,
    pub at: Moment,
    pub result: StepResult,
    pub note: Option<String>,
}

/// A step to be taken.
#[uniffi::remote(Record)]
pub struct StepDue {
    pub step: NoReplyStep,
    pub due: Moment,
}

/// The person is safe.
#[uniffi::remote(Record)]
pub struct Located {
    pub record: RecordRef,
    pub at: Moment,
    pub by: StaffId,
    pub located_by: String,
    pub how: String,
}

/// Somebody will come late.
#[uniffi::remote(Record)]
pub struct Late {
    pub record: RecordRef,
    pub visit: VisitId,
    pub by: StaffId,
    pub at: Moment,
    pub expected: Moment,
    pub reason: Option<String>,
    pub delay_ms: i64,
}

/// A later visit of the same carer that is not reached within its window.
#[uniffi::remote(Record)]
pub struct Endangered {
    pub person: PersonId,
    pub visit: VisitId,
    pub start: Moment,
    pub window_end: Moment,
    pub expected: Moment,
    pub time_critical: bool,
}

/// Somebody at a visit.
#[uniffi::remote(Record)]
pub struct AtVisit {
    pub visit: VisitId,
    pub staff: StaffId,
    pub arrived: Moment,
    pub expected_leaving: Moment,
    pub said: Option<Moment>,
    pub left: Option<Moment>,
    pub alarm: Option<LoneAlarm>,
}

/// They should have left, and have not; silent: no device of theirs was heard since.
#[uniffi::remote(Record)]
pub struct LoneAlarm {
    pub since: Moment,
    pub last_heard: Option<Moment>,
    pub silent: bool,
}

/// An action is not safe to do today.
#[uniffi::remote(Record)]
pub struct NotSafe {
    pub record: RecordRef,
    pub action: EntryId,
    pub visit: Option<VisitId>,
    pub by: StaffId,
    pub at: Moment,
    pub why: String,
    pub told: Option<String>,
}

/// A visit as all who came made it: nobody and no task is in it twice.
#[uniffi::remote(Record)]
pub struct SharedVisit {
    pub carers: Vec<Presence>,
    pub tasks: Vec<SharedTask>,
}

/// Somebody at a visit.
#[uniffi::remote(Record)]
pub struct Presence {
    pub staff: StaffId,
    pub arrived: Option<Moment>,
    pub left: Option<Moment>,
}

/// A task, and what each said of it.
#[uniffi::remote(Record)]
pub struct SharedTask {
    pub action: EntryId,
    pub done: bool,
    pub differs: bool,
    pub answers: Vec<TaskAnswer>,
}

/// What somebody said of a task.
#[uniffi::remote(Record)]
pub struct TaskAnswer {
    pub record: RecordRef,
    pub by: StaffId,
    pub at: Moment,
    pub not_done: Option<String>,
}

/// Somebody asks for help.
#[uniffi::remote(Record)]
pub struct HelpCall {
    pub record: RecordRef,
    pub by: StaffId,
    pub at: Moment,
    pub visit: Option<VisitId>,
    pub answered: Option<Safe>,
}

/// Somebody of the office knows that a colleague is safe.
#[uniffi::remote(Record)]
pub struct Safe {
    pub record: RecordRef,
    pub staff: StaffId,
    pub help: Option<RecordRef>,
    pub visit: Option<VisitId>,
    pub by: StaffId,
    pub at: Moment,
    pub how: String,
}

/// What is left to do or to know before somebody goes home.
#[uniffi::remote(Record)]
pub struct EndOfShift {
    pub unsent: u64,
    pub refused_pages: u64,
    pub unread: Vec<UnreadNote>,
    pub edits: Vec<EditItem>,
    pub open: Vec<OpenItem>,
    pub lacks: Vec<PersonLacks>,
}

/// What of one person cannot be told here.
#[uniffi::remote(Record)]
pub struct PersonLacks {
    pub person: PersonId,
    pub name: Option<String>,
    pub lacks: Vec<Lack>,
}

/// A handover note that nobody has read.
#[uniffi::remote(Record)]
pub struct UnreadNote {
    pub person: PersonId,
    pub name: Option<String>,
    pub note: Handover,
}

/// Something that is not over, and whom to ring about it.
#[uniffi::remote(Record)]
pub struct OpenItem {
    pub person: PersonId,
    pub name: Option<String>,
    pub what: OpenWhat,
    pub due: Option<Moment>,
    pub overdue: bool,
    pub ring: Vec<Ring>,
}

/// What is not over.
#[uniffi::remote(Enum)]
pub enum OpenWhat {
    Escalation { trigger: EntryId, name: String, promised: bool },
    NoReply { visit: VisitId },
    NotLeft { visit: VisitId },
}

/// Somebody to ring, with their number as written in the plan.
#[uniffi::remote(Record)]
pub struct Ring {
    pub name: String,
    pub phone: String,
}

/// A note to whoever comes next.
#[uniffi::remote(Record)]
pub struct HandoverNote {
    #[uniffi(default = None)]
    pub visit: Option<VisitId>,
    pub text: String,
}

/// Its author has read a handover note.
#[uniffi::remote(Record)]
pub struct HandoverRead {
    pub note: RecordRef,
}

/// The author will come late to a visit.
#[uniffi::remote(Record)]
pub struct RunningLate {
    pub visit: VisitId,
    pub expected: Moment,
    #[uniffi(default = None)]
    pub reason: Option<String>,
}

/// What is tried when nobody answers the door, in the order of the ladder.
#[uniffi::remote(Enum)]
pub enum NoReplyStep {
    Knock,
    Ring,
    Look,
    KeySafe,
    Family,
    Office,
}

/// What came of a step.
#[uniffi::remote(Enum)]
pub enum StepResult {
    NoReply,
    Reply,
    NotPossible,
}

/// A step that was taken because nobody answers the door.
#[uniffi::remote(Record)]
pub struct NoReplyTried {
    pub visit: VisitId,
    pub step: NoReplyStep,
    pub result: StepResult,
    #[uniffi(default = None)]
    pub note: Option<String>,
}

/// Somebody knows where the person is, and that they are safe.
#[uniffi::remote(Record)]
pub struct LocatedSafe {
    pub visit: VisitId,
    pub located_by: String,
    pub how: String,
}

/// When the author will leave a visit.
#[uniffi::remote(Record)]
pub struct ExpectedLeaving {
    pub visit: VisitId,
    pub at: Moment,
}

/// An action of the plan is not safe to do today.
#[uniffi::remote(Record)]
pub struct NotSafeToday {
    #[uniffi(default = None)]
    pub visit: Option<VisitId>,
    pub action: EntryId,
    pub why: String,
    #[uniffi(default = None)]
    pub told: Option<String>,
}

/// The author asks for help. It has a call of its own.
#[uniffi::remote(Record)]
pub struct HelpAsked {
    #[uniffi(default = None)]
    pub visit: Option<VisitId>,
}

/// Somebody of the office knows that a colleague is safe. It has a call of its own.
#[uniffi::remote(Record)]
pub struct CarerSafe {
    pub staff: StaffId,
    #[uniffi(default = None)]
    pub help: Option<RecordRef>,
    #[uniffi(default = None)]
    pub visit: Option<VisitId>,
    pub how: String,
}

/// The author was shown the code of the key safe. It has a call of its own.
#[uniffi::remote(Record)]
pub struct KeySafeLook {
    #[uniffi(default = None)]
    pub visit: Option<VisitId>,
}

#[uniffi::export]
impl Replica {
    /// The day of a person: what is unread, open, late and not safe.
    pub fn day(&self, person: PersonId) -> Result<PersonDay, Problem> {
        Ok(self.core()?.day(person)?)
    }

    /// Later visits that a delay of this phone's holder endangers, those that must not be late first.
    pub fn endangered(&self, person: PersonId, visit: VisitId) -> Result<Vec<Endangered>, Problem> {
        Ok(self.core()?.endangered(person, visit)?)
    }

    /// Calls for help. No view of this phone shows it afterwards.
    #[uniffi::method(default(visit = None))]
    pub fn ask_for_help(&self, person: PersonId, visit: Option<VisitId>) -> Result<(), Problem> {
        Ok(self.core()?.ask_for_help(person, visit)?)
    }

    /// Records that a colleague is safe, for supervisors and managers.
    pub fn note_carer_safe(&self, person: PersonId, safe: CarerSafe) -> Result<RecordRef, Problem> {
        Ok(self.core()?.note_carer_safe(person, safe)?)
    }

    /// The calls for help about a person, for supervisors and managers.
    pub fn help_calls(&self, person: PersonId) -> Result<Vec<HelpCall>, Problem> {
        Ok(self.core()?.help_calls(person)?)
    }

    /// The page for the folder in the person's home, as plain text.
    pub fn home_folder(&self, person: PersonId) -> Result<String, Problem> {
        Ok(self.core()?.home_folder(person)?.text())
    }

    /// What somebody must know who comes to this person for the first time.
    pub fn induction(&self, person: PersonId) -> Result<HomeFolder, Problem> {
        Ok(self.core()?.induction(person)?)
    }

    /// Whether the code of a person's key safe can be looked at now.
    pub fn has_key_safe(&self, person: PersonId) -> Result<bool, Problem> {
        Ok(self.core()?.has_key_safe(person)?)
    }

    /// The code of a person's key safe, for a long press: never keep it. Each look is a record.
    pub fn look_at_key_safe(&self, person: PersonId) -> Result<String, Problem> {
        Ok(self.core()?.look_at_key_safe(person)?)
    }

    /// Whether a text holds that code: warn whoever writes it.
    pub fn holds_key_safe_code(&self, person: PersonId, text: String) -> Result<bool, Problem> {
        Ok(self.core()?.holds_key_safe_code(person, &text)?)
    }

    /// What is unsent, unread and open, with whom to ring.
    pub fn end_of_shift(&self) -> Result<EndOfShift, Problem> {
        Ok(self.core()?.end_of_shift()?)
    }
}
