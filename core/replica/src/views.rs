//! What screens read. Each is a fold over the person's records and plan; none is stored apart from them.

use crate::person::PersonCare;
use crate::replica::{Inner, RecordError, Replica, State};
use crate::store::StoreError;
use alongside_domain::care::CareInputs;
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::heard::{Heard, Known};
use alongside_domain::care::records::Records;
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::{Body, RecordRef};
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::view::PlanView;
use alongside_domain::time::Moment;
use serde::Serialize;

/// A trigger that a record has met, and whom to contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MetTrigger {}

/// A person on this phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonSummary {
    /// Whom.
    pub person: PersonId,
    /// The name that they like to be called by; absent until their plan is here.
    pub name: Option<String>,
}

/// The state of sync, in numbers that are true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SyncState {
    /// Own records that the server does not have yet.
    pub waiting: u64,
    /// Pages that the server has refused. They are kept.
    pub refused_pages: u64,
    /// When the server was last heard, by its own clock.
    pub last_heard: Option<Moment>,
}

pub(crate) fn met_by(
    _: &mut State,
    _: PersonId,
    _: RecordRef,
    _: Moment,
) -> Result<Vec<MetTrigger>, StoreError> {
    Ok(Vec::new())
}

pub(crate) fn last_unsettled(records: &Records, device: AuthorId) -> Option<u64> {
    let _ = (records, device);
    None
}
