//! Records that are kept apart or came damaged, as the administration sees them: where they are and why, not what they
//! say.

use super::ask::Asked;
use super::{Administrator, Done};
use crate::apart::{Decision, decide};
use crate::app::App;
use crate::refusal::Refusal;
use crate::storage::{ApartRun, Device, Evidence, FlaggedRun};
use alongside_domain::ids::{AuthorId, StaffId};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

/// `GET /v1/admin/kept-apart`.
pub async fn list(_: Administrator, State(app): State<App>) -> Result<Json<Value>, Refusal> {
    let devices = app.store.devices().await?;
    let apart: Vec<Value> = app.store.apart().await?.iter().map(|run| apart_run(run, &devices)).collect();
    let flagged: Vec<Value> =
        app.store.flagged().await?.iter().map(|run| flagged_run(run, &devices)).collect();
    let damaged: Vec<Value> =
        app.store.evidence().await?.iter().map(|one| damaged_one(one, &devices)).collect();
    Ok(Json(json!({ "kept_apart": apart, "flagged": flagged, "damaged": damaged })))
}

fn holder(device: AuthorId, devices: &[Device]) -> Option<StaffId> {
    devices.iter().find(|known| known.device == device).map(|known| known.staff)
}

fn apart_run(run: &ApartRun, devices: &[Device]) -> Value {
    json!({
        "id": run.id,
        "person": run.person,
        "author": run.author,
        "staff": holder(run.author, devices),
        "epoch": run.epoch,
        "first": run.first,
        "records": run.items.len(),
        "why": run.why,
        "received": run.received,
        "stays_apart": run.kept,
    })
}

fn flagged_run(run: &FlaggedRun, devices: &[Device]) -> Value {
    json!({
        "person": run.person,
        "author": run.author,
        "staff": holder(run.author, devices),
        "first": run.first,
        "last": run.last,
        "why": run.why,
        "received": run.received,
    })
}

fn damaged_one(evidence: &Evidence, devices: &[Device]) -> Value {
    json!({
        "person": evidence.person,
        "record": evidence.record,
        "staff": holder(evidence.record.author, devices),
        "received": evidence.received,
        "bytes": evidence.bytes.as_ref().map(|bytes| bytes.header.len() + bytes.body.len()),
    })
}

/// What a manager decided.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    id: i64,
    by: StaffId,
    release: bool,
    #[serde(default)]
    reason: String,
}

/// `POST /v1/admin/kept-apart`: `by` is the manager who decided.
pub async fn decide_one(
    _: Administrator,
    State(app): State<App>,
    Asked(asked): Asked<Decide>,
) -> Result<Json<Done>, Refusal> {
    let Decide { id, by, release, reason } = asked;
    decide(&app, by, Decision { id, release, reason }).await?;
    Ok(Json(Done {}))
}
