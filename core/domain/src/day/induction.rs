//! What somebody must know who comes to a person for the first time, on their own phone, beside the header that says who
//! the person is: what is safe and the home's hazards, what is done at visits, risks and what is done about them, how
//! best to support the person.

use super::home_folder::{HomeFolder, SAFETY, action, entries, facts, words};
use crate::plan::edit::Section;
use crate::plan::view::PlanView;
use crate::time::Moment;

const MORE_SAFETY: [&str; 4] = ["hazards", "carers_needed", "infection_precautions", "baselines"];
const SUPPORT: [&str; 3] = ["support_me", "communicate", "matters_most"];

/// The induction to a person. Unlike the page for the home it is not printed, and holds hazards.
pub fn page(plan: &PlanView, made: Moment) -> HomeFolder {
    let safety: Vec<&str> = MORE_SAFETY.into_iter().chain(SAFETY).collect();
    let parts = [
        ("Safety", facts(plan, Section::Safety, &safety)),
        ("What is done at visits", entries(plan, Section::Actions, action)),
        ("Risks", entries(plan, Section::Risks, |entry| words(entry, &["text", "approach", "measures"]))),
        ("How best to support me", facts(plan, Section::About, &SUPPORT)),
    ];
    HomeFolder::of(plan, made, parts, None)
}
