//! What is recorded: the bodies of records and what they are made of, as remote types of the journal's own.

use alongside_replica::domain::ids::{AuthorId, EntryId, Epoch, StaffId, VisitId};
use alongside_replica::domain::journal::body::{
    AccessNoted, Body, BreakGlass, BreakGlassNoted, CarerSafe, CaseAct, Closing, Communication, Concern,
    ConcernCall, ConcernCopy, ContactAttempt, Correction, Danger, EditDecision, EditWithdrawal,
    ExpectedLeaving, Fate, FateOutcome, FromUsual, HandoverNote, HandoverRead, HeldWhy, HelpAsked, HowKnown,
    KeySafeLook, KnownRun, Letter, LocatedSafe, Looked, Match, MatchRef, Means, NoReplyTried, NotSafeToday,
    Observation, OfficeNote, PlanChange, PlanEdit, PlanResumed, PlanRootPart, Promise, ReasonAbsent,
    Received, Response, Role, RunningLate, Sealed, ShownRun, TaskDone, Times, Unread, VisitArrived,
    VisitKind, VisitLeft, VisitPlanned,
};
use alongside_replica::domain::journal::{Channel, Kind, OwnRecord, PlanSeen, RecordRef};
use alongside_replica::domain::plan::edit::Command;
use alongside_replica::domain::time::Moment;
use alongside_replica::domain::value::{Decimal, Fields, Value};

/// One scalar. Codes (chosen from a list) and free words are both text.
#[uniffi::remote(Enum)]
pub enum Value {
    Bool(bool),
    Int(i64),
    Decimal(Decimal),
    Text(String),
}

/// `digits` divided by ten to the power of `places`: 72.50 is 7250 with 2 places.
#[uniffi::remote(Record)]
pub struct Decimal {
    pub digits: i64,
    pub places: u8,
}

/// A record's name within one person's journal.
#[uniffi::remote(Record)]
pub struct RecordRef {
    pub author: AuthorId,
    pub epoch: Epoch,
    pub number: u64,
    pub channel: Channel,
}

/// Who a stream is for.
#[uniffi::remote(Enum)]
pub enum Channel {
    Care,
    Restricted,
    Office,
}

/// The body of a record, by kind.
#[uniffi::remote(Enum)]
pub enum Body {
    Observation(Observation),
    VisitPlanned(VisitPlanned),
    VisitArrived(VisitArrived),
    VisitLeft(VisitLeft),
    HandoverNote(HandoverNote),
    HandoverRead(HandoverRead),
    RunningLate(RunningLate),
    NoReplyTried(NoReplyTried),
    LocatedSafe(LocatedSafe),
    ExpectedLeaving(ExpectedLeaving),
    NotSafeToday(NotSafeToday),
    ContactAttempt(ContactAttempt),
    Response(Response),
    Closing(Closing),
    Communication(Communication),
    PlanEdit(PlanEdit),
    Fate(Fate),
    PlanChange(PlanChange),
    PlanRootPart(PlanRootPart),
    PlanResumed(PlanResumed),
    EditDecision(EditDecision),
    EditWithdrawal(EditWithdrawal),
    Times(Times),
    Received(Received),
    Looked(Looked),
    OfficeNote(OfficeNote),
    Concern(Concern),
    Sealed(Sealed),
    HelpAsked(HelpAsked),
    CarerSafe(CarerSafe),
    KeySafeLook(KeySafeLook),
    BreakGlass(BreakGlass),
    BreakGlassNoted(BreakGlassNoted),
    ConcernCall(ConcernCall),
    CaseAct(CaseAct),
    ConcernCopy(ConcernCopy),
    Unread(Unread),
}

/// Somebody who is not in the care team opened the record in an emergency, for reading. The server writes it.
#[uniffi::remote(Record)]
pub struct BreakGlass {
    pub reason: String,
    pub until: Moment,
}

/// What became of a record that was opened in an emergency.
#[uniffi::remote(Enum)]
pub enum AccessNoted {
    Ended,
    LookedAt,
}

/// What became of a record that was opened in an emergency. The server writes it.
#[uniffi::remote(Record)]
pub struct BreakGlassNoted {
    pub opened: RecordRef,
    pub noted: AccessNoted,
}

/// What this version cannot read: mostly a kind of a newer one.
#[uniffi::remote(Record)]
pub struct Unread {
    pub kind: Kind,
    pub bytes: Vec<u8>,
}

/// How the author knows what they observed.
#[uniffi::remote(Enum)]
pub enum HowKnown {
    SeenNow,
    Told,
    LaterFromMemory,
    FromPaper,
}

/// Why there is no value.
#[uniffi::remote(Enum)]
pub enum ReasonAbsent {
    NotDue,
    NotObserved,
    Declined,
    Asleep,
    NoAccess,
    EquipmentMissing,
    NotOffered,
}

/// What was seen, heard, smelled or measured, or why not. Never edited: a correction supersedes it.
#[uniffi::remote(Record)]
pub struct Observation {
    #[uniffi(default = None)]
    pub visit: Option<VisitId>,
    pub kind: String,
    pub catalogue_version: u32,
    #[uniffi(default = None)]
    pub site: Option<String>,
    #[uniffi(default)]
    pub fields: Fields,
    #[uniffi(default = None)]
    pub absent: Option<ReasonAbsent>,
    pub how_known: HowKnown,
    #[uniffi(default = None)]
    pub note: Option<String>,
    #[uniffi(default = None)]
    pub quoted: Option<String>,
    #[uniffi(default = None)]
    pub corrects: Option<Correction>,
    #[uniffi(default = None)]
    pub changed: Option<FromUsual>,
    #[uniffi(default = None)]
    pub present: Option<String>,
    #[uniffi(default = None)]
    pub done: Option<String>,
    #[uniffi(default = None)]
    pub first_note: Option<String>,
}

/// Whether something is other than what is usual for this person.
#[uniffi::remote(Enum)]
pub enum FromUsual {
    No,
    Yes,
    DontKnow,
}

/// Which record is superseded, and why.
#[uniffi::remote(Record)]
pub struct Correction {
    pub record: RecordRef,
    pub reason: String,
}

/// Whose visit it is.
#[uniffi::remote(Enum)]
pub enum VisitKind {
    Care,
    Clinical,
}

/// A visit on the roster. The latest for a visit holds.
#[uniffi::remote(Record)]
pub struct VisitPlanned {
    pub visit: VisitId,
    pub visit_kind: VisitKind,
    pub start: Moment,
    pub window_end: Moment,
    pub staff: Vec<StaffId>,
    #[uniffi(default = false)]
    pub cancelled: bool,
    #[uniffi(default = None)]
    pub ends: Option<Moment>,
    #[uniffi(default = None)]
    pub time_critical: Option<bool>,
}

/// Someone arrived. A visit that is on no roster is an unplanned visit.
#[uniffi::remote(Record)]
pub struct VisitArrived {
    pub visit: VisitId,
    pub visit_kind: VisitKind,
}

/// Someone left.
#[uniffi::remote(Record)]
pub struct VisitLeft {
    pub visit: VisitId,
    #[uniffi(default)]
    pub tasks: Vec<TaskDone>,
}

/// One task of a visit: done, or the reason why not.
#[uniffi::remote(Record)]
pub struct TaskDone {
    pub action: EntryId,
    #[uniffi(default = None)]
    pub not_done: Option<String>,
}

/// What met a trigger: a record, or the instant at which something was still absent.
#[uniffi::remote(Enum)]
pub enum Match {
    Record(RecordRef),
    Absence(Moment),
}

/// A trigger and one of its matches: how attempts, answers and closings say what they are about.
#[uniffi::remote(Record)]
pub struct MatchRef {
    pub trigger: EntryId,
    pub matched: Match,
}

/// How someone was contacted.
#[uniffi::remote(Enum)]
pub enum Means {
    Phone,
    SecureEmail,
    InPerson,
}

/// An attempt to reach a contact about a met trigger. Unanswered ones count too.
#[uniffi::remote(Record)]
pub struct ContactAttempt {
    pub about: MatchRef,
    pub contact: EntryId,
    pub means: Means,
    pub answered: bool,
}

/// What a named person answered. Only this is a response: "synced" or "seen" is not.
#[uniffi::remote(Record)]
pub struct Response {
    pub about: MatchRef,
    pub from: String,
    pub said: String,
    #[uniffi(default = None)]
    pub promise: Option<Promise>,
    #[uniffi(default = None)]
    pub refused: Option<bool>,
}

/// Someone comes, or rings, by a time.
#[uniffi::remote(Record)]
pub struct Promise {
    #[uniffi(default = None)]
    pub staff: Option<StaffId>,
    pub by: Moment,
}

/// An escalation is over.
#[uniffi::remote(Record)]
pub struct Closing {
    pub about: MatchRef,
    pub outcome: String,
}

/// A communication about the person that names no escalation.
#[uniffi::remote(Record)]
pub struct Communication {
    pub with: String,
    pub means: Means,
    pub purpose: String,
    pub said: String,
}

/// The plan that an author was looking at.
#[uniffi::remote(Record)]
pub struct PlanSeen {
    pub version: u64,
    pub own_edit: Option<OwnRecord>,
}

/// A record of the same author's about the same person, in the care channel.
#[uniffi::remote(Record)]
pub struct OwnRecord {
    pub epoch: Epoch,
    pub number: u64,
}

/// Commands that change the plan.
#[uniffi::remote(Record)]
pub struct PlanEdit {
    pub base: PlanSeen,
    pub commands: Vec<Command>,
    pub reason: String,
}

/// What became of an edit.
#[uniffi::remote(Record)]
pub struct Fate {
    pub edit: RecordRef,
    pub outcome: FateOutcome,
    pub by: Option<StaffId>,
}

/// Held, or one of the three final fates.
#[uniffi::remote(Enum)]
pub enum FateOutcome {
    Held { role: Role, why: HeldWhy },
    Accepted { version: u64 },
    Declined { reason: String },
    Withdrawn,
}

/// Why an edit waits for a decision.
#[uniffi::remote(Enum)]
pub enum HeldWhy {
    MayNot,
    BaseMissing,
    BaseHeld,
    Invalid,
}

/// What someone does here.
#[uniffi::remote(Enum)]
pub enum Role {
    Carer,
    Nurse,
    Therapist,
    Supervisor,
    Manager,
    SocialWorker,
    Auditor,
    Administrator,
}

/// The change that an accepted edit made. Only the server's store writes it.
#[uniffi::remote(Record)]
pub struct PlanChange {
    pub edit: Option<RecordRef>,
    pub author: StaffId,
    pub changes: Vec<u8>,
    pub version: u64,
}

/// A part of a plan whose history was made anew, without what was erased. Only the server's store writes it.
#[uniffi::remote(Record)]
pub struct PlanRootPart {
    pub part: u32,
    pub parts: u32,
    pub bytes: Vec<u8>,
}

/// After a restore: which of the store's own records about a plan count. Only the server's store writes it.
#[uniffi::remote(Record)]
pub struct PlanResumed {
    pub known: Vec<KnownRun>,
}

/// Numbers of a stream that were known.
#[uniffi::remote(Record)]
pub struct KnownRun {
    pub epoch: Epoch,
    pub first: u64,
    pub last: u64,
}

/// A decision on a held edit.
#[uniffi::remote(Record)]
pub struct EditDecision {
    pub edit: RecordRef,
    pub accept: bool,
    pub reason: String,
}

/// The author takes an edit back.
#[uniffi::remote(Record)]
pub struct EditWithdrawal {
    pub edit: RecordRef,
}

/// What only supervisors and managers may know about the person.
#[uniffi::remote(Record)]
pub struct OfficeNote {
    pub text: String,
}

/// What makes somebody think that the person may come to harm: facts, not classified.
#[uniffi::remote(Record)]
pub struct Concern {
    pub text: String,
    #[uniffi(default = None)]
    pub quoted: Option<String>,
    #[uniffi(default = None)]
    pub place: Option<String>,
    #[uniffi(default = None)]
    pub present: Option<String>,
    #[uniffi(default = None)]
    pub danger: Option<Danger>,
    #[uniffi(default = None)]
    pub done: Option<String>,
}

/// Whether somebody is in danger now, as far as the author knows.
#[uniffi::remote(Enum)]
pub enum Danger {
    Yes,
    No,
    NotKnown,
}

/// A call about a concern, by whoever recorded it.
#[uniffi::remote(Record)]
pub struct ConcernCall {
    pub concern: RecordRef,
    pub with: String,
    pub means: Means,
    pub answered: bool,
    pub said: String,
}

/// Something that was done about a concern. Only desks write it.
#[uniffi::remote(Record)]
pub struct CaseAct {
    pub case: RecordRef,
    pub act: String,
    pub fields: Fields,
}

/// A record of a case for someone whom it was not sealed to. Only desks write it.
#[uniffi::remote(Record)]
pub struct ConcernCopy {
    pub case: RecordRef,
    pub extract: Vec<u8>,
    pub key: Vec<u8>,
    pub received: Moment,
}

/// A record that only the devices which it names can read.
#[uniffi::remote(Record)]
pub struct Sealed {
    pub letters: Vec<Letter>,
    pub content: Vec<u8>,
}

/// The key of a sealed record, for one device.
#[uniffi::remote(Record)]
pub struct Letter {
    pub device: AuthorId,
    pub key: Vec<u8>,
}

/// Corrected times for a range of a stream. Only the server's store writes it.
#[uniffi::remote(Record)]
pub struct Times {
    pub author: AuthorId,
    pub epoch: Epoch,
    pub first: u64,
    pub last: u64,
    pub add_ms: i64,
}

/// When a range of a stream came in. Only the server's store writes it.
#[uniffi::remote(Record)]
pub struct Received {
    pub author: AuthorId,
    pub epoch: Epoch,
    pub first: u64,
    pub last: u64,
    pub at: Moment,
}

/// What a screen has shown to somebody. The app writes it by `looked`.
#[uniffi::remote(Record)]
pub struct Looked {
    #[uniffi(default = None)]
    pub role: Option<Role>,
    pub shown: Vec<ShownRun>,
    #[uniffi(default = None)]
    pub fates: Option<Vec<ShownRun>>,
    #[uniffi(default = None)]
    pub told: Option<String>,
}

/// Records `first` to `last` of a stream.
#[uniffi::remote(Record)]
pub struct ShownRun {
    pub author: AuthorId,
    pub epoch: Epoch,
    pub first: u64,
    pub last: u64,
}
