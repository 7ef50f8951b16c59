//! `GET /people/{person}/plan?on=2026-03-03`: all that the plan said at the end of a day; without a day, as it stands.

use super::left_out::LeftOut;
use super::page::{NotShown, Top, page};
use super::people;
use super::plan_words::{Part, parts, when};
use super::session::SignedIn;
use super::words;
use crate::app::App;
use crate::key_safe;
use crate::refusal::Refusal;
use alongside_domain::journal::Category;
use alongside_domain::time::Moment;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "plan_then.html")]
struct PlanPage {
    top: Top,
    person: String,
    name: String,
    /// The day that was asked for; empty without one.
    on: String,
    today: String,
    /// Which version it is; empty where there was no plan yet.
    version: String,
    parts: Vec<Part>,
}

/// Which day.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    on: String,
}

/// `GET /people/{person}/plan`.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, NotShown> {
    let reader = people::named(&app, &signed_in, &person).await?;
    if !reader.sharing.scope.reads(Category::PLAN) {
        return Err(Refusal::MayNot.into());
    }
    let until = end_of(&asked.on)?.unwrap_or_else(|| app.clock.now().plus_ms(1));
    let top = people::top_about(&app, &signed_in, &reader).await?;
    let names = people::names(&app).await?;
    let left_out = LeftOut::default().with_code(key_safe::code_of(&app, reader.person).await?)?;
    let then = reader.plan.before(until);
    let shown = PlanPage {
        top,
        person: reader.person.to_string(),
        name: words::person(&reader.plan.view),
        on: asked.on,
        today: app.clock.now().local_day().to_string(),
        version: then.as_ref().map_or_else(String::new, |(version, accepted, _)| {
            format!("Version {version}, of {}", when(*accepted))
        }),
        parts: then.map_or_else(Vec::new, |(.., view)| parts(&view, &names, &left_out)),
    };
    Ok(page(StatusCode::OK, &shown))
}

/// The end of the day that was asked for.
fn end_of(on: &str) -> Result<Option<Moment>, Refusal> {
    if on.is_empty() {
        return Ok(None);
    }
    let day: NaiveDate = on.parse().map_err(|_| Refusal::field("on", "is a day such as 2026-03-02"))?;
    Ok(Some(Moment::day_after(day)))
}
