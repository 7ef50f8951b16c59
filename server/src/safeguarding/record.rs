//! Records an act on a case: sealed at the desk of whoever does it to everybody who takes part.

use super::files::{Files, name_of};
use crate::app::App;
use crate::desk::{OpenDesk, has_desk};
use crate::refusal::Refusal;
use crate::sync;
use alongside_domain::ids::{AuthorId, StaffId};
use alongside_domain::journal::Body;
use alongside_domain::journal::body::{CaseAct, ConcernCopy};
use alongside_domain::journal::sealed::SealingKey;
use alongside_domain::safeguarding::acts::code;
use alongside_domain::safeguarding::case::Case;
use alongside_domain::safeguarding::opened::{Reader, Writer};
use alongside_domain::time::Moment;
use std::collections::BTreeSet;

/// What an act needs of whoever does it.
pub struct Recorded<'a> {
    /// Their desk.
    pub desk: &'a OpenDesk,
    /// What it opens.
    pub files: &'a Files,
    /// The case.
    pub case: &'a Case,
    /// When.
    pub now: Moment,
}

fn field(name: &str, why: &str) -> Refusal {
    Refusal::Field { field: name.to_owned(), why: why.to_owned() }
}

/// Checks and records an act. When it gives access, everything so far is copied for that member of staff first.
pub async fn record(app: &App, on: &Recorded<'_>, act: CaseAct) -> Result<(), Refusal> {
    act.check().map_err(|error| field(error.field, &error.reason))?;
    if on.case.acknowledged().is_none() && act.act != code::ACKNOWLEDGED {
        return Err(field("act", "waits for the acknowledgement: acknowledge the concern first"));
    }
    let mut staff = participants(app, on).await?;
    if act.act == code::ACCESS {
        let given: StaffId = act.text("staff").parse().map_err(|_| field("staff", "is not known"))?;
        give_access(app, on, given).await?;
        staff.insert(given);
    }
    let is_acknowledged = act.act == code::ACKNOWLEDGED;
    write(app, on, &Body::CaseAct(act), &staff).await?;
    if is_acknowledged {
        app.store.acknowledge(name_of(on.case.id), on.now).await?;
        for call in &on.case.calls {
            app.store.acknowledge(name_of(call.id), on.now).await?;
        }
    }
    Ok(())
}

/// Everybody who was given the concern and still receives concerns, and to whom access was given.
async fn participants(app: &App, on: &Recorded<'_>) -> Result<BTreeSet<StaffId>, Refusal> {
    let recipients = app.store.recipients().await?.staff;
    let seen = app.store.concern_seen(name_of(on.case.id)).await?;
    let given = seen.into_iter().map(|seen| seen.staff).filter(|staff| recipients.contains(staff));
    let mut staff: BTreeSet<StaffId> = given.chain(on.case.given_to()).collect();
    staff.insert(on.desk.staff);
    Ok(staff)
}

/// The devices and desks of these that are still enrolled, with the keys that are sealed to.
async fn keys_of(
    app: &App,
    files: &Files,
    staff: &BTreeSet<StaffId>,
) -> Result<Vec<(AuthorId, SealingKey)>, Refusal> {
    let mut keys = Vec::new();
    for subject in files.writers().values() {
        let is_theirs = subject.holder.as_ref().is_some_and(|holder| staff.contains(&holder.staff));
        let (true, Some(key)) = (is_theirs, subject.sealing) else { continue };
        let device = app.store.device(subject.author).await?;
        if device.is_some_and(|device| device.ended.is_none()) {
            keys.push((subject.author, key));
        }
    }
    Ok(keys)
}

async fn write(app: &App, on: &Recorded<'_>, body: &Body, staff: &BTreeSet<StaffId>) -> Result<(), Refusal> {
    let to = keys_of(app, on.files, staff).await?;
    let page = on.desk.page(app, on.case.person, body, &to, on.now).ok_or(Refusal::Unavailable)?;
    let desk = app.store.device(on.desk.author).await?.ok_or(Refusal::Unavailable)?;
    sync::sealed::keep(app, &desk, page, on.now).await
}

/// Seals all that there is of the case to another member of staff: to each device and desk that they have now.
async fn give_access(app: &App, on: &Recorded<'_>, to: StaffId) -> Result<(), Refusal> {
    let staff = app.store.staff(to).await?.filter(|staff| has_desk(staff.role));
    if staff.is_none() {
        return Err(field("staff", "is a manager or a social worker"));
    }
    let to = BTreeSet::from([to]);
    if keys_of(app, on.files, &to).await?.is_empty() {
        return Err(field(
            "staff",
            "has neither a device nor a desk: they sign in to the console once, then try again",
        ));
    }
    let known = |author| on.files.writers().get(&author).map(Writer::of);
    let key = on.desk.opening_key();
    let reader = Reader { author: on.desk.author, key: &key, writers: &known };
    for (extract, received) in on.files.pages_of(on.case.id) {
        let Some((extract, key, received)) = reader.to_copy(extract, received) else { continue };
        let extract = minicbor::to_vec(extract).expect("a vector takes every byte");
        let copy = Body::ConcernCopy(ConcernCopy { case: on.case.id, extract, key, received });
        write(app, on, &copy, &to).await?;
    }
    for staff in to {
        app.store.admit(staff, on.desk.staff, on.now).await?;
    }
    Ok(())
}
