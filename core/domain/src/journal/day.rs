//! The bodies of records of a carer's day: handover, running late, no reply, lone working, help, the key safe.

use super::record::{Kind, RecordRef};
use crate::ids::{EntryId, StaffId, VisitId};
use crate::time::Moment;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A note to whoever comes next. Shown until somebody else has read it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoverNote {
    /// The visit that it was written at.
    #[n(0)]
    #[serde(default)]
    pub visit: Option<VisitId>,
    /// In words.
    #[n(1)]
    pub text: String,
}

/// Its author has read a handover note. Shown on a screen is not read.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoverRead {
    /// The note.
    #[n(0)]
    pub note: RecordRef,
}

/// The author will come late to a visit. The last word on a visit counts.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunningLate {
    /// The visit.
    #[n(0)]
    pub visit: VisitId,
    /// When they expect to arrive.
    #[n(1)]
    pub expected: Moment,
    /// Why, in words.
    #[n(2)]
    #[serde(default)]
    pub reason: Option<String>,
}

/// What is tried when nobody answers the door, in the order of the ladder.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum NoReplyStep {
    /// Knock, ring the bell, call through the letterbox.
    #[n(0)]
    Knock,
    /// Ring the person.
    #[n(1)]
    Ring,
    /// Look in at the windows, and ask neighbours.
    #[n(2)]
    Look,
    /// Use the key safe.
    #[n(3)]
    KeySafe,
    /// Ring the family.
    #[n(4)]
    Family,
    /// Ring the office.
    #[n(5)]
    Office,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum StepResult {
    /// Nobody answered, nothing was seen.
    #[n(0)]
    NoReply,
    /// Somebody answered, or something was seen. It does not say that the person is safe.
    #[n(1)]
    Reply,
    /// It could not be done: there is no key safe, no number.
    #[n(2)]
    NotPossible,
}

/// A step that was taken because nobody answers the door.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoReplyTried {
    /// The visit.
    #[n(0)]
    pub visit: VisitId,
    /// Which step.
    #[n(1)]
    pub step: NoReplyStep,
    /// What came of it.
    #[n(2)]
    pub result: StepResult,
    /// In words.
    #[n(3)]
    #[serde(default)]
    pub note: Option<String>,
}

/// Somebody knows where the person is, and that they are safe. Only this ends a search.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocatedSafe {
    /// The visit at which nobody answered.
    #[n(0)]
    pub visit: VisitId,
    /// The name of who located them.
    #[n(1)]
    pub located_by: String,
    /// Where and how, in words.
    #[n(2)]
    pub how: String,
}

/// When the author will leave a visit. Not having left by then raises an alarm; the last word counts.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedLeaving {
    /// The visit.
    #[n(0)]
    pub visit: VisitId,
    /// When.
    #[n(1)]
    pub at: Moment,
}

/// An action of the plan is not safe to do today, as somebody who was to do it saw.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotSafeToday {
    /// The visit.
    #[n(0)]
    #[serde(default)]
    pub visit: Option<VisitId>,
    /// The action in the plan.
    #[n(1)]
    pub action: EntryId,
    /// Why: what was seen.
    #[n(2)]
    pub why: String,
    /// Who was told.
    #[n(3)]
    #[serde(default)]
    pub told: Option<String>,
}

/// The author asks for help. In the office channel: whoever looks at the phone afterwards finds nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelpAsked {
    /// The visit that they are at.
    #[n(0)]
    #[serde(default)]
    pub visit: Option<VisitId>,
}

impl HelpAsked {
    /// Its number.
    pub const KIND: Kind = Kind(67);
}

/// Somebody of the office knows that a colleague is safe. In the office channel.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarerSafe {
    /// The colleague.
    #[n(0)]
    pub staff: StaffId,
    /// The call for help that this answers.
    #[n(1)]
    #[serde(default)]
    pub help: Option<RecordRef>,
    /// The visit whose alarm this answers.
    #[n(2)]
    #[serde(default)]
    pub visit: Option<VisitId>,
    /// How it is known, and what was done, in words.
    #[n(3)]
    pub how: String,
}

/// The author was shown the code of the key safe. The code itself is in no record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySafeLook {
    /// The visit that it was for.
    #[n(0)]
    #[serde(default)]
    pub visit: Option<VisitId>,
}

/// The author, who is not in this person's care team, opened their record in an emergency, for reading. In the office
/// channel, by the store alone.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakGlass {
    /// Why, in words.
    #[n(0)]
    pub reason: String,
    /// Until when, at the latest.
    #[n(1)]
    pub until: Moment,
}

/// What became of a record that was opened in an emergency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum AccessNoted {
    /// Whoever opened it has ended it.
    #[n(0)]
    Ended,
    /// The author, a manager, has looked at who opened it and why.
    #[n(1)]
    LookedAt,
}

/// What became of a record that was opened in an emergency. In the office channel, by the store alone.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakGlassNoted {
    /// The record that says that it was opened.
    #[n(0)]
    pub opened: RecordRef,
    /// What.
    #[n(1)]
    pub noted: AccessNoted,
}
