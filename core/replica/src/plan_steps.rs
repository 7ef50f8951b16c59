//! The canonical plan as it is stored: its document, its view, and the steps that care rules look at.

use crate::person::entries_of;
use crate::store::{Store, StoreError, StoredPlan};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::plan::{CarePlan, PlanAt, PlanTimeline};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::body::PlanChange;
use alongside_domain::journal::{Body, Entry};
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::resumed::leave_out_late;
use alongside_domain::plan::view::PlanView;
use alongside_domain::plan::{PlanDocument, PlanRoot, ReplayError, Replayed, RootError};
use alongside_domain::time::Moment;
use alongside_domain::together::history::PlanHistory;
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

/// The sections that care rules look at; those of a day are among them.
const CARE_SECTIONS: &[Section] = &[Section::Safety, Section::Contacts, Section::Triggers, Section::Asked];
/// The section that says who a person is and where: all that a list of the day needs.
const DAY_SECTIONS: &[Section] = &[Section::Safety];

/// The accepted plan's versions, as care rules look at them.
pub(crate) fn care_timeline(store: &Store, person: PersonId) -> Result<PlanTimeline, StoreError> {
    Ok(timeline_of(store.catalogue(), &store.care_steps(person)?))
}

/// The accepted plan's versions, of which only where the person was is read.
pub(crate) fn day_timeline(store: &Store, person: PersonId) -> Result<PlanTimeline, StoreError> {
    Ok(timeline_of(store.catalogue(), &store.day_steps(person)?))
}

/// All versions of the accepted plan with all its sections: what a summary of a week reads. Read anew each time, since
/// few screens ask for it.
pub(crate) fn whole_timeline(
    store: &Store,
    person: PersonId,
    writer: AuthorId,
) -> Result<PlanTimeline, PlanUpdateError> {
    let mut versions = Vec::new();
    each_version(store, person, writer, |accepted, view| {
        let plan = CarePlan::from_view(&view, store.catalogue());
        versions.push(PlanAt { version: view.version, accepted, plan });
    })?;
    Ok(PlanTimeline::new(versions))
}

/// How the accepted plan came to be so. Read anew each time, since few screens ask for it.
pub(crate) fn whole_history(
    store: &Store,
    person: PersonId,
    writer: AuthorId,
) -> Result<PlanHistory, PlanUpdateError> {
    let mut history = PlanHistory::default();
    each_version(store, person, writer, |accepted, view| history.push(accepted, &view))?;
    Ok(history)
}

/// Hands over every version of the accepted plan with all its sections, oldest first.
fn each_version(
    store: &Store,
    person: PersonId,
    writer: AuthorId,
    mut take: impl FnMut(Moment, PlanView),
) -> Result<(), PlanUpdateError> {
    let Some(epoch) = store.plan_epoch(person)? else { return Ok(()) };
    let all = Arrived::read(store, person, writer, 0)?;
    let root = PlanRoot::latest(writer, &all.entries)?;
    let from_root = root.iter().flat_map(|root| &root.accepted).map(|at| (at.version, at.at));
    let changed = all.changes().map(|(entry, change)| (change.version, entry.effective));
    let accepted: BTreeMap<u64, Moment> = from_root.chain(changed).collect();
    let document = load_document(store, person, (writer, epoch))?;
    for version in document.versions() {
        if let Some(accepted) = accepted.get(&version) {
            take(*accepted, document.view_at(version));
        }
    }
    Ok(())
}

/// The sections of the accepted plan that say who a person is.
pub(crate) fn day_view(store: &Store, person: PersonId) -> Result<Option<PlanView>, StoreError> {
    Ok(store.day_steps(person)?.pop().map(|step| step.view))
}

fn timeline_of(catalogue: &Catalogue, steps: &[PlanStep]) -> PlanTimeline {
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
    /// The plan was made anew, and cannot be read.
    #[error(transparent)]
    Root(#[from] RootError),
    /// The saved document.
    #[error("the saved plan cannot be read")]
    Document,
}

impl From<PlanUpdateError> for StoreError {
    /// For what only reads: a plan that cannot be made of what is stored is unreadable.
    fn from(error: PlanUpdateError) -> StoreError {
        match error {
            PlanUpdateError::Store(error) => error,
            PlanUpdateError::Replay(_) | PlanUpdateError::Root(_) | PlanUpdateError::Document => {
                StoreError::Unreadable { what: "plan" }
            }
        }
    }
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

/// Takes over the plan changes that have arrived since the stored plan, and stores the plan they make. It is made anew
/// from all that is here when its history was (something was erased), and when a change belongs before some that are
/// here, which a server that was restored may send.
pub(crate) fn update_plan(
    store: &mut Store,
    person: PersonId,
    writer: AuthorId,
) -> Result<(), PlanUpdateError> {
    let before = store.plan_read_to(person)?;
    let since = Arrived::read(store, person, writer, before)?;
    let Some(epoch) = since.last_epoch() else { return Ok(()) };
    let mut plan = Growing {
        document: load_document(store, person, (writer, epoch))?,
        epoch,
        care: store.care_steps(person)?,
        day: store.day_steps(person)?,
        left_out: false,
    };
    let mut read_to = since.read_to;
    if since.begins_anew(store.plan_epoch(person)?)
        || plan.take(&since.changes().collect::<Vec<_>>()).is_err()
    {
        let all = Arrived::read(store, person, writer, 0)?;
        plan = Growing::anew(&all, writer, epoch)?;
        // What it stands on may come later: then it is read again.
        read_to = if plan.left_out { before } else { all.read_to };
    }
    let (view, document) = (plan.document.view(), plan.document.save());
    let stored = StoredPlan {
        view: &view,
        epoch: plan.epoch,
        care: &plan.care,
        day: &plan.day,
        document: &document,
        read_to,
    };
    Ok(store.set_plan(person, &stored)?)
}

/// What came of the store about a plan.
struct Arrived {
    /// Changes in the order of their versions, and parts of roots.
    entries: Vec<Entry>,
    /// The last place of the journal that was looked at.
    read_to: i64,
}

impl Arrived {
    fn read(store: &Store, person: PersonId, writer: AuthorId, after: i64) -> Result<Arrived, StoreError> {
        let (records, read_to) = store.change_records(person, after)?;
        let mut entries = entries_of(store, &records, writer)?;
        entries.retain(|entry| entry.id.author == writer);
        leave_out_late(&mut entries, writer);
        entries.sort_by_key(|entry| match &entry.body {
            Body::PlanChange(change) => change.version,
            _ => 0,
        });
        Ok(Arrived { entries, read_to })
    }

    /// The history was made anew, or some of it may not count beside what the store wrote in this epoch.
    fn begins_anew(&self, epoch: Option<Epoch>) -> bool {
        self.entries.iter().any(|entry| {
            matches!(entry.body, Body::PlanRootPart(_) | Body::PlanResumed(_))
                || epoch.is_some_and(|epoch| entry.id.epoch != epoch)
        })
    }

    /// The changes, each with its record.
    fn changes(&self) -> impl Iterator<Item = (&Entry, &PlanChange)> {
        self.entries.iter().filter_map(|entry| match &entry.body {
            Body::PlanChange(change) => Some((entry, change)),
            _ => None,
        })
    }

    /// The epoch in which the store wrote the latest.
    fn last_epoch(&self) -> Option<Epoch> {
        self.entries.last().map(|last| last.id.epoch)
    }
}

/// A plan that takes changes over.
struct Growing {
    document: PlanDocument,
    /// The epoch in which the store made its last version.
    epoch: Epoch,
    care: Vec<PlanStep>,
    day: Vec<PlanStep>,
    /// A change is here that stands on nothing that is.
    left_out: bool,
}

impl Growing {
    fn of(document: PlanDocument, epoch: Epoch) -> Growing {
        Growing { document, epoch, care: Vec::new(), day: Vec::new(), left_out: false }
    }

    /// The plan from its root, or from its first change while it has none.
    fn anew(all: &Arrived, writer: AuthorId, epoch: Epoch) -> Result<Growing, PlanUpdateError> {
        let Some(root) = PlanRoot::latest(writer, &all.entries)? else {
            let document = PlanDocument::new(writer, epoch);
            let mut plan = Growing::of(document, epoch);
            plan.take(&all.changes().collect::<Vec<_>>())?;
            return Ok(plan);
        };
        let (document, epoch) = (root.document(writer, epoch)?, root.made_in);
        let mut plan = Growing::of(document, epoch);
        for accepted in &root.accepted {
            let view = plan.document.view_of(CARE_SECTIONS, accepted.version);
            plan.push_steps(accepted.at, view);
        }
        plan.take_what_stands(all.changes().filter(|(_, change)| change.version > root.version).collect());
        Ok(plan)
    }

    /// Takes over all changes, or those of them that stand on this plan: what stands on the history of before its root
    /// is not part of it.
    fn take_what_stands(&mut self, changes: Vec<(&Entry, &PlanChange)>) {
        if self.take(&changes).is_ok() {
            return;
        }
        for change in changes {
            if let Err(error) = self.take(&[change]) {
                tracing::warn!(%error, "a change of the plan does not stand on its root");
                self.left_out = true;
            }
        }
    }

    /// Takes over these changes, all or none, of several with one version the first. Together they cost a tenth of what
    /// each by itself does.
    fn take(&mut self, changes: &[(&Entry, &PlanChange)]) -> Result<(), ReplayError> {
        let mut changes = changes.to_vec();
        changes.dedup_by_key(|(_, change)| change.version);
        let taken = self.document.replay(changes.iter().map(|(_, change)| *change))?;
        let accepted: BTreeMap<u64, Moment> =
            changes.iter().map(|(entry, change)| (change.version, entry.effective)).collect();
        if let Some((last, _)) = changes.last() {
            self.epoch = last.id.epoch;
        }
        for Replayed { version, sections } in taken {
            if self.care.is_empty() || CARE_SECTIONS.iter().any(|section| sections.contains(section)) {
                self.push_steps(accepted[&version], self.document.view_of(CARE_SECTIONS, version));
            }
        }
        Ok(())
    }

    fn push_steps(&mut self, accepted: Moment, view: PlanView) {
        let mut of_day = view.clone();
        of_day.sections.retain(|section, _| DAY_SECTIONS.contains(section));
        push_step(&mut self.day, accepted, of_day);
        push_step(&mut self.care, accepted, view);
    }
}

/// Keeps a version if it differs from the one before.
fn push_step(steps: &mut Vec<PlanStep>, accepted: Moment, view: PlanView) {
    if steps.last().is_none_or(|last| last.view.sections != view.sections) {
        steps.push(PlanStep { accepted, view });
    }
}
