//! `GET /`: everyone in the care of whoever is signed in, those who need something first.

use super::page::{NotShown, Top, page};
use super::people;
use super::person::last_met;
use super::session::SignedIn;
use super::words;
use crate::app::App;
use crate::care::PersonCare;
use alongside_domain::care::aligned::Segment;
use alongside_domain::care::escalation::EscalationState;
use alongside_domain::journal::Category;
use alongside_domain::plan::edit::Section;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "caseload.html")]
struct CaseloadPage {
    top: Top,
    rows: Vec<Row>,
}

/// One person.
struct Row {
    person: String,
    name: String,
    born: String,
    nhs_number: String,
    since: String,
    open: Vec<Open>,
    cannot_tell: usize,
    /// Of how many it came out since that they were done.
    lapsed: usize,
    not_recorded: usize,
    missed: usize,
    waiting: usize,
    /// Not all of this record is shared with the reader.
    in_part: bool,
}

/// An emergency sign of which no call is noted, or an escalation that is not over.
struct Open {
    words: String,
    class: &'static str,
}

/// `GET /`.
pub async fn show(signed_in: SignedIn, State(app): State<App>) -> Result<Response, NotShown> {
    let all = people::all(&app, &signed_in).await?;
    let top = people::top(&app, &signed_in, &all, "caseload").await?;
    let mut rows = Vec::with_capacity(all.len());
    for reader in &all {
        let care = PersonCare::load(&app, reader).await?;
        let mut row = row(&care);
        row.waiting = people::waiting(reader);
        row.person = reader.person.to_string();
        row.in_part = !reader.sharing.scope.lacks().is_empty();
        rows.push(row);
    }
    let urgent = |row: &Row| row.open.iter().any(|open| open.class == "urgent");
    rows.sort_by_key(|row| (!urgent(row), row.cannot_tell == 0, row.open.is_empty(), row.waiting == 0));
    Ok(page(StatusCode::OK, &CaseloadPage { top, rows }))
}

fn row(care: &PersonCare) -> Row {
    let views = care.views();
    let plan = &care.plan.view;
    let last: Option<&Segment> = views.notes.segments.last();
    let missing = if care.scope.reads(Category::PLAN) { "not recorded" } else { "not shared with you" };
    let fact = |code| words::fact(plan, Section::Safety, code).unwrap_or_else(|| missing.to_owned());
    let cannot_tell = views.escalations.cannot_tell_now().count();
    let is_urgent = |state| matches!(state, EscalationState::Raised | EscalationState::HelpRefused);
    let signs = care
        .untold_signs()
        .into_iter()
        .map(|one| Open { words: format!("{} (no call is noted)", one.sign.label), class: "urgent" });
    let open = views.escalations.open().map(|one| Open {
        words: format!("{} ({})", one.trigger.name, words::state(one.state).to_lowercase()),
        class: if is_urgent(one.state) { "urgent" } else { "watch" },
    });
    let met = last.map(|segment| last_met(&segment.met)).unwrap_or_default().into_iter();
    let met = met.map(|(one, _)| Open {
        words: format!("{} (met; cannot tell what came of it)", one.name),
        class: "watch",
    });
    Row {
        person: String::new(),
        name: words::person_read(care.scope, plan),
        born: fact("date_of_birth"),
        nhs_number: fact("nhs_number"),
        since: last.and_then(|segment| segment.from).map_or_else(|| "no visit yet".to_owned(), words::time),
        open: signs.chain(open).chain(met).collect(),
        cannot_tell,
        lapsed: views.escalations.lapsed_lately(care.now()).count(),
        not_recorded: last.map_or(0, |segment| segment.gaps.len()),
        missed: last.and_then(|segment| segment.visits_missed).unwrap_or(0),
        waiting: 0,
        in_part: false,
    }
}
