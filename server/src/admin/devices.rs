//! Devices whose enrolment ends, and orders to wipe.

use super::ask::Asked;
use super::{Administrator, Done};
use crate::app::App;
use crate::ended;
use crate::refusal::Refusal;
use alongside_domain::ids::{AuthorId, StaffId};
use alongside_domain::sync::standing::Ended;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

/// An enrolment to end.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    device: AuthorId,
    why: Ended,
    by: StaffId,
}

/// `POST /v1/admin/revocations`.
pub async fn revoke(
    _: Administrator,
    State(app): State<App>,
    Asked(asked): Asked<Revoke>,
) -> Result<Json<Done>, Refusal> {
    ended::revoke(&app, asked.device, asked.why, asked.by).await?;
    Ok(Json(Done {}))
}

/// `GET /v1/admin/revocations`: each with the last record of each stream that was receipted before.
pub async fn revocations(_: Administrator, State(app): State<App>) -> Result<Json<Value>, Refusal> {
    let mut all = Vec::new();
    for device in app.store.ended_devices().await? {
        let mut shown = json!(device);
        shown["receipted"] = json!(app.store.receipted_before(device.device).await?);
        all.push(shown);
    }
    Ok(Json(json!({ "revocations": all })))
}

/// A device to wipe.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderWipe {
    device: AuthorId,
    by: StaffId,
}

/// `POST /v1/admin/wipe-orders`.
pub async fn order_wipe(
    _: Administrator,
    State(app): State<App>,
    Asked(asked): Asked<OrderWipe>,
) -> Result<Json<Done>, Refusal> {
    ended::order_wipe(&app, asked.device, asked.by).await?;
    Ok(Json(Done {}))
}
