//! `POST /v1/admin/employers`: for whom a member of staff works. Their pages are narrowed or widened at once, their devices
//! with their next request, as by any change of what is shared with a partner.

use super::Administrator;
use super::ask::{self, Asked};
use crate::app::App;
use crate::refusal::Refusal;
use crate::sharing::partner_of;
use alongside_domain::ids::StaffId;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

/// For whom somebody works from now on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetEmployer {
    staff: StaffId,
    /// The provider where it is left out, else a partner of that name.
    organisation: Option<String>,
    /// They work through an agency: they see people around their shifts only.
    #[serde(default)]
    agency: bool,
}

/// What follows from it.
#[derive(Debug, Serialize)]
pub struct EmployerSet {
    /// They work for a partner, and read what is shared with it.
    partner: bool,
}

/// Changes it.
pub async fn set_employer(
    _: Administrator,
    State(app): State<App>,
    Asked(asked): Asked<SetEmployer>,
) -> Result<Json<EmployerSet>, Refusal> {
    let organisation = asked.organisation.unwrap_or_else(|| app.identity.organisation.clone());
    ask::check_name("organisation", &organisation)?;
    if !app.store.set_employer(asked.staff, organisation, asked.agency).await? {
        return Err(Refusal::NotFound { what: "staff" });
    }
    let staff = app.store.staff(asked.staff).await?.ok_or(Refusal::NotFound { what: "staff" })?;
    Ok(Json(EmployerSet { partner: partner_of(&app, &staff).is_some() }))
}
