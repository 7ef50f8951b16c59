//! `GET /people/{person}/folder`: one page to print for the folder in the person's home.

use super::page::{NotShown, Top, page};
use super::people;
use super::session::SignedIn;
use crate::app::App;
use crate::audit::What;
use crate::key_safe;
use crate::refusal::Refusal;
use alongside_domain::day::home_folder::{self, HomeFolder};
use alongside_domain::journal::Category;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "folder.html")]
struct FolderPage {
    top: Top,
    person: String,
    folder: HomeFolder,
    made: String,
}

/// `GET /people/{person}/folder`.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
) -> Result<Response, NotShown> {
    let reader = people::named(&app, &signed_in, &person).await?;
    signed_in.watch.does(What::Printed);
    if !reader.sharing.scope.reads(Category::PLAN) {
        // It would say "not recorded" of what is.
        return Err(Refusal::MayNot.into());
    }
    let (person, plan) = (reader.person, &reader.plan);
    let top = people::top_about(&app, &signed_in, &reader).await?;
    let code = key_safe::code_of(&app, person).await?;
    let folder = home_folder::page(&plan.view, app.clock.now(), code.as_deref());
    let made = folder.made.local().format("%-d %b %Y %H:%M").to_string();
    Ok(page(StatusCode::OK, &FolderPage { top, person: person.to_string(), folder, made }))
}
