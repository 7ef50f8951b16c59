//! A person's care as the server knows it: every record, folded by the domain's rules.

use crate::app::App;
use crate::entries;
use crate::plan::{CurrentPlan, PlanError};
use crate::sharing::{Reader, reads};
use crate::storage::{StorageError, StoredRun, WantedRuns};
use alongside_domain::care::CareInputs;
use alongside_domain::care::aligned::{self, AlignedNotes};
use alongside_domain::care::emergency;
use alongside_domain::care::emergency_plan::PlanTold;
use alongside_domain::care::emergency_told::{self, UntoldSign};
use alongside_domain::care::escalation::{self, Escalations};
use alongside_domain::care::heard::{Heard, Known};
use alongside_domain::care::lacks::Part;
use alongside_domain::care::plan::PlanTimeline;
use alongside_domain::care::records::Records;
use alongside_domain::care::visits::{self, Visit};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::{Channel, Entry};
use alongside_domain::reablement::stalled::reviews_opened;
use alongside_domain::sharing::Scope;
use alongside_domain::time::Moment;
use alongside_domain::together::view::{Together, TogetherInputs, together};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Everything that views of a person are folded from.
pub struct PersonCare {
    /// The plan as it stands.
    pub plan: Arc<CurrentPlan>,
    /// All records of the care channel that are read.
    pub records: Records,
    /// What of the person's record is read.
    pub scope: Scope,
    timeline: PlanTimeline,
    heard: Heard,
    known: Known,
    now: Moment,
}

/// The views that screens show.
pub struct CareViews {
    /// Met triggers and what came of them.
    pub escalations: Escalations,
    /// What carers recorded between clinical visits.
    pub notes: AlignedNotes,
    /// All visits.
    pub visits: Vec<Visit>,
}

impl PersonCare {
    /// Reads a person's care as it stands now, as far as its reader may read it.
    pub async fn load(app: &App, reader: &Reader) -> Result<PersonCare, PlanError> {
        let (scope, by) = (reader.sharing.scope, reader.author.staff);
        let reads = move |entry: &Entry| reads(scope, by, entry);
        let care = PersonCare::folded(app, reader.person, Arc::clone(&reader.plan), reads).await?;
        Ok(PersonCare { scope, ..care })
    }

    /// All of it, for no reader.
    pub async fn load_whole(app: &App, person: PersonId) -> Result<PersonCare, PlanError> {
        let plan = app.plans.current(app, person).await?;
        PersonCare::folded(app, person, plan, |_| true).await
    }

    async fn folded(
        app: &App,
        person: PersonId,
        plan: Arc<CurrentPlan>,
        reads: impl Fn(&Entry) -> bool + Send + 'static,
    ) -> Result<PersonCare, PlanError> {
        let all = WantedRuns { person, channel: Channel::Care, after: 0 };
        let read = app.store.runs(vec![all], BTreeSet::new(), usize::MAX).await?;
        let stored: Vec<StoredRun> = read.into_iter().flat_map(|read| read.runs).collect();
        let mut heard = Heard::default();
        for device in app.store.devices().await? {
            heard.note(device.device, device.staff, device.last_heard);
        }
        let (timeline, now, writer) = (plan.timeline(), app.clock.now(), app.identity.author);
        let read = tokio::task::spawn_blocking(move || {
            let mut entries = entries::entries(&stored, Channel::Care, writer, |_| true)?;
            entries.retain(reads);
            Ok::<_, StorageError>((Records::of(&entries), Known::of(&entries, writer)))
        });
        let (records, known) = read.await.map_err(|_| StorageError::Closed)??;
        Ok(PersonCare { plan, records, scope: Scope::Whole, timeline, heard, known, now })
    }

    /// The office channels of these people, in one reading, each in its turn: calls for help and their answers, notes of
    /// the office.
    pub async fn offices(app: &App, people: &[PersonId]) -> Result<Vec<Vec<Entry>>, StorageError> {
        let all =
            people.iter().map(|person| WantedRuns { person: *person, channel: Channel::Office, after: 0 });
        let read = app.store.runs(all.collect(), BTreeSet::new(), usize::MAX).await?;
        let entries_of =
            |stored: &[StoredRun]| entries::entries(stored, Channel::Office, app.identity.author, |_| true);
        read.iter().map(|read| entries_of(&read.runs)).collect()
    }

    /// The moment that the views are for.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// What every view is folded from.
    pub fn inputs(&self) -> CareInputs<'_> {
        CareInputs {
            records: &self.records,
            plan: &self.timeline,
            heard: &self.heard,
            known: &self.known,
            catalogue: &self.plan.catalogue,
            scope: self.scope,
            now: self.now,
            complete_from: Moment(i64::MIN),
        }
    }

    /// The emergency signs of which nobody has noted a call, oldest first. Nothing where its reader cannot be told of calls.
    pub fn untold_signs(&self) -> Vec<UntoldSign> {
        if !Part::Escalations.is_told(self.scope) {
            return Vec::new();
        }
        let list = emergency::list();
        let told = match Part::Plan.is_told(self.scope) {
            true => PlanTold::of_view(list, &self.plan.view),
            false => PlanTold::of_unread(list),
        };
        emergency_told::untold(&self.records, &told, (&self.plan.catalogue, list), self.now)
    }

    /// Risks, decisions, disagreements, referrals, joint assessment and going home, with what is due of all of them.
    pub fn together(&self) -> Together {
        let care = self.inputs();
        together(&TogetherInputs {
            care,
            plan: &self.plan.view,
            history: self.plan.history(),
            waiting: &BTreeSet::new(),
            reviews: &reviews_opened(&care),
        })
    }

    /// Folds the views.
    pub fn views(&self) -> CareViews {
        let inputs = self.inputs();
        let escalations = escalation::fold(&inputs);
        let notes = aligned::notes(&inputs, &escalations);
        CareViews { escalations, notes, visits: visits::fold(&inputs) }
    }
}
