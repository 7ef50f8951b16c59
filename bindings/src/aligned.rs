//! The aligned notes, as remote types: what was recorded from one clinical visit up to the next.

use crate::names::{HowMany, WhoSaid};
use alongside_replica::domain::care::aligned::{
    AlignedNotes, CareVisit, ClinicalVisit, Gap, NotSeen, Note, Segment, Trend, TriggerMet, ValueAt, Way,
};
use alongside_replica::domain::care::escalation::{EscalationState, InTime, MetHere};
use alongside_replica::domain::care::lacks::Lack;
use alongside_replica::domain::care::plan::AskedItem;
use alongside_replica::domain::care::visits::VisitState;
use alongside_replica::domain::ids::{EntryId, StaffId, VisitId};
use alongside_replica::domain::journal::RecordRef;
use alongside_replica::domain::journal::body::{FromUsual, HowKnown, ReasonAbsent};
use alongside_replica::domain::time::Moment;
use alongside_replica::domain::value::Value;

/// Segments without a break between them, oldest first.
#[uniffi::remote(Record)]
pub struct AlignedNotes {
    pub segments: Vec<Segment>,
    pub lacks: Vec<Lack>,
}

/// What happened from one clinical visit up to the next.
#[uniffi::remote(Record)]
pub struct Segment {
    pub opened_by: Option<ClinicalVisit>,
    pub from: Option<Moment>,
    pub to: Option<Moment>,
    pub asked: Vec<Trend>,
    pub others: Vec<Trend>,
    pub gaps: Vec<Gap>,
    pub triggers: Vec<TriggerMet>,
    pub met: Vec<MetHere>,
    pub visits: Vec<CareVisit>,
    pub visits_missed: Option<HowMany>,
    pub notes: Vec<Note>,
    pub absences: Vec<NotSeen>,
}

/// A visit by a nurse or therapist.
#[uniffi::remote(Record)]
pub struct ClinicalVisit {
    pub visit: VisitId,
    pub by: StaffId,
    pub at: Moment,
}

/// One field over a segment.
#[uniffi::remote(Record)]
pub struct Trend {
    pub kind: String,
    pub field: String,
    pub site: Option<String>,
    pub label: String,
    pub values: Vec<ValueAt>,
    pub lowest: Option<Value>,
    pub highest: Option<Value>,
    pub way: Way,
}

/// How a field went from its first to its last value.
#[uniffi::remote(Enum)]
pub enum Way {
    NotRecorded,
    Once,
    Same,
    Up,
    Down,
    Different,
}

/// One value, also in words.
#[uniffi::remote(Record)]
pub struct ValueAt {
    pub record: RecordRef,
    pub at: Moment,
    pub by: StaffId,
    pub value: Value,
    pub words: String,
}

/// Something that was asked for and not recorded at a visit.
#[uniffi::remote(Record)]
pub struct Gap {
    pub visit: VisitId,
    pub at: Moment,
    pub by: StaffId,
    pub item: AskedItem,
    pub label: String,
    pub reason: Option<ReasonAbsent>,
    pub earlier_plan: bool,
}

/// What the nurse asks carers to observe.
#[uniffi::remote(Record)]
pub struct AskedItem {
    pub kind: String,
    pub field: String,
}

/// An escalation, as the nurse needs it here.
#[uniffi::remote(Record)]
pub struct TriggerMet {
    pub trigger: EntryId,
    pub name: String,
    pub raised: Moment,
    pub state: EscalationState,
    pub attempts: HowMany,
    pub answers: Vec<WhoSaid>,
    pub response_minutes: Option<i64>,
    pub done_in_time: InTime,
    pub known_in_time: InTime,
    pub earlier_plan: bool,
    pub outcome: Option<String>,
}

/// A care visit in a segment.
#[uniffi::remote(Record)]
pub struct CareVisit {
    pub visit: VisitId,
    pub planned: Option<Moment>,
    pub arrived: Option<Moment>,
    pub staff: Vec<StaffId>,
    pub state: VisitState,
}

/// Words of a carer, or of the person.
#[uniffi::remote(Record)]
pub struct Note {
    pub record: RecordRef,
    pub at: Moment,
    pub clock_off_ms: Option<i64>,
    pub by: StaffId,
    pub kind: String,
    pub note: Option<String>,
    pub quoted: Option<String>,
    pub changed: Option<FromUsual>,
    pub present: Option<String>,
    pub done: Option<String>,
    pub first_note: Option<String>,
    pub how_known: HowKnown,
}

/// An observation without a value.
#[uniffi::remote(Record)]
pub struct NotSeen {
    pub record: RecordRef,
    pub at: Moment,
    pub by: StaffId,
    pub kind: String,
    pub reason: ReasonAbsent,
}
