//! Emergency signs on the phone: they need no plan, no network, and no saved record.

use crate::replica::{RecordError, Replica};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::emergency::{self, FirstCall, Sign};
use alongside_domain::care::emergency_plan::PlanTold;
use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::Observation;

impl Replica {
    /// The emergency signs that an observation is, each with whom to ring first: ask while it is written, since who
    /// sees one rings first and records after. Where the plan is not here, may not be shown now or is not shared with the
    /// holder, as if it said whatever makes an observation a sign.
    pub fn emergency_signs(
        &self,
        person: PersonId,
        observation: &Observation,
    ) -> Result<Vec<Sign>, RecordError> {
        Ok(self.plan_told(person)?.signs(Catalogue::built_in(), emergency::list(), observation))
    }

    /// Whom to ring first in an emergency of this person: 999, unless a clinician put somebody in its place in a plan
    /// that is here and may be shown.
    pub fn first_call(&self, person: PersonId) -> Result<FirstCall, RecordError> {
        Ok(self.plan_told(person)?.first_call())
    }

    fn plan_told(&self, person: PersonId) -> Result<PlanTold, RecordError> {
        match self.plan(person) {
            Ok(page) if page.lacks.is_empty() => Ok(PlanTold::of_view(emergency::list(), &page.view)),
            // What is not here, not shown now or not shared may say what makes it an emergency: better one call too many.
            Ok(_) | Err(RecordError::UnknownPerson | RecordError::AskPin | RecordError::Locked { .. }) => {
                Ok(PlanTold::of_unread(emergency::list()))
            }
            Err(error) => Err(error),
        }
    }
}
