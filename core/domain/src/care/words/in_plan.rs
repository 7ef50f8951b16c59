//! What the plan says that a note may say too: the words of its clinical parts.

use crate::plan::edit::Section;
use crate::plan::view::PlanView;

/// The parts in which a diagnosis stands. What the person and their family say is in others.
const CLINICAL: [Section; 5] =
    [Section::Safety, Section::Baselines, Section::Goals, Section::Risks, Section::Actions];

/// Every text of the parts of the plan in which a diagnosis stands.
pub fn known_in(plan: &PlanView) -> Vec<&str> {
    let entries =
        CLINICAL.iter().filter_map(|section| plan.sections.get(section)).flat_map(|all| all.values());
    let fields = entries.flat_map(|entry| entry.fields.values());
    fields.flat_map(|field| &field.candidates).filter_map(|candidate| candidate.value.as_text()).collect()
}
