//! `GET /people/{person}/team`: who is on the care team and for whom they work, who sees the person for a time only, and
//! a form to give somebody such a time.

use super::form::Form;
use super::page::{Done, NotShown, Top, go_to, page};
use super::session::SignedIn;
use super::today::has_today;
use super::words::{self, Names};
use super::{people, words::role};
use crate::agency::open_between;
use crate::app::App;
use crate::refusal::Refusal;
use crate::sharing::{Reader, partner_of};
use crate::storage::{GivenTime, Staff};
use crate::timed;
use alongside_domain::ids::StaffId;
use alongside_domain::time::{Moment, parse_local};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "team.html")]
struct TeamPage {
    top: Top,
    done: &'static str,
    person: String,
    name: String,
    team: Vec<Member>,
    times: Vec<Time>,
    choices: Vec<Choice>,
}

/// Somebody on the care team.
struct Member {
    name: String,
    role: &'static str,
    works_for: String,
}

/// A time that somebody was given.
struct Time {
    id: i64,
    name: String,
    works_for: String,
    from: String,
    until: String,
    state: &'static str,
    /// The access that it opens.
    sees: String,
    by: String,
    /// Whether it can be ended.
    is_open: bool,
}

/// Somebody who can be given a time.
struct Choice {
    staff: String,
    words: String,
}

/// For whom somebody works, in words.
fn works_for(app: &App, staff: &Staff) -> String {
    match (staff.agency, partner_of(app, staff)) {
        (true, _) => format!("{}, through an agency: around visits and times only", staff.organisation),
        (false, Some(partner)) => format!("{partner}, a partner: reads what is shared with it"),
        (false, None) => staff.organisation.clone(),
    }
}

async fn reader(app: &App, signed_in: &SignedIn, person: &str) -> Result<Reader, NotShown> {
    let reader = people::named_in_care(app, signed_in, person).await?;
    if has_today(signed_in) { Ok(reader) } else { Err(Refusal::MayNot.into()) }
}

/// `GET /people/{person}/team`.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, NotShown> {
    let reader = reader(&app, &signed_in, &person).await?;
    let top = people::top_about(&app, &signed_in, &reader).await?;
    let mut all = app.store.all_staff().await?;
    all.sort_by(|one, other| (&one.name, one.staff).cmp(&(&other.name, other.staff)));
    let team = app.store.care_team(reader.person).await?;
    let is_on = |staff: &Staff| team.contains(&staff.staff);
    let member = |staff: &Staff| Member {
        name: staff.name.clone(),
        role: role(staff.role),
        works_for: works_for(&app, staff),
    };
    let choice = |staff: &Staff| Choice {
        staff: staff.staff.to_string(),
        words: format!("{} ({}, {})", staff.name, role(staff.role), staff.organisation),
    };
    let names = people::names(&app).await?;
    let now = app.clock.now();
    let given = app.store.times_about(reader.person).await?;
    let mut times: Vec<Time> = given.iter().map(|one| time(&app, one, (&all, &names), now)).collect();
    times.sort_by_key(|time| !time.is_open);
    let page_of = TeamPage {
        top,
        done: match done.done.as_deref() {
            Some("given") => "The time is given. Their phone shows the person once it reaches the server.",
            Some("ended") => {
                "It has ended. Their phone shows nothing of it any more, once it reaches the server."
            }
            _ => "",
        },
        person: reader.person.to_string(),
        name: words::person_read(reader.sharing.scope, &reader.plan.view),
        team: all.iter().filter(|staff| is_on(staff)).map(member).collect(),
        times,
        choices: all
            .iter()
            .filter(|staff| timed::may_have(staff) && (staff.agency || !is_on(staff)))
            .map(choice)
            .collect(),
    };
    Ok(page(StatusCode::OK, &page_of))
}

fn time(app: &App, given: &GivenTime, (staff, names): (&[Staff], &Names), now: Moment) -> Time {
    let access = &given.access;
    let (opens, closes) = open_between(access);
    let holder = staff.iter().find(|one| one.staff == access.staff);
    let state = match () {
        () if access.ended.is_some() => "ended early",
        () if closes <= now => "over",
        () if now < opens => "to come",
        () => "open now",
    };
    Time {
        id: given.id,
        name: words::name(names, access.staff),
        works_for: holder.map(|holder| works_for(app, holder)).unwrap_or_default(),
        from: words::time(access.from),
        until: words::time(access.until),
        state,
        sees: format!("{} to {}", words::time(opens), words::time(closes)),
        by: words::name(names, access.by),
        is_open: access.ended.is_none() && now < closes,
    }
}

/// What the form carries.
#[derive(Deserialize)]
pub struct Given {
    csrf: String,
    staff: String,
    from: String,
    until: String,
}

fn moment(field: &str, text: &str) -> Result<Moment, Refusal> {
    let (day, minute) = parse_local(text.trim())
        .ok_or_else(|| Refusal::field(field, "takes a day and a time, like 2026-05-04T09:30"))?;
    Ok(Moment::at_local(day, minute))
}

/// `POST /people/{person}/team`: gives somebody a time.
pub async fn give(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    headers: HeaderMap,
    Form(given): Form<Given>,
) -> Result<Response, NotShown> {
    let person = reader(&app, &signed_in, &person).await?.person;
    signed_in.check_own_form(&headers, &given.csrf)?;
    let staff: StaffId = given.staff.parse().map_err(|_| Refusal::not_offered("staff"))?;
    signed_in.watch.is_about_staff(staff);
    let (from, until) = (moment("from", &given.from)?, moment("until", &given.until)?);
    timed::give(&app, &timed::Asked { person, staff, from, until }, &signed_in.staff).await?;
    Ok(go_to(&format!("/people/{person}/team?done=given")))
}

/// Which time is to end.
#[derive(Deserialize)]
pub struct Ending {
    csrf: String,
    id: i64,
}

/// `POST /people/{person}/team/end`: ends a time at once.
pub async fn end(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    headers: HeaderMap,
    Form(ending): Form<Ending>,
) -> Result<Response, NotShown> {
    let person = reader(&app, &signed_in, &person).await?.person;
    signed_in.check_own_form(&headers, &ending.csrf)?;
    let given = app.store.times_about(person).await?;
    let whose = given.iter().find(|one| one.id == ending.id).map(|one| one.access.staff);
    whose.into_iter().for_each(|staff| signed_in.watch.is_about_staff(staff));
    timed::end(&app, person, ending.id, &signed_in.staff).await?;
    Ok(go_to(&format!("/people/{person}/team?done=ended")))
}
