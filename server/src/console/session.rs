//! Who uses the console: a session behind a cookie that only this server and no script gets.

use super::page::{NotShown, go_to};
use crate::app::App;
use crate::audit::{Watch, Who};
use crate::desk::OpenDesk;
use crate::refusal::Refusal;
use crate::safeguarding::receives;
use crate::secret;
use crate::sharing::partner_of;
use crate::storage::{Session, Staff, StorageError};
use alongside_domain::journal::body::Role;
use alongside_domain::time::{HOUR_MS, MINUTE_MS, Moment};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The prefix makes browsers insist on TLS, this host and no other path.
const COOKIE: &str = "__Host-alongside";
/// How long a session lasts without use.
const IDLE_MS: i64 = 30 * MINUTE_MS;
/// How long it lasts at most.
const LONGEST_MS: i64 = 12 * HOUR_MS;

/// Someone who is signed in and may use the console.
pub struct SignedIn {
    /// Who.
    pub staff: Staff,
    /// Their session.
    pub session: Session,
    /// Their desk, where they have one and signed in to this process.
    pub desk: Option<Arc<OpenDesk>>,
    /// The partner organisation that they work for; nothing for the provider's own staff.
    pub partner: Option<String>,
    /// What this request turns out to be about, for the audit trail.
    pub watch: Watch,
    /// The request asks for a page, and does nothing.
    pub only_reads: bool,
    /// Concerns may be sealed to them: they see that there is a page for them, and nobody else does.
    pub answers_for_concerns: bool,
}

/// Whether a role uses the console. Carers use their phones; administrators see no care content.
pub fn has_console(role: Role) -> bool {
    matches!(role, Role::Nurse | Role::Therapist | Role::Supervisor | Role::Manager | Role::SocialWorker)
}

impl SignedIn {
    /// A manager of the provider's own: they answer for who reads records, and for openings in an emergency.
    pub fn is_own_manager(&self) -> bool {
        self.staff.role == Role::Manager && self.partner.is_none()
    }

    /// The name of their session for the audit trail.
    pub fn session_name(&self) -> u64 {
        session_name(&self.session.token_hash)
    }

    /// The form was made in this session, and sent from a page of this server.
    pub fn check_own_form(&self, headers: &HeaderMap, csrf: &str) -> Result<(), Refusal> {
        self.check_form(csrf)?;
        if is_own_origin(headers) { Ok(()) } else { Err(Refusal::StaleForm) }
    }

    /// The form was made in this session.
    pub fn check_form(&self, csrf: &str) -> Result<(), Refusal> {
        let same = secret::is_same(self.session.csrf.as_bytes(), csrf.as_bytes());
        if same { Ok(()) } else { Err(Refusal::StaleForm) }
    }
}

/// Why nobody is signed in.
pub enum NotSignedIn {
    /// No session, or it is over.
    SignInFirst,
    /// The store failed.
    Store(StorageError),
}

impl IntoResponse for NotSignedIn {
    fn into_response(self) -> Response {
        match self {
            NotSignedIn::SignInFirst => go_to("/sign-in"),
            NotSignedIn::Store(error) => NotShown::from(error).into_response(),
        }
    }
}

impl From<StorageError> for NotSignedIn {
    fn from(error: StorageError) -> NotSignedIn {
        NotSignedIn::Store(error)
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = NotSignedIn;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, NotSignedIn> {
        let token = token(&parts.headers).ok_or(NotSignedIn::SignInFirst)?;
        let hash = secret::hash(token.as_bytes());
        let session = app.store.session(hash).await?.ok_or(NotSignedIn::SignInFirst)?;
        let now = app.clock.now();
        app.desks.forget_unused_since(now.plus_ms(-IDLE_MS));
        if is_over(&session, now) {
            app.desks.forget(&hash);
            app.store.end_session(hash).await?;
            return Err(NotSignedIn::SignInFirst);
        }
        let staff = app.store.staff(session.staff).await?;
        let staff = staff.filter(|staff| has_console(staff.role)).ok_or(NotSignedIn::SignInFirst)?;
        if now.since_ms(session.used) >= MINUTE_MS {
            app.store.touch_session(hash, now).await?;
        }
        let watch = parts.extensions.get::<Watch>().cloned().unwrap_or_default();
        watch.is_by(Who::AtConsole { staff: staff.staff, session: Some(session_name(&hash)) });
        let only_reads = matches!(parts.method, Method::GET | Method::HEAD);
        let desk = app.desks.of(&hash, now);
        let answers_for_concerns = answers_for_concerns(app, &staff).await?;
        let partner = partner_of(app, &staff).map(str::to_owned);
        Ok(SignedIn { staff, session, desk, partner, watch, only_reads, answers_for_concerns })
    }
}

/// Somebody who receives concerns, or was given access to a case.
async fn answers_for_concerns(app: &App, staff: &Staff) -> Result<bool, StorageError> {
    receives(app, &app.store.recipients().await?, staff.staff).await
}

/// A name of a session for the audit trail, by the hash of its token. It opens nothing.
pub fn session_name(hash: &[u8; 32]) -> u64 {
    let named = secret::hash(&[b"alongside session name 1".as_slice(), hash].concat());
    named.iter().take(8).fold(0, |name, byte| name << 8 | u64::from(*byte))
}

/// How long before now a session that still lasts was last used.
pub const DESK_IDLE_MS: i64 = IDLE_MS;

fn is_over(session: &Session, now: Moment) -> bool {
    now.since_ms(session.used) >= IDLE_MS || now.since_ms(session.began) >= LONGEST_MS
}

/// The token of the session's cookie.
pub fn token(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned())
}

/// The cookie that begins a session, or ends it when there is no token.
pub fn cookie(token: Option<&str>) -> String {
    let rest = "Path=/; Secure; HttpOnly; SameSite=Strict";
    match token {
        Some(token) => format!("{COOKIE}={token}; {rest}"),
        None => format!("{COOKIE}=; {rest}; Max-Age=0"),
    }
}

/// A form comes from this server's own pages: browsers say where a form is from.
pub fn is_own_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let from = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    match (from, host) {
        (Some((_, from)), Some(host)) => from == host,
        // HTTP/2 names the host in the request line; the cookie's SameSite and the form's token still hold.
        (Some(_), None) => true,
        (None, _) => false,
    }
}
