//! `GET /kept-apart`: records by somebody without access, for a manager to release or to leave apart with a reason; and
//! records that came damaged, for supervisors too.

use super::form::Form;
use super::page::{Done, NotShown, Top, go_to, page};
use super::people;
use super::session::SignedIn;
use super::words::{self, Names};
use crate::apart::{Decision, decide as decide_one, may_decide, may_look};
use crate::app::App;
use crate::entries;
use crate::refusal::Refusal;
use crate::storage::{ApartRun, Device, Evidence, FlaggedRun, StorageError, Why};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::ids::{AuthorId, PersonId};
use alongside_domain::journal::{Body, RecordRef};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "kept_apart.html")]
struct KeptApartPage {
    top: Top,
    done: &'static str,
    runs: Vec<Apart>,
    flagged: Vec<Flagged>,
    damaged: Vec<DamagedRow>,
    /// They decide about what is kept apart.
    decides: bool,
}

/// A record that was changed on the phone of whoever wrote it.
struct DamagedRow {
    name: String,
    author: String,
    received: String,
    number: u64,
    /// What can still be read of it; empty when nothing can.
    reads: String,
}

/// Records of one page about one person.
struct Apart {
    id: i64,
    name: String,
    author: String,
    received: String,
    why: &'static str,
    records: Vec<String>,
    /// Who left it apart, when and why; empty when nobody has decided.
    kept: String,
}

/// Records that are shown and were flagged.
struct Flagged {
    name: String,
    author: String,
    received: String,
    why: &'static str,
    records: u64,
}

/// `GET /kept-apart`.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Query(done): Query<Done>,
) -> Result<Response, NotShown> {
    let decides = may_decide(&app, &signed_in.staff);
    if !may_look(&app, &signed_in.staff) {
        return Err(Refusal::MayNot.into());
    }
    let plans = people::all(&app, &signed_in).await?;
    let top = people::top(&app, &signed_in, &plans, "kept-apart").await?;
    let (names, devices) = (people::names(&app).await?, app.store.devices().await?);
    let who = Who { names, devices, catalogue: app.kinds.now(&app).await? };
    let (mut runs, mut flagged, mut damaged) = (Vec::new(), Vec::new(), Vec::new());
    let kept_apart = app.store.apart().await?;
    if decides {
        for run in &kept_apart {
            signed_in.watch.is_about(run.person);
            runs.push(apart(run, person_name(&app, run.person).await?, &who)?);
        }
        for run in app.store.flagged().await? {
            flagged.push(flag(&run, person_name(&app, run.person).await?, &who));
        }
    }
    for one in app.store.evidence().await? {
        let is_in_care = plans.iter().any(|reader| reader.person == one.person);
        if decides || (is_in_care && !kept_apart.iter().any(|run| is_in(&one, run))) {
            damaged.push(damaged_row(&one, person_name(&app, one.person).await?, &who));
        }
    }
    runs.sort_by_key(|run| !run.kept.is_empty());
    let done = match done.done.as_deref() {
        Some("released") => "Released: everyone who looks after this person can read it now.",
        Some("kept") => "It stays apart, with your reason.",
        _ => "",
    };
    Ok(page(StatusCode::OK, &KeptApartPage { top, done, runs, flagged, damaged, decides }))
}

/// Who wrote what.
struct Who {
    names: Names,
    devices: Vec<Device>,
    catalogue: Arc<Catalogue>,
}

impl Who {
    fn author(&self, author: AuthorId) -> String {
        let device = self.devices.iter().find(|device| device.device == author);
        device.map_or_else(
            || "a device not on record".to_owned(),
            |device| words::name(&self.names, device.staff),
        )
    }
}

async fn person_name(app: &App, person: PersonId) -> Result<String, NotShown> {
    if app.store.people().await?.binary_search(&person).is_err() {
        return Ok("A person who is not known here".to_owned());
    }
    Ok(words::person(&app.plans.current(app, person).await?.view))
}

fn apart(run: &ApartRun, name: String, who: &Who) -> Result<Apart, StorageError> {
    let records = run.records().map(|(number, bytes)| {
        let id = RecordRef { author: run.author, epoch: run.epoch, number, channel: run.channel };
        let entry = entries::entry_of(id, bytes)?;
        Ok(format!("{}: {}", words::time(entry.observed), words::record(&who.catalogue, &entry.body)))
    });
    let kept = run.kept.as_ref().map(|kept| {
        format!("{}, {}: “{}”", words::name(&who.names, kept.by), words::time(kept.at), kept.reason)
    });
    Ok(Apart {
        id: run.id,
        name,
        author: who.author(run.author),
        received: words::time(run.received),
        why: why(run.why),
        records: records.collect::<Result<_, StorageError>>()?,
        kept: kept.unwrap_or_default(),
    })
}

/// Whether a damaged record stands in a run that is kept apart.
fn is_in(one: &Evidence, run: &ApartRun) -> bool {
    let last = run.first + run.items.len() as u64 - 1;
    (run.person, run.author, run.epoch, run.channel)
        == (one.person, one.record.author, one.record.epoch, one.record.channel)
        && (run.first..=last).contains(&one.record.number)
}

fn damaged_row(one: &Evidence, name: String, who: &Who) -> DamagedRow {
    let entry = one.bytes.as_ref().and_then(|bytes| entries::entry_of(one.record, bytes).ok());
    let reads = entry.filter(|entry| !matches!(entry.body, Body::Unread(_)));
    let reads = reads.map(|entry| {
        format!("{}: {}", words::time(entry.observed), words::record(&who.catalogue, &entry.body))
    });
    DamagedRow {
        name,
        author: who.author(one.record.author),
        received: words::time(one.received),
        number: one.record.number,
        reads: reads.unwrap_or_default(),
    }
}

fn flag(run: &FlaggedRun, name: String, who: &Who) -> Flagged {
    Flagged {
        name,
        author: who.author(run.author),
        received: words::time(run.received),
        why: why(run.why),
        records: run.last - run.first + 1,
    }
}

fn why(why: Why) -> &'static str {
    match why {
        Why::NeverOnTeam => "Whoever wrote this was never on this person’s care team",
        Why::DeviceLeft => "It came after this member of staff had left",
        Why::DeviceStolen => "It came after this device was said to be stolen",
    }
}

/// What a decision carries.
#[derive(Deserialize)]
pub struct Given {
    csrf: String,
    id: i64,
    release: String,
    #[serde(default)]
    reason: String,
}

/// `POST /kept-apart`.
pub async fn decide(
    signed_in: SignedIn,
    State(app): State<App>,
    headers: HeaderMap,
    Form(given): Form<Given>,
) -> Result<Response, NotShown> {
    signed_in.check_own_form(&headers, &given.csrf)?;
    let release = match given.release.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Refusal::field("release", "takes yes or no").into()),
    };
    let decision = Decision { id: given.id, release, reason: given.reason };
    decide_one(&app, signed_in.staff.staff, decision).await?;
    Ok(go_to(if release { "/kept-apart?done=released" } else { "/kept-apart?done=kept" }))
}
