//! Orders to erase records: a manager's order, and which devices have not carried it out yet.

use super::Administrator;
use super::ask::Asked;
use crate::app::App;
use crate::plan::{self, EditErased};
use crate::refusal::Refusal;
use crate::storage::ledger::Order;
use crate::storage::{Access, Device, Erased, NewOrder};
use crate::sync::concerns;
use alongside_domain::access::channels_of;
use alongside_domain::ids::{AuthorId, PersonId, StaffId};
use alongside_domain::journal::body::Role;
use alongside_domain::journal::{Channel, RecordRef};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Longest reason, in bytes.
const REASON_BYTES_MAX: usize = 1000;

/// A record that is to be erased.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erase {
    person: PersonId,
    record: RecordRef,
    by: StaffId,
    reason: String,
}

/// An order that was carried out here. Devices follow.
#[derive(Debug, Serialize)]
pub struct Ordered {
    order: u64,
}

/// `POST /v1/admin/erasures`: `by` is the manager who orders it.
pub async fn erase(
    _: Administrator,
    State(app): State<App>,
    Asked(asked): Asked<Erase>,
) -> Result<Json<Ordered>, Refusal> {
    let Erase { person, record, by, reason } = asked;
    let staff = app.store.staff(by).await?.ok_or(Refusal::NotFound { what: "staff" })?;
    if staff.role != Role::Manager {
        return Err(Refusal::MayNot);
    }
    let reason = reason.trim().to_owned();
    if reason.is_empty() || reason.len() > REASON_BYTES_MAX {
        return Err(Refusal::field("reason", "takes 1 to 1000 bytes: an erasure is explained"));
    }
    if record.channel == Channel::Restricted {
        // Its other holders keep it as it came, the second copy among them; and its author would be told of it.
        return Err(Refusal::field("record", "is a concern: those are kept as they came"));
    }
    let order = NewOrder { person, record, by, at: app.clock.now(), reason };
    plan::forget_again(&app).await;
    match plan::erase_record(&app, order.clone()).await? {
        Erased::Done(order) | Erased::Already(order) => Ok(Json(Ordered { order })),
        Erased::NoSuchRecord => Err(Refusal::NotFound { what: "record" }),
        Erased::Behind | Erased::Moved => Err(Refusal::Unavailable),
        Erased::NotAlone => erase_edit(&app, &order).await,
    }
}

async fn erase_edit(app: &App, order: &NewOrder) -> Result<Json<Ordered>, Refusal> {
    match plan::erase_edit(app, order).await? {
        EditErased::Done(order) => Ok(Json(Ordered { order })),
        EditErased::Undecided => Err(Refusal::field(
            "record",
            "is an edit that still waits: have it declined first, then erase it",
        )),
        EditErased::NotAnEdit => Err(Refusal::field(
            "record",
            "is about an edit of the plan, or corrects times: name the edit, and what it said goes everywhere",
        )),
    }
}

/// `GET /v1/admin/erasures`: each order, with the devices that have not said yet that they carried it out.
pub async fn list(_: Administrator, State(app): State<App>) -> Result<Json<Value>, Refusal> {
    let mut holders = Vec::new();
    for device in app.store.devices().await? {
        let Some(staff) = app.store.staff(device.staff).await? else { continue };
        let access = app.store.access_of(device.staff).await?;
        holders.push(Holder { device, role: staff.role, access });
    }
    let orders = app.store.orders().await?;
    Ok(Json(Value::Array(orders.iter().map(|order| shown(order, &holders)).collect())))
}

/// A device, and what its holder may see.
struct Holder {
    device: Device,
    role: Role,
    access: Access,
}

fn shown(order: &Order, holders: &[Holder]) -> Value {
    let waits = |holder: &&Holder| {
        holder.device.erased < order.erasure.version
            && concerns(&order.erasure, &holder.device, &holder.access, channels_of(holder.role))
    };
    let waiting: Vec<AuthorId> = holders.iter().filter(waits).map(|holder| holder.device.device).collect();
    json!({
        "order": order.erasure.version,
        "person": order.erasure.person,
        "record": order.erasure.record,
        "by": order.by,
        "at": order.at,
        "reason": order.reason,
        "waiting_for": waiting,
    })
}
