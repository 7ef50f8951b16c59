//! `GET /v1/admin/state`: what the server has, in numbers; with a test clock also the care views, for scenarios.
//!
//! An administrator has no access to care content, so a server that keeps real time answers with numbers only.

use super::Administrator;
use crate::app::App;
use crate::care::PersonCare;
use crate::clock::Clock;
use crate::plan::PlanError;
use crate::refusal::Refusal;
use crate::sharing::partner_of;
use crate::storage::{Awaited, Claim, Device, Staff, StreamCount, WantedEntries};
use alongside_domain::day::PersonDay;
use alongside_domain::ids::{AuthorId, PersonId, StaffId};
use alongside_domain::journal::{Channel, Entry};
use alongside_domain::plan::states::{EditRecord, EditState, KnownFate};
use alongside_domain::plan::{Conflict, conflicts};
use alongside_domain::reablement::summary::{self, WeeklySummary};
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

/// `GET /v1/admin/state`.
pub async fn state(_: Administrator, State(app): State<App>) -> Result<Json<Value>, Refusal> {
    let devices = app.store.devices().await?;
    let mut people = Vec::new();
    for person in app.store.people().await? {
        people.push(person_state(&app, person, &devices).await?);
    }
    let records: u64 = people.iter().filter_map(|person| person["records"].as_u64()).sum();
    let staff: Vec<Value> =
        app.store.all_staff().await?.iter().map(|staff| staff_state(&app, staff)).collect();
    Ok(Json(json!({
        "now_ms": app.clock.now(),
        "organisation": app.identity.organisation,
        "store": { "author": app.identity.author, "epoch": app.identity.epoch },
        "staff": staff,
        "devices": devices.iter().map(device_state).collect::<Vec<_>>(),
        "records": records,
        "people": people,
        "audit": audit_state(&app).await?,
        "awaited": app.store.awaited().await?.iter().map(awaited_state).collect::<Vec<_>>(),
    })))
}

/// What phones said of the audit trail: heads that it does not hold. None is to be `contradicted`.
async fn audit_state(app: &App) -> Result<Value, Refusal> {
    let claims = app.store.audit_claims().await?;
    let count = |is_lost| claims.iter().filter(|claim| claim.is_lost == is_lost).count();
    let newest = WantedEntries { count: 1, ..WantedEntries::default() };
    let entries = app.store.audit_entries(newest).await?.first().map_or(0, |newest| newest.number);
    let claims: Vec<Value> = claims.iter().map(claim_state).collect();
    Ok(json!({ "entries": entries, "contradicted": count(false), "lost": count(true), "claims": claims }))
}

fn claim_state(claim: &Claim) -> Value {
    json!({
        "device": claim.device,
        "epoch": claim.head.epoch,
        "hour": claim.head.hour,
        "link": claim.head.link.to_string(),
        "first_said": claim.at,
        "lost_by_a_restore": claim.is_lost,
    })
}

/// A device that may know what a restored store has lost about someone.
fn awaited_state(awaited: &Awaited) -> Value {
    json!({ "person": awaited.person, "device": awaited.device })
}

fn staff_state(app: &App, staff: &Staff) -> Value {
    let partner = partner_of(app, staff).is_some();
    json!({
        "staff": staff.staff,
        "name": staff.name,
        "role": staff.role,
        "organisation": staff.organisation,
        "partner": partner,
        "agency": staff.agency,
    })
}

fn device_state(device: &Device) -> Value {
    json!({ "device": device.device, "staff": device.staff, "last_heard": device.last_heard })
}

async fn person_state(app: &App, person: PersonId, devices: &[Device]) -> Result<Value, Refusal> {
    // Neither a line nor a number tells whether there are restricted records.
    let mut streams = app.store.streams(person).await?;
    streams.retain(|stream| stream.channel != Channel::Restricted);
    let holder = |author: AuthorId| devices.iter().find(|device| device.device == author).map(|it| it.staff);
    let mut state = json!({
        "person": person,
        "care_team": app.store.care_team(person).await?,
        "records": streams.iter().map(|stream| stream.records).sum::<u64>(),
        "missing": streams.iter().map(|stream| stream.missing).sum::<u64>(),
        "branches": streams.iter().map(|stream| stream.branches).sum::<u64>(),
        "streams": streams.iter().map(|stream| stream_state(stream, holder(stream.author))).collect::<Vec<_>>(),
    });
    if matches!(app.clock, Clock::Test(_)) {
        state["care"] = care_state(app, person).await?;
    }
    Ok(state)
}

fn stream_state(stream: &StreamCount, holder: Option<StaffId>) -> Value {
    json!({
        "author": stream.author,
        "staff": holder,
        "epoch": stream.epoch,
        "channel": stream.channel,
        "records": stream.records,
        "last": stream.last,
        "missing": stream.missing,
        "branches": stream.branches,
    })
}

async fn care_state(app: &App, person: PersonId) -> Result<Value, PlanError> {
    let care = PersonCare::load_whole(app, person).await?;
    let views = care.views();
    let view = &care.plan.view;
    let edits: Vec<Value> = care.plan.states.edits().filter_map(|(id, edit)| edit_state(*id, edit)).collect();
    let held = |edit: &&Value| edit["state"] == "held";
    Ok(json!({
        "plan": view,
        "conflicts": conflicts(view).iter().map(conflict_state).collect::<Vec<_>>(),
        "held": edits.iter().filter(held).cloned().collect::<Vec<_>>(),
        "edits": edits,
        "escalations": views.escalations.list,
        "cannot_tell": views.escalations.cannot_tell,
        "day": PersonDay::of_visits(&care.inputs(), &views.visits),
        "visits": views.visits,
        "aligned": views.notes,
        "weekly": weekly_state(&care),
        "together": care.together(),
        "history": care.records.entries().iter().map(history_item).collect::<Vec<_>>(),
    }))
}

/// Every version of the summary of each week that is over.
fn weekly_state(care: &PersonCare) -> Vec<WeeklySummary> {
    let inputs = care.inputs();
    let of_week = |week| summary::versions(&inputs, week).into_iter().map(move |known_by| (week, known_by));
    let versions = summary::weeks(inputs.plan, inputs.now).into_iter().flat_map(of_week);
    versions.filter_map(|(week, known_by)| summary::weekly(&inputs, week, known_by)).collect()
}

fn conflict_state(conflict: &Conflict<'_>) -> Value {
    json!({
        "section": conflict.section,
        "entry": conflict.entry,
        "field": conflict.field,
        "candidates": conflict.candidates,
    })
}

fn edit_state(id: alongside_domain::journal::RecordRef, edit: &EditRecord) -> Option<Value> {
    let made = edit.made.as_ref()?;
    let fate =
        |known: &KnownFate| json!({ "at": known.at, "by": known.fate.by, "outcome": known.fate.outcome });
    let state = match edit.state() {
        EditState::Unsettled => "unsettled",
        EditState::Held { .. } => "held",
        EditState::Settled(_) => "settled",
    };
    Some(json!({
        "edit": id,
        "author": made.author,
        "at": made.at,
        "base": made.edit.base,
        "commands": made.edit.commands,
        "reason": made.edit.reason,
        "state": state,
        "held": edit.held.as_ref().map(fate),
        "settled": edit.settled.as_ref().map(fate),
    }))
}

fn history_item(entry: &Entry) -> Value {
    json!({
        "id": entry.id,
        "recorded": entry.effective,
        "observed": entry.observed,
        "clock_off_ms": entry.header.clock_off_ms,
        "by": entry.header.by,
        "plan_seen": entry.header.plan_seen,
        "body": entry.body,
    })
}
