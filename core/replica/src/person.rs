//! One person's care in memory: the records of the look-back and the plan, from which every view is folded.

use crate::store::{Store, StoreError, Stored};
use alongside_domain::access::Author;
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::escalation::Raising;
use alongside_domain::care::plan::{CarePlan, PlanAt, PlanTimeline};
use alongside_domain::care::records::Records;
use alongside_domain::ids::{AuthorId, Epoch, PersonId, StaffId};
use alongside_domain::journal::body::Role;
use alongside_domain::journal::{Body, Channel, Entry, Header, PlanSeen, RecordRef};
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::overlay::{Overlay, overlay};
use alongside_domain::plan::states::EditStates;
use alongside_domain::plan::view::PlanView;
use alongside_domain::plan::{PlanDocument, ReplayError};
use alongside_domain::time::{HOUR_MS, Moment};
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;

/// How far back views look: longer than any window of a trigger, and than two clinical visits are apart.
pub(crate) const LOOK_BACK_MS: i64 = 60 * 24 * HOUR_MS;

/// What is in memory of one person.
pub(crate) struct PersonCare {
    pub(crate) records: Records,
    /// What those of them that have been asked about have raised.
    pub(crate) raising: Raising,
    pub(crate) plan: CurrentPlan,
    /// Where each plan edit stands.
    pub(crate) edits: EditStates,
    /// The plan as this device's holder sees it: their own unsettled edits on top.
    pub(crate) shown: Overlay,
}

/// Whose eyes a person's care is seen through.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Viewer {
    pub(crate) device: AuthorId,
    pub(crate) staff: StaffId,
    pub(crate) role: Role,
    /// The author of the server's records.
    pub(crate) store: AuthorId,
}

impl Viewer {
    /// What the device assumes of a member of staff with whom it shares a person.
    fn author(&self, staff: StaffId) -> Author {
        Author { staff, role: self.role, related: true }
    }
}

/// The canonical plan as it stands here.
#[derive(Default)]
pub(crate) struct CurrentPlan {
    pub(crate) view: PlanView,
    pub(crate) timeline: PlanTimeline,
    /// The epoch of the store that wrote it; nothing while there is no plan.
    pub(crate) epoch: Option<Epoch>,
}

/// A version of the parts of the plan that care rules look at.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct TimelineStep {
    #[n(0)]
    accepted: Moment,
    #[n(1)]
    view: PlanView,
    #[n(2)]
    epoch: Epoch,
}

/// The sections that care rules look at.
const CARE_SECTIONS: [Section; 4] = [Section::Safety, Section::Contacts, Section::Triggers, Section::Asked];

/// The entry that folds read, of a stored record.
pub(crate) fn entry_of(stored: &Stored) -> Result<Entry, StoreError> {
    let header =
        stored.record.decode_header().map_err(|_| StoreError::Unreadable { what: "record header" })?;
    let id = RecordRef {
        author: stored.stream.author,
        epoch: stored.stream.epoch,
        number: stored.number,
        channel: stored.stream.channel,
    };
    // A body that cannot be read is kept and forwarded, as one of a newer version would be.
    let body = Body::decode(header.kind, &stored.record.body).unwrap_or(Body::Unknown);
    let observed = header.observed.unwrap_or(header.recorded).min(header.recorded);
    Ok(Entry { id, effective: header.recorded, observed, header, body })
}

/// The entry that folds read, of a record just made.
pub(crate) fn entry_of_new(id: RecordRef, header: Header, body: Body) -> Entry {
    let observed = header.observed.unwrap_or(header.recorded);
    Entry { id, effective: header.recorded, observed, header, body }
}

/// Applies the corrected times that the server gave.
fn correct_times(entries: &mut [Entry]) {
    let corrections: Vec<_> = entries
        .iter()
        .filter_map(|entry| match &entry.body {
            Body::Times(times) => Some(times.clone()),
            _ => None,
        })
        .collect();
    for times in corrections {
        let about = |id: &RecordRef| {
            id.author == times.author
                && id.epoch == times.epoch
                && (times.first..=times.last).contains(&id.number)
        };
        for entry in entries.iter_mut().filter(|entry| about(&entry.id)) {
            entry.effective = entry.header.recorded.plus_ms(times.add_ms);
            let observed = entry.header.observed.unwrap_or(entry.header.recorded);
            entry.observed = observed.plus_ms(times.add_ms).min(entry.effective);
        }
    }
}

impl PersonCare {
    /// Reads a person from the store.
    pub(crate) fn load(
        store: &Store,
        person: PersonId,
        viewer: &Viewer,
        now: Moment,
    ) -> Result<PersonCare, StoreError> {
        let stored = store.records_since(person, now.plus_ms(-LOOK_BACK_MS))?;
        let mut entries = stored.iter().map(entry_of).collect::<Result<Vec<_>, _>>()?;
        correct_times(&mut entries);
        let records = Records::of(&entries);
        let plan = CurrentPlan::load(store, person)?;
        let edits = EditStates::fold(viewer.store, records.entries());
        let shown = Overlay { view: plan.view.clone(), own_edit: None, held: Vec::new() };
        let mut care = PersonCare { records, raising: Raising::default(), plan, edits, shown };
        care.show_own_edits(store, person, viewer)?;
        Ok(care)
    }

    /// Adds a record that was just made.
    pub(crate) fn add(
        &mut self,
        entry: Entry,
        store: &Store,
        person: PersonId,
        viewer: &Viewer,
    ) -> Result<(), StoreError> {
        let edit = is_about_the_plan(&entry.body).then(|| entry.clone());
        if !self.records.add(entry) {
            self.raising = Raising::default();
        }
        if let Some(edit) = edit {
            self.edits.add(&edit);
            self.show_own_edits(store, person, viewer)?;
        }
        Ok(())
    }

    /// Puts the holder's own edits, decisions and withdrawals that the server has not answered on top of the
    /// canonical plan, as the server will. Loads the document only when there are any.
    fn show_own_edits(&mut self, store: &Store, person: PersonId, viewer: &Viewer) -> Result<(), StoreError> {
        let is_own = |entry: &&Entry| entry.id.author == viewer.device && is_about_the_plan(&entry.body);
        let own: Vec<Entry> =
            self.records.entries().iter().filter(is_own).filter(|entry| self.waits(entry)).cloned().collect();
        let Some(first) = own.first() else { return Ok(()) };
        let epoch = self.plan.epoch.unwrap_or(first.id.epoch);
        let document = match load_document(store, person, (viewer.store, epoch)) {
            Ok(document) => document,
            Err(PlanUpdateError::Store(error)) => return Err(error),
            Err(_) => return Err(StoreError::Unreadable { what: "plan" }),
        };
        self.shown = overlay(&document, &self.edits, &own, &|staff| viewer.author(staff));
        Ok(())
    }

    /// Whether the server has still to answer this entry.
    fn waits(&self, entry: &Entry) -> bool {
        let edit = match &entry.body {
            Body::EditDecision(decision) => decision.edit,
            Body::EditWithdrawal(withdrawal) => withdrawal.edit,
            _ => entry.id,
        };
        self.edits.edit(&edit).is_none_or(|record| record.settled.is_none())
    }

    /// The plan that the device's holder is looking at.
    pub(crate) fn plan_seen(&self) -> PlanSeen {
        PlanSeen { version: self.shown.view.version, own_edit: self.shown.own_edit }
    }
}

/// What the visits of one day are folded from, read without the rest of the look-back.
pub(crate) struct DayCare {
    pub(crate) records: Records,
    pub(crate) timeline: PlanTimeline,
}

impl DayCare {
    /// The records since the day before `now`, and all that plan a visit of about that day.
    pub(crate) fn load(store: &Store, person: PersonId, now: Moment) -> Result<DayCare, StoreError> {
        let (yesterday, tomorrow) = (now.plus_ms(-24 * HOUR_MS), now.plus_ms(24 * HOUR_MS));
        let mut stored = store.records_since(person, yesterday)?;
        stored.extend(store.planned_between(person, yesterday, tomorrow)?);
        let mut entries = stored.iter().map(entry_of).collect::<Result<Vec<_>, _>>()?;
        correct_times(&mut entries);
        Ok(DayCare { records: Records::of(&entries), timeline: CurrentPlan::load(store, person)?.timeline })
    }
}

fn is_about_the_plan(body: &Body) -> bool {
    matches!(body, Body::PlanEdit(_) | Body::EditDecision(_) | Body::EditWithdrawal(_) | Body::Fate(_))
}

impl CurrentPlan {
    fn load(store: &Store, person: PersonId) -> Result<CurrentPlan, StoreError> {
        let Some((view, steps)) = store.plan::<PlanView, Vec<TimelineStep>>(person)? else {
            return Ok(CurrentPlan::default());
        };
        let epoch = steps.last().map(|step| step.epoch);
        Ok(CurrentPlan { view, timeline: timeline_of(&steps), epoch })
    }
}

fn timeline_of(steps: &[TimelineStep]) -> PlanTimeline {
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
    let (view, mut steps) = store.plan::<PlanView, Vec<TimelineStep>>(person)?.unwrap_or_default();
    // A change that is not here yet was accepted after those that are, but for the store's own corrections.
    let from = steps.last().map_or(Moment(i64::MIN), |step| step.accepted.plus_ms(-24 * HOUR_MS));
    let arrived = plan_changes(store, person, writer, view.version, from)?;
    let Some((epoch, _)) = arrived.first_key_value().map(|((epoch, _), entry)| (*epoch, entry)) else {
        return Ok(());
    };
    let mut document = load_document(store, person, (writer, epoch))?;
    for ((epoch, number), (accepted, change)) in &arrived {
        document.replay([(*number, change)])?;
        push_step(&mut steps, TimelineStep { accepted: *accepted, view: document.view(), epoch: *epoch });
    }
    store.set_plan(person, &document.view(), &steps, &document.save())?;
    Ok(())
}

type Arrived = BTreeMap<(Epoch, u64), (Moment, alongside_domain::journal::body::PlanChange)>;

fn plan_changes(
    store: &Store,
    person: PersonId,
    writer: AuthorId,
    after: u64,
    from: Moment,
) -> Result<Arrived, StoreError> {
    let mut arrived = Arrived::new();
    for stored in store.records_of(person, writer, Channel::Care, after, from)? {
        let entry = entry_of(&stored)?;
        if let Body::PlanChange(change) = entry.body {
            arrived.insert((entry.id.epoch, entry.id.number), (entry.effective, change));
        }
    }
    Ok(arrived)
}

/// Keeps a version if it differs where care rules look.
fn push_step(steps: &mut Vec<TimelineStep>, mut step: TimelineStep) {
    step.view.sections.retain(|section, _| CARE_SECTIONS.contains(section));
    if steps.last().is_none_or(|last| last.view.sections != step.view.sections) {
        steps.push(step);
    }
}
