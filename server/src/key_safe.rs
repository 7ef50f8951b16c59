//! The codes of key safes: a table of their own, from which only a device near a visit of its holder gets one.
//!
//! Absent on purpose: the code in a journal, in a log, on a page of the console, or in an answer of the administration.

use crate::app::App;
use crate::refusal::Refusal;
use crate::roster;
use crate::sharing::is_office;
use crate::storage::{Device, KeySafeSet, Staff, StorageError};
use alongside_domain::day::key_safe::{CODE_CHARACTERS_MAX, holds_code, is_code};
use alongside_domain::ids::{PersonId, StaffId};
use alongside_domain::plan::view::PlanView;
use alongside_domain::sync::messages::{KeySafe, KeySafeCode};
use alongside_domain::time::Moment;
use std::collections::BTreeSet;

/// Whether a member of staff sets codes, and learns when they are to be changed.
pub fn may_set(app: &App, staff: &Staff) -> bool {
    is_office(app, staff)
}

/// A person's code, where there is one: what no page and no paper shows.
pub async fn code_of(app: &App, person: PersonId) -> Result<Option<String>, StorageError> {
    let set = app.store.key_safes(vec![person]).await?;
    Ok(set.into_iter().map(|set| set.code).find(|code| !code.is_empty()))
}

/// Sets a person's code, or takes it away where it is empty.
pub async fn set(app: &App, person: PersonId, code: &str, by: StaffId) -> Result<(), Refusal> {
    let staff = app.store.staff(by).await?.ok_or(Refusal::NotFound { what: "staff" })?;
    if !may_set(app, &staff) {
        return Err(Refusal::MayNot);
    }
    let code = code.trim();
    if !code.is_empty() && !is_code(code) {
        let why = format!("takes 2 to {CODE_CHARACTERS_MAX} letters, digits, spaces, #, * or -");
        return Err(Refusal::field("code", why));
    }
    let set = KeySafeSet { person, code: code.to_owned(), by, at: app.clock.now() };
    if app.store.set_key_safe(set).await? { Ok(()) } else { Err(Refusal::NotFound { what: "person" }) }
}

/// The codes that a device may hold now, of the people that its holder may see. That it was given them is kept: whoever
/// was given a code and leaves is a reason to change it.
pub async fn given(
    app: &App,
    device: &Device,
    people: &[PersonId],
    now: Moment,
) -> Result<Option<Vec<KeySafe>>, StorageError> {
    if device.ended.is_some() {
        return Ok(None);
    }
    let mut given = Vec::new();
    for set in app.store.key_safes(people.to_vec()).await? {
        if let Some(window) = roster::key_safe_window(app, set.person, device.staff, now).await? {
            let (person, code) = (set.person, KeySafeCode(set.code));
            let (visit, from, until) = (window.visit, window.from, window.until);
            given.push(KeySafe { person, visit, from, until, code });
        }
    }
    if given.is_empty() {
        return Ok(None);
    }
    let people: Vec<PersonId> = given.iter().map(|one| one.person).collect();
    app.store.note_key_safes_given(device.staff, people, now).await?;
    Ok(Some(given))
}

/// Why a code is to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToChange {
    /// Whose.
    pub person: PersonId,
    /// Who could see it since it was set, and has a device whose enrolment has ended since.
    pub left: BTreeSet<StaffId>,
}

/// The codes of these people that are to be changed, since somebody who could see them has left.
pub async fn to_change(app: &App, people: &[PersonId]) -> Result<Vec<ToChange>, StorageError> {
    let devices = app.store.devices().await?;
    let ended = app.store.ended_devices().await?;
    let mut found = Vec::new();
    for set in app.store.key_safes(people.to_vec()).await? {
        let mut left = BTreeSet::new();
        for (staff, given) in app.store.key_safe_given(set.person).await? {
            let is_theirs = |ended: &&crate::storage::EndedDevice| {
                devices.iter().any(|device| device.device == ended.device && device.staff == staff)
            };
            // Since the code was set: an enrolment that had ended before could not get it.
            if given >= set.at && ended.iter().filter(is_theirs).any(|ended| ended.at >= set.at) {
                left.insert(staff);
            }
        }
        if !left.is_empty() {
            found.push(ToChange { person: set.person, left });
        }
    }
    Ok(found)
}

/// Whether a text of the plan holds the code: it is to be taken out, and the code changed.
pub fn is_in_plan(plan: &PlanView, code: &str) -> bool {
    let entries = plan.sections.values().flat_map(|entries| entries.values());
    let candidates = entries.flat_map(|entry| entry.fields.values()).flat_map(|field| &field.candidates);
    candidates
        .into_iter()
        .filter_map(|candidate| candidate.value.as_text())
        .any(|text| holds_code(text, code))
}
