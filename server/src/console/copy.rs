//! `GET /people/{person}/copy`: a copy of a person's record for somebody who asks for it by right, to print. For
//! managers; each is noted in the audit trail.
//!
//! It holds the plan as it stands, what it said earlier, and every record of the care channel, in plain words, with author
//! and time. It says in one sentence, the same in every copy, that other records may be withheld: so nobody learns whether
//! there are any. What is about somebody else, the manager marks and names; the copy is then made without it (`POST`), and
//! nothing of that is kept.

use super::form::Form;
use super::left_out::LeftOut;
use super::page::{NotShown, Top, page};
use super::plan_words::{Line, Part, Said, all_said, in_words, parts, plan_line, when};
use super::session::SignedIn;
use super::words::{self, Names};
use super::{inbox, people};
use crate::app::App;
use crate::audit::What;
use crate::care::PersonCare;
use crate::key_safe;
use crate::plan::CurrentPlan;
use crate::refusal::Refusal;
use alongside_domain::care::fields::section_rule;
use alongside_domain::journal::{Body, Entry};
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::view::{Candidate, PlanView};
use alongside_domain::time::Moment;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "copy.html")]
struct CopyPage {
    top: Top,
    person: String,
    name: String,
    made: String,
    /// The reader is still to mark what is about somebody else.
    asks: bool,
    plan: Vec<Part>,
    earlier: Vec<Line>,
    records: Vec<Line>,
}

/// `GET /people/{person}/copy`.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
) -> Result<Response, NotShown> {
    let copy = copy_of(&app, &signed_in, &person, LeftOut::default()).await?;
    Ok(page(StatusCode::OK, &CopyPage { asks: true, ..copy }))
}

/// `POST /people/{person}/copy`: the copy without what was marked.
pub async fn without(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, NotShown> {
    let csrf = fields.iter().find(|(name, _)| name == "csrf");
    let csrf = csrf.ok_or_else(|| Refusal::field("csrf", "is missing"))?;
    signed_in.check_own_form(&headers, &csrf.1)?;
    let copy = copy_of(&app, &signed_in, &person, LeftOut::of_form(&fields)?).await?;
    Ok(page(StatusCode::OK, &copy))
}

async fn copy_of(
    app: &App,
    signed_in: &SignedIn,
    person: &str,
    left_out: LeftOut,
) -> Result<CopyPage, NotShown> {
    signed_in.watch.does(What::Exported);
    let reader = people::named_in_care(app, signed_in, person).await?;
    if !signed_in.is_own_manager() {
        return Err(Refusal::MayNot.into());
    }
    let person = reader.person;
    let top = people::top_about(app, signed_in, &reader).await?;
    let names = people::names(app).await?;
    let care = PersonCare::load(app, &reader).await?;
    let left_out = left_out.with_code(key_safe::code_of(app, person).await?)?;
    let plan_of = Arc::clone(&care.plan);
    // A plan of years has many versions.
    let views = tokio::task::spawn_blocking(move || plan_of.every_view());
    let views = views.await.map_err(|_| Refusal::Unavailable)?;
    let view = &care.plan.view;
    let records = care.records.entries().iter();
    Ok(CopyPage {
        top,
        person: person.to_string(),
        name: words::person(view),
        made: care.now().local().format("%-d %b %Y %H:%M").to_string(),
        asks: false,
        plan: parts(view, &names, &left_out),
        earlier: earlier(&views, view, &names, &left_out),
        records: records.filter_map(|one| line(one, &care.plan, &names, &left_out)).collect(),
    })
}

/// What the plan said once and does not say any more, the oldest first, each with when that ended.
fn earlier(views: &[(Moment, PlanView)], now: &PlanView, names: &Names, left_out: &LeftOut) -> Vec<Line> {
    let stands: BTreeSet<Said<'_>> = all_said(now).map(|(said, _)| said).collect();
    // The last version that says it, and the one after it.
    let mut last: BTreeMap<Said<'_>, (&Candidate, usize)> = BTreeMap::new();
    for (at, (_, view)) in views.iter().enumerate() {
        for (said, one) in all_said(view).filter(|(said, _)| !stands.contains(said)) {
            last.insert(said, (one, at));
        }
    }
    let mut found: Vec<(Moment, Line)> = Vec::new();
    for (said, (one, at)) in last {
        let words = in_words(&views[at].1, &said, one);
        let until =
            views.get(at + 1).map_or_else(String::new, |(ended, _)| format!(" Until {}.", when(*ended)));
        let words = format!("{}, {words}.{until}", section_rule(said.0).label);
        found.push((one.at, plan_line(&said, one, words, names, left_out)));
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, line)| line).collect()
}

/// A record that somebody made; what the server notes of records is left out.
fn line(entry: &Entry, plan: &CurrentPlan, names: &Names, left_out: &LeftOut) -> Option<Line> {
    let (view, record) = (&plan.view, words::record(&plan.catalogue, &entry.body));
    let words = match &entry.body {
        Body::Fate(_)
        | Body::PlanChange(_)
        | Body::PlanRootPart(_)
        | Body::PlanResumed(_)
        | Body::Times(_)
        | Body::Received(_)
        | Body::Looked(_) => return None,
        Body::PlanEdit(edit) => {
            let commands: Vec<String> =
                edit.commands.iter().map(|command| words::command(view, command)).collect();
            format!("{record}: {}", commands.join("; "))
        }
        Body::VisitLeft(left) => {
            let task = |task: &alongside_domain::journal::body::TaskDone| {
                let action = words::entry(view, Section::Actions, task.action.as_str());
                match &task.not_done {
                    None => format!("{action}: done"),
                    Some(why) => format!("{action}: not done, “{why}”"),
                }
            };
            let tasks: Vec<String> = left.tasks.iter().map(task).collect();
            format!("{record} {}", tasks.join("; "))
        }
        Body::Observation(observation) => match &observation.corrects {
            Some(correction) => format!("{record} (corrects an earlier record: “{}”)", correction.reason),
            None => record,
        },
        _ => record,
    };
    let id = inbox::name_of(&entry.id);
    let words = left_out.out_of(&id, words);
    Some(Line { id, at: when(entry.observed), by: words::name(names, entry.header.by), words })
}
