//! A person's plan as it stands: document, edits with what became of them, and its versions over time.
//!
//! Kept in memory by the journal position that it covers; what came since is read and replayed. The stored
//! bytes decide, never this copy.

use crate::app::App;
use crate::entries;
use crate::storage::{PLAN_KINDS, ReadRuns, StorageError, StoredRun};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::plan::{CarePlan, PlanAt, PlanTimeline};
use alongside_domain::ids::{AuthorId, Epoch, PersonId};
use alongside_domain::journal::body::PlanChange;
use alongside_domain::journal::{Body, Channel, Entry};
use alongside_domain::plan::states::EditStates;
use alongside_domain::plan::view::PlanView;
use alongside_domain::plan::{PlanDocument, ReplayError};
use std::collections::HashMap;
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
    versions: Vec<PlanAt>,
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
}

/// How many versions the first change after a restore passes over.
const VERSIONS_PASSED_OVER: u64 = 1_000;
/// Most plans that are kept in memory.
const KEPT_MAX: usize = 256;

/// Plans in memory.
#[derive(Debug, Default)]
pub struct Plans(Mutex<HashMap<PersonId, Arc<CurrentPlan>>>);

impl Plans {
    /// A person's plan as it stands now.
    pub async fn current(&self, app: &App, person: PersonId) -> Result<Arc<CurrentPlan>, PlanError> {
        let kept = self.kept().get(&person).cloned();
        let before = kept.unwrap_or_else(|| Arc::new(CurrentPlan::empty(app)));
        let ReadRuns { position, runs } = app.store.plan_runs(person, before.position).await?;
        if position == before.position {
            return Ok(before);
        }
        let after = match grown(app, Arc::clone(&before), runs, position).await {
            // After a restore a device may bring back a change that belongs before some that are here.
            Err(PlanError::Replay(_)) if before.position > 0 => {
                let ReadRuns { position, runs } = app.store.plan_runs(person, 0).await?;
                grown(app, Arc::new(CurrentPlan::empty(app)), runs, position).await?
            }
            after => after?,
        };
        let after = Arc::new(after);
        self.keep(person, &after);
        Ok(after)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<PersonId, Arc<CurrentPlan>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An older plan never takes the place of a newer one.
    fn keep(&self, person: PersonId, plan: &Arc<CurrentPlan>) {
        let mut kept = self.kept();
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        let place = kept.entry(person).or_insert_with(|| Arc::clone(plan));
        if place.position < plan.position {
            *place = Arc::clone(plan);
        }
    }
}

async fn grown(
    app: &App,
    before: Arc<CurrentPlan>,
    runs: Vec<StoredRun>,
    position: u64,
) -> Result<CurrentPlan, PlanError> {
    let writer = app.identity.author;
    let after = tokio::task::spawn_blocking(move || before.after(&runs, position, writer)).await;
    after.map_err(|_| StorageError::Closed)?
}

impl CurrentPlan {
    fn empty(app: &App) -> CurrentPlan {
        CurrentPlan::new(app.identity.author, app.identity.epoch)
    }

    /// The plan before anything was recorded.
    pub fn new(store: AuthorId, epoch: Epoch) -> CurrentPlan {
        let document = PlanDocument::new(store, epoch);
        let view = document.view();
        CurrentPlan {
            position: 0,
            document,
            states: EditStates::new(store),
            view,
            versions: Vec::new(),
            epoch,
            changed_in: epoch,
        }
    }

    fn after(&self, runs: &[StoredRun], position: u64, writer: AuthorId) -> Result<CurrentPlan, PlanError> {
        let mut plan = self.clone();
        let entries = entries::entries(runs, Channel::Care, writer, |kind| PLAN_KINDS.contains(&kind))?;
        let mut changes: Vec<(&Entry, &PlanChange)> = entries
            .iter()
            .filter(|entry| entry.id.author == writer)
            .filter_map(
                |entry| if let Body::PlanChange(change) = &entry.body { Some((entry, change)) } else { None },
            )
            .collect();
        changes.sort_by_key(|(_, change)| change.version);
        changes.into_iter().try_for_each(|(entry, change)| plan.take(entry, change))?;
        entries.iter().for_each(|entry| plan.states.add(entry));
        plan.position = position;
        Ok(plan)
    }

    fn take(&mut self, entry: &Entry, change: &PlanChange) -> Result<(), ReplayError> {
        self.document.replay([change])?;
        self.changed_in = entry.id.epoch;
        self.view = self.document.view();
        let plan = CarePlan::from_view(&self.view, Catalogue::built_in());
        self.versions.push(PlanAt { version: change.version, accepted: entry.effective, plan });
        Ok(())
    }

    /// The first version that the store may give now. After a restore it passes over many: a phone that nobody
    /// waits for any more may hold a record that names one of those that are lost, and it must stay lost.
    pub fn next_version(&self) -> u64 {
        let passed_over = if self.changed_in == self.epoch { 0 } else { VERSIONS_PASSED_OVER };
        self.document.version() + 1 + passed_over
    }

    /// The accepted versions, as care rules read them.
    pub fn timeline(&self) -> PlanTimeline {
        PlanTimeline::new(self.versions.iter().cloned())
    }
}
