//! What someone wants to record, and what must be so of it before it is.

use crate::replica::RecordError;
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::needed;
use alongside_domain::care::plan::{PlanFieldError, check_field_with};
use alongside_domain::journal::body::PlanEdit;
use alongside_domain::journal::{Body, RecordBytes};
use alongside_domain::plan::edit::Command;
use alongside_domain::time::Moment;

/// What someone wants to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What.
    pub body: Body,
    /// When it was seen or happened; absent for now.
    pub observed: Option<Moment>,
}

pub(crate) fn check_draft(draft: &Draft, catalogue: &Catalogue, now: Moment) -> Result<(), RecordError> {
    if draft.observed.is_some_and(|observed| observed > now) {
        return Err(RecordError::InTheFuture);
    }
    needed::check(&draft.body)?;
    match &draft.body {
        Body::Observation(observation) => Ok(catalogue.check(observation)?),
        Body::Fate(_)
        | Body::PlanChange(_)
        | Body::PlanRootPart(_)
        | Body::PlanResumed(_)
        | Body::Times(_)
        | Body::Received(_)
        | Body::Looked(_)
        | Body::OfficeNote(_)
        | Body::Concern(_)
        | Body::HelpAsked(_)
        | Body::CarerSafe(_)
        | Body::BreakGlass(_)
        | Body::BreakGlassNoted(_)
        | Body::KeySafeLook(_)
        | Body::ConcernCall(_)
        | Body::CaseAct(_)
        | Body::ConcernCopy(_)
        | Body::Sealed(_)
        | Body::Unread(_) => Err(RecordError::NotYours),
        _ => Ok(()),
    }
}

pub(crate) fn check_command(catalogue: &Catalogue, command: &Command) -> Result<(), PlanFieldError> {
    let fits = |section, field: &str, value: &_| check_field_with(catalogue, section, field, value);
    match command {
        Command::SetField { section, field, value, .. } => fits(*section, field, value),
        Command::AddEntry { section, fields, .. } => {
            fields.iter().try_for_each(|(field, value)| fits(*section, field, value))
        }
        Command::RetireEntry { .. } | Command::MoveEntry { .. } => Ok(()),
    }
}

pub(crate) fn check_length(draft: &Draft, bytes: &RecordBytes) -> Result<(), RecordError> {
    let length = bytes.body.len();
    let bytes_max = match draft.body {
        Body::PlanEdit(_) => PlanEdit::BYTES_MAX,
        _ => RecordBytes::BODY_BYTES_MAX,
    };
    if length > bytes_max { Err(RecordError::TooLong { bytes: length, bytes_max }) } else { Ok(()) }
}
