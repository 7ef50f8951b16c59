//! The administration API: JSON, with the administrator's token. No care content but in [`state`].

mod apart;
mod ask;
mod devices;
mod employer;
mod erasures;
mod kinds;
mod recipients;
mod state;
mod token;

use crate::app::App;
use crate::enrol::code::Code;
use crate::key_safe;
use crate::password;
use crate::plan;
use crate::refusal::Refusal;
use crate::sharing::partner_of;
use crate::storage::{NewAccount, NewCode, Staff, StorageError};
use alongside_domain::ids::{AuthorId, PersonId, StaffId};
use alongside_domain::journal::body::Role;
use alongside_domain::time::Moment;
pub use apart::{decide_one, list as kept_apart};
use ask::Asked;
pub use ask::BODY_BYTES_MAX;
use axum::Json;
use axum::extract::State;
pub use devices::{order_wipe, revocations, revoke};
pub use employer::set_employer;
pub use erasures::{erase, list as erasures};
pub use kinds::{KINDS_BYTES_MAX, own_kinds, set_kinds};
pub use recipients::{set_council, set_recipients};
use serde::{Deserialize, Serialize};
pub use state::state;
pub use token::Administrator;

/// A member of staff to be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddStaff {
    name: String,
    role: Role,
    /// Whom they work for: the provider where it is left out, else a partner of that name.
    organisation: Option<String>,
    username: Option<String>,
    password: Option<String>,
    /// They work through an agency: they see people around their shifts only.
    #[serde(default)]
    agency: bool,
}

/// A new member of staff.
#[derive(Debug, Serialize)]
pub struct StaffAdded {
    staff: StaffId,
    /// They work for a partner, and read what is shared with it.
    partner: bool,
}

/// `POST /v1/admin/staff`.
pub async fn add_staff(
    _: Administrator,
    State(app): State<App>,
    Asked(asked): Asked<AddStaff>,
) -> Result<Json<StaffAdded>, Refusal> {
    ask::check_name("name", &asked.name)?;
    let organisation = asked.organisation.unwrap_or_else(|| app.identity.organisation.clone());
    ask::check_name("organisation", &organisation)?;
    let account = match (asked.username, asked.password) {
        (None, None) => None,
        (Some(username), Some(password)) => Some(new_account(&app, username, password).await?),
        (Some(_), None) => return Err(Refusal::field("password", "is missing: an account has both")),
        (None, Some(_)) => return Err(Refusal::field("username", "is missing: an account has both")),
    };
    let staff = StaffId(app.random.bytes());
    let new = Staff { staff, name: asked.name, role: asked.role, organisation, agency: asked.agency };
    let partner = partner_of(&app, &new).is_some();
    match app.store.add_staff(new, account).await {
        Ok(()) => Ok(Json(StaffAdded { staff, partner })),
        Err(StorageError::Exists) => Err(Refusal::Taken { what: "username" }),
        Err(error) => Err(error.into()),
    }
}

async fn new_account(app: &App, username: String, password: String) -> Result<NewAccount, Refusal> {
    ask::check_name("username", &username)?;
    password::check(&password).map_err(|why| Refusal::field("password", why.to_string()))?;
    let password_hash = app.passwords().hash(password).await.ok_or(Refusal::Unavailable)?;
    Ok(NewAccount { username: username.to_lowercase(), password_hash })
}

/// No fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddPerson {}

/// A new person. Who they are stands in their plan.
#[derive(Debug, Serialize)]
pub struct PersonAdded {
    person: PersonId,
}

/// `POST /v1/admin/people`.
pub async fn add_person(
    _: Administrator,
    State(app): State<App>,
    Asked(AddPerson {}): Asked<AddPerson>,
) -> Result<Json<PersonAdded>, Refusal> {
    let person = PersonId(app.random.bytes());
    app.store.add_person(person).await?;
    Ok(Json(PersonAdded { person }))
}

/// The code of a person's key safe; empty to take it away. It is never answered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetKeySafe {
    person: PersonId,
    code: String,
    by: StaffId,
}

/// `POST /v1/admin/key-safes`: for a supervisor or manager.
pub async fn set_key_safe(
    _: Administrator,
    State(app): State<App>,
    Asked(asked): Asked<SetKeySafe>,
) -> Result<Json<Done>, Refusal> {
    key_safe::set(&app, asked.person, &asked.code, asked.by).await?;
    Ok(Json(Done {}))
}

/// A device that nobody waits for any more.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndWait {
    device: AuthorId,
}

/// `POST /v1/admin/end-wait`: after a restore, decides without a device that will not come: what only it knows of the
/// store's decisions will not count.
pub async fn end_wait(
    _: Administrator,
    State(app): State<App>,
    Asked(asked): Asked<EndWait>,
) -> Result<Json<Done>, Refusal> {
    plan::hear_out(&app, asked.device).await?;
    Ok(Json(Done {}))
}

/// A change of a care team.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetCareTeam {
    person: PersonId,
    staff: StaffId,
    #[serde(default = "on")]
    on: bool,
}

fn on() -> bool {
    true
}

/// Nothing to tell.
#[derive(Debug, Serialize)]
pub struct Done {}

/// `POST /v1/admin/care-team`: `on` false takes someone off.
pub async fn set_care_team(
    _: Administrator,
    State(app): State<App>,
    Asked(asked): Asked<SetCareTeam>,
) -> Result<Json<Done>, Refusal> {
    if app.store.set_care_team(asked.person, asked.staff, asked.on).await? {
        Ok(Json(Done {}))
    } else {
        Err(Refusal::NotFound { what: "person or staff" })
    }
}

/// For whom a code is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddCode {
    staff: StaffId,
}

/// What a new device needs to join: shown as a QR code or typed. Whoever has it can enrol once.
#[derive(Debug, Serialize)]
pub struct Ticket {
    /// The server's address.
    pub url: String,
    /// The authority to pin.
    pub ca_pem: String,
    /// The organisation's root key to pin.
    pub root_key: String,
    /// The one-time code.
    pub code: String,
    /// When it was made: the phone's own clock may be years off.
    pub issued_ms: Moment,
    /// Until when.
    pub expires_ms: Moment,
}

/// `POST /v1/admin/device-codes`.
pub async fn add_code(
    _: Administrator,
    State(app): State<App>,
    Asked(asked): Asked<AddCode>,
) -> Result<Json<Ticket>, Refusal> {
    if app.store.staff(asked.staff).await?.is_none() {
        return Err(Refusal::NotFound { what: "staff" });
    }
    let expires = Code::expires(app.clock.now());
    // Two codes may have the same lookup part: then another is drawn.
    for _ in 0..8 {
        let code = Code::random(app.random.as_ref());
        let new =
            NewCode { lookup: code.lookup().to_owned(), hash: code.hash(), staff: asked.staff, expires };
        match app.store.add_code(new).await {
            Ok(()) => return Ok(Json(ticket(&app, &code, app.clock.now(), expires))),
            Err(StorageError::Exists) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Refusal::Unavailable)
}

fn ticket(app: &App, code: &Code, issued_ms: Moment, expires_ms: Moment) -> Ticket {
    Ticket {
        url: app.url.get().cloned().unwrap_or_default(),
        ca_pem: app.identity.ca_pem.clone(),
        root_key: app.identity.root.to_string(),
        code: code.shown(),
        issued_ms,
        expires_ms,
    }
}

/// What anyone may learn of the server. Not to be trusted by a phone: the ticket carries the pins.
#[derive(Debug, Serialize)]
pub struct Trust {
    organisation: String,
    root_key: String,
    ca_pem: String,
}

/// `GET /v1/trust`.
pub async fn trust(State(app): State<App>) -> Json<Trust> {
    Json(Trust {
        organisation: app.identity.organisation.clone(),
        root_key: app.identity.root.to_string(),
        ca_pem: app.identity.ca_pem.clone(),
    })
}

/// The time that the test clock is to show.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveClock {
    now_ms: Moment,
}

/// `PUT /test/clock`: only there with a test clock, which only listens on loopback.
pub async fn move_clock(
    State(app): State<App>,
    Asked(asked): Asked<MoveClock>,
) -> Result<Json<Done>, Refusal> {
    if app.clock.move_to(asked.now_ms) {
        Ok(Json(Done {}))
    } else {
        Err(Refusal::NotFound { what: "test clock" })
    }
}
