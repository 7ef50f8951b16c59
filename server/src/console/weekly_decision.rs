//! `POST /people/{person}/weeks/{monday}/decide`: the decision on a week, which changes the plan at once.
//!
//! It is one edit of the plan: the decision with its rationale, and what follows from it. So the history says who
//! decided what, why, and on which version of the summary.

use super::page::{NotShown, go_to};
use super::people;
use super::session::SignedIn;
use super::weekly::{decision_entry, week_of};
use super::words;
use crate::app::App;
use crate::plan::{Act, act};
use crate::refusal::Refusal;
use alongside_domain::access::role_code;
use alongside_domain::care::fields::{check_entry, check_field};
use alongside_domain::ids::EntryId;
use alongside_domain::journal::body::{PlanEdit, Role};
use alongside_domain::journal::{Body, PlanSeen};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::reablement::proposal::Step;
use alongside_domain::reablement::week::Week;
use alongside_domain::time::Moment;
use alongside_domain::value::{Fields, Value};
use axum::Form;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

/// What the form carries.
#[derive(Deserialize)]
pub struct Given {
    csrf: String,
    version: u64,
    known_by: i64,
    outcome: String,
    decision: String,
    rationale: String,
    own_words: String,
    took_part: String,
    funder: String,
    #[serde(default)]
    visit: String,
    #[serde(default)]
    ends_before: String,
}

/// `POST /people/{person}/weeks/{monday}/decide`.
pub async fn decide(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(path): Path<(String, String)>,
    headers: HeaderMap,
    Form(given): Form<Given>,
) -> Result<Response, NotShown> {
    let (reader, week) = week_of(&app, &signed_in, &path).await?;
    let person = reader.person;
    signed_in.check_own_form(&headers, &given.csrf)?;
    if !people::may_decide_weeks(&reader) {
        return Err(Refusal::MayNot.into());
    }
    let today = app.clock.now();
    let (name, role) = (signed_in.staff.name.as_str(), signed_in.staff.role);
    let commands = given.commands(week, today, (name, role))?;
    let base = PlanSeen { version: given.version, own_edit: None };
    let reason = format!("{}: {}", given.outcome.replace('_', " "), given.rationale.trim());
    let edit = PlanEdit { base, commands, reason };
    let done = act(&app, &Act { person, by: signed_in.staff.staff, body: Body::PlanEdit(edit) }).await?;
    let done = if done.is_none() { "decided" } else { "unchanged" };
    Ok(go_to(&format!("/people/{person}/weeks/{}?done={done}", week.monday())))
}

fn refused(field: &str, why: &str) -> Refusal {
    Refusal::Field { field: field.to_owned(), why: why.to_owned() }
}

impl Given {
    /// The commands of the edit, each checked as one that a phone sends.
    fn commands(&self, week: Week, now: Moment, by: (&str, Role)) -> Result<Vec<Command>, Refusal> {
        let (section, entry) = (Section::Decisions, decision_entry(week));
        let fields = self.fields(week, now, by)?;
        check_entry(section, &fields).map_err(|error| refused(&error.field, &error.reason))?;
        let link = Value::text(format!("{}/{entry}", section.code()));
        let mut commands = vec![Command::AddEntry { section, entry, fields, order: 0 }];
        if !self.visit.is_empty() {
            let visit: EntryId =
                self.visit.parse().map_err(|_| refused("visit", "is not one that this page offered"))?;
            commands.push(set(&visit, "ends_before", Value::text(&self.ends_before))?);
            commands.push(set(&visit, "because", link)?);
        }
        Ok(commands)
    }

    fn fields(&self, week: Week, now: Moment, (name, role): (&str, Role)) -> Result<Fields, Refusal> {
        if Step::from_code(&self.outcome).is_none() {
            return Err(refused("outcome", "is not one that this page offered"));
        }
        for (field, text) in [("decision", &self.decision), ("rationale", &self.rationale)] {
            if text.trim().is_empty() {
                return Err(refused(field, "is missing"));
            }
        }
        let texts = [
            ("text", "What follows from this week?"),
            ("outcome", &self.outcome),
            ("decision", &self.decision),
            ("rationale", &self.rationale),
            ("own_words", &self.own_words),
            ("took_part", &self.took_part),
            ("funder", &self.funder),
            ("final_by", name),
            ("final_role", role_code(role)),
        ];
        let mut fields: Fields = Fields::new();
        for (code, text) in texts.into_iter().filter(|(_, text)| !text.trim().is_empty()) {
            fields.insert(code.to_owned(), Value::text(text.trim()));
        }
        fields.insert("week".to_owned(), Value::text(week.monday().to_string()));
        fields.insert("decided_on".to_owned(), Value::text(now.local_day().to_string()));
        let summary = format!("as known on {}", words::time(Moment(self.known_by)));
        fields.insert("summary".to_owned(), Value::text(summary));
        Ok(fields)
    }
}

fn set(visit: &EntryId, field: &str, value: Value) -> Result<Command, Refusal> {
    check_field(Section::Schedule, field, &value).map_err(|error| refused(&error.field, &error.reason))?;
    Ok(Command::SetField { section: Section::Schedule, entry: visit.clone(), field: field.to_owned(), value })
}
