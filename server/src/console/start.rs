//! `GET` and `POST /people/{person}/templates`: starting a plan from a template.

use super::form::Form;
use super::page::{Done, NotShown, Top, go_to, page};
use super::people;
use super::session::SignedIn;
use super::words;
use crate::app::App;
use crate::plan::{Act, act};
use crate::refusal::Refusal;
use crate::sharing::Reader;
use alongside_domain::access::{Action, Subject, Verdict, may};
use alongside_domain::care::fields::section_rule;
use alongside_domain::care::lacks::{NotEvaluated, not_evaluated};
use alongside_domain::care::templates::{self, Starter, Template as PlanTemplate};
use alongside_domain::journal::body::{PlanEdit, Role};
use alongside_domain::journal::{Body, PlanSeen};
use alongside_domain::plan::edit::Section;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    top: Top,
    person: String,
    name: String,
    done: bool,
    proposes: bool,
    templates: Vec<Offered>,
    not_evaluated: Vec<String>,
}

/// A template, in words.
struct Offered {
    code: &'static str,
    label: &'static str,
    about: &'static str,
    holds: String,
}

/// What the form carries.
#[derive(Deserialize)]
pub struct Given {
    csrf: String,
    template: String,
}

/// `GET /people/{person}/templates`.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, NotShown> {
    let reader = people::named_in_care(&app, &signed_in, &person).await?;
    if !may_start(&reader) {
        return Err(Refusal::MayNot.into());
    }
    let shown = StartPage {
        top: people::top_about(&app, &signed_in, &reader).await?,
        person: reader.person.to_string(),
        name: words::person_read(reader.sharing.scope, &reader.plan.view),
        done: done.done.is_some(),
        proposes: signed_in.staff.role != Role::Nurse,
        templates: templates::list().iter().map(offered).collect(),
        not_evaluated: not_evaluated(&reader.plan.view, app.clock.now().local_day())
            .iter()
            .map(NotEvaluated::words)
            .collect(),
    };
    Ok(page(StatusCode::OK, &shown))
}

/// `POST /people/{person}/templates`: two edits, of which the clinical one waits for the nurse unless a nurse starts it.
pub async fn start(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    headers: HeaderMap,
    Form(given): Form<Given>,
) -> Result<Response, NotShown> {
    let reader = people::named(&app, &signed_in, &person).await?;
    let person = reader.person;
    signed_in.check_own_form(&headers, &given.csrf)?;
    if !may_start(&reader) {
        return Err(Refusal::MayNot.into());
    }
    let template = templates::template(&given.template).ok_or_else(|| Refusal::not_offered("template"))?;
    let staff = &signed_in.staff;
    let starter = Starter { role: staff.role, name: &staff.name, on: app.clock.now().local_day() };
    for commands in template.edits(&reader.plan.view, starter) {
        let version = app.plans.current(&app, person).await?.view.version;
        let base = PlanSeen { version, own_edit: None };
        let edit = PlanEdit { base, commands, reason: template.reason() };
        act(&app, &Act { person, by: staff.staff, body: Body::PlanEdit(edit) }).await?;
    }
    Ok(go_to(&format!("/people/{person}/templates?done=started")))
}

/// Whoever keeps the actions of a plan starts one, and a nurse who reads the plan does.
fn may_start(reader: &Reader) -> bool {
    let [actions, asked] =
        [Section::Actions, Section::Asked].map(|section| Subject::of_entry(section, None, None));
    let may = |subject| may(&reader.author, &Action::Edit(subject)) == Verdict::Yes;
    may(actions) || may(asked)
}

fn offered(template: &'static PlanTemplate) -> Offered {
    let holds = template.holds();
    let holds = holds.iter().map(|(section, count)| format!("{}: {count}", section_rule(*section).label));
    Offered {
        code: &template.code,
        label: &template.label,
        about: &template.about,
        holds: holds.collect::<Vec<_>>().join("; "),
    }
}
