//! Emergency signs on the phone: they need no plan, no network, and no saved record.

use crate::replica::{RecordError, Replica};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::emergency::{self, Sign};
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
        let plan = match self.plan(person) {
            Ok(page) if page.lacks.is_empty() => Some(page.view),
            // What is not here, not shown now or not shared may say what makes it an emergency: better one call too many.
            Ok(_) | Err(RecordError::UnknownPerson | RecordError::AskPin | RecordError::Locked { .. }) => {
                None
            }
            Err(error) => return Err(error),
        };
        let list = emergency::list();
        let told = plan.map_or_else(|| PlanTold::of_unread(list), |plan| PlanTold::of_view(list, &plan));
        Ok(told.signs(Catalogue::built_in(), list, observation))
    }
}
