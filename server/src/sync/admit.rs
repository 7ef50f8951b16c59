//! Who speaks: the device's signature over its challenge and body, and the challenge, which counts once.

use super::brought;
use crate::app::App;
use crate::refusal::Refusal;
use crate::storage::Device;
use alongside_domain::sync::messages::{Envelope, envelope_message};
use alongside_domain::time::Moment;

/// How long a challenge is good.
const CHALLENGE_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// What became of the check.
pub enum Admitted {
    /// This device speaks.
    Device(Device),
    /// Nobody knows it.
    NotEnrolled,
    /// It is the device, but its challenge was used, is too old, or none.
    ChallengeUnknown,
}

/// Checks signature, then challenge: only the device itself can use up its challenges.
pub async fn admit(app: &App, envelope: &Envelope, now: Moment) -> Result<Admitted, Refusal> {
    let Some(device) = device(app, envelope, now).await? else { return Ok(Admitted::NotEnrolled) };
    let message = envelope_message(&envelope.device, &envelope.challenge, &envelope.body);
    if !device.key.verifies(&message, &envelope.signature) {
        return Err(Refusal::Signature);
    }
    let not_before = now.plus_ms(-CHALLENGE_MS);
    let taken = app.store.take_challenge(device.device, envelope.challenge, not_before).await?;
    Ok(if taken { Admitted::Device(device) } else { Admitted::ChallengeUnknown })
}

/// The device, if it is known, or shows a certificate that this store signed before it was restored.
async fn device(app: &App, envelope: &Envelope, now: Moment) -> Result<Option<Device>, Refusal> {
    let known = app.store.device(envelope.device).await?;
    let (None, Some(certificate)) = (&known, &envelope.certificate) else { return Ok(known) };
    brought::take_device(app, certificate, now).await?;
    Ok(app.store.device(envelope.device).await?)
}
