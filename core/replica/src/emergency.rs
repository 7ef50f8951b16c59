//! Emergency signs on the phone: they need no plan, no network, and no saved record.

use crate::replica::{RecordError, Replica, State};
use alongside_domain::care::emergency::{self, FirstCall, Sign};
use alongside_domain::care::emergency_plan::PlanTold;
use alongside_domain::care::emergency_told::{self, UntoldSign};
use alongside_domain::care::lacks::{Part, lacks};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::Body;
use alongside_domain::journal::body::Observation;
use alongside_domain::time::Moment;

impl Replica {
    /// The emergency signs that an observation is, each with whom to ring first: ask while it is written, since who
    /// sees one rings first and records after. Where the plan is not here, may not be shown now or is not shared with the
    /// holder, as if it said whatever makes an observation a sign.
    pub fn emergency_signs(
        &self,
        person: PersonId,
        observation: &Observation,
    ) -> Result<Vec<Sign>, RecordError> {
        Ok(self.plan_told(person)?.signs(&self.catalogue(), emergency::list(), observation))
    }

    /// Whom to ring first in an emergency of this person: 999, unless a clinician put somebody in its place in a plan
    /// that is here and may be shown.
    pub fn first_call(&self, person: PersonId) -> Result<FirstCall, RecordError> {
        Ok(self.plan_told(person)?.first_call())
    }

    /// The emergency signs that stand in the person's records and of which nobody has noted a call, oldest first. Nothing
    /// where the calls about this person are not shared with the holder: then nobody here can tell.
    pub fn untold_signs(&self, person: PersonId) -> Result<Vec<UntoldSign>, RecordError> {
        self.look(person, |state, _, now| state.untold_signs(person, now))
    }

    fn plan_told(&self, person: PersonId) -> Result<PlanTold, RecordError> {
        match self.inner.reading(person).and_then(|mut state| state.plan_told(person)) {
            Err(RecordError::UnknownPerson | RecordError::AskPin | RecordError::Locked { .. }) => {
                Ok(PlanTold::of_unread(emergency::list()))
            }
            told => told,
        }
    }
}

impl State {
    /// The signs that what is to be recorded is.
    pub(crate) fn signs_of(
        &mut self,
        person: PersonId,
        may_see: bool,
        body: &Body,
    ) -> Result<Vec<Sign>, RecordError> {
        let Body::Observation(observation) = body else { return Ok(Vec::new()) };
        let told = if may_see { self.plan_told(person)? } else { PlanTold::of_unread(emergency::list()) };
        Ok(told.signs(self.store.catalogue(), emergency::list(), observation))
    }

    pub(crate) fn untold_signs(
        &mut self,
        person: PersonId,
        now: Moment,
    ) -> Result<Vec<UntoldSign>, RecordError> {
        if !Part::Escalations.is_told(self.store.scope(person)?) {
            return Ok(Vec::new());
        }
        let told = self.plan_told(person)?;
        let care = self.person(person, now)?;
        Ok(emergency_told::untold(&care.records, &told, (&care.catalogue, emergency::list()), now))
    }

    /// What is not here, not shown now or not shared may say what makes it an emergency: better one call too many.
    fn plan_told(&mut self, person: PersonId) -> Result<PlanTold, RecordError> {
        if !lacks(self.store.scope(person)?, &[Part::Plan]).is_empty() {
            return Ok(PlanTold::of_unread(emergency::list()));
        }
        Ok(PlanTold::of_view(emergency::list(), &self.plan_of(person)?.shown.view))
    }
}
