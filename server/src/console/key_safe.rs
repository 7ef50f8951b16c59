//! `GET /people/{person}/key-safe`: whether a code is set, and a form to set another. The code is never shown.

use super::form::Form;
use super::page::{Done, NotShown, Top, go_to, page};
use super::session::SignedIn;
use super::{people, words};
use crate::app::App;
use crate::key_safe;
use crate::refusal::Refusal;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "key_safe.html")]
struct KeySafePage {
    top: Top,
    done: &'static str,
    person: String,
    name: String,
    set: String,
    given: Vec<String>,
}

/// `GET /people/{person}/key-safe`.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, NotShown> {
    let reader = people::named_in_care(&app, &signed_in, &person).await?;
    let person = reader.person;
    if !key_safe::may_set(&app, &signed_in.staff) {
        return Err(Refusal::MayNot.into());
    }
    let top = people::top_about(&app, &signed_in, &reader).await?;
    let names = people::names(&app).await?;
    let set = app.store.key_safes(vec![person]).await?;
    let set = set.first().map(|set| format!("{}, {}", words::name(&names, set.by), words::time(set.at)));
    let given = app.store.key_safe_given(person).await?.into_iter();
    let given = given.map(|(staff, at)| format!("{}, last {}", words::name(&names, staff), words::time(at)));
    let name = words::person_read(reader.sharing.scope, &reader.plan.view);
    let done = match done.done.as_deref() {
        Some("set") => "The new code is set.",
        _ => "",
    };
    let set = set.unwrap_or_default();
    let page_of = KeySafePage { top, done, person: person.to_string(), name, set, given: given.collect() };
    Ok(page(StatusCode::OK, &page_of))
}

/// What the form carries.
#[derive(Deserialize)]
pub struct Given {
    csrf: String,
    code: String,
}

/// `POST /people/{person}/key-safe`.
pub async fn set(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    headers: HeaderMap,
    Form(given): Form<Given>,
) -> Result<Response, NotShown> {
    let person = people::named(&app, &signed_in, &person).await?.person;
    signed_in.check_own_form(&headers, &given.csrf)?;
    key_safe::set(&app, person, &given.code, signed_in.staff.staff).await?;
    Ok(go_to(&format!("/people/{person}/key-safe?done=set")))
}
