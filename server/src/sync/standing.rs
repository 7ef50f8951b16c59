//! What a device is told of itself and of other devices: the directory, its lease, that its enrolment has ended.

use crate::app::App;
use crate::refusal::Refusal;
use crate::storage::{Access, Device};
use alongside_domain::sync::certificate::Certificate;
use alongside_domain::sync::messages::{Challenge, Request};
use alongside_domain::sync::standing::{Statement, Terms, WipeOrder};
use alongside_domain::time::Moment;

/// What goes into the answer.
pub struct Told {
    pub directory: Vec<Certificate>,
    pub directory_version: u64,
    pub terms: Terms,
}

/// Finds what to tell. A device that was wiped says so here.
pub async fn told(
    app: &App,
    device: &Device,
    challenge: Challenge,
    request: &Request,
    now: Moment,
) -> Result<Told, Refusal> {
    let lease_hours = app.lease_hours();
    if device.ended.is_some() {
        let wipe = wipe(app, device, challenge, request, now).await?;
        let terms = Terms { lease_hours, ended: true, wipe, revoked: Vec::new() };
        return Ok(Told { directory: Vec::new(), directory_version: request.directory, terms });
    }
    let certificates = app.store.directory_after(request.directory).await?;
    let revocations = app.store.revocations_after(request.directory).await?;
    let newest = |entries: &[(u64, Vec<u8>)]| entries.last().map(|(version, _)| *version);
    let version = newest(&certificates).max(newest(&revocations)).unwrap_or(request.directory);
    let revoked = revocations.iter().map(|(_, bytes)| read::<Statement>(bytes)).collect::<Result<_, _>>()?;
    Ok(Told {
        directory: certificates.iter().map(|(_, bytes)| read(bytes)).collect::<Result<_, _>>()?,
        directory_version: version,
        terms: Terms { lease_hours, ended: false, wipe: None, revoked },
    })
}

fn read<T: for<'b> minicbor::Decode<'b, ()>>(bytes: &[u8]) -> Result<T, Refusal> {
    minicbor::decode(bytes).map_err(|_| Refusal::Unavailable)
}

/// The order to wipe, in answer to the request that signed this challenge; nothing without one, or once it is done.
async fn wipe(
    app: &App,
    device: &Device,
    challenge: Challenge,
    request: &Request,
    now: Moment,
) -> Result<Option<Statement>, Refusal> {
    let ended = app.store.ended_devices().await?;
    let ordered = |is: &&crate::storage::EndedDevice| is.device == device.device && is.wipe_ordered.is_some();
    if !ended.iter().any(|device| ordered(&device)) {
        return Ok(None);
    }
    if request.wiped == Some(true) {
        app.store.note_wiped(device.device, now).await?;
        return Ok(None);
    }
    let order = WipeOrder { device: device.device, answers: challenge };
    Ok(Some(Statement::of(&order, |message| app.identity.sign(message))))
}

/// Whom the device may see: nobody once its enrolment has ended.
pub fn visible(device: &Device, access: Access) -> Access {
    match device.ended {
        None => access,
        Some(_) => Access { people: Vec::new(), ..access },
    }
}
