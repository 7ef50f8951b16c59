//! `POST /v1/sync`: one exchange with one device. Each step is a function; this file is their order.

mod admit;
mod brought;
mod cursors;
mod fates;
mod given;
mod hand_in;
mod outgoing;
mod pages;
pub mod sealed;
mod standing;

pub use brought::take_device;
pub use outgoing::extract;

use crate::agency;
use crate::app::App;
use crate::audit::exchange::{self as trail, Carried};
use crate::plan;
use crate::refusal::Refusal;
use crate::storage::{Access, Device, ExchangeNote, Staff};
use crate::wire;
use alongside_domain::ids::AuthorId;
use alongside_domain::journal::Channel;
use alongside_domain::journal::erasure::Erasure;
use alongside_domain::sync::messages::{
    self, ACKNOWLEDGES_MAX, Acknowledges, Answer, AuditHead, Challenge, Cursor, Envelope, Exchanged,
    MessageError, REQUEST_EDITS_MAX, REQUEST_PAGES_MAX, REQUEST_SEALED_MAX, Request, WIRE_BYTES_MAX,
};
use alongside_domain::time::Moment;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use hand_in::HandedIn;

/// Longest body: a request in its envelope.
pub const BODY_BYTES_MAX: usize = WIRE_BYTES_MAX + 1024;

/// `POST /v1/sync`.
pub async fn sync(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let body = wire::read(&headers, body, BODY_BYTES_MAX)?;
    let envelope: Envelope = messages::decode(&body).map_err(wire::unreadable)?;
    let answer = answer(&app, &envelope).await?;
    Ok(wire::write(&answer))
}

async fn answer(app: &App, envelope: &Envelope) -> Result<Answer, Refusal> {
    let now = app.clock.now();
    let device = match admit::admit(app, envelope, now).await? {
        admit::Admitted::Device(device) => device,
        admit::Admitted::NotEnrolled => return Ok(Answer::NotEnrolled),
        admit::Admitted::ChallengeUnknown => {
            return Ok(Answer::ChallengeUnknown(challenge(app, envelope.device, now).await?));
        }
    };
    let request: Request = messages::decode(&envelope.body).map_err(wire::unreadable)?;
    let carried = request.pages.len() + request.brought.len();
    if carried.max(request.certificates.len()) > REQUEST_PAGES_MAX
        || request.sealed.len() > REQUEST_SEALED_MAX
        || request.edits.as_ref().is_some_and(|edits| edits.len() > REQUEST_EDITS_MAX)
        || request.acknowledges.as_deref().is_some_and(acknowledges_too_much)
        || request.calls.as_ref().is_some_and(|calls| calls.len() > REQUEST_SEALED_MAX)
        || request.digests.as_ref().is_some_and(|digests| digests.len() > request.pages.len())
    {
        return Err(wire::unreadable(MessageError::TooLong));
    }
    let known = app.store.device_cursors(device.device).await?;
    match cursors::settle(&request.cursors, known, app.identity.epoch) {
        Some(has) => exchange(app, (&device, envelope.challenge), request, has, now).await,
        None => Ok(Answer::CursorsWanted(challenge(app, device.device, now).await?)),
    }
}

async fn challenge(app: &App, device: AuthorId, now: Moment) -> Result<Challenge, Refusal> {
    let challenge = Challenge(app.random.bytes());
    app.store.give_challenge(device, challenge, now).await?;
    Ok(challenge)
}

/// Who asks, and whom they may see.
pub struct Asker<'a> {
    device: &'a Device,
    staff: Staff,
    access: Access,
    /// Until when, for an agency carer.
    until: Option<Moment>,
}

impl Asker<'_> {
    async fn find<'a>(app: &App, device: &'a Device, now: Moment) -> Result<Asker<'a>, Refusal> {
        let staff = app.store.staff(device.staff).await?.ok_or(Refusal::Unavailable)?;
        let (access, until) = agency::access_now(app, &staff, now).await?;
        Ok(Asker { device, staff, access, until })
    }
}

async fn exchange(
    app: &App,
    (device, challenge_signed): (&Device, Challenge),
    mut request: Request,
    has: cursors::Has,
    now: Moment,
) -> Result<Answer, Refusal> {
    plan::forget_if_due(app).await;
    trail::hear(app, device, request.audit, now).await?;
    let asker = Asker::find(app, device, now).await?;
    if has.leaves_epoch_open() && (request.keeps || asker.access.is_healing) {
        // What it keeps is to be forgotten, or brought, by those alone who know of the last restore: it says all.
        return Ok(Answer::CursorsWanted(challenge(app, device.device, now).await?));
    }
    let has = in_this_epoch(app, has, &asker.access).await?;
    let knows_epoch = has.knows(app.identity.epoch);
    // A device that does not know of a restore yet has more than its cursors say here.
    let asks = request.keeps && knows_epoch;
    let backed_up = asks && app.store.is_backed_up(device.device, has.cursors().to_vec()).await?;
    let mut handed_in = hand_in::take(app, &asker, &mut request, now).await?;
    let is_healing = asker.access.is_healing || !handed_in.brought.receipts.is_empty();
    if is_healing && knows_epoch && request.to_come == 0 {
        plan::hear_out(app, device.device).await?;
    }
    let mut told = standing::told(app, device, challenge_signed, &request, now).await?;
    told.terms.lease_hours = agency::lease_hours(told.terms.lease_hours, asker.until, now);
    let seals = std::mem::take(&mut handed_in.pages.seals);
    let given = given::collect(app, (asker, told.terms.ended), (&mut request, &has), seals, now).await?;
    let (heard, heard_told) = app.store.heard_for(device.device).await?;
    let challenge = Challenge(app.random.bytes());
    let note = ExchangeNote {
        device: device.device,
        acked: has.changed(),
        offered: given.sent.cursors.clone(),
        challenge,
        heard_told,
        erased: request.erased,
        now,
    };
    note_exchange(app, note, device, &handed_in, &given.sent).await?;
    let head = app.heads.at_full_hour(app, now).await?;
    let is_new = |head: &AuditHead| {
        request.audit.is_none_or(|said| (said.epoch, said.hour) != (head.epoch, head.hour))
    };
    Ok(Answer::Exchanged(Exchanged {
        challenge,
        server_time: now,
        receipts: handed_in.receipts(),
        refused: handed_in.refused(),
        extracts: given.sent.extracts,
        cursors: given.sent.cursors,
        access: given.access,
        directory_version: told.directory_version,
        directory: told.directory,
        heard,
        more: given.more,
        epoch: has.asks_epoch().then_some(app.identity.epoch),
        backed_up,
        terms: told.terms,
        erasures: given.erasures,
        erasures_version: given.erasures_version,
        recipients: given.recipients,
        fates: (!given.fates.is_empty()).then_some(given.fates),
        key_safes: given.key_safes,
        admitted: given.is_admitted.then_some(true),
        audit: head.filter(is_new),
        own_kinds: given.own_kinds,
        shut_cases: (!given.shut_cases.is_empty()).then_some(given.shut_cases),
    }))
}

/// Nothing is given without its entry in the trail; mostly one commit holds both.
async fn note_exchange(
    app: &App,
    note: ExchangeNote,
    device: &Device,
    handed_in: &HandedIn,
    sent: &outgoing::Sent,
) -> Result<(), Refusal> {
    let entries = Carried {
        handed_in: handed_in.pages.people.clone(),
        refused: !handed_in.pages.refused.is_empty(),
        given: trail::people_of(&sent.extracts),
    };
    let audited = app.store.audit(entries.entries(device, note.now));
    let noted = app.store.note_exchange(note);
    audited.await?;
    Ok(noted.await?)
}

/// Whether a request says more of acknowledgements than one may.
fn acknowledges_too_much(told: &[Acknowledges]) -> bool {
    told.len() > REQUEST_SEALED_MAX || told.iter().any(|told| told.of.len() > ACKNOWLEDGES_MAX)
}

/// Whether the device may hold the record: it wrote it, or its holder may or might read the channel.
pub fn concerns(erasure: &Erasure, device: &Device, access: &Access, channels: &[Channel]) -> bool {
    let knows = access.people.contains(&erasure.person) || access.former.contains(&erasure.person);
    erasure.record.author == device.device || (knows && channels.contains(&erasure.record.channel))
}

/// What the device has, in positions of this epoch.
async fn in_this_epoch(app: &App, has: cursors::Has, access: &Access) -> Result<cursors::Has, Refusal> {
    let Some(said) = has.said_epoch() else { return Ok(has) };
    if said != app.identity.epoch {
        let heads = app.store.former_heads(said).await?;
        return Ok(has.after_restore(&heads, &access.people));
    }
    let people = has.cursors().iter().map(|cursor| cursor.person).collect();
    let heads = app.store.heads(people).await?;
    if has.cursors().iter().any(|cursor| !heads.iter().any(|head| is_at_or_beyond(head, cursor))) {
        tracing::error!(
            "the database is older than what phones know: was it put back without `alongside restore`?"
        );
        return Err(Refusal::OlderThanPhones);
    }
    Ok(has)
}

fn is_at_or_beyond(head: &Cursor, cursor: &Cursor) -> bool {
    (head.person, head.channel) == (cursor.person, cursor.channel) && head.position >= cursor.position
}
