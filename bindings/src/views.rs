//! What screens read, as remote types of the replica's own views: sync, people, the plan page and history.

use alongside_replica::domain::care::emergency::{CallFirst, FirstCall, Sign, SignedOff};
use alongside_replica::domain::care::emergency_told::UntoldSign;
use alongside_replica::domain::care::escalation::Escalation;
use alongside_replica::domain::care::lacks::Lack;
use alongside_replica::domain::care::looks::{News, PlanNews, Seen, Touched};
use alongside_replica::domain::ids::{AuthorId, EntryId, PersonId, StaffId};
use alongside_replica::domain::journal::body::{Body, Concern, FateOutcome, Role};
use alongside_replica::domain::journal::{PlanSeen, RecordRef};
use alongside_replica::domain::plan::edit::{Command, Section};
use alongside_replica::domain::plan::view::{Candidate, PlanView};
use alongside_replica::domain::sync::machine::{NoAnswer, Outcome};
use alongside_replica::domain::sync::pace::WakeReason;
use alongside_replica::domain::time::Moment;
use alongside_replica::views::{
    ConflictView, DamagedRecord, EditItem, FateShown, HistoryItem, PersonSummary, PlanPage, Receipt,
    SyncState,
};
use alongside_replica::{
    Attention, ConcernItem, Me, NoteFinding, OfficeNumber, Recorded, RouteItem, SyncReport, TemplateItem,
    WaitingConcern,
};

/// Who this device is.
#[uniffi::remote(Record)]
pub struct Me {
    pub device: AuthorId,
    pub staff: StaffId,
    pub role: Role,
    pub name: String,
    pub organisation: String,
}

/// A record that is durable on this phone, the open escalations that it raised or joined, the emergency signs that it
/// is, and why to wake the core after it.
#[uniffi::remote(Record)]
pub struct Recorded {
    pub id: RecordRef,
    pub recorded: Moment,
    pub met: Vec<Escalation>,
    pub signs: Vec<Sign>,
    pub wake: WakeReason,
}

/// A number of the provider. It names a service and nobody who is cared for; `name` is absent where the contact is
/// somebody by name.
#[uniffi::remote(Record)]
pub struct OfficeNumber {
    pub role: String,
    pub name: Option<String>,
    pub phone: String,
}

/// A concern that is on this phone and, as far as it knows, not yet in two other places.
#[uniffi::remote(Record)]
pub struct WaitingConcern {
    pub id: RecordRef,
    pub recorded: Moment,
}

/// A concern, as its recipient reads it. What it says is absent where it cannot be opened here; `acknowledged`, until
/// somebody has said that they have it.
#[uniffi::remote(Record)]
pub struct ConcernItem {
    pub id: RecordRef,
    pub person: PersonId,
    pub recorded: Moment,
    pub seen: Moment,
    pub by: StaffId,
    pub concern: Option<Concern>,
    pub acknowledged: Option<Moment>,
}

/// A way outside of the provider by which a concern may be reported.
#[uniffi::remote(Record)]
pub struct RouteItem {
    pub code: String,
    pub label: String,
    pub how: String,
}

/// How a sync went, and how many own records the server does not have yet.
#[uniffi::remote(Record)]
pub struct SyncReport {
    pub outcome: Outcome,
    pub waiting: u64,
}

/// How a sync ended. Whatever it is, nothing is lost.
#[uniffi::remote(Enum)]
pub enum Outcome {
    UpToDate,
    NoAnswer(NoAnswer),
    Disk,
    NotEnrolled,
    Ended,
    Wiped,
    GaveUp,
}

/// Why there is no answer.
#[uniffi::remote(Enum)]
pub enum NoAnswer {
    Unreachable,
    WrongServer,
    Busy,
    NotUnderstood,
}

/// A person on this phone. The name is absent until their plan is here. `not_shared` names what of their record is not
/// shared with the holder's organisation; `still_coming`: what is not here may be on its way.
#[uniffi::remote(Record)]
pub struct PersonSummary {
    pub person: PersonId,
    pub name: Option<String>,
    pub not_shared: Vec<String>,
    pub still_coming: bool,
}

/// The state of sync, in numbers that are true.
#[uniffi::remote(Record)]
pub struct SyncState {
    pub waiting: u64,
    pub refused_pages: u64,
    pub last_heard: Option<Moment>,
    pub leaving: u64,
    pub ended: bool,
    pub set_aside: u64,
}

/// What the holder should open the app for: numbers and a time, and nobody's.
#[uniffi::remote(Record)]
pub struct Attention {
    pub fates: u64,
    pub promises_due: u64,
    pub untold: u64,
    pub next_due: Option<Moment>,
}

/// A record of this phone that is not what was saved any more.
#[uniffi::remote(Record)]
pub struct DamagedRecord {
    pub person: PersonId,
    pub record: RecordRef,
    pub recorded: Option<Moment>,
}

/// A template that a plan can be started from.
#[uniffi::remote(Record)]
pub struct TemplateItem {
    pub code: String,
    pub label: String,
    pub about: String,
}

/// A recorded emergency sign of which nobody has noted a call.
#[uniffi::remote(Record)]
pub struct UntoldSign {
    pub record: RecordRef,
    pub seen: Moment,
    pub by: StaffId,
    pub sign: Sign,
}

/// An emergency sign that an observation is. `signed_off` is absent where nobody at the provider has signed it off yet.
#[uniffi::remote(Record)]
pub struct Sign {
    pub code: String,
    pub label: String,
    pub sees: String,
    pub signed_off: Option<SignedOff>,
    pub first_call: FirstCall,
}

/// Who answers for a sign at this provider, and since which day.
#[uniffi::remote(Record)]
pub struct SignedOff {
    pub by: String,
    pub on: String,
}

/// Whom to ring first: 999, or whom a clinician has put before it for this person.
#[uniffi::remote(Enum)]
pub enum FirstCall {
    NineNineNine,
    PlanSays(CallFirst),
}

/// Where a record is known to be.
#[uniffi::remote(Enum)]
pub enum Receipt {
    OnThisPhone,
    OnTheServer,
    SeenByTheNurse,
}

/// Somebody whose screen has shown a record.
#[uniffi::remote(Record)]
pub struct Seen {
    pub by: StaffId,
    pub role: Option<Role>,
    pub at: Moment,
}

/// What is new for the holder of this phone. `since` is absent where they never looked: then all is new.
#[uniffi::remote(Record)]
pub struct News {
    pub since: Option<Moment>,
    pub plan: Vec<PlanNews>,
    pub records: Vec<RecordRef>,
}

/// An edit that became part of the plan.
#[uniffi::remote(Record)]
pub struct PlanNews {
    pub edit: RecordRef,
    pub version: u64,
    pub by: StaffId,
    pub at: Moment,
    pub reason: String,
    pub touched: Vec<Touched>,
}

/// A place in the plan that an edit touches. Without a field the entry was added, retired or moved.
#[uniffi::remote(Record)]
pub struct Touched {
    pub section: Section,
    pub entry: EntryId,
    pub field: Option<String>,
}

/// The current plan, as this device's holder sees it.
#[uniffi::remote(Record)]
pub struct PlanPage {
    pub view: PlanView,
    pub conflicts: Vec<ConflictView>,
    pub edits: Vec<EditItem>,
    pub lacks: Vec<Lack>,
}

/// A field of which there are several versions: "ask the office", or choose if you are responsible for it.
#[uniffi::remote(Record)]
pub struct ConflictView {
    pub section: Section,
    pub entry: EntryId,
    pub field: String,
    pub candidates: Vec<Candidate>,
    pub may_choose: bool,
}

/// A plan edit and what became of it.
#[uniffi::remote(Record)]
pub struct EditItem {
    pub person: PersonId,
    pub edit: RecordRef,
    pub author: StaffId,
    pub at: Moment,
    pub commands: Vec<Command>,
    pub reason: String,
    pub held: Option<FateShown>,
    pub settled: Option<FateShown>,
}

/// What the server said about an edit.
#[uniffi::remote(Record)]
pub struct FateShown {
    pub at: Moment,
    pub by: Option<StaffId>,
    pub outcome: FateOutcome,
}

/// A place in a note that its author is asked about. It warns; nothing is refused because of it.
#[uniffi::remote(Record)]
pub struct NoteFinding {
    pub first: u32,
    pub characters: u32,
    pub words: String,
    pub code: String,
    pub diagnostic: bool,
    pub offer: String,
    pub kind: Option<String>,
}

/// One record, as history shows it.
#[uniffi::remote(Record)]
pub struct HistoryItem {
    pub id: RecordRef,
    pub recorded: Moment,
    pub observed: Moment,
    pub clock_off_ms: Option<i64>,
    pub by: StaffId,
    pub plan_seen: PlanSeen,
    pub receipt: Receipt,
    pub seen: Vec<Seen>,
    pub body: Body,
}
