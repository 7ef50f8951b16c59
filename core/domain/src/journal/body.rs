//! The bodies of records, one type a kind, and their numbers.
//!
//! A body is stored and forwarded as the bytes its author wrote. Kinds and fields that are not known here stay
//! in those bytes: a newer app reads them.

pub use super::day::{
    AccessNoted, BreakGlass, BreakGlassNoted, CarerSafe, ExpectedLeaving, HandoverNote, HandoverRead,
    HelpAsked, KeySafeLook, LocatedSafe, NoReplyStep, NoReplyTried, NotSafeToday, RunningLate, StepResult,
};
pub use super::noted::{Looked, Received, ShownRun, Times};
use super::record::{Category, Kind, PlanSeen, RecordRef};
pub use super::sealed::{Letter, Sealed};
use crate::cbor::decode_whole;
use crate::ids::{EntryId, Epoch, StaffId, VisitId};
use crate::plan::edit::Command;
pub use crate::safeguarding::records::{CaseAct, Concern, ConcernCall, ConcernCopy, Danger};
use crate::time::Moment;
use crate::value::Fields;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Declares the kinds: number, name, body type, category.
macro_rules! bodies {
    ($($(#[$doc:meta])* $number:literal $name:ident $code:literal $category:ident;)+) => {
        /// The body of a record, by kind.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(tag = "record", rename_all = "snake_case")]
        pub enum Body {
            $($(#[$doc])* $name($name),)+
            /// What this version cannot read: kept and forwarded.
            Unread(Unread),
        }

        impl Body {
            /// The numbers of all kinds that this version reads.
            pub const KINDS: &[Kind] = &[$(Kind($number),)+];

            /// The body's number.
            pub fn kind(&self) -> Kind {
                match self {
                    $(Body::$name(_) => Kind($number),)+
                    Body::Unread(unread) => unread.kind,
                }
            }

            /// The stable name of the kind.
            pub fn code(&self) -> &'static str {
                match self {
                    $(Body::$name(_) => $code,)+
                    Body::Unread(_) => "unread",
                }
            }

            /// The category that records of this kind have; none for what is not read here.
            pub fn category(&self) -> Category {
                match self {
                    $(Body::$name(_) => Category::$category,)+
                    Body::Unread(_) => Category(0),
                }
            }

            /// The bytes to store.
            pub fn encode(&self) -> Vec<u8> {
                match self {
                    $(Body::$name(body) => minicbor::to_vec(body).expect("a vector takes every byte"),)+
                    Body::Unread(unread) => unread.bytes.clone(),
                }
            }

            /// Decodes a body of `kind`. Fields that a newer version appended are passed over.
            pub fn decode(kind: Kind, bytes: &[u8]) -> Result<Body, BodyError> {
                match kind.0 {
                    $($number => decode_whole(bytes).map(Body::$name).map_err(|_| BodyError { code: $code }),)+
                    _ => Ok(Body::unread(kind, bytes)),
                }
            }
        }
    };
}

impl Body {
    /// A body of `kind`, as far as it can be read: bytes that are no body of it count as one of a newer version.
    pub fn read(kind: Kind, bytes: &[u8]) -> Body {
        Body::decode(kind, bytes).unwrap_or_else(|_| Body::unread(kind, bytes))
    }

    /// A body that is not read.
    pub fn unread(kind: Kind, bytes: &[u8]) -> Body {
        Body::Unread(Unread { kind, bytes: bytes.to_vec() })
    }
}

/// What a version cannot read: mostly a kind of a newer one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// Its number.
    pub kind: Kind,
    /// The body as its author wrote it.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// Bytes that are not a body of the kind that their header names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the body is not a valid {code}")]
pub struct BodyError {
    /// The name of the kind.
    pub code: &'static str,
}

bodies! {
    /// What a carer or nurse saw, heard, smelled or measured.
    1 Observation "observation" CARE_NOTES;
    /// A visit on the roster; a later one for the same visit replaces it.
    10 VisitPlanned "visit_planned" VISITS;
    /// Someone arrived.
    11 VisitArrived "visit_arrived" VISITS;
    /// Someone left, with what was done.
    12 VisitLeft "visit_left" VISITS;
    /// A note to whoever comes next.
    13 HandoverNote "handover_note" VISITS;
    /// Somebody has read a handover note.
    14 HandoverRead "handover_read" VISITS;
    /// Somebody will come late.
    15 RunningLate "running_late" VISITS;
    /// A step that was taken because nobody answers the door.
    16 NoReplyTried "no_reply_tried" VISITS;
    /// The person at whose door nobody answered is known to be safe.
    17 LocatedSafe "located_safe" VISITS;
    /// When somebody will leave a visit.
    18 ExpectedLeaving "expected_leaving" VISITS;
    /// An action of the plan is not safe to do today.
    19 NotSafeToday "not_safe_today" VISITS;
    /// An attempt to reach the contact of a met trigger.
    20 ContactAttempt "contact_attempt" CONTACT_LOG;
    /// A named person's spoken or written answer.
    21 Response "response" CONTACT_LOG;
    /// An escalation was closed.
    22 Closing "closing" CONTACT_LOG;
    /// Any other communication about the person.
    23 Communication "communication" CONTACT_LOG;
    /// Commands that change the plan, as their author gave them.
    30 PlanEdit "plan_edit" PLAN;
    /// What became of a plan edit. The store writes it.
    31 Fate "fate" PLAN;
    /// The change that an accepted edit made to the canonical document. The store writes it.
    32 PlanChange "plan_change" PLAN;
    /// A decision on a held edit by someone who may decide it.
    33 EditDecision "edit_decision" PLAN;
    /// The author takes a held edit back.
    34 EditWithdrawal "edit_withdrawal" PLAN;
    /// A part of a plan whose history was made anew. The store writes it.
    35 PlanRootPart "plan_root_part" PLAN;
    /// Which of the store's own records about a plan count, after a restore. The store writes it.
    36 PlanResumed "plan_resumed" PLAN;
    /// Corrected times for a range of a stream. The store writes it.
    40 Times "times" ADMINISTRATION;
    /// When a range of a stream came in, where that was later than it was recorded. The store writes it.
    41 Received "received" ADMINISTRATION;
    /// What a screen has shown to somebody.
    42 Looked "looked" ADMINISTRATION;
    /// Something that only supervisors and managers may know. In the office channel.
    50 OfficeNote "office_note" OFFICE;
    /// Somebody may come to harm. Always within a sealed record.
    51 Concern "concern" RESTRICTED;
    /// A record that only the devices which it names can read. In the restricted channel.
    52 Sealed "sealed" RESTRICTED;
    /// A call about a concern. Always within a sealed record.
    53 ConcernCall "concern_call" RESTRICTED;
    /// Something that was done about a concern. Always within a sealed record.
    54 CaseAct "case_act" RESTRICTED;
    /// A record of a case, for someone who was given access to it later. Always within a sealed record.
    55 ConcernCopy "concern_copy" RESTRICTED;
    /// Somebody at a visit asks for help. In the office channel.
    67 HelpAsked "help_asked" OFFICE;
    /// Somebody who asked for help, or did not leave in time, is known to be safe. In the office channel.
    68 CarerSafe "carer_safe" OFFICE;
    /// Somebody was shown the code of the key safe; never the code.
    69 KeySafeLook "key_safe_look" VISITS;
    /// Somebody opened the record in an emergency. In the office channel.
    80 BreakGlass "break_glass" OFFICE;
    /// What became of a record that was opened in an emergency. In the office channel.
    81 BreakGlassNoted "break_glass_noted" OFFICE;
}

/// How the author knows what they observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum HowKnown {
    /// Seen as it was recorded.
    #[default]
    #[n(0)]
    SeenNow,
    /// Told by someone.
    #[n(1)]
    Told,
    /// Written later from memory.
    #[n(2)]
    LaterFromMemory,
    /// Copied from paper.
    #[n(3)]
    FromPaper,
}

/// Why there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum ReasonAbsent {
    /// It was not due.
    #[n(0)]
    NotDue,
    /// Nobody looked.
    #[n(1)]
    NotObserved,
    /// The person said no.
    #[n(2)]
    Declined,
    /// The person slept.
    #[n(3)]
    Asleep,
    /// Nobody could get in.
    #[n(4)]
    NoAccess,
    /// Something needed for it was not there.
    #[n(5)]
    EquipmentMissing,
    /// It was not offered.
    #[n(6)]
    NotOffered,
}

/// What a carer or nurse saw, heard, smelled or measured, or why not. Never edited: a correction supersedes it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// The visit it was made at.
    #[n(0)]
    #[serde(default)]
    pub visit: Option<VisitId>,
    /// The kind's code in the catalogue, such as `wound_dressed`.
    #[n(1)]
    pub kind: String,
    /// The version of the catalogue that the author's app had.
    #[n(2)]
    pub catalogue_version: u32,
    /// Where on the body: a code of the kind's list.
    #[n(3)]
    #[serde(default)]
    pub site: Option<String>,
    /// Values by field code. Empty when `absent` says why.
    #[n(4)]
    #[serde(default)]
    pub fields: Fields,
    /// Why there are no values.
    #[n(5)]
    #[serde(default)]
    pub absent: Option<ReasonAbsent>,
    /// How the author knows.
    #[n(6)]
    #[serde(default)]
    pub how_known: HowKnown,
    /// The author's own words.
    #[n(7)]
    #[serde(default)]
    pub note: Option<String>,
    /// The person's words, as they said them.
    #[n(8)]
    #[serde(default)]
    pub quoted: Option<String>,
    /// The record that this one supersedes, and why.
    #[n(9)]
    #[serde(default)]
    pub corrects: Option<Correction>,
    /// Whether it is other than what is usual for this person, as the author sees it; absent when not asked.
    #[n(10)]
    #[serde(default)]
    pub changed: Option<FromUsual>,
    /// Who else was there, in words.
    #[n(11)]
    #[serde(default)]
    pub present: Option<String>,
    /// What the author did about it at once, in words.
    #[n(12)]
    #[serde(default)]
    pub done: Option<String>,
    /// The note as it was before its author changed words that they were asked about; absent when it was not changed.
    #[n(13)]
    #[serde(default)]
    pub first_note: Option<String>,
}

/// Whether something is other than what is usual for this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum FromUsual {
    /// As usual.
    #[n(0)]
    No,
    /// Not as usual.
    #[n(1)]
    Yes,
    /// The author does not know what is usual.
    #[n(2)]
    DontKnow,
}

/// Which record is superseded, and why.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The superseded record, of the same person.
    #[n(0)]
    pub record: RecordRef,
    /// Why, in words.
    #[n(1)]
    pub reason: String,
}

/// Whose visit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum VisitKind {
    /// By a carer.
    #[n(0)]
    Care,
    /// By a nurse or therapist.
    #[n(1)]
    Clinical,
}

/// A visit on the roster. The latest for a visit id holds.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitPlanned {
    /// The visit.
    #[n(0)]
    pub visit: VisitId,
    /// Care or clinical.
    #[n(1)]
    pub visit_kind: VisitKind,
    /// When it starts.
    #[n(2)]
    pub start: Moment,
    /// The end of its arrival window; not reached by then is late (R6).
    #[n(3)]
    pub window_end: Moment,
    /// Who is rostered.
    #[n(4)]
    pub staff: Vec<StaffId>,
    /// Taken off the roster.
    #[n(5)]
    #[serde(default)]
    pub cancelled: bool,
    /// When it ends, as planned.
    #[n(6)]
    #[serde(default)]
    pub ends: Option<Moment>,
    /// It must not be late, as for a medicine at a fixed time. Absent: not said.
    #[n(7)]
    #[serde(default)]
    pub time_critical: Option<bool>,
}

/// Someone arrived. A visit id that is on no roster is an unplanned visit.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitArrived {
    /// The visit.
    #[n(0)]
    pub visit: VisitId,
    /// Care or clinical.
    #[n(1)]
    pub visit_kind: VisitKind,
}

/// Someone left.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitLeft {
    /// The visit.
    #[n(0)]
    pub visit: VisitId,
    /// What was on the list, and what was done.
    #[n(1)]
    #[serde(default)]
    pub tasks: Vec<TaskDone>,
}

/// One task of a visit: done, or the reason why not.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskDone {
    /// The action in the plan.
    #[n(0)]
    pub action: EntryId,
    /// Why it was not done; absent when it was.
    #[n(1)]
    #[serde(default)]
    pub not_done: Option<String>,
}

/// What met a trigger: a record, or the instant at which something was still absent.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// This record met it.
    #[n(0)]
    Record(#[n(0)] RecordRef),
    /// Nothing had been recorded by this moment.
    #[n(1)]
    Absence(#[n(0)] Moment),
}

/// A trigger and one of its matches: how attempts, answers and closings say what they are about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchRef {
    /// The trigger in the plan.
    #[n(0)]
    pub trigger: EntryId,
    /// Any match of the run.
    #[n(1)]
    pub matched: Match,
}

/// How someone was contacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// By telephone.
    #[n(0)]
    Phone,
    /// By secure email.
    #[n(1)]
    SecureEmail,
    /// Face to face.
    #[n(2)]
    InPerson,
}

/// An attempt to reach a contact about a met trigger. Unanswered ones count too.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactAttempt {
    /// What about.
    #[n(0)]
    pub about: MatchRef,
    /// Whom, in the plan's contacts.
    #[n(1)]
    pub contact: EntryId,
    /// How.
    #[n(2)]
    pub means: Means,
    /// Whether someone answered. Only a [`Response`] says what they said.
    #[n(3)]
    pub answered: bool,
}

/// What a named person answered. Only this is a response: "synced" or "seen" is not.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// What about.
    #[n(0)]
    pub about: MatchRef,
    /// The name of who answered.
    #[n(1)]
    pub from: String,
    /// What they said.
    #[n(2)]
    pub said: String,
    /// Who comes or rings by when: the new due time.
    #[n(3)]
    #[serde(default)]
    pub promise: Option<Promise>,
    /// They will not help: the on-call manager is next. Absent: not said.
    #[n(4)]
    #[serde(default)]
    pub refused: Option<bool>,
}

/// Someone comes, or rings, by a time.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// The staff member, where known: their arrival keeps the promise.
    #[n(0)]
    #[serde(default)]
    pub staff: Option<StaffId>,
    /// By when.
    #[n(1)]
    pub by: Moment,
}

/// An escalation is over.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// Which: any match of it.
    #[n(0)]
    pub about: MatchRef,
    /// What came of it.
    #[n(1)]
    pub outcome: String,
}

/// A communication about the person that names no escalation.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Communication {
    /// With whom, in words.
    #[n(0)]
    pub with: String,
    /// How.
    #[n(1)]
    pub means: Means,
    /// What for.
    #[n(2)]
    pub purpose: String,
    /// What was said.
    #[n(3)]
    pub said: String,
}

/// Commands that change the plan.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct PlanEdit {
    /// The plan that it starts from: what its author was looking at.
    #[n(0)]
    pub base: PlanSeen,
    /// At most [`PlanEdit::COMMANDS_MAX`], applied in order.
    #[n(1)]
    pub commands: Vec<Command>,
    /// Why, in words.
    #[n(2)]
    pub reason: String,
}

impl PlanEdit {
    /// The most commands in one edit.
    pub const COMMANDS_MAX: usize = 500;
}

/// What became of an edit: at most one held, and exactly one of the others.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fate {
    /// The edit, in the same person's care channel.
    #[n(0)]
    pub edit: RecordRef,
    /// What.
    #[n(1)]
    pub outcome: FateOutcome,
    /// Who decided; absent when the rules did.
    #[n(2)]
    pub by: Option<StaffId>,
}

/// Held, or one of the three final fates.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FateOutcome {
    /// Waits for someone of this role.
    #[n(0)]
    Held {
        /// Who decides.
        #[n(0)]
        role: Role,
        /// Why it was not applied at once.
        #[n(1)]
        why: HeldWhy,
    },
    /// In the plan since this version.
    #[n(1)]
    Accepted {
        /// The version that it became part of.
        #[n(0)]
        version: u64,
    },
    /// Not taken, with the reason.
    #[n(2)]
    Declined {
        /// Why, in words.
        #[n(0)]
        reason: String,
    },
    /// Taken back by its author.
    #[n(3)]
    Withdrawn,
}

impl FateOutcome {
    /// Whether no other fate may follow.
    pub fn is_final(&self) -> bool {
        !matches!(self, FateOutcome::Held { .. })
    }
}

/// Why an edit waits for a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum HeldWhy {
    /// Its author may propose this, not do it.
    #[n(0)]
    MayNot,
    /// The plan that it starts from is not here.
    #[n(1)]
    BaseMissing,
    /// It builds on an edit that is itself held.
    #[n(2)]
    BaseHeld,
    /// A command does not fit the plan at its base.
    #[n(3)]
    Invalid,
}

/// What someone does here. The access rules say what each may do.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Carer.
    #[n(0)]
    Carer,
    /// District nurse.
    #[n(1)]
    Nurse,
    /// Reablement lead.
    #[n(2)]
    Therapist,
    /// Care coordinator at the provider.
    #[n(3)]
    Supervisor,
    /// Registered manager or safeguarding lead.
    #[n(4)]
    Manager,
    /// Council social worker.
    #[n(5)]
    SocialWorker,
    /// Commissioner or inspector.
    #[n(6)]
    Auditor,
    /// Accounts and devices, no care content.
    #[n(7)]
    Administrator,
}

impl Role {
    /// Every role, in the order of their numbers.
    pub const ALL: [Role; 8] = [
        Role::Carer,
        Role::Nurse,
        Role::Therapist,
        Role::Supervisor,
        Role::Manager,
        Role::SocialWorker,
        Role::Auditor,
        Role::Administrator,
    ];
}

/// The change that an accepted edit made.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct PlanChange {
    /// The edit; absent when the store itself changed the plan.
    #[n(0)]
    pub edit: Option<RecordRef>,
    /// Who made the edit.
    #[n(1)]
    pub author: StaffId,
    /// Automerge change chunks, one after another: the edit's own, then the one that folds the heads.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub changes: Vec<u8>,
    /// The version of the plan that it makes: versions rise, also over the epochs of a store.
    #[n(3)]
    pub version: u64,
}

/// A part of a plan that was made anew without what was erased: the parts, one behind the other in the store's
/// stream, are the bytes of a [`crate::plan::PlanRoot`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct PlanRootPart {
    /// Which part, from 0.
    #[n(0)]
    pub part: u32,
    /// How many there are.
    #[n(1)]
    pub parts: u32,
    /// Its bytes.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub bytes: Vec<u8>,
}

/// After a restore: the store's own records about a plan that were here when it decided anew. Others of its earlier
/// epochs came too late, and count no more.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct PlanResumed {
    /// Runs of numbers of its streams about this person.
    #[n(0)]
    pub known: Vec<KnownRun>,
}

/// Numbers of a stream that were here.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct KnownRun {
    /// The epoch of the stream.
    #[n(0)]
    pub epoch: Epoch,
    /// The first number.
    #[n(1)]
    pub first: u64,
    /// The last number.
    #[n(2)]
    pub last: u64,
}

/// A decision on a held edit.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditDecision {
    /// The edit.
    #[n(0)]
    pub edit: RecordRef,
    /// Taken or not.
    #[n(1)]
    pub accept: bool,
    /// Why, in words.
    #[n(2)]
    pub reason: String,
}

/// The author takes an edit back.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditWithdrawal {
    /// The edit.
    #[n(0)]
    pub edit: RecordRef,
}

/// What only supervisors and managers may know about the person.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeNote {
    /// In words.
    #[n(0)]
    pub text: String,
}
