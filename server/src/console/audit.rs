//! `GET /audit`: who read, changed or was refused what, for managers; of a person, of a member of staff, or of all, the
//! newest first. Reading it is noted in it too.
//!
//! Absent on purpose: anything about concerns, which is not in the trail.

use super::page::{NotShown, Top, page};
use super::people;
use super::session::SignedIn;
use super::words::{self, Names};
use crate::app::App;
use crate::audit::{Entry, Outcome, What, Who};
use crate::refusal::Refusal;
use crate::storage::{NumberedEntry, WantedEntries};
use alongside_domain::ids::{PersonId, StaffId};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many entries a page shows.
const SHOWN: usize = 50;
/// About how many people an entry names them; of more it says how many.
const NAMED_MAX: usize = 3;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    top: Top,
    /// The person or member of staff whom it is about; empty for all.
    of: String,
    rows: Vec<Row>,
    staff: Vec<(String, String, bool)>,
    people: Vec<(String, String, bool)>,
    older: String,
    is_first: bool,
    contradicted: usize,
}

/// An entry, in words.
struct Row {
    at: String,
    who: String,
    what: String,
    people: Vec<(String, String)>,
    more: usize,
    outcome: &'static str,
    class: &'static str,
}

/// What is looked for.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    person: String,
    #[serde(default)]
    staff: String,
    before: Option<u64>,
}

/// `GET /audit`.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, NotShown> {
    signed_in.watch.does(What::ReadTrail);
    if !signed_in.is_own_manager() {
        return Err(Refusal::MayNot.into());
    }
    let all = people::all(&app, &signed_in).await?;
    signed_in.watch.shows_nobody();
    let person: Option<PersonId> = named(&asked.person, "person")?;
    let staff: Option<StaffId> = named(&asked.staff, "staff")?;
    let about = person.map(|person| person.0).or(staff.map(|staff| staff.0));
    let wanted = WantedEntries { about, before: asked.before, count: SHOWN + 1 };
    let mut entries = app.store.audit_entries(wanted).await?;
    let older = older(&mut entries, &asked);
    let names = people::names(&app).await?;
    let mut called = called(&app, &entries).await?;
    if let Some(person) = person {
        signed_in.watch.is_about(person);
        called.extend(called_of(&app, [person].into()).await?);
    }
    staff.into_iter().for_each(|staff| signed_in.watch.is_about_staff(staff));
    let of_person = person.map(|person| called.get(&person).cloned().unwrap_or_default());
    let of = of_person.or(staff.map(|staff| words::name(&names, staff))).unwrap_or_default();
    let choices = names.iter().map(|(one, name)| (one.to_string(), name.clone(), Some(*one) == staff));
    let mut choices: Vec<_> = choices.collect();
    choices.sort_by(|one, other| one.1.cmp(&other.1));
    let of_care = all
        .iter()
        .map(|one| (one.person.to_string(), words::person(&one.plan.view), Some(one.person) == person));
    let mut offered: Vec<_> = of_care.collect();
    if let Some(person) = person.filter(|_| !offered.iter().any(|one| one.2)) {
        offered.push((person.to_string(), of.clone(), true));
    }
    let shown = AuditPage {
        top: people::top(&app, &signed_in, &all, "audit").await?,
        of,
        rows: entries.iter().map(|one| row(&one.entry, &names, &called)).collect(),
        staff: choices,
        people: offered,
        older,
        is_first: asked.before.is_none(),
        contradicted: app.store.audit_claims().await?.iter().filter(|claim| !claim.is_lost).count(),
    };
    Ok(page(StatusCode::OK, &shown))
}

/// What a filter names; nothing where it is empty.
fn named<T: std::str::FromStr>(text: &str, field: &str) -> Result<Option<T>, Refusal> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| Refusal::not_offered(field)) }
}

/// The path of the entries before those that are shown; empty where there are none.
fn older(entries: &mut Vec<NumberedEntry>, asked: &Asked) -> String {
    if entries.len() <= SHOWN {
        return String::new();
    }
    entries.truncate(SHOWN);
    let last = entries.last().map_or(0, |last| last.number);
    format!("/audit?person={}&staff={}&before={last}", asked.person, asked.staff)
}

type Called = BTreeMap<PersonId, String>;

/// What the people of these entries are called, as far as they are named.
async fn called(app: &App, entries: &[NumberedEntry]) -> Result<Called, NotShown> {
    let named = entries.iter().flat_map(|one| one.entry.people.iter().take(NAMED_MAX)).copied();
    called_of(app, named.collect()).await
}

async fn called_of(app: &App, people: BTreeSet<PersonId>) -> Result<Called, NotShown> {
    let known = app.store.people().await?;
    let mut called = Called::new();
    for person in people {
        let name = if known.binary_search(&person).is_ok() {
            words::person(&app.plans.current(app, person).await?.view)
        } else {
            "A person who is not known here".to_owned()
        };
        called.insert(person, name);
    }
    Ok(called)
}

fn row(entry: &Entry, names: &Names, called: &Called) -> Row {
    let people = entry.people.iter().take(NAMED_MAX);
    let (outcome, class) = match entry.outcome {
        Outcome::Done => ("", "calm"),
        Outcome::Refused => ("Refused", "urgent"),
        Outcome::NotFound => ("Not found, or not for them", "watch"),
        Outcome::Failed => ("The server failed", "watch"),
    };
    Row {
        at: entry.at.local().format("%a %-d %b %Y %H:%M:%S").to_string(),
        who: who(entry.who, names),
        what: what(entry, names),
        people: people.map(|one| (one.to_string(), called.get(one).cloned().unwrap_or_default())).collect(),
        more: entry.people.len().saturating_sub(NAMED_MAX),
        outcome,
        class,
    }
}

fn who(who: Who, names: &Names) -> String {
    match who {
        Who::Nobody => "Nobody who is known".to_owned(),
        Who::AtConsole { staff, .. } => words::name(names, staff),
        Who::Device { staff, .. } => format!("{}, on their phone", words::name(names, staff)),
        Who::Administrator => "Administrator".to_owned(),
        Who::Command => "Command on the server".to_owned(),
    }
}

fn what(entry: &Entry, names: &Names) -> String {
    let place = entry.place.as_deref().unwrap_or_default();
    let words = match entry.what {
        What::Read => format!("Read {}", page_words(place)),
        What::Printed => format!("Printed {}", page_words(place)),
        What::Wrote => format!("Wrote on {}", page_words(place)),
        What::Exported => format!("Made a copy: {}", page_words(place)),
        What::SignedIn => "Signed in".to_owned(),
        What::SignedOut => "Signed out".to_owned(),
        What::OpenedInEmergency => "Opened the record in an emergency".to_owned(),
        What::EndedEmergency => "Ended an opening in an emergency".to_owned(),
        What::LookedAtEmergency => "Looked at an opening in an emergency".to_owned(),
        What::Sought => "Looked for a person".to_owned(),
        What::ReadTrail => "Read the audit trail".to_owned(),
        What::HandedIn => "Handed in records".to_owned(),
        What::Given => "Was given records".to_owned(),
        What::Administered => format!("Administration: {}", admin_words(place)),
        What::BackedUp => "Made a backup".to_owned(),
        What::Restored => "Put the server back to a backup".to_owned(),
        What::WitnessDisagreed => "Says that the audit trail was changed".to_owned(),
        What::Enrolled => "Joined with a new device".to_owned(),
    };
    match entry.staff {
        Some(staff) => format!("{words} (about {})", words::name(names, staff)),
        None => words,
    }
}

/// A page of the console, by its route.
fn page_words(place: &str) -> &str {
    match place {
        "/" => "the caseload",
        "/people/{person}" => "the notes between visits",
        "/people/{person}/templates" => "the templates",
        "/people/{person}/weeks" | "/people/{person}/weeks/{monday}" => "the weekly summary",
        "/people/{person}/weeks/{monday}/decide" => "the weekly summary: a decision",
        "/people/{person}/deadlines" => "deadlines and decisions",
        "/people/{person}/deadlines/told" => "deadlines: an owner was told",
        "/people/{person}/folder" => "the home folder",
        "/people/{person}/key-safe" => "the page of the key safe",
        "/people/{person}/copy" => "the record, for a request by the person",
        "/needs-you" => "what needs them",
        "/today" => "the page of today",
        "/today/safe" => "the page of today: a colleague is safe",
        "/inbox" => "the inbox",
        "/inbox/choose" => "the inbox: a choice",
        "/inbox/decide" => "the inbox: a decision",
        "/kept-apart" => "what is kept apart",
        "/emergency" => "the page for emergencies",
        other => other,
    }
}

fn admin_words(place: &str) -> &str {
    match place.strip_prefix("/v1/admin/").unwrap_or(place) {
        "staff" => "added staff",
        "people" => "added a person",
        "key-safes" => "set the code of a key safe",
        "care-team" => "changed a care team",
        "restricted-recipients" => "set who receives concerns",
        "device-codes" => "made a code for a new device",
        "erasures" => "had a record erased",
        "kept-apart" => "decided about records kept apart",
        "end-wait" => "ended the wait for a device",
        "revocations" => "ended a device’s enrolment",
        "wipe-orders" => "ordered a device to be wiped",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alongside_domain::time::Moment;

    #[test]
    fn everything_that_is_noted_has_words_of_its_own() {
        let words_of = |one: &What| what(&Entry::new(Moment(0), Who::Nobody, *one), &Names::default());
        let words: BTreeSet<String> = What::ALL.iter().map(words_of).collect();
        assert_eq!(words.len(), What::ALL.len());
    }
}
