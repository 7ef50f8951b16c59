//! `POST /people/{person}/weeks/{monday}/decide`: the decision on a week, which changes the plan at once.
//!
//! It is one edit of the plan: the decision with its rationale, and what follows from it. So the history says who
//! decided what, why, and on which version of the summary.

use super::form::Form;
use super::page::{NotShown, go_to};
use super::people;
use super::session::SignedIn;
use super::weekly::{decision_entry, show_again, week_of};
use super::words;
use crate::app::App;
use crate::care::PersonCare;
use crate::plan::{Act, act};
use crate::refusal::Refusal;
use alongside_domain::access::role_code;
use alongside_domain::care::fields::{check_entry, check_field};
use alongside_domain::ids::EntryId;
use alongside_domain::journal::Body;
use alongside_domain::journal::body::{PlanEdit, Role};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::view::PlanView;
use alongside_domain::reablement::proposal::Step;
use alongside_domain::reablement::summary;
use alongside_domain::reablement::week::Week;
use alongside_domain::time::Moment;
use alongside_domain::value::{Fields, Value};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

/// What the form carries.
#[derive(Deserialize, Default)]
pub struct Given {
    csrf: String,
    version: u64,
    known_by: i64,
    #[serde(default)]
    pub outcome: String,
    #[serde(default)]
    pub whose: String,
    #[serde(default)]
    pub capacity: String,
    #[serde(default)]
    pub decision: String,
    #[serde(default)]
    pub rationale: String,
    #[serde(default)]
    pub own_words: String,
    /// `yes` where the person was there.
    #[serde(default)]
    pub attended: String,
    #[serde(default)]
    pub took_part: String,
    #[serde(default)]
    pub funder: String,
    #[serde(default)]
    pub visit: String,
    #[serde(default)]
    pub ends_before: String,
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
    let care = PersonCare::load(&app, &reader).await?;
    let versions = summary::versions(&care.inputs(), week);
    let commands = match given.commands((week, &versions), &care.plan.view, today, (name, role)) {
        Ok(commands) => commands,
        Err(error) => return show_again(&app, &signed_in, (&reader, week), given, error).await,
    };
    let base = people::seen(&care.plan, given.version)?;
    let rationale: String = given.rationale.trim().chars().take(REASON_CHARACTERS).collect();
    let reason = format!("{}: {rationale}", given.outcome.replace('_', " "));
    let edit = PlanEdit { base, commands, reason };
    let done = act(&app, &Act { person, by: signed_in.staff.staff, body: Body::PlanEdit(edit) }).await?;
    let done = if done.is_none() { "decided" } else { "unchanged" };
    Ok(go_to(&format!("/people/{person}/weeks/{}?done={done}", week.monday())))
}

/// How much of the rationale stands in the history as the reason too.
const REASON_CHARACTERS: usize = 500;

/// The field that does not fit, and why.
type Wrong = (String, String);

fn wrong(field: &str, why: &str) -> Wrong {
    (field.to_owned(), why.to_owned())
}

impl Given {
    /// The form as it is opened: with what the rules propose.
    pub fn proposing(step: Step, ends_before: &str) -> Given {
        Given { outcome: step.code().to_owned(), ends_before: ends_before.to_owned(), ..Given::default() }
    }

    /// The commands of the edit, each checked as one that a phone sends.
    fn commands(
        &self,
        (week, versions): (Week, &[Moment]),
        plan: &PlanView,
        now: Moment,
        by: (&str, Role),
    ) -> Result<Vec<Command>, Wrong> {
        if !versions.contains(&Moment(self.known_by)) {
            return Err(wrong("known_by", "the summary is not one that this page offered"));
        }
        let (section, entry) = (Section::Decisions, decision_entry(week));
        let fields = self.fields(week, now, by)?;
        check_entry(section, &fields).map_err(|error| (error.field, error.reason))?;
        let texts = fields.iter().filter_map(|(code, value)| Some((code, value.as_text()?)));
        if let Some((code, _)) = texts.clone().find(|(_, text)| text.len() > PlanEdit::TEXT_BYTES_MAX) {
            return Err(wrong(code, "is too long: give at most 1000 characters"));
        }
        let link = Value::text(format!("{}/{entry}", section.code()));
        let mut commands = vec![Command::AddEntry { section, entry, fields, order: 0 }];
        if !self.visit.is_empty() {
            let visit: Option<EntryId> = self.visit.parse().ok();
            let here = plan.sections.get(&Section::Schedule);
            let visit = visit.filter(|visit| here.is_some_and(|visits| visits.contains_key(visit)));
            let visit = visit.ok_or_else(|| wrong("visit", "is not one that this page offered"))?;
            commands.push(set(&visit, "ends_before", Value::text(&self.ends_before))?);
            commands.push(set(&visit, "because", link)?);
        }
        Ok(commands)
    }

    fn is_attended(&self) -> bool {
        self.attended == "yes"
    }

    /// Less care and more care are decided with the person asked, and with the word of who pays.
    fn check_asked(&self) -> Result<(), Wrong> {
        if self.outcome == Step::Maintain.code() {
            return Ok(());
        }
        if self.own_words.trim().is_empty() && !self.is_attended() {
            return Err(wrong(
                "own_words",
                "is missing: less or more care is decided with the person. Write what they said, or tick that they were there",
            ));
        }
        if self.funder.trim().is_empty() {
            return Err(wrong(
                "funder",
                "is missing: write who said what and when, or that they have not agreed yet",
            ));
        }
        Ok(())
    }

    fn fields(&self, week: Week, now: Moment, (name, role): (&str, Role)) -> Result<Fields, Wrong> {
        if Step::from_code(&self.outcome).is_none() {
            return Err(wrong("outcome", "is not one that this page offered"));
        }
        if self.whose.is_empty() {
            return Err(wrong("whose", "is missing: ask first whose decision it is"));
        }
        if self.whose != "services" && self.capacity.is_empty() {
            return Err(wrong(
                "capacity",
                "is missing: say whether the person has capacity for this decision",
            ));
        }
        for (field, text) in [("decision", &self.decision), ("rationale", &self.rationale)] {
            if text.trim().is_empty() {
                return Err(wrong(field, "is missing"));
            }
        }
        self.check_asked()?;
        // Where the person decides for themself, no role holds the final decision.
        let (final_by, final_role) = if self.whose == "person" { ("", "") } else { (name, role_code(role)) };
        let texts = [
            ("text", "What follows from this week?"),
            ("outcome", &self.outcome),
            ("whose", &self.whose),
            ("capacity", &self.capacity),
            ("decision", &self.decision),
            ("rationale", &self.rationale),
            ("own_words", &self.own_words),
            ("took_part", &self.took_part),
            ("funder", &self.funder),
            ("final_by", final_by),
            ("final_role", final_role),
        ];
        let mut fields: Fields = Fields::new();
        for (code, text) in texts.into_iter().filter(|(_, text)| !text.trim().is_empty()) {
            fields.insert(code.to_owned(), Value::text(text.trim()));
        }
        if self.is_attended() {
            fields.insert("attended".to_owned(), Value::Bool(true));
        }
        fields.insert("week".to_owned(), Value::text(week.monday().to_string()));
        fields.insert("decided_on".to_owned(), Value::text(now.local_day().to_string()));
        let summary = format!("as known on {}", words::time(Moment(self.known_by)));
        fields.insert("summary".to_owned(), Value::text(summary));
        Ok(fields)
    }
}

fn set(visit: &EntryId, field: &str, value: Value) -> Result<Command, Wrong> {
    check_field(Section::Schedule, field, &value).map_err(|error| (error.field, error.reason))?;
    Ok(Command::SetField { section: Section::Schedule, entry: visit.clone(), field: field.to_owned(), value })
}
