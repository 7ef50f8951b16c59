//! `GET /needs-you`: what needs whoever is signed in, of everyone in their care: their own deadlines, what has moved
//! for them, visits that clash, and what became of their own changes; for supervisors and managers everyone's, and whom
//! to tell what became of theirs.

use super::emergency::{self, OpenedLine};
use super::fates::{self, Fates};
use super::page::{Done, NotShown, Top, page};
use super::people;
use super::reader::untold_of;
use super::session::SignedIn;
use super::together::{MovedRow, Row, clash, is_pressing, moved_row, row};
use super::words::{self, Names};
use crate::agency::team_now;
use crate::app::App;
use crate::care::PersonCare;
use alongside_domain::ids::PersonId;
use alongside_domain::together::needs::Needs;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "needs_you.html")]
struct NeedsYouPage {
    top: Top,
    done: &'static str,
    emergencies: Vec<OpenedLine>,
    people: Vec<OfPerson>,
}

/// What of one person's care.
struct OfPerson {
    person: String,
    name: String,
    pressing: Vec<Row>,
    later: Vec<Row>,
    moved: Vec<MovedRow>,
    clashes: Vec<String>,
    flags: usize,
    fates: Fates,
    untold: Vec<String>,
}

/// `GET /needs-you`.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Query(done): Query<Done>,
) -> Result<Response, NotShown> {
    let all = people::all(&app, &signed_in).await?;
    let top = people::top(&app, &signed_in, &all, "needs-you").await?;
    let names = people::names(&app).await?;
    let mut found = Vec::new();
    for reader in &all {
        let person = reader.person;
        let care = PersonCare::load(&app, reader).await?;
        let needs = Needs::of(&care.together(), signed_in.staff.staff, signed_in.staff.role);
        let team = team_now(&app, person).await?;
        let fates = fates::fates(&care, &team, &signed_in, &names);
        if !needs.is_empty() || !fates.is_empty() {
            found.push((person, of_person(&care, (person, &needs, fates), &signed_in, &names)));
        }
    }
    let emergencies = emergency::waiting(&app, &signed_in, &names).await?;
    let done = match done.done.as_deref() {
        Some("looked") => "Written down: you looked at why this record was opened.",
        Some("told") => "Written down: they have been told.",
        Some("seen") => "They have seen it meanwhile, or somebody told them.",
        _ => "",
    };
    found.sort_by_key(|(_, one)| (one.fates.is_empty(), one.pressing.is_empty()));
    let (whom, people): (Vec<PersonId>, Vec<OfPerson>) = found.into_iter().unzip();
    let shown = NeedsYouPage { top, done, emergencies, people };
    let response = page(StatusCode::OK, &shown);
    for (person, one) in whom.into_iter().zip(&shown.people) {
        fates::note_shown(&app, &signed_in, person, &one.fates).await;
    }
    Ok(response)
}

fn of_person(
    care: &PersonCare,
    (person, needs, fates): (PersonId, &Needs, Fates),
    signed_in: &SignedIn,
    names: &Names,
) -> OfPerson {
    let (pressing, later): (Vec<_>, Vec<_>) =
        needs.deadlines.iter().partition(|one| is_pressing(one, care.now()));
    OfPerson {
        person: person.to_string(),
        name: words::person_read(care.scope, &care.plan.view),
        pressing: pressing.into_iter().map(|one| row(one, names)).collect(),
        later: later.into_iter().map(|one| row(one, names)).collect(),
        moved: needs.moved.iter().map(|one| moved_row(one, names)).collect(),
        clashes: needs.clashes.iter().map(clash).collect(),
        flags: needs.flags.len(),
        fates,
        untold: untold_of(&needs.lacks, signed_in),
    }
}
