//! Records an act on a case: sealed at the desk of whoever does it to everybody who takes part.

use super::files::{Files, name_of};
use super::follow;
use super::steps::have;
use crate::app::App;
use crate::desk::{OpenDesk, has_desk};
use crate::refusal::Refusal;
use crate::storage::{CaseAccess, ConcernName};
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

impl Recorded<'_> {
    /// When it is recorded: after all that its author has read of what was done. Two acts of one moment, or of before a
    /// clock was set back, would count in any order, and access that was taken back could stand as given.
    fn recorded(&self) -> Moment {
        let of_desks = self.case.acts.iter().filter(|told| told.what.act != code::ACKNOWLEDGED);
        let last = of_desks.map(|told| told.at.plus_ms(1)).max();
        last.map_or(self.now, |last| last.max(self.now))
    }
}

/// Checks and records an act. When it gives access, everything so far is copied for that member of staff first.
pub async fn record(app: &App, on: &Recorded<'_>, act: CaseAct) -> Result<(), Refusal> {
    act.check().map_err(|error| Refusal::field(error.field, &error.reason))?;
    if on.case.acknowledged().is_none() && act.act != code::ACKNOWLEDGED {
        return Err(Refusal::field("act", "waits for the acknowledgement: acknowledge the concern first"));
    }
    let takes_part = TakesPart::of(app, on).await?;
    let mut staff = takes_part.all();
    let named: Option<StaffId> = act.text("staff").parse().ok();
    let code = act.act.clone();
    match (code.as_str(), named) {
        (code::ACCESS, Some(named)) => {
            give_access(app, on, named).await?;
            staff.insert(named);
        }
        (code::ACCESS_TAKEN, Some(named)) => {
            if !takes_part.may_be_taken_from().contains(&named) {
                return Err(Refusal::field(
                    "staff",
                    "takes part in this case, and is not you; only who was asked about the concern takes access back",
                ));
            }
            staff.remove(&named);
        }
        (code::INSTRUCTION, _) => follow::instruct(app, on, &act).await?,
        (code::STAFF_WORK, Some(named)) if staff.contains(&named) => {
            return Err(Refusal::field(
                "staff",
                "takes part in this case, and would read this: take their access back first",
            ));
        }
        (code::STAFF_WORK, Some(named)) => follow::check_devices(app, on, named).await?,
        _ => {}
    }
    let ends_devices = act.text("device") == "end";
    write(app, on, &Body::CaseAct(act), &staff).await?;
    match (code.as_str(), named) {
        (code::ACKNOWLEDGED, _) => {
            app.store.acknowledge(name_of(on.case.id), on.now).await?;
            for call in &on.case.calls {
                app.store.acknowledge(name_of(call.id), on.now).await?;
            }
        }
        (code::ACCESS_TAKEN, Some(named)) => take_access(app, on, named).await?,
        (code::STAFF_WORK, Some(named)) if ends_devices => follow::end_devices(app, on, named).await?,
        _ => {}
    }
    Ok(())
}

/// Who takes part in a case: what is recorded is sealed to them.
pub struct TakesPart {
    /// Those who were asked about the concern by now, and still receive concerns.
    asked: BTreeSet<StaffId>,
    /// Those to whom access was given.
    given: BTreeSet<StaffId>,
    /// Whose desk it is.
    me: StaffId,
}

impl TakesPart {
    /// Finds them.
    pub async fn of(app: &App, on: &Recorded<'_>) -> Result<TakesPart, Refusal> {
        let recipients = app.store.recipients().await?;
        let mut asked = have(app, name_of(on.case.id), &recipients, on.now).await?;
        let taken = on.case.taken_from();
        asked.retain(|staff| !taken.contains(staff));
        Ok(TakesPart { asked, given: on.case.given_to(), me: on.desk.staff })
    }

    /// All of them, and whose desk it is.
    pub fn all(&self) -> BTreeSet<StaffId> {
        self.asked.iter().chain(&self.given).copied().chain([self.me]).collect()
    }

    /// From whom the holder of this desk may take access back: from everybody else, if they were asked themself.
    pub fn may_be_taken_from(&self) -> BTreeSet<StaffId> {
        let mut others = if self.asked.contains(&self.me) { self.all() } else { BTreeSet::new() };
        others.remove(&self.me);
        others
    }
}

/// From now on nothing of the case is given to them, and nothing of it opens at their desk. The pages are named here, for
/// the server knows of no other which case it belongs to.
async fn take_access(app: &App, on: &Recorded<'_>, staff: StaffId) -> Result<(), Refusal> {
    let pages = on
        .files
        .pages_of(on.case.id)
        .map(|(extract, _)| ConcernName { author: extract.id.author, epoch: extract.id.epoch });
    let concern = name_of(on.case.id);
    app.store.note_case_pages(pages.collect(), concern).await?;
    app.store.set_case_access(CaseAccess { concern, staff, on: false, at: on.now }).await?;
    Ok(())
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
    let page = on.desk.page(app, on.case.person, body, &to, on.recorded()).ok_or(Refusal::Unavailable)?;
    let desk = app.store.device(on.desk.author).await?.ok_or(Refusal::Unavailable)?;
    sync::sealed::keep(app, &desk, page, name_of(on.case.id), on.now).await
}

/// Seals all that there is of the case to another member of staff: to each device and desk that they have now.
async fn give_access(app: &App, on: &Recorded<'_>, to: StaffId) -> Result<(), Refusal> {
    let recipients = app.store.recipients().await?;
    let staff = app.store.staff(to).await?.filter(|staff| has_desk(staff, &recipients));
    if staff.is_none() {
        return Err(Refusal::field(
            "staff",
            "is a manager, a social worker, or somebody who receives concerns",
        ));
    }
    let to = BTreeSet::from([to]);
    if keys_of(app, on.files, &to).await?.is_empty() {
        return Err(Refusal::field(
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
    let concern = name_of(on.case.id);
    for staff in to {
        app.store.set_case_access(CaseAccess { concern, staff, on: true, at: on.now }).await?;
    }
    Ok(())
}
