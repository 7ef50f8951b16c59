//! A manager's decision about records that are kept apart: they become visible, or stay where they are with a reason.

use crate::app::App;
use crate::plan::{self, Following};
use crate::refusal::Refusal;
use crate::sharing::{is_office, partner_of};
use crate::storage::{ApartRun, Committed, Kept, Release, Staff};
use alongside_domain::ids::StaffId;
use alongside_domain::journal::body::Role;

/// How often what follows from a release is derived anew when others wrote about the same person meanwhile.
const ATTEMPTS_MAX: usize = 8;
/// Longest reason, in bytes.
pub const REASON_BYTES_MAX: usize = 1000;

/// What a manager decides.
pub struct Decision {
    /// About which run.
    pub id: i64,
    /// To show it from now on; else it stays apart.
    pub release: bool,
    /// Why. Needed to keep it apart.
    pub reason: String,
}

/// Whether a member of staff decides about what is kept apart: a manager of the provider's own, who reads it to decide.
pub fn may_decide(app: &App, staff: &Staff) -> bool {
    staff.role == Role::Manager && partner_of(app, staff).is_none()
}

/// Whether a member of staff sees which records came damaged.
pub fn may_look(app: &App, staff: &Staff) -> bool {
    is_office(app, staff)
}

/// Does what a manager decides, durably.
pub async fn decide(app: &App, by: StaffId, decision: Decision) -> Result<(), Refusal> {
    let staff = app.store.staff(by).await?.ok_or(Refusal::NotFound { what: "staff" })?;
    if !may_decide(app, &staff) {
        return Err(Refusal::MayNot);
    }
    let reason = decision.reason.trim().to_owned();
    if reason.len() > REASON_BYTES_MAX {
        return Err(Refusal::field("reason", "takes at most 1000 bytes"));
    }
    if !decision.release && reason.is_empty() {
        let why = "is missing: whoever reads this later is told why the records stay apart";
        return Err(Refusal::field("reason", why));
    }
    let decided = Kept { by, at: app.clock.now(), reason };
    if decision.release {
        release(app, decision.id, decided).await
    } else {
        keep(app, decision.id, decided).await
    }
}

async fn keep(app: &App, id: i64, decided: Kept) -> Result<(), Refusal> {
    if app.store.keep_apart(id, decided).await? { Ok(()) } else { Err(nothing()) }
}

/// There is no such run, or it was released before.
fn nothing() -> Refusal {
    Refusal::NotFound { what: "run of records that is kept apart" }
}

async fn release(app: &App, id: i64, decided: Kept) -> Result<(), Refusal> {
    for _ in 0..ATTEMPTS_MAX {
        let run = find(app, id).await?;
        if app.store.people().await?.binary_search(&run.person).is_err() {
            return Err(Refusal::NotFound { what: "person: add them first" });
        }
        let Following { own, guards } = plan::follow_released(app, &run, app.clock.now()).await?;
        if !plan::fits(&own) {
            return Err(Refusal::Unavailable);
        }
        let release = Release { id, decided: decided.clone(), own, guards };
        match app.store.release(release).await? {
            Committed::Stored => return Ok(()),
            Committed::Already => return Err(nothing()),
            Committed::Moved => {}
        }
    }
    Err(Refusal::Unavailable)
}

async fn find(app: &App, id: i64) -> Result<ApartRun, Refusal> {
    app.store.apart().await?.into_iter().find(|run| run.id == id).ok_or_else(nothing)
}
