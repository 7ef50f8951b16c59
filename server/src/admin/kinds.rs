//! `/v1/admin/kinds`: the organisation's own kinds of observation. They are given as a whole, and a later version only
//! grows.

use super::Administrator;
use crate::app::App;
use crate::kinds;
use crate::refusal::Refusal;
use alongside_domain::care::catalogue::ADDITIONS_BYTES_MAX;
use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Longest body: the whole of them.
pub const KINDS_BYTES_MAX: usize = ADDITIONS_BYTES_MAX;

/// What stands from now on.
#[derive(Debug, Serialize)]
pub struct KindsSet {
    version: u32,
}

/// Takes them: each page shows them at once, each device with its next sync.
pub async fn set_kinds(
    _: Administrator,
    State(app): State<App>,
    json: Result<String, axum::extract::rejection::StringRejection>,
) -> Result<Json<KindsSet>, Refusal> {
    let json = json.map_err(|rejection| match rejection.status() {
        axum::http::StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge { bytes_max: KINDS_BYTES_MAX },
        _ => Refusal::Body { why: "it is not text in UTF-8".to_owned() },
    })?;
    Ok(Json(KindsSet { version: kinds::set(&app, &json).await? }))
}

/// What was given last.
pub async fn own_kinds(_: Administrator, State(app): State<App>) -> Result<Response, Refusal> {
    let own =
        app.store.own_kinds().await?.ok_or(Refusal::NotFound { what: "kinds of the organisation's own" })?;
    Ok(([(CONTENT_TYPE, "application/json")], own.json).into_response())
}
