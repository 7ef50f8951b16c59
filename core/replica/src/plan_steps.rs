//! The canonical plan as it is stored: its document, its view, and the steps that care rules look at.

use crate::person::entries_of;
use crate::store::{Store, StoreError, StoredPlan};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::plan::{CarePlan, PlanAt, PlanTimeline};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::Body;
use alongside_domain::journal::body::PlanChange;
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::view::PlanView;
use alongside_domain::plan::{PlanDocument, ReplayError};
use alongside_domain::time::Moment;
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;

/// A version of some sections of the plan, and when it was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct PlanStep {
    #[n(0)]
    accepted: Moment,
    #[n(1)]
    view: PlanView,
}

/// The sections that care rules look at.
const CARE_SECTIONS: &[Section] = &[Section::Safety, Section::Contacts, Section::Triggers, Section::Asked];
/// The section that says who a person is and where: all that a list of the day needs.
const DAY_SECTIONS: &[Section] = &[Section::Safety];

/// The accepted plan's versions, as care rules look at them.
pub(crate) fn care_timeline(store: &Store, person: PersonId) -> Result<PlanTimeline, StoreError> {
    Ok(timeline_of(&store.care_steps(person)?))
}

/// The accepted plan's versions, of which only where the person was is read.
pub(crate) fn day_timeline(store: &Store, person: PersonId) -> Result<PlanTimeline, StoreError> {
    Ok(timeline_of(&store.day_steps(person)?))
}

/// The sections of the accepted plan that say who a person is.
pub(crate) fn day_view(store: &Store, person: PersonId) -> Result<Option<PlanView>, StoreError> {
    Ok(store.day_steps(person)?.pop().map(|step| step.view))
}

fn timeline_of(steps: &[PlanStep]) -> PlanTimeline {
    let catalogue = Catalogue::built_in();
    PlanTimeline::new(steps.iter().map(|step| PlanAt {
        version: step.view.version,
        accepted: step.accepted,
        plan: CarePlan::from_view(&step.view, catalogue),
    }))
}

/// Why a plan could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlanUpdateError {
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store's changes do not fit.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The saved document.
    #[error("the saved plan cannot be read")]
    Document,
}

/// The document of a person's plan, as stored.
pub(crate) fn load_document(
    store: &Store,
    person: PersonId,
    writer: (AuthorId, Epoch),
) -> Result<PlanDocument, PlanUpdateError> {
    match store.plan_document(person)? {
        None => Ok(PlanDocument::new(writer.0, writer.1)),
        Some(bytes) => PlanDocument::load(&bytes, writer.0, writer.1).map_err(|_| PlanUpdateError::Document),
    }
}

/// Takes over the plan changes that have arrived since the stored plan, and stores the plan they make.
pub(crate) fn update_plan(
    store: &mut Store,
    person: PersonId,
    writer: AuthorId,
) -> Result<(), PlanUpdateError> {
    let version = store.plan_view(person)?.unwrap_or_default().version;
    let arrived = plan_changes(store, person, writer, version)?;
    let Some((mut epoch, _)) = arrived.first_key_value().map(|(key, _)| *key) else { return Ok(()) };
    let mut document = load_document(store, person, (writer, epoch))?;
    let (mut care, mut day) = (store.care_steps(person)?, store.day_steps(person)?);
    for ((of_epoch, number), (accepted, change)) in &arrived {
        document.replay([(*number, change)])?;
        let view = document.view();
        push_step(&mut care, CARE_SECTIONS, *accepted, &view);
        push_step(&mut day, DAY_SECTIONS, *accepted, &view);
        epoch = *of_epoch;
    }
    let (view, document) = (document.view(), document.save());
    store
        .set_plan(person, &StoredPlan { view: &view, epoch, care: &care, day: &day, document: &document })?;
    Ok(())
}

type Arrived = BTreeMap<(Epoch, u64), (Moment, PlanChange)>;

fn plan_changes(
    store: &Store,
    person: PersonId,
    writer: AuthorId,
    after: u64,
) -> Result<Arrived, StoreError> {
    let mut arrived = Arrived::new();
    for entry in entries_of(&store.change_records(person, after)?, writer)? {
        if let Body::PlanChange(change) = entry.body
            && entry.id.author == writer
        {
            arrived.insert((entry.id.epoch, entry.id.number), (entry.effective, change));
        }
    }
    Ok(arrived)
}

/// Keeps a version if it differs in these sections.
fn push_step(steps: &mut Vec<PlanStep>, of: &[Section], accepted: Moment, view: &PlanView) {
    let mut view = view.clone();
    view.sections.retain(|section, _| of.contains(section));
    if steps.last().is_none_or(|last| last.view.sections != view.sections) {
        steps.push(PlanStep { accepted, view });
    }
}
