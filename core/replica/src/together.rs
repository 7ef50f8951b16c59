//! Shared work on this phone: the same view as the server's, with the holder's own edits on top.

use crate::care_views::inputs_of;
use crate::person::entries_of;
use crate::plan_steps::whole_history;
use crate::replica::{RecordError, Replica, State};
use crate::store::StoreError;
use alongside_domain::care::CareInputs;
use alongside_domain::care::heard::Known;
use alongside_domain::care::plan::PlanTimeline;
use alongside_domain::care::records::Records;
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::{Channel, Entry, RecordRef};
use alongside_domain::plan::edit::Section;
use alongside_domain::reablement::stalled::reviews_opened;
use alongside_domain::time::Moment;
use alongside_domain::together::needs::Needs;
use alongside_domain::together::view::{Together, TogetherInputs, together};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What of one person's care needs the holder of this phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeedsYou {
    /// Whose care.
    pub person: PersonId,
    /// The name that they like to be called by; absent until their plan is here.
    pub name: Option<String>,
    /// What.
    pub needs: Needs,
}

impl Replica {
    /// Risks, decisions, disagreements, referrals, joint assessment and going home, with what is due of all of them.
    pub fn together(&self, person: PersonId) -> Result<Together, RecordError> {
        let now = self.now();
        self.inner.reading(person)?.together(person, now)
    }

    /// What needs the holder of this phone, of everyone on it: their own deadlines and what has moved for them; for
    /// supervisors and managers everyone's. People of whom nothing needs them are left out.
    pub fn needs_you(&self) -> Result<Vec<NeedsYou>, RecordError> {
        let now = self.now();
        let mut found = Vec::new();
        for summary in self.people()? {
            let mut state = self.inner.reading(summary.person)?;
            let me = state.viewer()?;
            let needs = Needs::of(&state.together(summary.person, now)?, me.staff, me.role);
            if !needs.is_empty() {
                found.push(NeedsYou { person: summary.person, name: summary.name, needs });
            }
        }
        Ok(found)
    }
}

impl State {
    /// The view of shared work. It reads the whole journal of the person, since few screens ask for it.
    fn together(&mut self, person: PersonId, now: Moment) -> Result<Together, RecordError> {
        let (me, heard) = (self.viewer()?, self.heard(now)?);
        let stored = self.store.records_since(person, Channel::Care, Moment(i64::MIN))?;
        let entries = entries_of(&self.store, &stored, me.store)?;
        let waiting = self.waiting_of(person, &entries, me.device)?;
        let (records, known) = (Records::of(&entries), Known::of(&entries, me.store));
        let history = whole_history(&self.store, person, me.store).map_err(StoreError::from)?;
        let (held, catalogue) = (self.store.held(person)?, Arc::clone(self.store.catalogue()));
        // Only goals ask for the versions of the plan.
        let has_goals = !self.plan_of(person)?.shown.view.entries(Section::Goals).is_empty();
        let plan = if has_goals { self.whole_plan(person, me.store)? } else { PlanTimeline::default() };
        let shown = &self.plan_of(person)?.shown;
        let own = shown.own_edit.map(|_| history.with_own(now, &shown.view));
        let care = inputs_of((&records, held), (&plan, &catalogue), &heard, &known, now);
        let care = CareInputs { complete_from: held.complete_from(Moment(i64::MIN), now), ..care };
        let inputs = TogetherInputs {
            care,
            plan: &shown.view,
            history: own.as_ref().unwrap_or(&history),
            waiting: &waiting,
            reviews: &reviews_opened(&care),
        };
        Ok(together(&inputs))
    }

    /// Own records that no receipt says that the server has.
    fn waiting_of(
        &mut self,
        person: PersonId,
        entries: &[Entry],
        device: AuthorId,
    ) -> Result<BTreeSet<RecordRef>, StoreError> {
        let mut waiting = BTreeSet::new();
        for entry in entries {
            if self.is_only_here(person, entry.id, device)? {
                waiting.insert(entry.id);
            }
        }
        Ok(waiting)
    }
}
