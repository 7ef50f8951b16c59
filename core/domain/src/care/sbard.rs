//! What to say on the phone about an escalation, in the order of SBARD: situation, background, assessment,
//! recommendation, decision.
//!
//! The assessment holds only what was observed: values, changes, the person's own words. Carers' notes have no place
//! in it, since words in them may be an opinion.

use super::CareInputs;
use super::catalogue::Catalogue;
use super::escalation::{Answer, Escalation};
use super::fields::{field_rules, section_rule};
use super::plan::Trigger;
use super::triggers::{MatchFound, Why};
use crate::journal::body::{FromUsual, Match, Observation};
use crate::plan::edit::Section;
use crate::plan::view::{EntryView, FieldView, PlanView};
use crate::time::Moment;
use crate::value::{Fields, Value, text_in};
use serde::Serialize;

/// Sentences to read out, each list in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Sbard {
    /// About whom, and what has happened.
    pub situation: Vec<String>,
    /// What the listener should know of the person.
    pub background: Vec<String>,
    /// What was observed.
    pub assessment: Vec<String>,
    /// What the plan asks for.
    pub recommendation: Vec<String>,
    /// What to read back and write down; and what was answered.
    pub decision: Vec<String>,
}

/// The facts of the safety header that whoever answers asks for, where they are recorded.
const BACKGROUND: [&str; 10] = [
    "allergies",
    "allergies_known",
    "cpr_form",
    "blood_thinner",
    "insulin",
    "oxygen",
    "time_critical_medicines",
    "infection_precautions",
    "communication",
    "hazards",
];
/// How many matches are told: the first, which raised it, and the latest ones.
const MATCHES_TOLD: usize = 3;

/// The text for an escalation. `plan` is the plan as the caller sees it.
pub fn sbard(inputs: &CareInputs<'_>, plan: &PlanView, escalation: &Escalation) -> Sbard {
    let safety = plan.entries(Section::Safety).into_iter().map(|(_, entry)| words_of(entry)).next();
    let safety = safety.unwrap_or_default();
    Sbard {
        situation: situation(&safety, escalation),
        background: background(&safety, &escalation.trigger),
        assessment: told(escalation).flat_map(|found| observed(inputs, found)).collect(),
        recommendation: recommendation(escalation),
        decision: decision(&escalation.responses),
    }
}

/// What an entry says, by field; where people differ about more than a name, what each of them says.
fn words_of(entry: &EntryView) -> Fields {
    let words = |value: &Value| value.as_text().unwrap_or_default().to_owned();
    let told = |code: &str, field: &FieldView| match code {
        "full_name" | "preferred_name" => words(field.value()),
        _ => field.words(words),
    };
    entry.fields.iter().map(|(code, field)| (code.clone(), Value::text(told(code, field)))).collect()
}

fn situation(safety: &Fields, escalation: &Escalation) -> Vec<String> {
    let name = [text_in(safety, "full_name"), text_in(safety, "preferred_name")]
        .into_iter()
        .find(|name| !name.is_empty());
    let mut who = format!("I am ringing about {}", name.unwrap_or("a person in our care"));
    for (code, before) in [("date_of_birth", "born"), ("nhs_number", "NHS number")] {
        let value = text_in(safety, code);
        if !value.is_empty() {
            who.push_str(&format!(", {before} {value}"));
        }
    }
    let met = format!("{}. This was met on {}.", escalation.trigger.name, when(escalation.raised));
    let again = escalation.matches.len().saturating_sub(1);
    let joined = (again > 0).then(|| format!("It was met again {again} times since."));
    [Some(format!("{who}.")), Some(met), joined].into_iter().flatten().collect()
}

fn background(safety: &Fields, trigger: &Trigger) -> Vec<String> {
    let known = |code: &&str| !matches!(text_in(safety, code), "" | "not_recorded");
    let rules = field_rules(Section::Safety);
    let label = |code: &str| rules.iter().find(|rule| rule.code == code).map_or("", |rule| rule.label);
    let facts = BACKGROUND.into_iter().filter(known);
    let mut told: Vec<String> =
        facts.map(|code| format!("{}: {}.", label(code), text_in(safety, code).replace('_', " "))).collect();
    if told.is_empty() {
        told.push(format!("{}: nothing is recorded.", section_rule(Section::Safety).label));
    }
    if !trigger.agreed_by.is_empty() {
        told.push(format!("This was agreed in advance by {}.", trigger.agreed_by));
    }
    told
}

/// The match that raised it, and the latest ones.
fn told(escalation: &Escalation) -> impl Iterator<Item = &MatchFound> {
    let latest = escalation.matches.len().saturating_sub(MATCHES_TOLD - 1).max(1);
    escalation.matches.iter().take(1).chain(escalation.matches.iter().skip(latest))
}

fn observed(inputs: &CareInputs<'_>, found: &MatchFound) -> Vec<String> {
    let mut lines: Vec<String> = found
        .why
        .iter()
        .map(|why| format!("{}: {}.", when(found.observed), why_words(inputs, why)))
        .collect();
    if let Match::Record(record) = found.matched
        && let Some(seen) = inputs.records.holding(record)
    {
        lines.extend(beside(seen.observation));
    }
    lines
}

/// What was observed beside the values.
fn beside(observation: &Observation) -> impl Iterator<Item = String> + '_ {
    let changed = observation.changed.and_then(|changed| match changed {
        FromUsual::No => Some("As usual for them.".to_owned()),
        FromUsual::Yes => Some("Not as usual for them.".to_owned()),
        FromUsual::DontKnow => None,
    });
    let quoted = observation.quoted.as_ref().map(|quoted| format!("In their own words: “{quoted}”."));
    changed.into_iter().chain(quoted)
}

fn why_words(inputs: &CareInputs<'_>, why: &Why) -> String {
    let words = Words { catalogue: inputs.catalogue };
    match why {
        Why::Value { kind, field, value } => words.value(kind, field, value),
        Why::Change { kind, field, base, base_record, value } => {
            let at = inputs.records.entry(*base_record).map(|entry| format!(" on {}", when(entry.observed)));
            let base = words.bare(kind, field, base);
            format!("{}, where it was {base}{}", words.value(kind, field, value), at.unwrap_or_default())
        }
        Why::Count { kind, field, count } => format!("{}, {count} times", words.name(kind, field)),
        Why::Run { kind, field, times } => format!("{}, {times} times in a row", words.name(kind, field)),
        Why::Absent { kind, field: None, since } => {
            format!("nothing recorded of {} since {}", words.kind(kind), when(*since))
        }
        Why::Absent { kind, field: Some(field), since } => {
            format!("{}: nothing recorded that counts since {}", words.name(kind, field), when(*since))
        }
    }
}

/// The words of the catalogue.
struct Words<'a> {
    catalogue: &'a Catalogue,
}

impl Words<'_> {
    fn kind<'s>(&'s self, kind: &'s str) -> &'s str {
        self.catalogue.kind(kind).map_or(kind, |rule| rule.label.as_str())
    }

    fn name(&self, kind: &str, field: &str) -> String {
        let rule = self.catalogue.field(kind, field);
        format!("{}, {}", self.kind(kind), rule.map_or(field, |rule| rule.label.as_str()).to_lowercase())
    }

    fn bare(&self, kind: &str, field: &str, value: &Value) -> String {
        let rule = self.catalogue.field(kind, field);
        rule.map_or_else(|| value.to_string(), |rule| rule.words(value))
    }

    fn value(&self, kind: &str, field: &str, value: &Value) -> String {
        format!("{}: {}", self.name(kind, field), self.bare(kind, field, value))
    }
}

fn recommendation(escalation: &Escalation) -> Vec<String> {
    let trigger = &escalation.trigger;
    let asked = format!("Please tell us what to do by {}.", when(escalation.due));
    let meanwhile = format!("Until then: {}", trigger.meanwhile);
    let parts = [
        (trigger.say.clone(), !trigger.say.is_empty()),
        (asked, true),
        (meanwhile, !trigger.meanwhile.is_empty()),
    ];
    parts.into_iter().filter(|(_, is_told)| *is_told).map(|(text, _)| text).collect()
}

fn decision(responses: &[Answer]) -> Vec<String> {
    let said = |answer: &Answer| format!("{}, {}: “{}”", when(answer.at), answer.from, answer.said);
    let mut lines: Vec<String> = responses.iter().map(said).collect();
    lines.push("Read back what they say. Write down who said it, what, and by when.".to_owned());
    lines
}

fn when(at: Moment) -> String {
    at.local().format("%a %-d %b %H:%M").to_string()
}
