//! Ends a device's enrolment, and orders it to wipe, in the name of a supervisor or manager.

use crate::app::App;
use crate::refusal::Refusal;
use crate::sharing::is_office;
use crate::storage::{Revoke, Staff};
use alongside_domain::ids::{AuthorId, StaffId};
use alongside_domain::sync::standing::{Ended, Revocation, Statement};

/// Whether a member of staff looks after devices: all of them are enrolled with the provider.
pub fn may_end(app: &App, staff: &Staff) -> bool {
    is_office(app, staff)
}

async fn check(app: &App, by: StaffId) -> Result<(), Refusal> {
    let staff = app.store.staff(by).await?.ok_or(Refusal::NotFound { what: "staff" })?;
    if may_end(app, &staff) { Ok(()) } else { Err(Refusal::MayNot) }
}

/// Ends a device's enrolment from now on.
pub async fn revoke(app: &App, device: AuthorId, why: Ended, by: StaffId) -> Result<(), Refusal> {
    check(app, by).await?;
    let (at, signer) = (app.clock.now(), app.clone());
    let seal = Box::new(move |receipted| {
        let revocation = Revocation { device, why, at, receipted };
        let statement = Statement::of(&revocation, |message| signer.identity.sign(message));
        minicbor::to_vec(statement).expect("a vector takes every byte")
    });
    if app.store.revoke(Revoke { device, why, by, at, seal }).await? {
        Ok(())
    } else {
        Err(Refusal::NotFound { what: "device that is enrolled" })
    }
}

/// Orders a device whose enrolment has ended to destroy what it holds, once what waits there is handed in.
pub async fn order_wipe(app: &App, device: AuthorId, by: StaffId) -> Result<(), Refusal> {
    check(app, by).await?;
    if app.store.order_wipe(device, by, app.clock.now()).await? {
        Ok(())
    } else {
        Err(Refusal::NotFound { what: "device whose enrolment has ended: end it first" })
    }
}
