//! What a person's plan says that matters for emergency signs.

use super::catalogue::Catalogue;
use super::emergency::{CallFirst, EmergencyList, FirstCall, PlanFact, PlanSays, Sign, signs};
use crate::ids::EntryId;
use crate::journal::body::{Observation, Role};
use crate::plan::edit::Section;
use crate::plan::view::{EntryView, FieldView, PlanView};

/// The coded facts of a plan, and whom a clinician put before 999.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanTold {
    facts: Vec<PlanFact>,
    call_first: Option<CallFirst>,
}

impl PlanTold {
    /// Reads them. While people differ about a fact, each of its values that raises an alarm counts, and none that
    /// silences one; while they differ about the first call, it is 999.
    pub fn of_view(list: &EmergencyList, view: &PlanView) -> PlanTold {
        let entries = view.sections.iter().flat_map(|(section, entries)| {
            entries.values().flat_map(|entry| &entry.fields).map(|(code, field)| (*section, code, field))
        });
        let facts = entries.flat_map(|(section, code, field)| facts_of(list, section, code, field)).collect();
        PlanTold { facts, call_first: call_first(view) }
    }

    /// Of a plan that is not read: each fact that raises an alarm may stand in it, and none that silences one does.
    pub fn of_unread(list: &EmergencyList) -> PlanTold {
        let all = list.signs.iter().flat_map(|sign| &sign.matches).flat_map(|one| &one.plan);
        PlanTold { facts: all.filter(|fact| !list.silences(fact)).cloned().collect(), call_first: None }
    }

    /// Whom to ring first for this person, whatever the sign.
    pub fn first_call(&self) -> FirstCall {
        FirstCall::of(self.call_first.as_ref())
    }

    /// The signs that an observation is for this person, in the order of the list.
    pub fn signs(&self, catalogue: &Catalogue, list: &EmergencyList, observation: &Observation) -> Vec<Sign> {
        let says = PlanSays { facts: &self.facts, call_first: self.call_first.as_ref() };
        signs(catalogue, list, says, observation)
    }
}

fn facts_of(list: &EmergencyList, section: Section, code: &str, field: &FieldView) -> Vec<PlanFact> {
    let values = field.candidates.iter().filter_map(|candidate| candidate.value.as_text());
    let facts = values.map(|is| PlanFact { section, field: code.to_owned(), is: is.to_owned() });
    facts.filter(|fact| !(field.is_conflict() && list.silences(fact))).collect()
}

/// Both fields are clinical: whatever stands in them, a nurse has written or accepted.
fn call_first(view: &PlanView) -> Option<CallFirst> {
    let main = view.sections.get(&Section::Safety)?.get(&"main".parse::<EntryId>().ok()?)?;
    let contact = settled(main, "call_first")?.parse().ok()?;
    CallFirst::new(contact, settled(main, "call_first_agreed_by")?, Role::Nurse).ok()
}

fn settled<'e>(entry: &'e EntryView, code: &str) -> Option<&'e str> {
    let field = entry.fields.get(code)?;
    if field.is_conflict() { None } else { field.value().as_text() }
}
