//! Notes what the console and the administration do: around all of their routes, not in each.

use super::entry::{Outcome, What, Who};
use super::watch::Watch;
use crate::admin;
use crate::app::App;
use crate::console::not_shown;
use crate::refusal::Refusal;
use alongside_domain::ids::{AuthorId, PersonId, StaffId};
use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// Pages of which nothing is noted here: of concerns it is noted elsewhere who reads them, for those who take part.
const ELSEWHERE: [&str; 2] = ["/safeguarding", "/safeguarding/{case}"];

fn place(request: &Request) -> String {
    request.extensions().get::<MatchedPath>().map_or_else(String::new, |path| path.as_str().to_owned())
}

fn outcome(status: StatusCode) -> Outcome {
    match status {
        StatusCode::NOT_FOUND => Outcome::NotFound,
        status if status.is_server_error() => Outcome::Failed,
        status if status.is_client_error() => Outcome::Refused,
        _ => Outcome::Done,
    }
}

/// Notes a request to the console. The page is shown once its entry is durable.
pub async fn console(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let place = place(&request);
    if ELSEWHERE.contains(&place.as_str()) {
        return next.run(request).await;
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let watch = Watch::default();
    request.extensions_mut().insert(watch.clone());
    let response = next.run(request).await;
    let (usual, outcome) = (if reads { What::Read } else { What::Wrote }, outcome(response.status()));
    let Some(entry) = watch.entry(app.clock.now(), usual, outcome, Some(place)) else { return response };
    match app.store.audit(vec![entry]).await {
        Ok(()) => response,
        Err(error) => not_shown(error),
    }
}

/// Notes an act of administration, with the person, the member of staff and the device that it names.
pub async fn administration(State(app): State<App>, request: Request, next: Next) -> Response {
    if *request.method() == Method::GET {
        return next.run(request).await;
    }
    let place = place(&request);
    let says_who = request.headers().contains_key(header::AUTHORIZATION);
    let (parts, body) = request.into_parts();
    // Each route says how much of this it takes.
    let bytes_max = admin::BODY_BYTES_MAX.max(admin::KINDS_BYTES_MAX);
    let Ok(bytes) = to_bytes(body, bytes_max).await else {
        return Refusal::TooLarge { bytes_max }.into_response();
    };
    let asked: Value =
        if says_who { serde_json::from_slice(&bytes).unwrap_or_default() } else { Value::Null };
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    let (now, is_known) = (app.clock.now(), response.status() != StatusCode::UNAUTHORIZED);
    if !is_known && !app.repeats.is_new(What::Administered, None, now) {
        return response;
    }
    let watch = Watch::default();
    watch.is_by(if is_known { Who::Administrator } else { Who::Nobody });
    let mut device = None;
    if is_known {
        named::<PersonId>(&asked, "person").into_iter().for_each(|person| watch.is_about(person));
        let staff = named::<StaffId>(&asked, "staff").or_else(|| named(&asked, "by"));
        staff.into_iter().for_each(|staff| watch.is_about_staff(staff));
        device = named::<AuthorId>(&asked, "device");
    }
    let entry = watch.entry(now, What::Administered, outcome(response.status()), Some(place));
    let entry = entry.map(|entry| super::Entry { device, ..entry });
    match app.store.audit(entry.into_iter().collect()).await {
        Ok(()) => response,
        Err(error) => Refusal::from(error).into_response(),
    }
}

fn named<T: std::str::FromStr>(asked: &Value, field: &str) -> Option<T> {
    asked.get(field)?.as_str()?.parse().ok()
}
