//! Enrolment: a device shows a one-time code and its new key, and gets its certificate.

pub mod code;
mod limit;

pub use limit::TryLimit;

use crate::app::App;
use crate::audit::{Entry, What, Who};
use crate::identity::Identity;
use crate::refusal::Refusal;
use crate::storage::{CodeAnswer, Device, NewDevice, Staff, TriedCode};
use crate::wire;
use alongside_domain::ids::StaffId;
use alongside_domain::sync::certificate::{Certificate, Holder, Subject};
use alongside_domain::sync::messages::{self, Challenge, Enrol, EnrolRefusal, Enrolled, Welcome};
use alongside_domain::time::Moment;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::Response;

/// Longest body of an enrolment.
pub const BODY_BYTES_MAX: usize = 4 * 1024;
/// How many wrong tries kill a code.
const TRIES_MAX: u32 = 5;
/// How long a device's certificate is valid.
pub const DEVICE_CERTIFICATE_MS: i64 = 365 * 24 * 60 * 60 * 1000;

/// `POST /v1/enrol`.
pub async fn enrol(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let body = wire::read(&headers, body, BODY_BYTES_MAX)?;
    let asked: Enrol = messages::unpack(&body).map_err(wire::unreadable)?;
    let enrolled = match welcome(&app, &asked).await? {
        Ok(welcome) => Enrolled::Welcome(welcome),
        Err(refusal) => Enrolled::Refused(refusal),
    };
    Ok(wire::write(&enrolled))
}

async fn welcome(app: &App, asked: &Enrol) -> Result<Result<Welcome, EnrolRefusal>, Refusal> {
    let now = app.clock.now();
    if !asked.key.verifies(&messages::enrol_message(&asked.device, &asked.sealing, &asked.code), &asked.proof)
    {
        return Ok(Err(EnrolRefusal::Proof));
    }
    if app.tries.is_reached(now) {
        return Ok(Err(EnrolRefusal::TooManyTries));
    }
    let Some(code) = code::Code::parse(&asked.code) else {
        app.tries.count(now);
        return Ok(Err(EnrolRefusal::Unknown));
    };
    let tried = TriedCode { lookup: code.lookup().to_owned(), hash: code.hash(), now, tries_max: TRIES_MAX };
    match app.store.try_code(tried).await? {
        CodeAnswer::Good(staff) => join(app, asked, &code, staff, now).await,
        CodeAnswer::Used(device) if device == asked.device => welcome_again(app, asked, now).await,
        CodeAnswer::Used(_) => Ok(Err(EnrolRefusal::Used)),
        CodeAnswer::Expired => Ok(Err(EnrolRefusal::Expired)),
        CodeAnswer::Dead => Ok(Err(EnrolRefusal::TooManyTries)),
        CodeAnswer::Unknown => {
            app.tries.count(now);
            Ok(Err(EnrolRefusal::Unknown))
        }
    }
}

async fn join(
    app: &App,
    asked: &Enrol,
    code: &code::Code,
    staff: StaffId,
    now: Moment,
) -> Result<Result<Welcome, EnrolRefusal>, Refusal> {
    if app.store.device(asked.device).await?.is_some() {
        return Ok(Err(EnrolRefusal::Proof));
    }
    let staff = app.store.staff(staff).await?.ok_or(Refusal::Unavailable)?;
    let holder = staff.staff;
    let certificate = certify(&app.identity, asked, staff, now);
    let challenge = Challenge(app.random.bytes());
    let device = NewDevice {
        device: asked.device,
        staff: holder,
        key: asked.key,
        certificate: minicbor::to_vec(&certificate).expect("a vector takes every byte"),
        challenge,
        now,
        is_desk: false,
    };
    if !app.store.enrol_device(code.lookup().to_owned(), device).await? {
        return Ok(Err(EnrolRefusal::Used));
    }
    let who = Who::Device { device: asked.device, staff: holder };
    app.store.audit(vec![Entry::new(now, who, What::Enrolled)]).await?;
    Ok(Ok(welcome_with(app, certificate, challenge, now)))
}

/// The answer to an enrolment was lost: the same device with the same key gets it again.
async fn welcome_again(
    app: &App,
    asked: &Enrol,
    now: Moment,
) -> Result<Result<Welcome, EnrolRefusal>, Refusal> {
    let known = app.store.device(asked.device).await?;
    let Some(Device { certificate, .. }) = known.filter(|device| device.key == asked.key) else {
        return Ok(Err(EnrolRefusal::Used));
    };
    let certificate = minicbor::decode(&certificate).map_err(|_| Refusal::Unavailable)?;
    let challenge = Challenge(app.random.bytes());
    app.store.give_challenge(asked.device, challenge, now).await?;
    Ok(Ok(welcome_with(app, certificate, challenge, now)))
}

fn welcome_with(app: &App, device: Certificate, challenge: Challenge, now: Moment) -> Welcome {
    Welcome { store: app.identity.certificate.clone(), device, challenge, server_time: now }
}

fn certify(identity: &Identity, asked: &Enrol, staff: Staff, now: Moment) -> Certificate {
    let subject = Subject {
        author: asked.device,
        key: asked.key,
        holder: Some(Holder {
            staff: staff.staff,
            role: staff.role,
            name: staff.name,
            organisation: staff.organisation,
        }),
        valid_from: now,
        valid_to: now.plus_ms(DEVICE_CERTIFICATE_MS),
        sealing: Some(asked.sealing),
        desk: None,
    };
    Certificate::issue(&subject, |message| identity.sign(message))
}
