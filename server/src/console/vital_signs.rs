//! The last vital signs of a person with their early warning score, beside what is usual for them.

use super::words::{self, Names};
use crate::app::App;
use crate::care::PersonCare;
use crate::storage::StorageError;
use alongside_domain::care::news2::{self, Band, LastSet, News2};
use alongside_domain::plan::edit::Section;

/// One line; empty where nothing was measured, or it is not read.
pub async fn line(app: &App, care: &PersonCare, names: &Names) -> Result<String, StorageError> {
    let Some(set) = news2::last(&care.records) else { return Ok(String::new()) };
    let by = app.store.staff(set.entry.header.by).await?;
    let last = LastSet::of(&set, by.map(|staff| staff.role));
    Ok(format!("{}{}", told(&last, names), usual(care)))
}

fn told(last: &LastSet, names: &Names) -> String {
    let (at, by) = (words::time(last.at), words::name(names, last.by));
    match (&last.score, &last.no_score) {
        (Some(score), _) => format!("NEWS2 {}: {} ({at}, {by}).", score.total, meaning(score)),
        (None, why) => {
            let why = why.as_deref().unwrap_or_default();
            format!("Vital signs of {at}, {by}: no NEWS2 score, {why}.")
        }
    }
}

/// As the report of the Royal College of Physicians divides scores.
fn meaning(score: &News2) -> &'static str {
    match score.band {
        Band::Zero | Band::Low => "low",
        Band::LowMedium => "3 in one part, urgent",
        Band::Medium => "medium, urgent",
        Band::High => "high, an emergency",
    }
}

/// What the plan says is usual of the vital signs of this person.
fn usual(care: &PersonCare) -> String {
    let usual: Vec<String> = care
        .plan
        .view
        .entries(Section::Baselines)
        .into_iter()
        .map(|(_, entry)| entry.values())
        .filter(|fields| fields.get("kind").and_then(|kind| kind.as_text()) == Some(news2::KIND))
        .filter_map(|fields| {
            let text = |code: &str| fields.get(code).and_then(|value| value.as_text());
            Some(format!("{} {}", text("field")?.replace('_', " "), text("usual")?))
        })
        .collect();
    if usual.is_empty() {
        return " What is usual for this person is not recorded.".to_owned();
    }
    format!(" Usual: {}.", usual.join(", "))
}
