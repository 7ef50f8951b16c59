//! Concerns: recorded on a phone, answered for on the console, looked for where they must not be.

use crate::act::StepError;
use crate::format::{CaseAct, ConcernCall, ConcernGiven};
use crate::make::{self, moment};
use crate::stage::Stage;
use alongside_replica::domain::ids::{PersonId, StaffId};
use alongside_replica::domain::journal::RecordRef;
use alongside_replica::domain::journal::body;
use alongside_replica::{RecordError, Replica};
use serde_json::{Value as Json, json};
use std::path::Path;

fn left_out(stage: &Stage, names: &[String]) -> Vec<StaffId> {
    names.iter().map(|name| stage.cast.staff(name)).collect()
}

/// Records a concern on someone's phone.
pub fn concern(stage: &mut Stage, by: &str, person: PersonId, given: &ConcernGiven) -> Result<(), StepError> {
    let concern = body::Concern {
        text: given.text.clone(),
        quoted: given.quoted.clone(),
        place: given.place.clone(),
        present: given.present.clone(),
        danger: given.danger.as_deref().map(make::danger).transpose()?,
        done: given.done.clone(),
    };
    let leave_out = left_out(stage, &given.leave_out);
    let replica = stage.devices[by].replica.clone();
    let id = replica.record_concern(person, &concern, given.seen.map(moment), &leave_out)?;
    stage.cast.add_concern(&given.name, id);
    Ok(())
}

/// Logs a call about a concern on the phone that recorded it.
pub fn call(stage: &Stage, by: &str, person: PersonId, given: &ConcernCall) -> Result<(), StepError> {
    let call = body::ConcernCall {
        concern: named(stage, &given.concern)?,
        with: given.with.clone(),
        means: make::means(given.means.as_deref())?,
        answered: given.answered,
        said: given.said.clone(),
    };
    let leave_out = left_out(stage, &given.leave_out);
    stage.devices[by].replica.record_concern_call(person, &call, None, &leave_out)?;
    Ok(())
}

fn named(stage: &Stage, name: &str) -> Result<RecordRef, StepError> {
    stage.cast.concern(name).ok_or_else(|| StepError::NotOffered(format!("the concern {name:?}")))
}

/// Fills in a form of a case on the console, or acknowledges on a phone.
pub async fn act(stage: &Stage, by: &str, given: &CaseAct) -> Result<(), StepError> {
    if given.on_phone {
        stage.devices[by].replica.acknowledge_concern(named(stage, &given.concern)?)?;
        return Ok(());
    }
    let browser = stage.browsers.get(by).expect("the reader has checked who can sign in");
    let path = format!("/safeguarding/{}", named(stage, &given.concern)?.epoch);
    let page = browser.open(&path).await?;
    let is_it = |form: &&crate::html::Form| form.fields.get("act") == Some(&given.act);
    let form = page.forms.iter().find(is_it);
    let form = form.ok_or_else(|| StepError::NotOffered(format!("the act {:?}", given.act)))?;
    let mut empty = form.clone();
    empty.fields.retain(|name, _| name == "csrf" || name == "act");
    let fields: Vec<(String, String)> =
        given.fields.iter().map(|(name, text)| (name.clone(), stage.cast.fill(text))).collect();
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    browser.submit(&empty, &fields).await?;
    Ok(())
}

/// What a phone's holder reads as concerns, with what was done about each; null where nothing is for them.
pub fn read(replica: &Replica, stage: &Stage) -> Result<Json, RecordError> {
    let (items, cases) = match (replica.concerns(), replica.concern_cases()) {
        (Err(RecordError::NotForYou), _) => return Ok(Json::Null),
        (items, cases) => (items?, cases?),
    };
    let item = |item: alongside_replica::ConcernItem| {
        let case = cases.iter().find(|case| case.id == item.id);
        let acts = case.map(|case| case.acts.iter().map(|told| told.what.act.clone()).collect::<Vec<_>>());
        json!({
            "concern": stage.cast.concern_name(item.id),
            "person": stage.cast.name(&json!(item.person)),
            "by": stage.cast.name(&json!(item.by)),
            "recorded": crate::shown::time(&json!(item.recorded)),
            "text": item.concern.as_ref().map(|concern| concern.text.clone()),
            "quoted": item.concern.and_then(|concern| concern.quoted),
            "calls": case.map_or(0, |case| case.calls.len()),
            "acts": acts.unwrap_or_default(),
        })
    };
    Ok(items.into_iter().map(item).collect())
}

/// Which of these words stand in a file in a folder or below it, as they are.
pub fn words_in(folder: &Path, words: &[String]) -> std::io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(words_in(&path, words)?);
        } else {
            let bytes = std::fs::read(&path)?;
            let holds = |word: &&String| bytes.windows(word.len()).any(|part| part == word.as_bytes());
            found.extend(words.iter().filter(holds).cloned());
        }
    }
    Ok(found)
}
