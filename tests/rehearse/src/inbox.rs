//! The console's inbox as its users see it: what it shows, and its buttons.

use crate::act::StepError;
use crate::cast::Cast;
use crate::format::{Choose, Decide};
use crate::html::{Form, Page};
use crate::http::Browser;
use crate::stage::Stage;
use alongside_replica::domain::journal::RecordRef;
use alongside_replica::domain::value::Value;
use serde_json::{Value as Json, json};

/// Where the inbox is.
pub const PATH: &str = "/inbox";

fn browser<'a>(stage: &'a Stage, by: &str) -> &'a Browser {
    stage.browsers.get(by).expect("the reader has checked who can sign in")
}

/// Presses the button of a version.
pub async fn choose(stage: &Stage, by: &str, choose: &Choose, value: &Value) -> Result<(), StepError> {
    let browser = browser(stage, by);
    let page = browser.open(PATH).await?;
    let wanted = [
        ("section", choose.section.clone()),
        ("entry", choose.entry.clone()),
        ("field", choose.field.clone()),
        ("value", carried(value)),
    ];
    let form = page.forms.iter().find(|form| {
        form.action.ends_with("/choose")
            && wanted.iter().all(|(name, text)| form.fields.get(*name) == Some(text))
    });
    let form = form.ok_or_else(|| {
        StepError::NotOffered(format!("{}.{}.{} = {value}", choose.section, choose.entry, choose.field))
    })?;
    browser.submit(form, &[]).await?;
    Ok(())
}

/// Accepts or declines a held edit.
pub async fn decide(stage: &Stage, by: &str, decide: &Decide, edit: RecordRef) -> Result<(), StepError> {
    let browser = browser(stage, by);
    let page = browser.open(PATH).await?;
    let form = page.forms.iter().find(|form| form.action.ends_with("/decide") && is_about(form, edit));
    let form = form.ok_or_else(|| StepError::NotOffered(format!("a decision on {:?}", decide.edit)))?;
    let accept = if decide.accept { "yes" } else { "no" };
    browser.submit(form, &[("accept", accept), ("reason", &decide.reason)]).await?;
    Ok(())
}

fn is_about(form: &Form, edit: RecordRef) -> bool {
    let named = format!("{}.{}.{}", edit.author, edit.epoch, edit.number);
    form.fields.get("edit") == Some(&named)
}

/// A value as the forms of the inbox carry it: text as it is, anything else as JSON.
fn carried(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => serde_json::to_string(other).expect("a value is JSON"),
    }
}

/// The conflicts that the page shows, as `shown::conflicts` gives them for a plan.
pub fn conflicts(page: &Page, cast: &Cast) -> Json {
    let mut found: Vec<Json> = Vec::new();
    for marked in &page.marked {
        let text = |name: &str| json!(marked.get(name).map(String::as_str).unwrap_or_default());
        if marked.contains_key("data-conflict-field") {
            found.push(json!({
                "section": text("data-conflict-section"), "entry": text("data-conflict-entry"),
                "field": text("data-conflict-field"), "versions": [],
            }));
        }
        if let (Some(value), Some(conflict)) = (marked.get("data-candidate-value"), found.last_mut()) {
            let value: Json = serde_json::from_str(value).unwrap_or_else(|_| json!(value));
            let by = cast
                .by_shown_name(marked.get("data-candidate-author").map(String::as_str).unwrap_or_default());
            let at = marked.get("data-candidate-at").and_then(|at| at.parse::<i64>().ok());
            let version =
                json!({ "value": value, "by": by, "at": at.map(|at| crate::shown::time(&json!(at))) });
            conflict["versions"].as_array_mut().expect("made as a list").push(version);
        }
    }
    for conflict in &mut found {
        let versions = conflict["versions"].as_array_mut().expect("made as a list");
        versions.sort_by_key(|version| (version["at"].to_string(), version["value"].to_string()));
    }
    json!(found)
}

/// The held edits that the page shows, by the names of the file.
pub fn held(page: &Page, cast: &Cast) -> Json {
    let of = |marked: &std::collections::BTreeMap<String, String>| {
        let edit = marked.get("data-held-edit")?;
        let by = cast.by_shown_name(marked.get("data-held-author").map(String::as_str).unwrap_or_default());
        Some(json!({ "edit": cast.edit_name_of_text(edit), "by": by }))
    };
    page.marked.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicts_and_held_edits_are_read_from_the_marks_of_the_page() {
        let mut cast = Cast::default();
        cast.add_staff("beth", alongside_replica::domain::ids::StaffId([7; 16]), "Beth Hill");
        let page = Page::read(
            r#"<section data-conflict-section="actions" data-conflict-entry="turning" data-conflict-field="interval_min">
            <li data-candidate-value="120" data-candidate-author="Beth Hill" data-candidate-at="1772546400000">2 h</li>
            <li data-candidate-value="three hours" data-candidate-author="Ann" data-candidate-at="1772543400000">x</li></section>
            <section data-held-edit="a.b.1" data-held-author="Beth Hill">"#,
        );
        let versions = json!([
            { "value": "three hours", "by": "Ann", "at": "2026-03-03T13:10" },
            { "value": 120, "by": "beth", "at": "2026-03-03T14:00" },
        ]);
        let conflict = json!({ "section": "actions", "entry": "turning", "field": "interval_min", "versions": versions });
        assert_eq!(conflicts(&page, &cast), json!([conflict]));
        assert_eq!(held(&page, &cast), json!([{ "edit": null, "by": "beth" }]));
    }
}
