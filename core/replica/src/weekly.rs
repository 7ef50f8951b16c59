//! The summary of a week on this phone: the same as the server's, over the records that both have.

use crate::care_views::inputs_of;
use crate::person::entries_of;
use crate::plan_steps::whole_timeline;
use crate::replica::{RecordError, Replica, State};
use crate::store::StoreError;
use alongside_domain::care::CareInputs;
use alongside_domain::care::heard::Known;
use alongside_domain::care::plan::PlanTimeline;
use alongside_domain::care::records::Records;
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::{Channel, Entry};
use alongside_domain::reablement::summary::{self, WeeklySummary, versions, weekly, weeks};
use alongside_domain::reablement::week::Week;
use alongside_domain::time::Moment;
use std::sync::Arc;

impl Replica {
    /// The weeks that are over since there was a plan, oldest first.
    pub fn weeks(&self, person: PersonId) -> Result<Vec<Week>, RecordError> {
        let now = self.now();
        let state = self.inner.reading(person)?;
        let store = state.viewer()?.store;
        Ok(weeks(&state.whole_plan(person, store)?, now))
    }

    /// The summary of a week as it was known to the server at `known_by`, or as it is known now. What this phone has
    /// not heard of yet cannot be in it: then it holds what was known when the server was last heard, and says so.
    /// Nothing before there was a plan, nor where not all that it is made from is shared: [`Replica::lacks`] says so.
    /// Nor while more of what it is made from is still to come.
    pub fn weekly(
        &self,
        person: PersonId,
        week: Week,
        known_by: Option<Moment>,
    ) -> Result<Option<WeeklySummary>, RecordError> {
        let Some(heard) = self.inner.last_heard() else { return Ok(None) };
        let known_by = known_by.unwrap_or(heard).min(heard);
        self.of_week(person, week, |inputs| weekly(inputs, week, known_by))
    }

    /// The moments at which there was a new version of the summary of a week: its end, and whenever records of it
    /// came in later.
    pub fn weekly_versions(&self, person: PersonId, week: Week) -> Result<Vec<Moment>, RecordError> {
        self.of_week(person, week, |inputs| versions(inputs, week))
    }

    fn of_week<T>(
        &self,
        person: PersonId,
        week: Week,
        fold: impl Fn(&CareInputs<'_>) -> T,
    ) -> Result<T, RecordError> {
        let now = self.now();
        let mut state = self.inner.reading(person)?;
        let heard = state.heard(now)?;
        let (records, known, plan) = state.known_to_the_server(person)?;
        let (held, catalogue) = (state.store.held(person)?, Arc::clone(state.store.catalogue()));
        let inputs = inputs_of((&records, held), (&plan, &catalogue), &heard, &known, now);
        Ok(fold(&CareInputs { complete_from: held.complete_from(summary::reads(week).0, now), ..inputs }))
    }
}

impl State {
    /// The records that the server has receipted, when it knew them, and every version of the plan. It reads the whole
    /// journal of the person: a goal is compared with its latest week that has a level, however long ago that is.
    fn known_to_the_server(
        &mut self,
        person: PersonId,
    ) -> Result<(Records, Known, PlanTimeline), RecordError> {
        let me = self.viewer()?;
        let stored = self.store.records_since(person, Channel::Care, Moment(i64::MIN))?;
        let mut receipted: Vec<Entry> = Vec::with_capacity(stored.len());
        for entry in entries_of(&self.store, &stored, me.store)? {
            if !self.is_only_here(person, entry.id, me.device)? {
                receipted.push(entry);
            }
        }
        let plan = self.whole_plan(person, me.store)?;
        let known = Known::of(&receipted, me.store);
        Ok((Records::of(&receipted), known, plan))
    }

    /// Every version of the plan, with all its parts.
    pub(crate) fn whole_plan(&self, person: PersonId, store: AuthorId) -> Result<PlanTimeline, StoreError> {
        Ok(whole_timeline(&self.store, person, store)?)
    }
}
