//! Turns what a file says in short into single visits and single steps: rosters, visits that are not told,
//! and values that are "as last known". Pure.

use crate::format::{Observed, RosterPart, Scenario, Step, VisitKind, VisitName};
use crate::time::LocalTime;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// One visit of a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Its time.
    pub at: LocalTime,
    /// By carers or by nurses.
    pub kind: VisitKind,
    /// Who is to come.
    pub staff: Vec<String>,
    /// Nobody comes.
    pub missed: bool,
}

/// The visits of one part of the roster, in the order of time.
pub fn planned_visits(part: &RosterPart) -> Vec<Planned> {
    let mut times: BTreeSet<LocalTime> = part.visits.iter().copied().collect();
    if let (Some(from), Some(to)) = (part.from, part.to) {
        times.extend(from.each_day(&part.at, to));
    }
    let staff_at = |time: &LocalTime| {
        let other = part.except.iter().find(|other| other.visits.contains(time));
        other.map_or(&part.staff, |other| &other.staff).clone()
    };
    let visit = |at| Planned { staff: staff_at(&at), kind: part.kind, missed: part.missed.contains(&at), at };
    times.into_iter().map(visit).collect()
}

/// A step, and where the file says so.
#[derive(Debug, Clone)]
pub struct PlacedStep {
    /// The step, with every value given.
    pub step: Step,
    /// A JSON pointer; the roster's for a visit that is not told.
    pub place: String,
}

/// All steps in the order of time: those told, and the visits that no step tells of. At the same time, told steps
/// come first. No step has `usual` or `as_last_known` left.
pub fn all_steps(scenario: &Scenario) -> Vec<PlacedStep> {
    let told = scenario.steps.iter().enumerate();
    let mut steps: Vec<PlacedStep> = told
        .map(|(index, step)| PlacedStep { step: step.clone(), place: format!("/steps/{index}") })
        .collect();
    let told: BTreeSet<(String, LocalTime)> =
        steps.iter().filter_map(|placed| visit_of(scenario, &placed.step)).collect();
    for (index, part) in scenario.roster.iter().enumerate() {
        let person = person_name(scenario, part.person.as_deref());
        let untold = |visit: &Planned| !visit.missed && !told.contains(&(person.clone(), visit.at));
        for visit in planned_visits(part).into_iter().filter(untold) {
            let step = usual_visit(&person, &visit, scenario.usual.contains_key(&person));
            steps.push(PlacedStep { step, place: format!("/roster/{index}") });
        }
    }
    steps.sort_by_key(|placed| placed.step.at);
    fill(scenario, &mut steps);
    steps
}

/// The person that a part of the file is about.
pub fn person_name(scenario: &Scenario, named: Option<&str>) -> String {
    let only = || scenario.people.keys().next().map(String::as_str).unwrap_or_default();
    named.unwrap_or_else(only).to_owned()
}

fn visit_of(scenario: &Scenario, step: &Step) -> Option<(String, LocalTime)> {
    match step.visit? {
        VisitName::Planned(time) => Some((person_name(scenario, step.person.as_deref()), time)),
        VisitName::Unplanned => None,
    }
}

fn usual_visit(person: &str, visit: &Planned, usual: bool) -> Step {
    Step {
        at: visit.at,
        by: visit.staff.first().cloned().unwrap_or_default(),
        person: Some(person.to_owned()),
        note: None,
        network: None,
        clock_off_hours: None,
        visit: Some(VisitName::Planned(visit.at)),
        usual: usual && visit.kind == VisitKind::Care,
        record: Vec::new(),
        attempt: None,
        answer: None,
        communication: None,
        close: None,
        day: None,
        edit: None,
        choose: None,
        decide: None,
        withdraw: None,
        template: None,
        look: false,
        concern: None,
        concern_call: None,
        case_act: None,
        emergency: None,
        given_time: None,
        refused: None,
    }
}

/// (person, kind, site, field): a value that the story has told.
type Told = (String, String, Option<String>, String);

fn fill(scenario: &Scenario, steps: &mut [PlacedStep]) {
    let mut latest: BTreeMap<Told, (LocalTime, Json)> = BTreeMap::new();
    for placed in steps {
        let step = &mut placed.step;
        let person = person_name(scenario, step.person.as_deref());
        if std::mem::take(&mut step.usual) {
            let usual = scenario.usual.get(&person).cloned().unwrap_or_default();
            step.record.splice(0..0, usual);
        }
        // What is recorded together does not look at one another.
        for observed in &mut step.record {
            fill_last_known(&latest, &person, observed);
        }
        step.record.retain(|observed| !observed.fields.is_empty() || observed.absent.is_some());
        for observed in &step.record {
            remember(&mut latest, &person, observed, step.at);
        }
    }
}

fn told(person: &str, observed: &Observed, field: &str) -> Told {
    (person.to_owned(), observed.kind.clone(), observed.site.clone(), field.to_owned())
}

fn fill_last_known(latest: &BTreeMap<Told, (LocalTime, Json)>, person: &str, observed: &mut Observed) {
    for field in std::mem::take(&mut observed.as_last_known) {
        if let Some((_, value)) = latest.get(&told(person, observed, &field)) {
            observed.fields.insert(field, value.clone());
        }
    }
}

fn remember(
    latest: &mut BTreeMap<Told, (LocalTime, Json)>,
    person: &str,
    observed: &Observed,
    at: LocalTime,
) {
    let time = observed.observed.unwrap_or(at);
    for (field, value) in &observed.fields {
        let slot = latest.entry(told(person, observed, field)).or_insert_with(|| (time, value.clone()));
        if slot.0 <= time {
            *slot = (time, value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    const TEXT: &str = r#"{
 "format": 1, "title": "t", "begins": "2026-03-02T07:00", "organisation": "o",
 "people": {"grace": {"name": "Grace"}},
 "staff": {"amina": {"name": "Amina", "role": "carer"}, "joel": {"name": "Joel", "role": "carer"}},
 "roster": [{"by": "joel", "kind": "care", "staff": ["joel"], "window_min": 30, "at": ["08:00", "12:00", "18:00", "21:00"],
   "from": "2026-03-02T08:00", "to": "2026-03-02T21:00", "missed": ["2026-03-02T18:00"],
   "except": [{"staff": ["amina"], "visits": ["2026-03-02T12:00"]}]}],
 "usual": {"grace": [{"kind": "pain", "as_last_known": ["score"]}]},
 "steps": [
  {"at": "2026-03-02T08:10", "by": "joel", "visit": "2026-03-02T08:00", "record": [{"kind": "pain", "fields": {"score": 3}}]},
  {"at": "2026-03-02T20:00", "by": "joel", "record": [{"kind": "pain", "fields": {"score": 9}, "observed": "2026-03-02T09:00"}]}
 ],
 "expect": [{"id": "x", "at": "2026-03-02T21:00", "on": "joel", "look_at": "waiting", "is": 0}]
}"#;

    #[test]
    fn a_visit_that_no_step_tells_of_happens_as_usual_and_a_missed_one_does_not() {
        let steps = all_steps(&parse(TEXT).expect("a right file"));
        let seen: Vec<(String, &str)> = steps
            .iter()
            .map(|placed| (placed.step.at.to_string()[11..].to_owned(), placed.step.by.as_str()))
            .collect();
        let expected = [("08:10", "joel"), ("12:00", "amina"), ("20:00", "joel"), ("21:00", "joel")];
        assert_eq!(seen, expected.map(|(time, by)| (time.to_owned(), by)));
    }

    #[test]
    fn the_last_known_value_is_the_latest_observed_not_the_latest_recorded() {
        let text = TEXT.replace("09:00\"}", "11:00\"}").replace("T20:00", "T20:30");
        let value = |text: &str, at: usize| {
            let steps = all_steps(&parse(text).expect("a right file"));
            steps[at].step.record[0].fields["score"].clone()
        };
        assert_eq!(value(TEXT, 1), 3);
        assert_eq!(value(TEXT, 3), 3, "09:00 is before the usual visit of 12:00");
        assert_eq!(value(&text.replace("11:00", "13:00"), 3), 9);
    }
}
