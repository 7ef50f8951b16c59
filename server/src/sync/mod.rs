//! `POST /v1/sync`: one exchange with one device. Each step is a function; this file is their order.

mod admit;
mod brought;
mod cursors;
mod fates;
mod outgoing;
mod pages;
pub mod sealed;
mod standing;

pub use brought::take_device;
pub use outgoing::extract;

use crate::app::App;
use crate::audit::exchange::{self as trail, Carried};
use crate::desk::has_desk;
use crate::plan;
use crate::refusal::Refusal;
use crate::safeguarding::shut_to;
use crate::sharing::{self, Scopes};
use crate::storage::{Access, Device, ExchangeNote, Staff};
use crate::wire;
use crate::{agency, key_safe};
use alongside_domain::access::channels_of;
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::Channel;
use alongside_domain::journal::erasure::Erasure;
use alongside_domain::sync::messages::{
    self, ACKNOWLEDGES_MAX, AccessList, Acknowledges, Answer, Challenge, Cursor, Envelope, Exchanged,
    MessageError, PersonAccess, REQUEST_EDITS_MAX, REQUEST_PAGES_MAX, REQUEST_SEALED_MAX, Request,
    WIRE_BYTES_MAX,
};
use alongside_domain::time::Moment;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::Response;

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

async fn exchange(
    app: &App,
    (device, challenge_signed): (&Device, Challenge),
    mut request: Request,
    has: cursors::Has,
    now: Moment,
) -> Result<Answer, Refusal> {
    plan::forget_if_due(app).await;
    trail::hear(app, device, request.audit, now).await?;
    let staff = app.store.staff(device.staff).await?.ok_or(Refusal::Unavailable)?;
    let access = app.store.access_of(device.staff).await?;
    let (access, until) = agency::bound(app, &staff, access, now).await?;
    if has.leaves_epoch_open() && (request.keeps || access.is_healing) {
        // What it keeps is to be forgotten, or brought, by those alone who know of the last restore: it says all.
        return Ok(Answer::CursorsWanted(challenge(app, device.device, now).await?));
    }
    let has = in_this_epoch(app, has, &access).await?;
    let epoch = app.identity.epoch;
    // A device that does not know of a restore yet has more than its cursors say here.
    let asks = request.keeps && has.knows(epoch);
    let backed_up = asks && app.store.is_backed_up(device.device, has.cursors().to_vec()).await?;
    let channels = channels_of(staff.role);
    let sender = pages::Sender { device, access: &access, role: staff.role };
    let carried = request.pages.len();
    let handed = pages::Handed {
        pages: std::mem::take(&mut request.pages),
        digests: request.digests.take().unwrap_or_default(),
        counted: request.counted,
        at: now,
    };
    let pages = pages::take(app, &sender, handed).await?;
    let (certificates, extracts) =
        (std::mem::take(&mut request.certificates), std::mem::take(&mut request.brought));
    let by_partner = sharing::partner_of(app, &staff).is_some();
    let brought = brought::take(app, certificates, (extracts, by_partner), carried, now).await?;
    let given = sealed::Given {
        pages: std::mem::take(&mut request.sealed),
        acknowledges: request.acknowledges.take().unwrap_or_default(),
    };
    let receipts = sealed::take(app, device, given, now).await?;
    let is_healing = access.is_healing || !brought.receipts.is_empty();
    if is_healing && has.knows(epoch) && request.to_come == 0 {
        plan::hear_out(app, device.device).await?;
    }
    let mut told = standing::told(app, device, challenge_signed, &request, now).await?;
    told.terms.lease_hours = agency::lease_hours(told.terms.lease_hours, until, now);
    // By the plan as it stands now, with what this request has changed in it.
    let (access, scopes) = sharing::bound(app, &staff, access).await?;
    let access = standing::visible(device, access);
    let to =
        outgoing::To { device: device.device, role: staff.role, people: &access.people, scopes: &scopes };
    // Before the records: a plan that was made anew comes with its orders, or earlier.
    let erasures = app.store.erasures_after(request.erased).await?;
    // Where something else is shared now, the device first drops what it has, and says so with the next request.
    let is_rescoped = to.is_partner() && request.access != 0 && request.access != access.version;
    let mut sent = if is_rescoped {
        outgoing::Sent { more: true, ..outgoing::Sent::default() }
    } else {
        outgoing::collect(app, pages.seals, &to, &has).await?
    };
    check_still_shared(app, &staff, &scopes).await?;
    let entries = Carried {
        handed_in: pages.people,
        refused: !pages.refused.is_empty(),
        given: trail::people_of(&sent.extracts),
    };
    let edits = request.edits.take().filter(|_| !told.terms.ended).unwrap_or_default();
    let fates = fates::collect(app, device, (&access, &scopes), &edits).await?;
    let recipients = app.store.recipients().await?;
    let key_safes = key_safe::given(app, device, &access.people, now).await?;
    if !told.terms.ended {
        sealed::collect(app, device, &recipients, &has, &mut sent, now).await?;
    }
    let admitted = (!told.terms.ended && app.store.is_admitted(device.staff).await?).then_some(true);
    let shut = match told.terms.ended || !has_desk(staff.role) {
        true => Vec::new(),
        false => shut_to(app, device.staff).await?,
    };
    let is_new_epoch = has.said_epoch().is_some_and(|said| said != epoch);
    if is_new_epoch {
        has.complete(&mut sent.cursors);
    }
    let (heard, heard_told) = app.store.heard_for(device.device).await?;
    let more = sent.more || is_new_epoch;
    let erasures = if more { Vec::new() } else { erasures };
    let erasures_version = erasures.last().map_or(request.erased, |last| last.version);
    let challenge = Challenge(app.random.bytes());
    let note = ExchangeNote {
        device: device.device,
        acked: has.changed(),
        offered: sent.cursors.clone(),
        challenge,
        heard_told,
        erased: request.erased,
        now,
    };
    // Nothing is given without its entry; mostly one commit holds both.
    let audited = app.store.audit(entries.entries(device, now));
    let noted = app.store.note_exchange(note);
    audited.await?;
    noted.await?;
    let head = app.heads.at_full_hour(app, now).await?;
    Ok(Answer::Exchanged(Exchanged {
        challenge,
        server_time: now,
        receipts: [pages.receipts, brought.receipts, receipts].concat(),
        refused: [pages.refused, brought.refused].concat(),
        extracts: sent.extracts,
        cursors: sent.cursors,
        access: access_list(&access, &to, request.access),
        directory_version: told.directory_version,
        directory: told.directory,
        heard,
        more,
        epoch: has.asks_epoch().then_some(epoch),
        backed_up,
        terms: told.terms,
        erasures: erasures
            .into_iter()
            .filter(|erasure| concerns(erasure, device, &access, channels))
            .collect(),
        erasures_version,
        recipients: (recipients.version != request.recipients).then_some(recipients),
        fates: (!fates.is_empty()).then_some(fates),
        key_safes,
        admitted,
        audit: head.filter(|head| {
            request.audit.is_none_or(|said| (said.epoch, said.hour) != (head.epoch, head.hour))
        }),
        shut_cases: (!shut.is_empty()).then(|| shut.iter().map(|name| name.only_record()).collect()),
    }))
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

/// The access list, unless the device has this version.
fn access_list(access: &Access, to: &outgoing::To<'_>, has: u64) -> Option<AccessList> {
    let of = |person: &PersonId| PersonAccess {
        person: *person,
        channels: to.channels(*person),
        categories: to.scopes.of(*person).to_list(),
    };
    (access.version != has)
        .then(|| AccessList { version: access.version, people: access.people.iter().map(of).collect() })
}

/// What was collected was read after what may be shared: where that has changed meanwhile, the phone asks again.
async fn check_still_shared(app: &App, staff: &Staff, scopes: &Scopes) -> Result<(), Refusal> {
    let Scopes::Partner(known) = scopes else { return Ok(()) };
    let access = app.store.access_of(staff.staff).await?;
    let (_, now) = sharing::bound(app, staff, access).await?;
    let narrowed = known.iter().any(|(person, scope)| now.of(*person) != *scope);
    if narrowed { Err(Refusal::Unavailable) } else { Ok(()) }
}
