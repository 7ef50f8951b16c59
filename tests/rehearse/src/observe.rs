//! Looks: at a device through its facade, at the server and the console through HTTP; in the forms of `shown`.

use crate::expand::person_name;
use crate::format::{Expectation, Scenario, Subject};
use crate::http::HttpError;
use crate::inbox;
use crate::safeguarding;
use crate::shared_work;
use crate::shown;
use crate::stage::{Device, Stage};
use alongside_replica::RecordError;
use alongside_replica::domain::ids::PersonId;
use alongside_replica::domain::journal::RecordRef;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

/// Why something could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// The device's facade.
    #[error(transparent)]
    Device(#[from] RecordError),
    /// A file could not be read.
    #[error("a file cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// The server or the console.
    #[error(transparent)]
    Http(#[from] HttpError),
}

fn json_of(value: impl Serialize) -> Json {
    serde_json::to_value(value).expect("views have string keys only")
}

/// Looks at one place for an expectation.
pub async fn look(
    stage: &Stage,
    scenario: &Scenario,
    expectation: &Expectation,
    place: &str,
    made: &[RecordRef],
) -> Result<Json, LookError> {
    let person = person_name(scenario, expectation.person.as_deref());
    if expectation.look_at == Subject::Files {
        return in_files(stage, expectation, place);
    }
    match place {
        "console" => at_console(stage, expectation).await,
        "server" => {
            let state = stage.administrator.state().await?;
            let id = stage.cast.person(&person);
            if expectation.look_at == Subject::Journal {
                return Ok(journal(&state, stage, made));
            }
            Ok(at_server(stage, care_of(&state, id), expectation))
        }
        device => Ok(at_device(stage, &stage.devices[device], stage.cast.person(&person), expectation)?),
    }
}

async fn at_console(stage: &Stage, expectation: &Expectation) -> Result<Json, LookError> {
    let user = expectation.signed_in.as_deref().expect("the reader has checked who is signed in");
    let path = stage.cast.fill(expectation.path.as_deref().unwrap_or(inbox::PATH));
    let page = match stage.browsers[user].open(&path).await {
        Err(HttpError::Refused { status: 404, .. }) => return Ok(json!("404 not found")),
        page => page?,
    };
    Ok(match expectation.look_at {
        Subject::Conflicts => inbox::conflicts(&page, &stage.cast),
        Subject::Held => inbox::held(&page, &stage.cast),
        _ => json!(page.text),
    })
}

fn field_of(plan: &Json, stage: &Stage, expectation: &Expectation) -> Json {
    let text = |name: &Option<String>| name.clone().unwrap_or_default();
    let (section, entry, field) =
        (text(&expectation.section), text(&expectation.entry), text(&expectation.field));
    shown::field(plan, &section, &entry, &field, &stage.cast)
}

fn at_device(
    stage: &Stage,
    device: &Device,
    person: PersonId,
    expectation: &Expectation,
) -> Result<Json, RecordError> {
    let (replica, cast) = (&device.replica, &stage.cast);
    Ok(match expectation.look_at {
        Subject::Escalations => shown::escalations(&json_of(replica.escalations(person)?.list), cast),
        Subject::CannotTell => shown::cannot_tell(&json_of(replica.escalations(person)?.cannot_tell), cast),
        Subject::Visits => shown::visits(&json_of(replica.visits(person)?), cast),
        Subject::Aligned => shown::aligned(&json_of(replica.aligned(person)?), cast),
        Subject::Field => field_of(&json_of(replica.plan(person)?.view), stage, expectation),
        Subject::Conflicts => shown::conflicts(&json_of(replica.plan(person)?.view), cast),
        Subject::Held => shown::held(&json_of(replica.plan(person)?.edits), cast),
        Subject::MyEdits => shown::my_edits(&json_of(replica.own_edits()?), cast),
        Subject::NotShared => {
            let here = replica.people()?.into_iter().find(|here| here.person == person);
            here.map_or(Json::Null, |here| json!(here.not_shared))
        }
        Subject::Untold => {
            json!(replica.lacks(person)?.iter().map(|lack| json_of(lack.part)).collect::<Vec<_>>())
        }
        Subject::Waiting => json!(replica.sync_state()?.waiting),
        Subject::History => shown::history(&json_of(replica.history(person)?), cast),
        Subject::Weekly => shown::weekly(&weekly_of(device, person)?, cast),
        Subject::News => {
            shown::news(&json_of(replica.news(person)?), &json_of(replica.history(person)?), cast)
        }
        Subject::Deadlines => shared_work::deadlines(&json_of(replica.together(person)?), cast),
        Subject::SharedWork => shared_work::shared_work(&json_of(replica.together(person)?), cast),
        Subject::Clashes => shared_work::clashes(&json_of(replica.together(person)?)),
        Subject::NeedsYou => shared_work::needs_you(&json_of(replica.needs_you()?), cast),
        Subject::Day => shown::day(&json_of(replica.day(person)?), cast),
        Subject::KeySafe => json!(replica.has_key_safe(person)?),
        Subject::Concerns => safeguarding::read(replica, stage)?,
        Subject::WaitingConcerns => json!(replica.waiting_concerns()?.len()),
        Subject::NoteWords => {
            let typed = expectation.text.as_deref().unwrap_or_default();
            shown::note_words(&replica.check_note(person, typed)?)
        }
        Subject::RingTheOffice => json!(replica.ring_the_office()),
        Subject::Journal | Subject::Page | Subject::Files => Json::Null,
    })
}

/// The words that must not be there and stand in a file of the place.
fn in_files(stage: &Stage, expectation: &Expectation, place: &str) -> Result<Json, LookError> {
    let folder = if place == "server" {
        stage.folder.join("server")
    } else {
        stage.folder.join("devices").join(place)
    };
    Ok(json!(safeguarding::words_in(&folder, &expectation.shows_not)?.join(" ")))
}

/// Every version of the summary of each week that is over.
fn weekly_of(device: &Device, person: PersonId) -> Result<Json, RecordError> {
    let mut found = Vec::new();
    for week in device.replica.weeks(person)? {
        for known_by in device.replica.weekly_versions(person, week)? {
            found.extend(device.replica.weekly(person, week, Some(known_by))?);
        }
    }
    Ok(json_of(found))
}

fn at_server(stage: &Stage, person: &Json, expectation: &Expectation) -> Json {
    let cast = &stage.cast;
    match expectation.look_at {
        Subject::Escalations => shown::escalations(&person["escalations"], cast),
        Subject::CannotTell => shown::cannot_tell(&person["cannot_tell"], cast),
        Subject::Visits => shown::visits(&person["visits"], cast),
        Subject::Aligned => shown::aligned(&person["aligned"], cast),
        Subject::Field => field_of(&person["plan"], stage, expectation),
        Subject::Conflicts => shown::conflicts(&person["plan"], cast),
        Subject::Held => shown::held(&person["edits"], cast),
        Subject::History => shown::history(&person["history"], cast),
        Subject::Weekly => shown::weekly(&person["weekly"], cast),
        Subject::Deadlines => shared_work::deadlines(&person["together"], cast),
        Subject::SharedWork => shared_work::shared_work(&person["together"], cast),
        Subject::Clashes => shared_work::clashes(&person["together"]),
        Subject::Day => shown::day(&person["day"], cast),
        Subject::MyEdits
        | Subject::NotShared
        | Subject::Untold
        | Subject::Waiting
        | Subject::News
        | Subject::NeedsYou
        | Subject::KeySafe
        | Subject::Journal
        | Subject::Page
        | Subject::Concerns
        | Subject::WaitingConcerns
        | Subject::NoteWords
        | Subject::RingTheOffice
        | Subject::Files => Json::Null,
    }
}

fn people_of(state: &Json) -> &[Json] {
    state["people"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The care views of a person in the server's state.
fn care_of(state: &Json, person: PersonId) -> &Json {
    let person = json_of(person);
    people_of(state).iter().find(|one| one["person"] == person).map_or(&Json::Null, |one| &one["care"])
}

/// The whole journal of the server, all people together.
fn journal(state: &Json, stage: &Stage, made: &[RecordRef]) -> Json {
    let list = |json: &Json| json.as_array().cloned().unwrap_or_default();
    let people = people_of(state);
    let streams: Vec<Json> = people.iter().flat_map(|person| list(&person["streams"])).collect();
    let histories = people.iter().flat_map(|person| list(&person["care"]["history"]));
    let held: BTreeSet<String> = histories.map(|item| item["id"].to_string()).collect();
    let missing = made.iter().filter(|record| !held.contains(&json_of(record).to_string())).count();
    shown::journal(&streams, missing, &stage.cast)
}

/// Everything that can be looked at on every device and on the server, for `--json`.
pub async fn everything(stage: &Stage, scenario: &Scenario, made: &[RecordRef]) -> Result<Json, LookError> {
    let state = stage.administrator.state().await?;
    let mut devices = Map::new();
    for (name, device) in &stage.devices {
        let mut people = Map::new();
        for person in scenario.people.keys() {
            let id = stage.cast.person(person);
            if device.replica.people()?.iter().any(|on_device| on_device.person == id) {
                people.insert(person.clone(), device_state(stage, device, id)?);
            }
        }
        let waiting = device.replica.sync_state()?.waiting;
        let edits = shown::my_edits(&json_of(device.replica.own_edits()?), &stage.cast);
        devices.insert(name.clone(), json!({ "waiting": waiting, "my_edits": edits, "people": people }));
    }
    let people: Map<String, Json> = scenario
        .people
        .keys()
        .map(|person| (person.clone(), server_state(stage, care_of(&state, stage.cast.person(person)))))
        .collect();
    let server = json!({ "journal": journal(&state, stage, made), "people": people });
    Ok(json!({ "time": stage.now, "devices": devices, "server": server }))
}

fn device_state(stage: &Stage, device: &Device, person: PersonId) -> Result<Json, RecordError> {
    let (replica, cast) = (&device.replica, &stage.cast);
    let escalations = replica.escalations(person)?;
    let plan = replica.plan(person)?;
    let together = json_of(replica.together(person)?);
    Ok(json!({
        "plan": plan_shown(&json_of(&plan.view), stage),
        "conflicts": shown::conflicts(&json_of(&plan.view), cast),
        "held": shown::held(&json_of(&plan.edits), cast),
        "escalations": shown::escalations(&json_of(&escalations.list), cast),
        "cannot_tell": shown::cannot_tell(&json_of(&escalations.cannot_tell), cast),
        "visits": shown::visits(&json_of(replica.visits(person)?), cast),
        "aligned": shown::aligned(&json_of(replica.aligned(person)?), cast),
        "history": shown::history(&json_of(replica.history(person)?), cast),
        "weekly": shown::weekly(&weekly_of(device, person)?, cast),
        "deadlines": shared_work::deadlines(&together, cast),
        "shared_work": shared_work::shared_work(&together, cast),
        "clashes": shared_work::clashes(&together),
    }))
}

fn server_state(stage: &Stage, person: &Json) -> Json {
    let cast = &stage.cast;
    json!({
        "plan": plan_shown(&person["plan"], stage),
        "conflicts": shown::conflicts(&person["plan"], cast),
        "held": shown::held(&person["edits"], cast),
        "escalations": shown::escalations(&person["escalations"], cast),
        "cannot_tell": shown::cannot_tell(&person["cannot_tell"], cast),
        "visits": shown::visits(&person["visits"], cast),
        "aligned": shown::aligned(&person["aligned"], cast),
        "history": shown::history(&person["history"], cast),
        "weekly": shown::weekly(&person["weekly"], cast),
        "deadlines": shared_work::deadlines(&person["together"], cast),
        "shared_work": shared_work::shared_work(&person["together"], cast),
        "clashes": shared_work::clashes(&person["together"]),
    })
}

/// A plan as sections of entries of fields, each as `shown::field` gives it.
fn plan_shown(plan: &Json, stage: &Stage) -> Json {
    let empty = Map::new();
    let object = |json: &Json| json.as_object().cloned().unwrap_or_default();
    let mut sections = Map::new();
    for (section, entries) in plan["sections"].as_object().unwrap_or(&empty) {
        let mut shown_entries = Map::new();
        for (entry, view) in object(entries) {
            let fields = object(&view["fields"]);
            let shown_fields: Map<String, Json> = fields
                .keys()
                .map(|field| (field.clone(), shown::field(plan, section, &entry, field, &stage.cast)))
                .collect();
            shown_entries.insert(entry, Json::Object(shown_fields));
        }
        sections.insert(section.clone(), Json::Object(shown_entries));
    }
    Json::Object(sections)
}
