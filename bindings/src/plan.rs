//! The plan: its sections, the commands that edit it, and what screens show of it, as remote types.

use crate::names::{FieldViews, SectionViews};
use alongside_replica::domain::ids::{EntryId, StaffId};
use alongside_replica::domain::journal::RecordRef;
use alongside_replica::domain::plan::edit::{Command, Section};
use alongside_replica::domain::plan::view::{Candidate, EntryView, FieldView, PlanView};
use alongside_replica::domain::time::Moment;
use alongside_replica::domain::value::{Fields, Value};

/// The parts of the plan. Each holds entries; single facts stand in an entry named `main`.
#[uniffi::remote(Enum)]
pub enum Section {
    Safety,
    About,
    Contacts,
    Goals,
    Risks,
    Actions,
    Triggers,
    Asked,
    Baselines,
    Views,
    Family,
    Equipment,
    Schedule,
    Reviews,
    Criteria,
    Sharing,
    Rights,
    Decisions,
    Disputes,
    Referrals,
    Assessments,
    Discharge,
}

/// One change to the plan. Doing one twice does no harm.
#[uniffi::remote(Enum)]
pub enum Command {
    SetField { section: Section, entry: EntryId, field: String, value: Value },
    AddEntry { section: Section, entry: EntryId, fields: Fields, order: i64 },
    RetireEntry { section: Section, entry: EntryId },
    MoveEntry { section: Section, entry: EntryId, order: i64 },
}

/// The plan at one version. Retired entries are left out.
#[uniffi::remote(Record)]
pub struct PlanView {
    pub version: u64,
    pub sections: SectionViews,
}

/// One entry. Entries are shown by (order, name).
#[uniffi::remote(Record)]
pub struct EntryView {
    pub order: i64,
    pub fields: FieldViews,
}

/// One field: a single candidate, or several when people differ and nobody has chosen yet.
#[uniffi::remote(Record)]
pub struct FieldView {
    pub candidates: Vec<Candidate>,
    pub unconfirmed: bool,
}

/// A value, and who set it when. Equal values of several people are one candidate, of the earliest.
#[uniffi::remote(Record)]
pub struct Candidate {
    pub value: Value,
    pub author: StaffId,
    pub at: Moment,
    pub edit: RecordRef,
}
