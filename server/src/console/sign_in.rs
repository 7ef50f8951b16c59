//! Sign-in with a password: slow to check, limited for each account, and equally silent about what was wrong.

use super::form::Form;
use super::page::{NotShown, Top, go_to, page};
use super::session::session_name;
use super::session::{SignedIn, cookie, has_console, is_own_origin};
use crate::app::App;
use crate::audit::{Watch, What, Who};
use crate::desk::OpenDesk;
use crate::refusal::Refusal;
use crate::storage::{Account, Session};
use crate::{desk, secret};
use alongside_domain::time::{MINUTE_MS, Moment};
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;

/// Failed sign-ins after which an account waits.
const FAILED_MAX: u32 = 5;
/// How long it waits after the last failure.
const WAIT_MS: i64 = 5 * MINUTE_MS;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    top: Top,
    username: String,
    problem: &'static str,
}

/// `GET /sign-in`.
pub async fn show(State(app): State<App>) -> Response {
    form(&app, StatusCode::OK, String::new(), "")
}

fn form(app: &App, status: StatusCode, username: String, problem: &'static str) -> Response {
    page(status, &SignInPage { top: Top::nobody(&app.identity.organisation), username, problem })
}

/// What the form carries.
#[derive(Deserialize)]
pub struct Credentials {
    username: String,
    password: String,
}

/// `POST /sign-in`.
pub async fn sign_in(
    State(app): State<App>,
    Extension(watch): Extension<Watch>,
    headers: HeaderMap,
    Form(given): Form<Credentials>,
) -> Result<Response, NotShown> {
    if !is_own_origin(&headers) {
        return Err(Refusal::StaleForm.into());
    }
    let now = app.clock.now();
    let account = app.store.account(given.username.trim().to_lowercase()).await?;
    note_try(&app, &watch, account.as_ref(), now);
    if account.as_ref().is_some_and(|account| waits(account, now)) {
        let problem = "Too many wrong passwords. Wait five minutes, then try again.";
        return Ok(form(&app, StatusCode::TOO_MANY_REQUESTS, given.username, problem));
    }
    let stored = account.as_ref().map(|account| account.password_hash.clone());
    let right = app.passwords().verify(given.password.clone(), stored).await;
    let Some(account) = account.filter(|_| right) else {
        return wrong(&app, given.username, now).await;
    };
    app.store.note_sign_in(account.staff, None).await?;
    let staff = app.store.staff(account.staff).await?.ok_or(Refusal::Unavailable)?;
    if !has_console(staff.role) {
        let problem = "Your role has no console. Carers use Alongside on their phone.";
        return Ok(form(&app, StatusCode::FORBIDDEN, given.username, problem));
    }
    let desk = desk::open(&app, &staff, &given.password).await?;
    begin(&app, (&account, &watch), desk, now).await
}

/// Notes the try for the audit trail: each of a known account that may try, else one a minute.
fn note_try(app: &App, watch: &Watch, account: Option<&Account>, now: Moment) {
    let may_try = account.is_some_and(|account| !waits(account, now));
    let staff = account.map(|account| account.staff);
    if may_try || app.repeats.is_new(What::SignedIn, staff, now) {
        watch.does(What::SignedIn);
    }
    staff.into_iter().for_each(|staff| watch.is_about_staff(staff));
}

fn waits(account: &Account, now: Moment) -> bool {
    account.failed >= FAILED_MAX && now.since_ms(account.failed_at) < WAIT_MS
}

async fn wrong(app: &App, username: String, now: Moment) -> Result<Response, NotShown> {
    if let Some(account) = app.store.account(username.trim().to_lowercase()).await? {
        app.store.note_sign_in(account.staff, Some(now)).await?;
    }
    let problem = "The username or the password is not right.";
    Ok(form(app, StatusCode::UNAUTHORIZED, username, problem))
}

async fn begin(
    app: &App,
    (account, watch): (&Account, &Watch),
    desk: Option<OpenDesk>,
    now: Moment,
) -> Result<Response, NotShown> {
    let token = secret::token(app.random.as_ref());
    let session = Session {
        token_hash: secret::hash(token.as_bytes()),
        staff: account.staff,
        csrf: secret::token(app.random.as_ref()),
        began: now,
        used: now,
    };
    let name = session.token_hash;
    watch.does(What::SignedIn);
    watch.is_by(Who::AtConsole { staff: account.staff, session: Some(session_name(&name)) });
    app.store.add_session(session).await?;
    if let Some(desk) = desk {
        app.desks.keep(name, desk, now);
    }
    Ok(with_cookie(go_to("/"), Some(&token)))
}

fn with_cookie(mut response: Response, token: Option<&str>) -> Response {
    let value = HeaderValue::from_str(&cookie(token)).expect("a token is hex");
    response.headers_mut().insert(header::SET_COOKIE, value);
    response
}

/// What the sign-out form carries.
#[derive(Deserialize)]
pub struct SignOut {
    csrf: String,
}

/// `POST /sign-out`.
pub async fn sign_out(
    signed_in: SignedIn,
    State(app): State<App>,
    Form(given): Form<SignOut>,
) -> Result<Response, NotShown> {
    signed_in.check_form(&given.csrf)?;
    signed_in.watch.does(What::SignedOut);
    app.desks.forget(&signed_in.session.token_hash);
    app.store.end_session(signed_in.session.token_hash).await?;
    Ok(with_cookie(go_to("/sign-in"), None))
}
