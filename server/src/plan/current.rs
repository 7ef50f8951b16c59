//! A person's plan as it stands: document, edits with what became of them, and its versions over time.
//!
//! Kept in memory by the journal position that it covers; what came since is read and replayed. The stored
//! bytes decide, never this copy.

use crate::app::App;
use crate::entries;
use crate::storage::{PLAN_KINDS, PLAN_RESUMED, PLAN_ROOT_PART, ReadRuns, StorageError, StoredRun};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::plan::{CarePlan, PlanAt, PlanTimeline};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::body::PlanChange;
use alongside_domain::journal::{Body, Channel, Entry, RecordRef};
use alongside_domain::plan::resumed::leave_out_late;
use alongside_domain::plan::states::EditStates;
use alongside_domain::plan::view::PlanView;
use alongside_domain::plan::{PlanDocument, PlanRoot, ReplayError, RootError};
use alongside_domain::time::Moment;
use alongside_domain::together::history::PlanHistory;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

/// A person's plan at a position of their care channel.
#[derive(Debug, Clone)]
pub struct CurrentPlan {
    /// The position up to which everything is in here.
    pub position: u64,
    /// The document.
    pub document: PlanDocument,
    /// What became of each edit.
    pub states: EditStates,
    /// The plan as screens show it.
    pub view: PlanView,
    /// The edits whose text was erased: it is in no version of the document.
    pub without: BTreeSet<RecordRef>,
    /// Versions that are here and build on one that is not: a restored store has not been brought all of them.
    pub beyond_a_gap: BTreeSet<u64>,
    /// The kinds of observation by which it is read.
    pub catalogue: Arc<Catalogue>,
    versions: Vec<PlanAt>,
    history: PlanHistory,
    /// The epoch in which the store writes now, and the one in which it wrote the last change.
    epoch: Epoch,
    changed_in: Epoch,
}

/// Why a plan cannot be read. Nothing is written for that person until it can.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The store failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The store was restored, and awaits devices that may know more about this plan.
    #[error("the store was restored and awaits devices that may know more about this plan")]
    Healing,
    /// The stored changes do not make a plan.
    #[error("the stored plan of a person: {0}")]
    Replay(#[from] ReplayError),
    /// The history of the plan was made anew, and cannot be read.
    #[error("the stored plan of a person: {0}")]
    Root(#[from] RootError),
}

/// How many versions the first change after a restore passes over.
const VERSIONS_PASSED_OVER: u64 = 1_000;
/// Most plans that are kept in memory.
const KEPT_MAX: usize = 256;

/// Plans in memory.
#[derive(Debug, Default)]
pub struct Plans {
    kept: Mutex<HashMap<PersonId, Arc<CurrentPlan>>>,
    /// An erasure failed after its orders may have been written: it is to be tried again.
    pub(super) erasure_due: AtomicBool,
}

impl Plans {
    /// A person's plan as it stands now.
    pub async fn current(&self, app: &App, person: PersonId) -> Result<Arc<CurrentPlan>, PlanError> {
        let catalogue = app.kinds.now(app).await?;
        // With other kinds of observation its triggers may mean more.
        let kept = self.kept().get(&person).cloned();
        let kept = kept.filter(|kept| kept.catalogue.additions == catalogue.additions);
        let empty = || Arc::new(CurrentPlan::empty(app, &catalogue));
        let before = kept.unwrap_or_else(empty);
        let since = app.store.plan_runs(person, before.position).await?;
        if since.position == before.position {
            return Ok(before);
        }
        let after = if before.position > 0 && begins_anew(&since, app)? {
            grown(app, empty(), app.store.plan_runs(person, 0).await?).await?
        } else {
            match grown(app, Arc::clone(&before), since).await {
                // After a restore a device may bring back a change that belongs before some that are here.
                Err(PlanError::Replay(_)) if before.position > 0 => {
                    grown(app, empty(), app.store.plan_runs(person, 0).await?).await?
                }
                Ok(after) if before.position > 0 && after.beyond_a_gap != before.beyond_a_gap => {
                    grown(app, empty(), app.store.plan_runs(person, 0).await?).await?
                }
                after => after?,
            }
        };
        let after = Arc::new(after);
        self.keep(person, &after);
        Ok(after)
    }

    /// Lets go of a person's plan: something was erased from it.
    pub fn let_go(&self, person: PersonId) {
        self.kept().remove(&person);
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<PersonId, Arc<CurrentPlan>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An older plan never takes the place of a newer one.
    fn keep(&self, person: PersonId, plan: &Arc<CurrentPlan>) {
        let mut kept = self.kept();
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        let place = kept.entry(person).or_insert_with(|| Arc::clone(plan));
        let age = |plan: &CurrentPlan| (plan.catalogue.additions, plan.position);
        if age(place) < age(plan) {
            *place = Arc::clone(plan);
        }
    }
}

/// Whether the history of the plan was made anew, or some of it may not count: then it is read from its beginning.
fn begins_anew(read: &ReadRuns, app: &App) -> Result<bool, StorageError> {
    let is_of_before = |run: &StoredRun| run.author == app.identity.author && run.epoch != app.identity.epoch;
    if read.runs.iter().any(is_of_before) {
        return Ok(true);
    }
    for (_, bytes) in read.runs.iter().flat_map(StoredRun::records) {
        let header = bytes.decode_header().map_err(|_| StorageError::Unreadable { what: "record header" })?;
        if [PLAN_ROOT_PART, PLAN_RESUMED].contains(&header.kind) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The records about a plan that count.
pub fn plan_entries(runs: &[StoredRun], writer: AuthorId) -> Result<Vec<Entry>, StorageError> {
    let is_wanted = |kind| PLAN_KINDS.contains(&kind);
    let mut entries = entries::entries(runs, Channel::Care, writer, is_wanted)?;
    leave_out_late(&mut entries, writer);
    Ok(entries)
}

async fn grown(app: &App, before: Arc<CurrentPlan>, read: ReadRuns) -> Result<CurrentPlan, PlanError> {
    let writer = app.identity.author;
    let after = tokio::task::spawn_blocking(move || before.after(&read, writer)).await;
    after.map_err(|_| StorageError::Closed)?
}

impl CurrentPlan {
    fn empty(app: &App, catalogue: &Arc<Catalogue>) -> CurrentPlan {
        CurrentPlan::new(app.identity.author, app.identity.epoch, Arc::clone(catalogue))
    }

    /// The plan before anything was recorded.
    pub fn new(store: AuthorId, epoch: Epoch, catalogue: Arc<Catalogue>) -> CurrentPlan {
        let document = PlanDocument::new(store, epoch);
        let view = document.view();
        CurrentPlan {
            position: 0,
            document,
            states: EditStates::new(store),
            view,
            without: BTreeSet::new(),
            beyond_a_gap: BTreeSet::new(),
            catalogue,
            versions: Vec::new(),
            history: PlanHistory::default(),
            epoch,
            changed_in: epoch,
        }
    }

    fn after(&self, read: &ReadRuns, writer: AuthorId) -> Result<CurrentPlan, PlanError> {
        let mut plan = self.clone();
        let entries = plan_entries(&read.runs, writer)?;
        let mut changes: Vec<(&Entry, &PlanChange)> = entries
            .iter()
            .filter(|entry| entry.id.author == writer)
            .filter_map(
                |entry| if let Body::PlanChange(change) = &entry.body { Some((entry, change)) } else { None },
            )
            .collect();
        changes.sort_by_key(|(_, change)| change.version);
        if let Some(root) = PlanRoot::latest(writer, &entries)? {
            plan.begin_at(&root, writer)?;
            changes.retain(|(_, change)| change.version > root.version);
            for (entry, change) in changes {
                // What stands on the history of before the root is not part of this plan.
                if let Err(error) = plan.take(entry, change) {
                    tracing::warn!(%error, "a change of a plan does not stand on its root");
                }
            }
        } else {
            changes.into_iter().try_for_each(|(entry, change)| plan.take_unless_gap(entry, change))?;
        }
        entries.iter().for_each(|entry| plan.states.add(entry));
        plan.position = read.position;
        Ok(plan)
    }

    fn begin_at(&mut self, root: &PlanRoot, writer: AuthorId) -> Result<(), RootError> {
        self.document = root.document(writer, self.epoch)?;
        self.without = root.without.iter().copied().collect();
        self.changed_in = root.made_in;
        for accepted in &root.accepted {
            self.view = self.document.view_at(accepted.version);
            self.note_version(accepted.at);
        }
        Ok(())
    }

    fn take(&mut self, entry: &Entry, change: &PlanChange) -> Result<(), ReplayError> {
        self.document.replay([change])?;
        self.changed_in = entry.id.epoch;
        self.view = self.document.view();
        self.note_version(entry.effective);
        Ok(())
    }

    fn take_unless_gap(&mut self, entry: &Entry, change: &PlanChange) -> Result<(), ReplayError> {
        match self.take(entry, change) {
            Err(ReplayError::Gap { version }) => {
                self.beyond_a_gap.insert(version);
                Ok(())
            }
            taken => taken,
        }
    }

    fn note_version(&mut self, accepted: Moment) {
        let plan = CarePlan::from_view(&self.view, &self.catalogue);
        self.versions.push(PlanAt { version: self.view.version, accepted, plan });
        self.history.push(accepted, &self.view);
    }

    /// The plan without what these edits said too.
    pub fn root_without(&self, edits: &BTreeSet<RecordRef>) -> PlanRoot {
        let without = self.without.union(edits).copied().collect();
        let accepted: BTreeMap<u64, Moment> =
            self.versions.iter().map(|at| (at.version, at.accepted)).collect();
        PlanRoot::new(&self.document, &without, &accepted, self.changed_in)
    }

    /// The first version that the store may give now. After a restore it passes over many: a phone that nobody
    /// waits for any more may hold a record that names one of those that are lost, and it must stay lost.
    pub fn next_version(&self) -> u64 {
        let passed_over = if self.changed_in == self.epoch { 0 } else { VERSIONS_PASSED_OVER };
        self.document.version() + 1 + passed_over
    }

    /// How the plan came to be so.
    pub fn history(&self) -> &PlanHistory {
        &self.history
    }

    /// What the plan said in each version, oldest first, with when that was accepted. What was erased is in none.
    pub fn every_view(&self) -> Vec<(Moment, PlanView)> {
        self.versions.iter().map(|at| (at.accepted, self.document.view_at(at.version))).collect()
    }

    /// The last version that was accepted before a moment: its number, when that was, and what it said. What was erased
    /// since is not in it.
    pub fn before(&self, until: Moment) -> Option<(u64, Moment, PlanView)> {
        let then = self.versions.iter().rfind(|at| at.accepted < until)?;
        Some((then.version, then.accepted, self.document.view_at(then.version)))
    }

    /// The accepted versions, as care rules read them.
    pub fn timeline(&self) -> PlanTimeline {
        PlanTimeline::new(self.versions.iter().cloned())
    }
}
