//! What became of edits, on the page of what needs somebody: one's own that were declined or wait, and those of others
//! whose authors have not seen it for a time, for supervisors and managers to tell them.

use super::form::Form;
use super::inbox::{name_of, record_named};
use super::page::{NotShown, go_to};
use super::people;
use super::session::SignedIn;
use super::words::{self, Names};
use crate::agency::team_now;
use crate::app::App;
use crate::care::PersonCare;
use crate::plan::{Act, act};
use crate::refusal::Refusal;
use alongside_domain::access::is_office;
use alongside_domain::care::looks::SITTING_MS;
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::journal::body::{FateOutcome, Looked};
use alongside_domain::journal::{Body, Channel};
use alongside_domain::plan::unseen::{FateLooks, UnseenFate, fates_of, told, unseen_fates};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Longest answer to how somebody was told, in bytes.
const HOW_BYTES_MAX: usize = 1000;

/// What became of an edit.
pub struct FateRow {
    /// Its name in the form.
    pub fate: String,
    /// Who made the edit.
    pub author: String,
    /// What it asked for.
    pub commands: Vec<String>,
    /// When it was made, and why.
    pub made: String,
    /// What became of it.
    pub outcome: String,
    /// Its author has no access to this person any more.
    pub cannot_look: bool,
}

/// The fates on the page about one person.
#[derive(Default)]
pub struct Fates {
    /// Of the reader's own edits.
    pub own: Vec<FateRow>,
    /// Of edits of others who have not seen them.
    pub unseen: Vec<FateRow>,
    /// That the reader is shown their own, where any of it is new to them.
    looked: Option<Looked>,
}

impl Fates {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.own.is_empty() && self.unseen.is_empty()
    }
}

/// The fates about a person that the page shows. What the reader sat down to stays while they are at it.
pub fn fates(care: &PersonCare, team: &[StaffId], signed_in: &SignedIn, names: &Names) -> Fates {
    let looks = FateLooks::of(care.records.entries());
    let (reader, now) = (signed_in.staff.staff, care.now());
    let mut own = fates_of(&care.plan.states, reader);
    own.retain(|fate| looks.shown_at(reader, &fate.fate).is_none_or(|at| now.since_ms(at) < SITTING_MS));
    let mut unseen = Vec::new();
    if is_office(signed_in.staff.role) {
        unseen = unseen_of(care, &looks, team);
        unseen.retain(|fate| fate.author != reader);
    }
    let rows = |fates: &[UnseenFate]| fates.iter().filter_map(|fate| row(care, fate, names)).collect();
    let looked = looks.look(reader, own.iter().map(|fate| &fate.fate));
    Fates { own: rows(&own), unseen: rows(&unseen), looked }
}

fn unseen_of(care: &PersonCare, looks: &FateLooks, team: &[StaffId]) -> Vec<UnseenFate> {
    let team: BTreeSet<StaffId> = team.iter().copied().collect();
    unseen_fates(&care.plan.states, looks, |author| team.contains(&author), care.now())
}

fn row(care: &PersonCare, fate: &UnseenFate, names: &Names) -> Option<FateRow> {
    let (view, record) = (&care.plan.view, care.plan.states.edit(&fate.edit)?);
    let made = record.made.as_ref()?;
    let known = record.settled.as_ref().or(record.held.as_ref())?;
    let at = words::time(known.at);
    let outcome = match &known.fate.outcome {
        FateOutcome::Declined { reason } => {
            let by = known.fate.by.map(|by| format!(" by {}", words::name(names, by))).unwrap_or_default();
            format!("Declined{by}, {at}: “{reason}”")
        }
        FateOutcome::Held { role, why } => {
            format!("Waits for a {} since {at}. {}.", words::role(*role).to_lowercase(), words::held(*why))
        }
        FateOutcome::Accepted { .. } | FateOutcome::Withdrawn => return None,
    };
    Some(FateRow {
        fate: name_of(&fate.fate),
        author: words::name(names, fate.author),
        commands: made.edit.commands.iter().map(|command| words::command(view, command)).collect(),
        made: format!("{}: “{}”", words::time(made.at), made.edit.reason),
        outcome,
        cannot_look: fate.cannot_look,
    })
}

/// Records that the page has rendered the reader's own. A page is not refused because that could not be written.
pub async fn note_shown(app: &App, signed_in: &SignedIn, person: PersonId, fates: &Fates) {
    let by = signed_in.staff.staff;
    let Some(looked) = fates.looked.clone() else { return };
    if let Err(error) = act(app, &Act { person, by, body: Body::Looked(looked) }).await {
        tracing::warn!(%error, "that a fate was shown could not be recorded: the next page tries again");
    }
}

/// Somebody has told an author.
#[derive(Deserialize)]
pub struct Told {
    csrf: String,
    person: String,
    fate: String,
    #[serde(default)]
    how: String,
}

/// `POST /needs-you/told`.
pub async fn tell(
    signed_in: SignedIn,
    State(app): State<App>,
    headers: HeaderMap,
    Form(given): Form<Told>,
) -> Result<Response, NotShown> {
    signed_in.check_own_form(&headers, &given.csrf)?;
    if !is_office(signed_in.staff.role) {
        return Err(Refusal::MayNot.into());
    }
    let reader = people::named(&app, &signed_in, &given.person).await?;
    let person = reader.person;
    let fate = record_named(&given.fate, Channel::Care).ok_or_else(|| Refusal::not_offered("fate"))?;
    let how = given.how.trim().to_owned();
    if how.is_empty() || how.len() > HOW_BYTES_MAX {
        return Err(Refusal::field("how", "takes 1 to 1000 bytes: how you told them").into());
    }
    let care = PersonCare::load(&app, &reader).await?;
    let team = team_now(&app, person).await?;
    if !unseen_of(&care, &FateLooks::of(care.records.entries()), &team)
        .iter()
        .any(|unseen| unseen.fate == fate)
    {
        return Ok(go_to("/needs-you?done=seen"));
    }
    let act_of = Act { person, by: signed_in.staff.staff, body: Body::Looked(told(&fate, how)) };
    act(&app, &act_of).await?;
    Ok(go_to("/needs-you?done=told"))
}
