//! What a form shows beside itself: what others have said, so that nobody decides without it or is asked twice.

use super::shown::right;
use crate::care::PersonCare;
use crate::console::together;
use crate::console::words::{self, Names};
use alongside_domain::ids::EntryId;
use alongside_domain::plan::edit::Section;
use alongside_domain::together::risk::RiskView;
use alongside_domain::together::view::Together;

/// Facts under a heading.
pub struct Beside {
    pub title: &'static str,
    pub lines: Vec<String>,
}

/// What stands beside the form of a section.
pub fn of(section: Section, entry: &EntryId, care: &PersonCare, names: &Names) -> Vec<Beside> {
    let shared = care.together();
    let found = match section {
        Section::Decisions => vec![rights(care), gaps(&shared)],
        Section::Risks => vec![scores(&shared, entry)],
        Section::Assessments => vec![contributions(&shared, entry, names), told(care, &shared)],
        Section::Disputes => vec![decisions(&shared), rights(care)],
        Section::Discharge => vec![checklist(&shared, names)],
        _ => Vec::new(),
    };
    found.into_iter().filter(|one| !one.lines.is_empty()).collect()
}

fn rights(care: &PersonCare) -> Beside {
    let entries = care.plan.view.entries(Section::Rights);
    let mut lines: Vec<String> = entries.iter().map(|(_, entry)| right(&entry.values())).collect();
    if lines.is_empty() {
        lines.push(
            "None yet: a manager writes them. A decision of services without one is flagged.".to_owned(),
        );
    }
    Beside { title: "Who holds the final decision on what services provide", lines }
}

fn gaps(shared: &Together) -> Beside {
    let open = shared.risks.iter().filter(|risk| risk.asks_for_decision && risk.decisions.is_empty());
    Beside { title: "Gaps that ask for a decision", lines: open.map(risk_line).collect() }
}

fn risk_line(risk: &RiskView) -> String {
    format!("{}: {}", risk.text, score_lines(risk).join("; "))
}

fn score_lines(risk: &RiskView) -> Vec<String> {
    risk.scores.iter().map(together::score_words).collect()
}

fn scores(shared: &Together, entry: &EntryId) -> Beside {
    let risk = shared.risks.iter().find(|risk| risk.id == *entry);
    let mut lines = risk.map(score_lines).unwrap_or_default();
    if risk.is_some_and(|risk| risk.asks_for_decision) {
        lines.push("A gap of two or more: it asks for a decision.".to_owned());
    }
    Beside { title: "How each organisation sees it now", lines }
}

fn contributions(shared: &Together, entry: &EntryId, names: &Names) -> Beside {
    let part = shared.assessments.iter().find(|part| part.id == *entry);
    let card = part.map(|part| together::assessment(part, names));
    let lines = card.map(|card| card.told()).unwrap_or_default();
    Beside { title: "This part of the assessment", lines }
}

fn told(care: &PersonCare, shared: &Together) -> Beside {
    let lines = together::told(care, shared);
    let told = lines.iter().map(|line| format!("{}: {}", line.label, line.words));
    Beside { title: "Told already: not to be asked again", lines: told.collect() }
}

fn decisions(shared: &Together) -> Beside {
    let line = |one: &alongside_domain::together::decision::DecisionView| {
        let decided = if one.decision.is_empty() { "open" } else { &one.decision };
        let dissent = if one.dissented.is_empty() {
            String::new()
        } else {
            format!(". Did not agree: {}", one.dissented)
        };
        format!("{}: {decided}{dissent}", one.question)
    };
    Beside { title: "Decisions of this plan", lines: shared.decisions.iter().map(line).collect() }
}

fn checklist(shared: &Together, names: &Names) -> Beside {
    let items = shared.discharge.iter().flat_map(|home| &home.items).filter(|item| item.state.is_to_do());
    let line = |item: &alongside_domain::together::discharge::ChecklistItem| {
        let due = item.due.map_or_else(|| "no time yet".to_owned(), words::time);
        format!("{}: {}, due {due}", item.text, together::owner(&item.owner, names))
    };
    let mut lines: Vec<String> = items.map(line).collect();
    if lines.is_empty() {
        lines.push("Nothing of the checklist is open.".to_owned());
    }
    Beside { title: "Still open of going home", lines }
}
