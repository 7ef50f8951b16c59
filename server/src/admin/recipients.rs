//! `POST /v1/admin/restricted-recipients`: who receives concerns, in the order in which they are asked: managers, a
//! nominated individual, whoever is on call. `POST /v1/admin/council-numbers`: what a reporter rings outside.

use super::ask::Asked;
use super::{Administrator, Done};
use crate::app::App;
use crate::refusal::Refusal;
use alongside_domain::ids::StaffId;
use alongside_domain::safeguarding::answers_for_concerns;
use alongside_domain::safeguarding::routes::{Council, is_telephone};
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
            Some(staff) if answers_for_concerns(staff.role) => {}
            Some(_) => {
                return Err(Refusal::field(
                    "staff",
                    "names people with a place at the console: who answers for a concern reads it there",
                ));
            }
        }
    }
    app.store.set_recipients(asked.staff).await?;
    Ok(Json(Done {}))
}

/// The telephone numbers of the council's adult safeguarding. What is left out is not shown any more.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetCouncil {
    day: Option<String>,
    out_of_hours: Option<String>,
}

/// Sets them: every phone gets them with its next request, and shows them without network.
pub async fn set_council(
    _: Administrator,
    State(app): State<App>,
    Asked(asked): Asked<SetCouncil>,
) -> Result<Json<Done>, Refusal> {
    for (field, number) in [("day", &asked.day), ("out_of_hours", &asked.out_of_hours)] {
        if number.as_ref().is_some_and(|number| !is_telephone(number)) {
            return Err(Refusal::field(field, "takes a telephone number: digits, spaces, + ( ) -"));
        }
    }
    app.store.set_council(Council { day: asked.day, out_of_hours: asked.out_of_hours }).await?;
    Ok(Json(Done {}))
}
