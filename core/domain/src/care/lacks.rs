//! What a view cannot tell its reader, since not all that it is made from is shared with them.
//!
//! Each part of a view states its inputs. Where one of them is not read, the part tells nothing: no figure, no state,
//! nothing "missing" and nothing "done". It says what it needs and whom to ask, which is true; what is folded from less
//! would not be.

use super::CareInputs;
use crate::journal::Category;
use crate::journal::body::Role;
use crate::plan::edit::Section;
use crate::plan::view::PlanView;
use crate::sharing::{Reader, SHAREABLE, Scope, is_same_organisation, sharing};
use chrono::NaiveDate;
use serde::Serialize;

/// A part of what screens show of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The plan itself.
    Plan,
    /// Which records met a trigger.
    TriggersMet,
    /// How escalations stand: what nobody recorded in time, who was told, what was answered, what is overdue.
    Escalations,
    /// Which visits are planned, late or missed.
    Visits,
    /// What carers observed, and how it went.
    Observed,
    /// What was asked for and not recorded.
    NotRecorded,
    /// What happened since which nursing visit.
    SinceVisit,
    /// The carer's day: handover, who is there, who is late, whether the person was located.
    Day,
    /// The summary of a week.
    Week,
    /// What is due from whom, and what it follows from.
    SharedWork,
    /// Which review triggers were met.
    ReviewTriggers,
}

impl Part {
    /// All of them.
    pub const ALL: [Part; 11] = [
        Part::Plan,
        Part::TriggersMet,
        Part::Escalations,
        Part::Visits,
        Part::Observed,
        Part::NotRecorded,
        Part::SinceVisit,
        Part::Day,
        Part::Week,
        Part::SharedWork,
        Part::ReviewTriggers,
    ];

    /// What it is made from.
    pub fn inputs(self) -> &'static [Category] {
        const NOTES: Category = Category::CARE_NOTES;
        const VISITS: Category = Category::VISITS;
        const PLAN: Category = Category::PLAN;
        const LOG: Category = Category::CONTACT_LOG;
        match self {
            Part::Plan | Part::SharedWork => &[PLAN],
            Part::TriggersMet => &[NOTES, PLAN],
            Part::Observed => &[NOTES],
            Part::Visits => &[VISITS, PLAN],
            Part::SinceVisit | Part::Day => &[VISITS],
            Part::NotRecorded => &[NOTES, VISITS, PLAN],
            // An answer ends an escalation, and what raised it no longer counts (R1); a silent phone that is on the
            // roster makes an absence uncertain (R2); a promise is kept by arriving (R5).
            Part::Escalations | Part::Week | Part::ReviewTriggers => &[NOTES, VISITS, PLAN, LOG],
        }
    }

    /// Whether a reader of this scope can be told.
    pub fn is_told(self, scope: Scope) -> bool {
        self.inputs().iter().all(|category| scope.reads(*category))
    }

    fn words(self) -> &'static str {
        match self {
            Part::Plan => "The plan",
            Part::TriggersMet => "Which triggers were met",
            Part::Escalations => "What is open or overdue, who was told and what they answered",
            Part::Visits => "Which visits are planned, late or missed",
            Part::Observed => "What carers saw and measured",
            Part::NotRecorded => "Whether all was recorded that was asked for",
            Part::SinceVisit => "What happened since which nursing visit",
            Part::Day => "The day: handover, who is there, who is late",
            Part::Week => "The summary of the week",
            Part::SharedWork => "What is due from whom",
            Part::ReviewTriggers => "Which review triggers were met",
        }
    }
}

/// A part of a view that its reader cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lack {
    /// Which.
    pub part: Part,
    /// Which of its inputs are not shared, as the plan calls them.
    pub needs: Vec<String>,
}

impl Lack {
    /// The part, where a reader of this scope cannot be told.
    pub fn of(part: Part, scope: Scope) -> Option<Lack> {
        let inputs = SHAREABLE.iter().filter(|(category, _)| part.inputs().contains(category));
        let missing = inputs.filter(|(category, _)| !scope.reads(*category));
        let needs: Vec<String> = missing.map(|(_, code)| (*code).to_owned()).collect();
        (!needs.is_empty()).then_some(Lack { part, needs })
    }

    /// The same in short, for a list that says before it that this cannot be told, and whom to ask.
    pub fn in_short(&self) -> String {
        format!("{} (needs {})", self.part.words(), needs_words(&self.needs))
    }

    /// In plain words, for the screen of somebody of this organisation.
    pub fn words(&self, organisation: &str) -> String {
        let (part, needs) = (self.part.words(), needs_words(&self.needs));
        format!(
            "{part}: this cannot be told here. It needs {needs}, not shared with {organisation}. Ask the \
             provider’s office."
        )
    }
}

fn needs_words(needs: &[String]) -> String {
    let needs: Vec<&str> = needs.iter().map(|code| input_words(code)).collect();
    let (last, first) = needs.split_last().unwrap_or((&"", &[]));
    if first.is_empty() { (*last).to_owned() } else { format!("{} and {last}", first.join(", ")) }
}

/// What a category is called on a screen.
fn input_words(code: &str) -> &str {
    match code {
        "care_notes" => "the care notes",
        "visits" => "the visits",
        "plan" => "the plan",
        "contact_log" => "the contact log",
        other => other,
    }
}

/// Those of these parts that a reader of this scope cannot be told.
pub fn lacks(scope: Scope, parts: &[Part]) -> Vec<Lack> {
    parts.iter().filter_map(|part| Lack::of(*part, scope)).collect()
}

/// A partner on whose nurses' phones and pages the triggers of a plan are not evaluated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotEvaluated {
    /// The organisation, as the plan names it.
    pub organisation: String,
    /// What they cannot be told.
    pub lack: Lack,
}

impl NotEvaluated {
    /// In plain words, for whoever edits a trigger.
    pub fn words(&self) -> String {
        let needs = needs_words(&self.lack.needs);
        let organisation = &self.organisation;
        format!(
            "Nurses of {organisation} do not read {needs}: not every trigger is evaluated on their phones."
        )
    }
}

/// The partners that a plan says something of about sharing, and whose nurses do not read all that its triggers need, on
/// a local day: to be shown to whoever edits a trigger.
pub fn not_evaluated(plan: &PlanView, today: NaiveDate) -> Vec<NotEvaluated> {
    let entries = plan.sections.get(&Section::Sharing).into_iter().flat_map(|entries| entries.values());
    let named = entries.filter_map(|entry| entry.fields.get("organisation"));
    let named = named.flat_map(|field| &field.candidates).filter_map(|one| one.value.as_text());
    let mut organisations: Vec<&str> = Vec::new();
    for name in named {
        if !organisations.iter().any(|other| is_same_organisation(other, name)) {
            organisations.push(name);
        }
    }
    let of = |organisation: &str| {
        let reader = Reader { role: Role::Nurse, partner: Some(organisation) };
        let lack = Lack::of(Part::Escalations, sharing(plan, &reader, today).scope)?;
        Some(NotEvaluated { organisation: organisation.to_owned(), lack })
    };
    organisations.into_iter().filter_map(of).collect()
}

impl CareInputs<'_> {
    /// Whether the reader can be told a part.
    pub fn tells(&self, part: Part) -> bool {
        part.is_told(self.scope)
    }

    /// Those of these parts that the reader cannot be told.
    pub fn lacks(&self, parts: &[Part]) -> Vec<Lack> {
        lacks(self.scope, parts)
    }
}
