//! What a device is given: whom it may see, the records that it lacks, and what else it is to know.

use super::cursors::Has;
use super::outgoing::{Sent, To};
use super::{Asker, concerns, fates, outgoing, sealed, standing};
use crate::agency;
use crate::app::App;
use crate::key_safe;
use crate::refusal::Refusal;
use crate::safeguarding::shut_to;
use crate::secret;
use crate::sharing::{self, Scopes};
use crate::storage::Staff;
use alongside_domain::access::channels_of;
use alongside_domain::ids::PersonId;
use alongside_domain::journal::erasure::Erasure;
use alongside_domain::journal::{PageExtract, RecordRef, Signature};
use alongside_domain::safeguarding::answers_for_concerns;
use alongside_domain::sync::messages::{AccessList, KeySafe, OwnKinds, PersonAccess, Recipients, Request};
use alongside_domain::time::Moment;
use std::collections::BTreeSet;

/// What goes into the answer.
pub struct Given {
    /// Whom the device may see, unless it has this version of the list.
    pub access: Option<AccessList>,
    /// Records, and where its cursors then stand.
    pub sent: Sent,
    /// There is more: it asks again at once.
    pub more: bool,
    /// What it is to erase.
    pub erasures: Vec<Erasure>,
    /// The last order that it then knows.
    pub erasures_version: u64,
    /// What became of edits about people whose plan it does not see.
    pub fates: Vec<PageExtract>,
    /// Who receives concerns, unless it has this version.
    pub recipients: Option<Recipients>,
    /// The organisation's own kinds, unless it has this version or knows nothing of them.
    pub own_kinds: Option<OwnKinds>,
    /// The codes that it may show.
    pub key_safes: Option<Vec<KeySafe>>,
    /// Its holder was given access to a case.
    pub is_admitted: bool,
    /// The cases that its holder may not read any more.
    pub shut_cases: Vec<RecordRef>,
}

/// Collects it for who asks, whose enrolment may have ended, by the plans as they stand now: with what this request has changed in them.
pub async fn collect(
    app: &App,
    (asker, has_ended): (Asker<'_>, bool),
    (request, has): (&mut Request, &Has),
    seals: BTreeSet<Signature>,
    now: Moment,
) -> Result<Given, Refusal> {
    let Asker { device, staff, access, .. } = asker;
    let (access, scopes) = sharing::bound(app, &staff, access).await?;
    let access = standing::visible(device, access);
    let to = To { device: device.device, role: staff.role, people: &access.people, scopes: &scopes };
    let list = access_list(&to);
    // Before the records: a plan that was made anew comes with its orders, or earlier.
    let erasures = app.store.erasures_after(request.erased).await?;
    // Where something else is shared now, the device first drops what it has, and says so with the next request.
    let is_rescoped = to.is_partner() && request.access != 0 && request.access != list.version;
    let mut sent = if is_rescoped {
        Sent { more: true, ..Sent::default() }
    } else {
        outgoing::collect(app, seals, &to, has).await?
    };
    check_still_shared(app, &staff, &scopes).await?;
    let edits = request.edits.take().filter(|_| !has_ended).unwrap_or_default();
    let fates = fates::collect(app, device, (&access, &scopes), &edits).await?;
    let recipients = app.store.recipients().await?;
    let key_safes = key_safe::given(app, device, &access.people, now).await?;
    if !has_ended {
        sealed::collect(app, device, &recipients, has, &mut sent, now).await?;
    }
    let is_new_epoch = has.said_epoch().is_some_and(|said| said != app.identity.epoch);
    if is_new_epoch {
        has.complete(&mut sent.cursors);
    }
    let more = sent.more || is_new_epoch;
    // Once there is no more: an order may be about what is still to come.
    let mut erasures = if more { Vec::new() } else { erasures };
    let erasures_version = erasures.last().map_or(request.erased, |last| last.version);
    erasures.retain(|erasure| concerns(erasure, device, &access, channels_of(staff.role)));
    Ok(Given {
        access: (list.version != request.access).then_some(list),
        sent,
        more,
        erasures,
        erasures_version,
        fates,
        recipients: (recipients.version != request.recipients).then_some(recipients),
        own_kinds: own_kinds(app, request.own_kinds).await?,
        key_safes,
        is_admitted: !has_ended && app.store.is_admitted(staff.staff).await?,
        shut_cases: if has_ended { Vec::new() } else { shut_cases(app, &staff).await? },
    })
}

/// Whatever organisation its holder works for: what is recorded and agreed about the person is in these words.
async fn own_kinds(app: &App, told: Option<u32>) -> Result<Option<OwnKinds>, Refusal> {
    let Some(told) = told else { return Ok(None) };
    if app.store.own_kinds_version().await? == told {
        return Ok(None);
    }
    Ok(app.store.own_kinds().await?)
}

/// The list of whom a device may see.
fn access_list(to: &To<'_>) -> AccessList {
    let of = |person: &PersonId| PersonAccess {
        person: *person,
        channels: to.channels(*person),
        categories: to.scopes.of(*person).to_list(),
    };
    let people: Vec<PersonAccess> = to.people.iter().map(of).collect();
    AccessList { version: version_of(&people), people }
}

/// Made of the list: another list has another version, also of a server that was put back. Zero stands for no list.
fn version_of(people: &[PersonAccess]) -> u64 {
    let sum = secret::hash(&minicbor::to_vec(people).expect("a vector takes what is written"));
    let first: [u8; 8] = sum[..8].try_into().expect("eight of 32 bytes");
    u64::from_be_bytes(first).max(1)
}

/// What was collected was read after what may be shared: where that has changed meanwhile, the phone asks again.
async fn check_still_shared(app: &App, staff: &Staff, scopes: &Scopes) -> Result<(), Refusal> {
    let Scopes::Partner(known) = scopes else { return Ok(()) };
    let (access, _) = agency::access_now(app, staff, app.clock.now()).await?;
    let (_, now) = sharing::bound(app, staff, access).await?;
    let narrowed = known.iter().any(|(person, scope)| now.of(*person) != *scope);
    if narrowed { Err(Refusal::Unavailable) } else { Ok(()) }
}

async fn shut_cases(app: &App, staff: &Staff) -> Result<Vec<RecordRef>, Refusal> {
    if !answers_for_concerns(staff.role) {
        return Ok(Vec::new());
    }
    Ok(shut_to(app, staff.staff).await?.iter().map(|name| name.only_record()).collect())
}
