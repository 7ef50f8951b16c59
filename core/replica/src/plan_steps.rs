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

/// Takes over the plan changes that have arrived since the stored plan, and stores the plan they make. A change that
/// belongs before some that are here, which a server that was restored may send, makes the plan anew from all.
pub(crate) fn update_plan(
    store: &mut Store,
    person: PersonId,
    writer: AuthorId,
) -> Result<(), PlanUpdateError> {
    let arrived = Arrived::read(store, person, writer, store.plan_read_to(person)?)?;
    let Some(mut epoch) = arrived.last_epoch() else { return Ok(()) };
    let mut plan = Growing {
        document: load_document(store, person, (writer, epoch))?,
        care: store.care_steps(person)?,
        day: store.day_steps(person)?,
    };
    let mut taken = arrived;
    if plan.take(&taken).is_err() {
        taken = Arrived::read(store, person, writer, 0)?;
        epoch = taken.last_epoch().unwrap_or(epoch);
        plan = Growing { document: PlanDocument::new(writer, epoch), care: Vec::new(), day: Vec::new() };
        plan.take(&taken)?;
    }
    let (view, document) = (plan.document.view(), plan.document.save());
    let stored = StoredPlan {
        view: &view,
        epoch,
        care: &plan.care,
        day: &plan.day,
        document: &document,
        read_to: taken.read_to,
    };
    Ok(store.set_plan(person, &stored)?)
}

/// Changes of a plan that came, in the order of their versions.
struct Arrived {
    changes: Vec<ArrivedChange>,
    /// The last place of the journal that was looked at.
    read_to: i64,
}

struct ArrivedChange {
    epoch: Epoch,
    accepted: Moment,
    change: PlanChange,
}

impl Arrived {
    fn read(store: &Store, person: PersonId, writer: AuthorId, after: i64) -> Result<Arrived, StoreError> {
        let (records, read_to) = store.change_records(person, after)?;
        let mut changes = Vec::with_capacity(records.len());
        for entry in entries_of(&records, writer)? {
            if let Body::PlanChange(change) = entry.body
                && entry.id.author == writer
            {
                changes.push(ArrivedChange { epoch: entry.id.epoch, accepted: entry.effective, change });
            }
        }
        changes.sort_by_key(|arrived| arrived.change.version);
        Ok(Arrived { changes, read_to })
    }

    /// The epoch in which the store wrote the latest.
    fn last_epoch(&self) -> Option<Epoch> {
        self.changes.last().map(|last| last.epoch)
    }
}

/// A plan that takes changes over.
struct Growing {
    document: PlanDocument,
    care: Vec<PlanStep>,
    day: Vec<PlanStep>,
}

impl Growing {
    fn take(&mut self, arrived: &Arrived) -> Result<(), ReplayError> {
        for ArrivedChange { accepted, change, .. } in &arrived.changes {
            self.document.replay([change])?;
            let view = self.document.view();
            push_step(&mut self.care, CARE_SECTIONS, *accepted, &view);
            push_step(&mut self.day, DAY_SECTIONS, *accepted, &view);
        }
        Ok(())
    }
}

/// Keeps a version if it differs in these sections.
fn push_step(steps: &mut Vec<PlanStep>, of: &[Section], accepted: Moment, view: &PlanView) {
    let mut view = view.clone();
    view.sections.retain(|section, _| of.contains(section));
    if steps.last().is_none_or(|last| last.view.sections != view.sections) {
        steps.push(PlanStep { accepted, view });
    }
}
