//! The inbox: versions to choose between, and held edits to decide. What is done here is a record in the store's
//! stream that names its account.

use super::form::Form;
use super::page::{Done, NotShown, Top, go_to, page};
use super::people;
use super::session::SignedIn;
use super::words::{self, Names};
use crate::app::App;
use crate::plan::{Act, act};
use crate::refusal::Refusal;
use crate::sharing::Reader;
use alongside_domain::ids::EntryId;
use alongside_domain::journal::body::{EditDecision, PlanEdit};
use alongside_domain::journal::{Body, Channel, RecordRef};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::states::{EditRecord, EditState, MadeEdit};
use alongside_domain::plan::{Conflict, conflicts};
use alongside_domain::value::Value;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "inbox.html")]
struct InboxPage {
    top: Top,
    done: &'static str,
    conflicts: Vec<Difference>,
    held: Vec<Held>,
}

/// A field of which there are several versions.
struct Difference {
    person: String,
    name: String,
    section: String,
    section_words: &'static str,
    entry: String,
    entry_words: String,
    field: String,
    field_words: String,
    version: u64,
    may_choose: bool,
    choosers: String,
    candidates: Vec<Version>,
}

/// One version.
struct Version {
    value: String,
    words: String,
    author: String,
    at: String,
    at_ms: i64,
}

/// An edit that waits for a decision.
struct Held {
    person: String,
    name: String,
    edit: String,
    author: String,
    at: String,
    commands: Vec<String>,
    reason: String,
    why: &'static str,
}

/// `GET /inbox`.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Query(done): Query<Done>,
) -> Result<Response, NotShown> {
    let all = people::all(&app, &signed_in).await?;
    let names = people::names(&app).await?;
    let top = people::top(&app, &signed_in, &all, "inbox").await?;
    let (mut differences, mut held) = (Vec::new(), Vec::new());
    for reader in &all {
        let found = conflicts(&reader.plan.view);
        differences.extend(found.iter().map(|one| difference(reader, one, &names)));
        let waiting = people::held(reader).into_iter();
        held.extend(waiting.map(|(id, record, made)| held_edit(reader, id, record, made, &names)));
    }
    differences.sort_by_key(|difference| !difference.may_choose);
    let done = done_words(done.done.as_deref());
    Ok(page(StatusCode::OK, &InboxPage { top, done, conflicts: differences, held }))
}

fn done_words(done: Option<&str>) -> &'static str {
    match done {
        Some("chosen") => "Your choice is in the plan.",
        Some("accepted") => "Accepted: the change is in the plan, and its author will be told.",
        Some("declined") => "Declined: its author will be told, with your reason.",
        Some("unchanged") => "Nothing was changed: someone else settled it, or it needs another role.",
        _ => "",
    }
}

fn difference(reader: &Reader, conflict: &Conflict<'_>, names: &Names) -> Difference {
    let (person, plan) = (reader.person, &reader.plan);
    let roles: Vec<&str> = people::choosers(&plan.view, conflict).into_iter().map(words::role).collect();
    Difference {
        person: person.to_string(),
        name: words::person(&plan.view),
        section: code(&conflict.section),
        section_words: words::section(conflict.section),
        entry: conflict.entry.to_string(),
        entry_words: words::entry(&plan.view, conflict.section, conflict.entry.as_str()),
        field: conflict.field.to_owned(),
        field_words: words::field(conflict.section, conflict.field),
        version: plan.view.version,
        may_choose: people::may_choose(reader, conflict),
        choosers: roles.join(" or "),
        candidates: conflict
            .candidates
            .iter()
            .map(|candidate| Version {
                value: code(&candidate.value),
                words: words::value(conflict.field, &candidate.value),
                author: words::name(names, candidate.author),
                at: words::time(candidate.at),
                at_ms: candidate.at.0,
            })
            .collect(),
    }
}

/// JSON; the code alone where it is text of an enum without fields.
fn code(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

fn held_edit(reader: &Reader, id: RecordRef, record: &EditRecord, made: &MadeEdit, names: &Names) -> Held {
    let (person, plan) = (reader.person, &reader.plan);
    let why = match record.state() {
        EditState::Held { why, .. } => words::held(why),
        _ => "",
    };
    Held {
        person: person.to_string(),
        name: words::person(&plan.view),
        edit: name_of(&id),
        author: words::name(names, made.author),
        at: words::time(made.at),
        commands: made.edit.commands.iter().map(|command| words::command(&plan.view, command)).collect(),
        reason: made.edit.reason.clone(),
        why,
    }
}

/// What a choice carries.
#[derive(Deserialize)]
pub struct Choice {
    csrf: String,
    person: String,
    section: String,
    entry: String,
    field: String,
    value: String,
    version: u64,
}

/// Checks what every form of the inbox must be: of this session, about someone in their care.
async fn person_of(
    app: &App,
    signed_in: &SignedIn,
    headers: &HeaderMap,
    csrf: &str,
    person: &str,
) -> Result<Reader, NotShown> {
    signed_in.check_own_form(headers, csrf)?;
    people::named(app, signed_in, person).await
}

/// `POST /inbox/choose`: the choice is a plan edit at the version that showed all candidates.
pub async fn choose(
    signed_in: SignedIn,
    State(app): State<App>,
    headers: HeaderMap,
    Form(given): Form<Choice>,
) -> Result<Response, NotShown> {
    let reader = person_of(&app, &signed_in, &headers, &given.csrf, &given.person).await?;
    let (person, plan) = (reader.person, &reader.plan);
    let section: Section = from_code(&given.section).ok_or_else(|| Refusal::not_offered("section"))?;
    let entry: EntryId = given.entry.parse().map_err(|_| Refusal::not_offered("entry"))?;
    let found = conflicts(&plan.view);
    let is_it =
        |one: &&Conflict<'_>| one.section == section && *one.entry == entry && one.field == given.field;
    let Some(conflict) = found.iter().find(is_it) else { return Ok(go_to("/inbox?done=unchanged")) };
    if !people::may_choose(&reader, conflict) {
        return Err(Refusal::MayNot.into());
    }
    let is_offered = |value: &&Value| code(*value) == given.value;
    let candidates = conflict.candidates.iter().map(|candidate| &candidate.value);
    let Some(value) = candidates.into_iter().find(is_offered).cloned() else {
        return Err(Refusal::not_offered("value").into());
    };
    let command = Command::SetField { section, entry, field: given.field, value };
    let edit = PlanEdit {
        base: people::seen(plan, given.version)?,
        commands: vec![command],
        reason: "Chosen between versions".to_owned(),
    };
    let done = act(&app, &Act { person, by: signed_in.staff.staff, body: Body::PlanEdit(edit) }).await?;
    Ok(go_to(if done.is_none() { "/inbox?done=chosen" } else { "/inbox?done=unchanged" }))
}

fn from_code(code: &str) -> Option<Section> {
    serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
}

/// What a decision carries.
#[derive(Deserialize)]
pub struct Decision {
    csrf: String,
    person: String,
    edit: String,
    accept: String,
    #[serde(default)]
    reason: String,
}

/// `POST /inbox/decide`.
pub async fn decide(
    signed_in: SignedIn,
    State(app): State<App>,
    headers: HeaderMap,
    Form(given): Form<Decision>,
) -> Result<Response, NotShown> {
    let person = person_of(&app, &signed_in, &headers, &given.csrf, &given.person).await?.person;
    let edit = record_named(&given.edit, Channel::Care).ok_or_else(|| Refusal::not_offered("edit"))?;
    let accept = match given.accept.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Refusal::not_offered("accept").into()),
    };
    let reason = given.reason.trim().to_owned();
    if reason.len() > PlanEdit::TEXT_BYTES_MAX {
        let why = format!("takes at most {} bytes", PlanEdit::TEXT_BYTES_MAX);
        return Err(Refusal::field("reason", why).into());
    }
    if !accept && reason.is_empty() {
        let why = "is missing: whoever proposed it is told why";
        return Err(Refusal::field("reason", why).into());
    }
    let body = Body::EditDecision(EditDecision { edit, accept, reason });
    let without_effect = act(&app, &Act { person, by: signed_in.staff.staff, body }).await?;
    Ok(go_to(match (without_effect, accept) {
        (Some(_), _) => "/inbox?done=unchanged",
        (None, true) => "/inbox?done=accepted",
        (None, false) => "/inbox?done=declined",
    }))
}

/// A record's name in a form: author, epoch and number with points between.
pub fn name_of(id: &RecordRef) -> String {
    format!("{}.{}.{}", id.author, id.epoch, id.number)
}

/// The record of a channel that a form names.
pub fn record_named(text: &str, channel: Channel) -> Option<RecordRef> {
    let mut parts = text.split('.');
    let (author, epoch, number) = (parts.next()?, parts.next()?, parts.next()?);
    let edit = RecordRef {
        author: author.parse().ok()?,
        epoch: epoch.parse().ok()?,
        number: number.parse().ok()?,
        channel,
    };
    parts.next().is_none().then_some(edit)
}
