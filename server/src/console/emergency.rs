//! `GET /emergency`: opening the record of somebody who is not in one's care, in an emergency, for reading. The office is
//! told before anything is shown, and managers until one of them has looked at it.
//!
//! Nobody is listed: whoever looks for a person knows their NHS number, or their full name and date of birth.

use super::form::Form;
use super::page::{Done, NotShown, OpenRecord, Top, go_to, page};
use super::session::SignedIn;
use super::words::{self, Names};
use super::{inbox, people};
use crate::agency;
use crate::app::App;
use crate::audit::{What, Who};
use crate::break_glass::{self, Asked, Found, Sought};
use crate::care::PersonCare;
use crate::refusal::Refusal;
use crate::sharing::is_in_care;
use crate::storage::{Staff, StorageError};
use alongside_domain::access::break_glass::{HOURS_MAX, Opened, may_open, opened};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::Channel;
use alongside_domain::journal::body::AccessNoted;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "emergency.html")]
struct EmergencyPage {
    top: Top,
    done: &'static str,
    problem: &'static str,
    found: Option<FoundPerson>,
    hours: Vec<u32>,
}

/// The person who was found.
struct FoundPerson {
    person: String,
    name: String,
    in_care: bool,
}

/// One opening, for managers and supervisors.
pub struct OpenedLine {
    /// Whose record.
    pub person: String,
    /// How they are called.
    pub name: String,
    /// The record that says so, as forms name it.
    pub record: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: String,
    /// Why.
    pub reason: String,
    /// Until when, or when it ended.
    pub until: String,
    /// Whether the reader of the page marks it as looked at.
    pub may_look: bool,
}

/// What the signed-in member of staff has opened and is open, for the top of each page.
pub async fn open_records(app: &App, signed_in: &SignedIn) -> Result<Vec<OpenRecord>, StorageError> {
    let mut records = Vec::new();
    for one in app.store.break_glass_of(signed_in.staff.staff, app.clock.now()).await? {
        let plan = app.plans.current(app, one.grant.person).await;
        records.push(OpenRecord {
            person: one.grant.person.to_string(),
            name: plan.map_or_else(|_| "a person".to_owned(), |plan| words::person(&plan.view)),
            until: words::time(one.grant.until),
            id: one.id,
            is_shown: signed_in.watch.person() == Some(one.grant.person),
        });
    }
    Ok(records)
}

/// What nobody has looked at yet: of everyone for a manager, of the people in their care for a supervisor.
pub async fn waiting(app: &App, signed_in: &SignedIn, names: &Names) -> Result<Vec<OpenedLine>, NotShown> {
    let me = &signed_in.staff;
    let people = if signed_in.is_own_manager() {
        app.store.people().await?
    } else if alongside_domain::access::channels_of(me.role).contains(&Channel::Office) {
        agency::access_now(app, me, app.clock.now()).await?.0.people
    } else {
        return Ok(Vec::new());
    };
    let heads = app.store.heads(people).await?;
    let with_office: Vec<PersonId> =
        heads.iter().filter(|head| head.channel == Channel::Office).map(|head| head.person).collect();
    let mut found: Vec<(PersonId, Opened)> = Vec::new();
    for (person, office) in with_office.iter().zip(PersonCare::offices(app, &with_office).await?) {
        let told = opened(&office, app.identity.author).into_iter().filter(Opened::waits);
        found.extend(told.map(|one| (*person, one)));
    }
    found.sort_by_key(|(_, one)| std::cmp::Reverse(one.at));
    let staff = app.store.all_staff().await?;
    let mut lines = Vec::with_capacity(found.len());
    for (person, one) in found {
        let name = words::person(&app.plans.current(app, person).await?.view);
        let by = staff.iter().find(|staff| staff.staff == one.by);
        let by = by.map_or_else(|| words::name(names, one.by), described);
        lines.push(line(person, name, by, &one, signed_in.is_own_manager() && one.by != me.staff));
    }
    Ok(lines)
}

/// What the office channel of a person tells of openings.
async fn openings_of(app: &App, person: PersonId) -> Result<Vec<Opened>, StorageError> {
    let offices = PersonCare::offices(app, &[person]).await?;
    Ok(offices.iter().flat_map(|office| opened(office, app.identity.author)).collect())
}

fn described(staff: &Staff) -> String {
    format!("{}, {}, {}", staff.name, words::role(staff.role), staff.organisation)
}

fn line(person: PersonId, name: String, by: String, one: &Opened, may_look: bool) -> OpenedLine {
    OpenedLine {
        person: person.to_string(),
        name,
        record: inbox::name_of(&one.record),
        by,
        at: words::time(one.at),
        reason: one.reason.clone(),
        until: match one.ended {
            Some(ended) => format!("they ended it {}", words::time(ended)),
            None => format!("until {}", words::time(one.until)),
        },
        may_look,
    }
}

async fn top(app: &App, signed_in: &SignedIn) -> Result<Top, NotShown> {
    if !may_open(signed_in.staff.role) {
        return Err(Refusal::MayNot.into());
    }
    let all = people::all(app, signed_in).await?;
    signed_in.watch.shows_nobody();
    Ok(people::top(app, signed_in, &all, "emergency").await?)
}

fn shown(top: Top, done: &'static str, problem: &'static str, found: Option<FoundPerson>) -> Response {
    let status = if problem.is_empty() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let hours = [1, 2, 4, 8, HOURS_MAX].into();
    page(status, &EmergencyPage { top, done, problem, found, hours })
}

/// `GET /emergency`.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Query(done): Query<Done>,
) -> Result<Response, NotShown> {
    let done = match done.done.as_deref() {
        Some("ended") => "You ended it. That record is shut for you again.",
        Some("unchanged") => "That record is shut for you already.",
        _ => "",
    };
    Ok(shown(top(&app, &signed_in).await?, done, "", None))
}

/// What the search carries.
#[derive(Deserialize)]
pub struct Search {
    csrf: String,
    #[serde(default)]
    nhs_number: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    born: String,
}

/// `POST /emergency/find`: what was typed is kept nowhere.
pub async fn find(
    signed_in: SignedIn,
    State(app): State<App>,
    headers: HeaderMap,
    Form(given): Form<Search>,
) -> Result<Response, NotShown> {
    signed_in.watch.does(What::Sought);
    signed_in.check_own_form(&headers, &given.csrf)?;
    let top = top(&app, &signed_in).await?;
    let sought = match (given.nhs_number.trim(), given.name.trim(), given.born.trim()) {
        ("", "", _) | ("", _, "") => {
            let why = "is missing: give the NHS number, or the full name and the date of birth";
            return Err(Refusal::field("nhs_number", why).into());
        }
        ("", name, born) => Sought::NameAndBirth(name, born),
        (number, _, _) => Sought::NhsNumber(number),
    };
    let person = match break_glass::find(&app, signed_in.staff.staff, &sought).await? {
        Found::One(person) => person,
        Found::Nobody => {
            let problem = "Nobody was found. Check what you typed: it must fit exactly.";
            return Ok(shown(top, "", problem, None));
        }
        Found::Several => {
            let problem = "More than one person fits. Use the NHS number.";
            return Ok(shown(top, "", problem, None));
        }
    };
    signed_in.watch.is_about(person);
    let in_care = is_in_care(&app, &signed_in.staff, person).await?;
    let name = words::person(&app.plans.current(&app, person).await?.view);
    Ok(shown(top, "", "", Some(FoundPerson { person: person.to_string(), name, in_care })))
}

/// What opening carries.
#[derive(Deserialize)]
pub struct Opening {
    csrf: String,
    person: String,
    hours: u32,
    reason: String,
}

/// `POST /emergency/open`.
pub async fn open(
    signed_in: SignedIn,
    State(app): State<App>,
    headers: HeaderMap,
    Form(given): Form<Opening>,
) -> Result<Response, NotShown> {
    signed_in.watch.does(What::OpenedInEmergency);
    signed_in.check_own_form(&headers, &given.csrf)?;
    let person: PersonId = given.person.parse().map_err(|_| Refusal::NotFound { what: "person" })?;
    signed_in.watch.is_about(person);
    let who = Who::AtConsole { staff: signed_in.staff.staff, session: Some(signed_in.session_name()) };
    let asked = Asked { person, hours: given.hours, reason: &given.reason };
    break_glass::open(&app, &signed_in.staff, who, &asked).await?;
    signed_in.watch.is_noted();
    Ok(go_to(&format!("/people/{person}")))
}

/// What ending carries.
#[derive(Deserialize)]
pub struct Ending {
    csrf: String,
    id: i64,
}

/// `POST /emergency/end`: whoever opened a record shuts it before its time.
pub async fn end(
    signed_in: SignedIn,
    State(app): State<App>,
    headers: HeaderMap,
    Form(given): Form<Ending>,
) -> Result<Response, NotShown> {
    signed_in.watch.does(What::EndedEmergency);
    signed_in.check_own_form(&headers, &given.csrf)?;
    let (staff, now) = (signed_in.staff.staff, app.clock.now());
    let own = app.store.break_glass_of(staff, now).await?;
    let Some(one) = own.into_iter().find(|one| one.id == given.id) else {
        return Ok(go_to("/emergency?done=unchanged"));
    };
    let person = one.grant.person;
    signed_in.watch.is_about(person);
    app.store.end_break_glass(one.id, now).await?;
    let told = openings_of(&app, person).await?.into_iter();
    let mut of_it =
        told.filter(|told| told.by == staff && told.ended.is_none() && told.until == one.grant.until);
    if let Some(told) = of_it.next_back() {
        break_glass::note(&app, person, staff, told.record, AccessNoted::Ended).await?;
    }
    Ok(go_to("/emergency?done=ended"))
}

/// What a manager's look carries.
#[derive(Deserialize)]
pub struct Look {
    csrf: String,
    person: String,
    record: String,
}

/// `POST /emergency/looked`: a manager has looked at who opened a record and why. Not at their own.
pub async fn note_look(
    signed_in: SignedIn,
    State(app): State<App>,
    headers: HeaderMap,
    Form(given): Form<Look>,
) -> Result<Response, NotShown> {
    signed_in.watch.does(What::LookedAtEmergency);
    signed_in.check_own_form(&headers, &given.csrf)?;
    if !signed_in.is_own_manager() {
        return Err(Refusal::MayNot.into());
    }
    let not_found = || Refusal::NotFound { what: "opening" };
    let person: PersonId = given.person.parse().map_err(|_| not_found())?;
    signed_in.watch.is_about(person);
    let record = inbox::record_named(&given.record, Channel::Office).ok_or_else(not_found)?;
    let told = openings_of(&app, person).await?;
    let one = told.iter().find(|one| one.record == record).ok_or_else(not_found)?;
    if one.by == signed_in.staff.staff {
        return Err(Refusal::OwnOpening.into());
    }
    if one.waits() {
        break_glass::note(&app, person, signed_in.staff.staff, record, AccessNoted::LookedAt).await?;
    }
    Ok(go_to("/needs-you?done=looked"))
}
