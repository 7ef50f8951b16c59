//! Emergency signs on the phone: they need no plan, no network, and no saved record.

use crate::replica::{RecordError, Replica};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::emergency::{self, Sign};
use alongside_domain::care::emergency_plan::PlanTold;
use alongside_domain::ids::PersonId;
use alongside_domain::journal::body::Observation;
use alongside_domain::plan::view::PlanView;

impl Replica {
    /// The emergency signs that an observation is, each with whom to ring first: ask while it is written, since who
    /// sees one rings first and records after. Also about somebody whose plan is not here, or may not be shown.
    pub fn emergency_signs(
        &self,
        person: PersonId,
        observation: &Observation,
    ) -> Result<Vec<Sign>, RecordError> {
        let plan = match self.plan(person) {
            Ok(page) => page.view,
            Err(RecordError::UnknownPerson | RecordError::AskPin | RecordError::Locked { .. }) => {
                PlanView::default()
            }
            Err(error) => return Err(error),
        };
        let told = PlanTold::of_view(emergency::list(), &plan);
        Ok(told.signs(Catalogue::built_in(), emergency::list(), observation))
    }
}
