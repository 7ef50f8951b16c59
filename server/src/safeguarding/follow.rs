//! What an act on a case does outside of it: an instruction in the plan, devices whose enrolment ends. Neither says
//! anything of the case, nor that there is one.

use super::record::Recorded;
use crate::app::App;
use crate::audit::{Entry, What, Who};
use crate::ended::{self, may_end};
use crate::plan;
use crate::refusal::Refusal;
use crate::sharing::{Reader, is_in_care};
use crate::storage::Staff;
use alongside_domain::access::{Action, Subject, Verdict, may};
use alongside_domain::ids::{EntryId, PersonId, StaffId};
use alongside_domain::journal::body::{CaseAct, PlanEdit};
use alongside_domain::journal::{Body, PlanSeen};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::safeguarding::hints::pointing_words;
use alongside_domain::sync::standing::Ended;
use alongside_domain::value::{Fields, Value};

/// The page of the audit trail under which the end of a device's enrolment stands, whoever ended it.
const PLACE: &str = "/v1/admin/revocations";

/// Whoever does an act.
async fn me(app: &App, on: &Recorded<'_>) -> Result<Staff, Refusal> {
    app.store.staff(on.desk.staff).await?.ok_or(Refusal::Unavailable)
}

/// Writes an instruction into the plan, which everybody reads who cares for the person. Words that point to a concern are
/// asked about first.
pub async fn instruct(app: &App, on: &Recorded<'_>, act: &CaseAct) -> Result<(), Refusal> {
    let (text, why) = (act.text("text"), act.text("why"));
    let pointing = pointing_words(&format!("{text}\n{why}"));
    if !pointing.is_empty() && act.text("sure") != "yes" {
        let words = pointing.join("”, “");
        let asks = format!(
            "is missing: “{words}” may point to the concern, and everybody who cares for the person reads it; go \
             back and write it otherwise, or say that it is to be written as it is"
        );
        return Err(Refusal::field("sure", asks));
    }
    let me = me(app, on).await?;
    if !may_instruct(app, &me, on.case.person).await? {
        let who = "is written by a supervisor or manager on the person’s care team: ask one to write it";
        return Err(Refusal::field("text", who));
    }
    let version = app.plans.current(app, on.case.person).await?.view.version;
    let fields =
        Fields::from([("text".to_owned(), Value::text(text)), ("state".to_owned(), Value::text("open"))]);
    let command =
        Command::AddEntry { section: Section::Actions, entry: entry(app.random.bytes()), fields, order: 0 };
    let base = PlanSeen { version, own_edit: None };
    let edit = PlanEdit { base, commands: vec![command], reason: why.to_owned() };
    let written = plan::Act { person: on.case.person, by: me.staff, body: Body::PlanEdit(edit) };
    match plan::act(app, &written).await? {
        None => Ok(()),
        Some(_) => Err(Refusal::field("text", "does not fit the plan as it stands: open it, and try again")),
    }
}

/// Whether they may write it at once: a proposal would wait for somebody who knows nothing of the case.
async fn may_instruct(app: &App, me: &Staff, person: PersonId) -> Result<bool, Refusal> {
    if !is_in_care(app, me, person).await? {
        return Ok(false);
    }
    let reader = Reader::related(app, me, person).await?;
    let actions = Action::Edit(Subject::of_entry(Section::Actions, None, None));
    Ok(may(&reader.author, &actions) == Verdict::Yes)
}

/// A name that tells nothing.
fn entry(drawn: [u8; 8]) -> EntryId {
    let name: String = drawn.iter().map(|byte| format!("{byte:02x}")).collect();
    name.parse().expect("sixteen letters and digits")
}

/// Whether whoever does it may end the devices of this member of staff.
pub async fn check_devices(app: &App, on: &Recorded<'_>, staff: StaffId) -> Result<(), Refusal> {
    if !may_end(app, &me(app, on).await?) {
        return Err(Refusal::field("device", "is ended by a supervisor or manager of the provider"));
    }
    if staff == on.desk.staff || app.store.staff(staff).await?.is_none() {
        return Err(Refusal::field("staff", "is somebody else who works here"));
    }
    Ok(())
}

/// Ends the enrolment of each of their devices: it hands in what waits there, and then shows nothing more.
pub async fn end_devices(app: &App, on: &Recorded<'_>, staff: StaffId) -> Result<(), Refusal> {
    let devices = app.store.devices().await?;
    for device in devices.into_iter().filter(|one| one.staff == staff && one.ended.is_none()) {
        ended::revoke(app, device.device, Ended::Left, on.desk.staff).await?;
        let who = Who::AtConsole { staff: on.desk.staff, session: None };
        let entry = Entry {
            place: Some(PLACE.to_owned()),
            staff: Some(staff),
            device: Some(device.device),
            ..Entry::new(on.now, who, What::Administered)
        };
        app.store.audit(vec![entry]).await?;
    }
    Ok(())
}
