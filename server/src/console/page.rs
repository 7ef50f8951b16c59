//! What every page has: its headers, and words for a request that was not done.

use crate::plan::PlanError;
use crate::refusal::Refusal;
use crate::storage::StorageError;
use askama::Template;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// Nothing from elsewhere, no scripts, no frames.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// With the policy `no-referrer` browsers would send no origin with forms, and forms are only taken from here.
const HEADERS: [(HeaderName, &str); 5] = [
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (CONTENT_SECURITY_POLICY, POLICY),
    (CACHE_CONTROL, "no-store"),
    (REFERRER_POLICY, "same-origin"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// What was just done, which the page that follows says in words.
#[derive(Deserialize)]
pub struct Done {
    /// Its code.
    pub done: Option<String>,
}

/// A page.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, HEADERS, html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Goes on to another page after a form.
pub fn go_to(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response()
}

/// `GET /assets/console.css`.
pub async fn style() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=300"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("../../assets/console.css")).into_response()
}

/// Who is signed in, for the top of each page.
#[derive(Debug, Clone)]
pub struct Top {
    /// The organisation.
    pub organisation: String,
    /// Their name; empty when nobody is signed in.
    pub name: String,
    /// Their role in words.
    pub role: &'static str,
    /// For the sign-out form.
    pub csrf: String,
    /// Which page is shown: `caseload`, `today`, `person`, `needs-you`, `inbox`, `kept-apart`, `safeguarding` or empty.
    pub current: &'static str,
    /// They see what is kept apart, or came damaged.
    pub looks_apart: bool,
    /// They read the office channel, and have the page of today.
    pub has_today: bool,
    /// How many calls for help nobody has answered.
    pub help: usize,
    /// They answer for concerns, whether or not there are any.
    pub answers_for_concerns: bool,
    /// How many conflicts and held edits wait for them.
    pub waiting: usize,
    /// What is not shared with the reader of a page about a person, and why.
    pub not_shared: Vec<String>,
    /// They read the audit trail.
    pub reads_trail: bool,
    /// Records that they have opened in an emergency, and that are open.
    pub emergencies: Vec<OpenRecord>,
}

impl Top {
    /// The page shows a record that is open because of an emergency: it has no forms.
    pub fn only_reads(&self) -> bool {
        self.emergencies.iter().any(|one| one.is_shown)
    }

    /// When nobody is signed in.
    pub fn nobody(organisation: &str) -> Top {
        Top {
            organisation: organisation.to_owned(),
            name: String::new(),
            role: "",
            csrf: String::new(),
            current: "",
            looks_apart: false,
            has_today: false,
            help: 0,
            answers_for_concerns: false,
            waiting: 0,
            not_shared: Vec::new(),
            reads_trail: false,
            emergencies: Vec::new(),
        }
    }
}

/// A record that is open because of an emergency, for the top of each page.
#[derive(Debug, Clone)]
pub struct OpenRecord {
    /// Whose.
    pub person: String,
    /// How they are called.
    pub name: String,
    /// Until when.
    pub until: String,
    /// Its row, for the button that ends it.
    pub id: i64,
    /// The page is of this person.
    pub is_shown: bool,
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message {
    top: Top,
    title: &'static str,
    message: String,
}

/// The page for what the store could not do.
pub fn not_shown(error: StorageError) -> Response {
    NotShown::from(error).into_response()
}

/// A page that could not be shown, or a form that was not done. Nothing of it counts.
pub struct NotShown(Refusal);

impl From<Refusal> for NotShown {
    fn from(refusal: Refusal) -> NotShown {
        NotShown(refusal)
    }
}

impl From<StorageError> for NotShown {
    fn from(error: StorageError) -> NotShown {
        NotShown(error.into())
    }
}

impl From<PlanError> for NotShown {
    fn from(error: PlanError) -> NotShown {
        NotShown(error.into())
    }
}

impl IntoResponse for NotShown {
    fn into_response(self) -> Response {
        let title = match self.0.status() {
            StatusCode::NOT_FOUND => "Not found",
            StatusCode::FORBIDDEN => "Not possible",
            status if status.is_server_error() => "The server cannot answer now",
            _ => "That did not work",
        };
        let mut message = self.0.to_string();
        if let Some(first) = message.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        page(self.0.status(), &Message { top: Top::nobody(""), title, message: message + "." })
    }
}
