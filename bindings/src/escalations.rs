//! Met triggers and what came of them, as remote types: whom to contact, by when, and what was answered.

use alongside_replica::domain::care::absence::CannotTell;
use alongside_replica::domain::care::condition::Condition;
use alongside_replica::domain::care::escalation::{
    Answer, Attempt, Closed, Escalation, EscalationState, Escalations, InTime, MetHere, PromiseState,
};
use alongside_replica::domain::care::lacks::Lack;
use alongside_replica::domain::care::offer::{Offer, Offers};
use alongside_replica::domain::care::plan::{Trigger, Urgency};
use alongside_replica::domain::care::sbard::Sbard;
use alongside_replica::domain::care::triggers::{MatchFound, Why};
use alongside_replica::domain::ids::{EntryId, StaffId};
use alongside_replica::domain::journal::RecordRef;
use alongside_replica::domain::journal::body::{Match, Means, Promise};
use alongside_replica::domain::time::Moment;
use alongside_replica::domain::value::{Fields, Value};

/// All escalations of a person, oldest first, and where nobody can tell whether something was done.
#[uniffi::remote(Record)]
pub struct Escalations {
    pub list: Vec<Escalation>,
    pub cannot_tell: Vec<CannotTell>,
    pub met: Vec<MetHere>,
    pub lacks: Vec<Lack>,
}

/// Something that met a trigger; who was told of it, and what came of it, is not shared with its reader.
#[uniffi::remote(Record)]
pub struct MetHere {
    pub name: String,
    pub found: MatchFound,
}

/// A met trigger and what came of it.
#[uniffi::remote(Record)]
pub struct Escalation {
    pub trigger: Trigger,
    pub raised: Moment,
    pub raised_by: Match,
    pub matches: Vec<MatchFound>,
    pub attempts: Vec<Attempt>,
    pub responses: Vec<Answer>,
    pub promise: Option<PromiseState>,
    pub closed: Option<Closed>,
    pub closed_again: Vec<Closed>,
    pub state: EscalationState,
    pub answer_due: Moment,
    pub due: Moment,
    pub done_in_time: InTime,
    pub known_in_time: InTime,
    pub response_minutes: Option<i64>,
    pub offers: Option<Offers>,
}

/// How an escalation stands.
#[uniffi::remote(Enum)]
pub enum EscalationState {
    Raised,
    Answered,
    HelpRefused,
    Closed,
    Overtaken,
}

/// One of the two facts about a deadline: done in time, known in time.
#[uniffi::remote(Enum)]
pub enum InTime {
    Yes,
    No,
    Pending,
    Unknown,
}

/// An attempt to reach a contact.
#[uniffi::remote(Record)]
pub struct Attempt {
    pub record: RecordRef,
    pub at: Moment,
    pub by: StaffId,
    pub contact: EntryId,
    pub means: Means,
    pub answered: bool,
}

/// What a named person answered.
#[uniffi::remote(Record)]
pub struct Answer {
    pub record: RecordRef,
    pub at: Moment,
    pub by: StaffId,
    pub from: String,
    pub said: String,
    pub promise: Option<Promise>,
    pub refused: bool,
}

/// A promise, and whether it was kept.
#[uniffi::remote(Record)]
pub struct PromiseState {
    pub staff: Option<StaffId>,
    pub by: Moment,
    pub made: Moment,
    pub kept: Option<Moment>,
    pub in_time: InTime,
}

/// The end of an escalation.
#[uniffi::remote(Record)]
pub struct Closed {
    pub record: RecordRef,
    pub at: Moment,
    pub by: StaffId,
    pub outcome: String,
}

/// A threshold agreed in advance. Conditions are JSON, as they stand in the plan.
#[uniffi::remote(Record)]
pub struct Trigger {
    pub id: EntryId,
    pub name: String,
    pub conditions: Vec<Condition>,
    pub contacts: Vec<String>,
    pub urgencies: Vec<Urgency>,
    pub say: String,
    pub meanwhile: String,
    pub agreed_by: String,
    pub agreed_on: String,
    pub review_on: String,
    pub fields: Fields,
}

/// How soon a contact must answer.
#[uniffi::remote(Enum)]
pub enum Urgency {
    WithinMinutes(u16),
    SameDay,
    NextVisit,
}

/// A record, or an absence, that met a trigger.
#[uniffi::remote(Record)]
pub struct MatchFound {
    pub trigger: EntryId,
    pub matched: Match,
    pub raised: Moment,
    pub observed: Moment,
    pub judged_by: u64,
    pub earlier_plan: bool,
    pub why: Vec<Why>,
}

/// Someone who can be called.
#[uniffi::remote(Enum)]
pub enum Offer {
    Contact(EntryId),
    OneOneOne,
    NineNineNineIfWorse,
}

/// Whom to call: who is next, who may be tried again, and everyone in order.
#[uniffi::remote(Record)]
pub struct Offers {
    pub next: Offer,
    pub retry: Vec<EntryId>,
    pub list: Vec<Offer>,
    pub telephone: String,
}

/// Nobody can say whether something was done: a rostered device is silent. The supervisor rings the carer.
#[uniffi::remote(Record)]
pub struct CannotTell {
    pub trigger: EntryId,
    pub name: String,
    pub since: Moment,
    pub due: Moment,
    pub ring: Vec<StaffId>,
    pub lapsed: Option<Moment>,
}

/// What met a condition.
#[uniffi::remote(Enum)]
pub enum Why {
    Value { kind: String, field: String, value: Value },
    Change { kind: String, field: String, base: Value, base_record: RecordRef, value: Value },
    Count { kind: String, field: String, count: u32 },
    Run { kind: String, field: String, times: u32 },
    Absent { kind: String, field: Option<String>, since: Moment },
}

/// Sentences to read out on the phone: situation, background, assessment, recommendation, decision.
#[uniffi::remote(Record)]
pub struct Sbard {
    pub situation: Vec<String>,
    pub background: Vec<String>,
    pub assessment: Vec<String>,
    pub recommendation: Vec<String>,
    pub decision: Vec<String>,
}

/// Whether the deadline of an escalation has passed and what it was for has not been done, such as a promise to come.
#[uniffi::export]
pub fn is_overdue(escalation: Escalation, now: Moment) -> bool {
    escalation.is_overdue(now)
}
