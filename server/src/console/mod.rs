//! The console: server-rendered pages for nurses, therapists, supervisors and managers. Carers use their phones.
//!
//! Absent on purpose: scripts, anything fetched from elsewhere, and care content in logs.

mod audit;
mod case_forms;
mod caseload;
mod chart;
mod contact_log;
mod copy;
mod emergency;
mod fates;
mod folder;
mod form;
mod inbox;
mod kept_apart;
mod key_safe;
mod left_out;
mod needs_you;
mod news;
mod page;
mod people;
mod person;
mod plan_forms;
mod plan_then;
mod plan_words;
mod reader;
mod safeguarding;
mod session;
mod sign_in;
mod start;
mod team;
mod today;
mod together;
mod vital_signs;
mod weekly;
mod weekly_decision;
mod words;

use crate::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
pub use page::not_shown;
pub use session::DESK_IDLE_MS;

/// Longest form.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// The console's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(caseload::show))
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/people/{person}", get(person::show))
        .route("/people/{person}/templates", get(start::show).post(start::start))
        .route("/people/{person}/weeks", get(weekly::last))
        .route("/people/{person}/weeks/{monday}", get(weekly::show))
        .route("/people/{person}/weeks/{monday}/decide", post(weekly_decision::decide))
        .route("/people/{person}/deadlines", get(together::show))
        .route("/people/{person}/deadlines/told", post(together::told_owner))
        .route("/people/{person}/forms/{form}", get(plan_forms::new).post(plan_forms::add))
        .route("/people/{person}/forms/{form}/{entry}", get(plan_forms::change).post(plan_forms::set))
        .route("/needs-you", get(needs_you::show))
        .route("/needs-you/told", post(fates::tell))
        .route("/people/{person}/folder", get(folder::show))
        .route("/people/{person}/plan", get(plan_then::show))
        .route("/people/{person}/copy", get(copy::show).post(copy::without))
        .route("/people/{person}/key-safe", get(key_safe::show).post(key_safe::set))
        .route("/people/{person}/contacts", get(contact_log::show))
        .route("/people/{person}/contacts/call", post(contact_log::call))
        .route("/people/{person}/contacts/close", post(contact_log::close))
        .route("/people/{person}/contacts/talk", post(contact_log::talk))
        .route("/people/{person}/team", get(team::show).post(team::give))
        .route("/people/{person}/team/end", post(team::end))
        .route("/today", get(today::show))
        .route("/today/safe", post(today::note_safe))
        .route("/emergency", get(emergency::show))
        .route("/emergency/find", post(emergency::find))
        .route("/emergency/open", post(emergency::open))
        .route("/emergency/end", post(emergency::end))
        .route("/emergency/looked", post(emergency::note_look))
        .route("/audit", get(audit::show))
        .route("/inbox", get(inbox::show))
        .route("/inbox/choose", post(inbox::choose))
        .route("/inbox/decide", post(inbox::decide))
        .route("/safeguarding", get(safeguarding::list))
        .route("/safeguarding/{case}", get(safeguarding::show).post(safeguarding::act))
        .route("/kept-apart", get(kept_apart::show).post(kept_apart::decide))
        .route("/assets/console.css", get(page::style))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
}
