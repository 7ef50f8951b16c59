//! `POST /v1/admin/restricted-recipients`: who receives concerns, in the order in which they are asked.

use super::ask::Asked;
use super::{Administrator, Done};
use crate::app::App;
use crate::refusal::Refusal;
use alongside_domain::ids::StaffId;
use alongside_domain::journal::body::Role;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Most recipients: each of their devices adds to every concern.
const RECIPIENTS_MAX: usize = 8;

/// The whole list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetRecipients {
    staff: Vec<StaffId>,
}

/// Replaces the list.
pub async fn set_recipients(
    _: Administrator,
    State(app): State<App>,
    Asked(asked): Asked<SetRecipients>,
) -> Result<Json<Done>, Refusal> {
    let different: BTreeSet<&StaffId> = asked.staff.iter().collect();
    if asked.staff.len() > RECIPIENTS_MAX || different.len() < asked.staff.len() {
        return Err(Refusal::field("staff", "names at most 8 people, each once"));
    }
    for staff in &asked.staff {
        match app.store.staff(*staff).await? {
            None => return Err(Refusal::NotFound { what: "staff" }),
            Some(staff) if staff.role == Role::Manager => {}
            Some(_) => {
                return Err(Refusal::field("staff", "names managers only: they answer for safeguarding"));
            }
        }
    }
    app.store.set_recipients(asked.staff).await?;
    Ok(Json(Done {}))
}
