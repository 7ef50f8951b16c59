//! What a view cannot tell, as remote types: not all that it is made from is shared with the holder's organisation.

use crate::problem::Problem;
use crate::replica::Replica;
use alongside_replica::domain::care::lacks::{Lack, NotEvaluated, Part};
use alongside_replica::domain::ids::PersonId;

/// A part of what screens show of a person.
#[uniffi::remote(Enum)]
pub enum Part {
    Plan,
    TriggersMet,
    Escalations,
    Visits,
    Observed,
    NotRecorded,
    SinceVisit,
    Day,
    Week,
    SharedWork,
    ReviewTriggers,
}

/// A part of a view that its reader cannot be told, and which of its inputs are not shared, as the plan calls them.
#[uniffi::remote(Record)]
pub struct Lack {
    pub part: Part,
    pub needs: Vec<String>,
}

/// A partner on whose nurses' phones not every trigger of a plan is evaluated.
#[uniffi::remote(Record)]
pub struct NotEvaluated {
    pub organisation: String,
    pub lack: Lack,
}

#[uniffi::export]
impl Replica {
    /// What of the person's views cannot be told here: what stands nowhere then may well be there.
    pub fn lacks(&self, person: PersonId) -> Result<Vec<Lack>, Problem> {
        Ok(self.core()?.lacks(person)?)
    }

    /// The partners on whose nurses' phones not every trigger is evaluated: show them to whoever edits one.
    pub fn not_evaluated(&self, person: PersonId) -> Result<Vec<NotEvaluated>, Problem> {
        Ok(self.core()?.not_evaluated(person)?)
    }
}

/// The same in plain words, for whoever edits a trigger.
#[uniffi::export]
pub fn not_evaluated_words(one: NotEvaluated) -> String {
    one.words()
}

/// In plain words, for the screen of somebody of this organisation.
#[uniffi::export]
pub fn lack_words(lack: Lack, organisation: String) -> String {
    lack.words(&organisation)
}
