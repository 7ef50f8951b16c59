//! Plays a scenario: sets the stage, performs the steps in the order of time, and keeps what is found at each
//! expectation. Judging is left to `expect.rs`.

use crate::act::{Acting, StepError, Visiting};
use crate::expand::{PlacedStep, all_steps, person_name};
use crate::expect::narrowed;
use crate::format::{Expectation, Places, Scenario, Subject, VisitName};
use crate::observe::{LookError, everything, look};
use crate::stage::{SignIn, Stage, StageError};
use crate::time::LocalTime;
use alongside_replica::domain::journal::RecordRef;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::path::Path;

/// What was found for an expectation at one of its places.
#[derive(Debug, Clone)]
pub struct Found {
    /// The expectation.
    pub expectation: Expectation,
    /// Where the file says so: a JSON pointer.
    pub pointer: String,
    /// Where it was looked at: a device, `server` or `console`.
    pub place: String,
    /// What was found.
    pub found: Json,
}

/// Why a play cannot go on. That something is not as expected is no such reason.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The stage.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// A step could not be done, and the file does not say that it must be refused.
    #[error("{place}: {cause}")]
    Step {
        /// A JSON pointer.
        place: String,
        /// Why not.
        #[source]
        cause: Box<StepError>,
    },
    /// Something could not be looked at.
    #[error("{place}: {cause}")]
    Look {
        /// A JSON pointer.
        place: String,
        /// Why not.
        #[source]
        cause: LookError,
    },
}

/// A play that has been played.
pub struct Played {
    /// The stage as it stands at the end.
    pub stage: Stage,
    /// Sign-ins for the console.
    pub sign_ins: Vec<SignIn>,
    /// What was found, in the order of time.
    pub found: Vec<Found>,
    /// Every record that devices made.
    pub made: Vec<RecordRef>,
}

/// Plays the scenario in `folder`; up to and including `until`, where one is given.
pub async fn play(scenario: &Scenario, folder: &Path, until: Option<LocalTime>) -> Result<Played, PlayError> {
    let (mut stage, sign_ins) = Stage::set(scenario, folder).await?;
    let (mut visiting, mut made, mut found) = (Visiting::default(), Vec::new(), Vec::new());
    begin(scenario, &mut stage, &mut visiting, &mut made).await?;
    let steps = all_steps(scenario);
    let last = last_at_visit(scenario, &steps);
    let mut next = 0;
    for time in times(scenario, &steps, until) {
        stage.move_to(time).await?;
        let before = next;
        while let Some(placed) = steps.get(next).filter(|placed| placed.step.at == time) {
            let mut acting = Acting { stage: &mut stage, scenario, visiting: &mut visiting, made: &mut made };
            let done = acting.step(placed, last.contains(&next)).await;
            found.extend(judge_step(placed, done)?);
            stage.sync_all(Some(&placed.step.by)).await?;
            next += 1;
        }
        if next == before {
            stage.sync_all(None).await?;
        }
        look_around(scenario, &stage, time, &made, &mut found).await?;
    }
    Ok(Played { stage, sign_ins, found, made })
}

/// The first plan and the roster.
async fn begin(
    scenario: &Scenario,
    stage: &mut Stage,
    visiting: &mut Visiting,
    made: &mut Vec<RecordRef>,
) -> Result<(), PlayError> {
    let failed = |place: String| move |cause| PlayError::Step { place, cause: Box::new(cause) };
    for (index, part) in scenario.plan.iter().enumerate() {
        let person = person_name(scenario, part.person.as_deref());
        let mut acting = Acting { stage, scenario, visiting, made };
        acting.first_edit(&part.by, &person, &part.edit).await.map_err(failed(format!("/plan/{index}")))?;
        stage.sync_all(Some(&part.by)).await?;
    }
    for (index, part) in scenario.roster.iter().enumerate() {
        let person = person_name(scenario, part.person.as_deref());
        let mut acting = Acting { stage, scenario, visiting, made };
        acting.plan_visits(part, &person).map_err(failed(format!("/roster/{index}")))?;
        stage.sync_all(Some(&part.by)).await?;
    }
    Ok(())
}

fn times(scenario: &Scenario, steps: &[PlacedStep], until: Option<LocalTime>) -> BTreeSet<LocalTime> {
    let steps = steps.iter().map(|placed| placed.step.at);
    let mut times: BTreeSet<LocalTime> =
        steps.chain(scenario.expect.iter().map(|expectation| expectation.at)).collect();
    if let Some(until) = until {
        times.retain(|time| *time <= until);
    }
    times
}

/// The steps after which someone leaves: each one's last step at a visit.
fn last_at_visit(scenario: &Scenario, steps: &[PlacedStep]) -> BTreeSet<usize> {
    let mut last = std::collections::BTreeMap::new();
    for (index, placed) in steps.iter().enumerate() {
        let person = person_name(scenario, placed.step.person.as_deref());
        match placed.step.visit {
            Some(VisitName::Planned(time)) => {
                last.insert((placed.step.by.clone(), person, Some(time), 0), index);
            }
            Some(VisitName::Unplanned) => {
                last.insert((placed.step.by.clone(), person, None, index), index);
            }
            None => {}
        }
    }
    last.into_values().collect()
}

/// A step that must be refused is an expectation of its own; any other failure ends the play.
fn judge_step(placed: &PlacedStep, done: Result<(), StepError>) -> Result<Option<Found>, PlayError> {
    let place = || placed.place.clone();
    match (&placed.step.refused, done) {
        (None, Ok(())) => Ok(None),
        (None, Err(cause)) => Err(PlayError::Step { place: place(), cause: Box::new(cause) }),
        (Some(_), Err(cause @ StepError::Stage(_))) => {
            Err(PlayError::Step { place: place(), cause: Box::new(cause) })
        }
        (Some(words), outcome) => {
            let said = outcome.map_or_else(|cause| cause.to_string(), |()| "the step was done".to_owned());
            let expectation = Expectation {
                id: format!("refused{}", placed.place.replace('/', "-")),
                at: placed.step.at,
                on: Places(vec![placed.step.by.clone()]),
                signed_in: None,
                person: None,
                look_at: Subject::Page,
                path: None,
                section: None,
                entry: None,
                field: None,
                text: None,
                only: None,
                is: None,
                includes: None,
                shows: vec![words.clone()],
                shows_not: Vec::new(),
                note: None,
            };
            let found = json!(crate::expect::one_line(&said));
            Ok(Some(Found { expectation, pointer: place(), place: placed.step.by.clone(), found }))
        }
    }
}

async fn look_around(
    scenario: &Scenario,
    stage: &Stage,
    time: LocalTime,
    made: &[RecordRef],
    all: &mut Vec<Found>,
) -> Result<(), PlayError> {
    for (index, expectation) in
        scenario.expect.iter().enumerate().filter(|(_, expectation)| expectation.at == time)
    {
        let pointer = format!("/expect/{index}");
        let mut first: Option<Json> = None;
        for place in &expectation.on.0 {
            let found = look(stage, scenario, expectation, place, made).await;
            let found = found.map_err(|cause| PlayError::Look { place: pointer.clone(), cause })?;
            let found = if expectation.look_at.is_the_same_everywhere() {
                as_at_first(expectation, &mut first, found)
            } else {
                found
            };
            all.push(Found {
                expectation: expectation.clone(),
                pointer: pointer.clone(),
                place: place.clone(),
                found,
            });
        }
    }
    Ok(())
}

/// What was found, if it is the same as at the first place.
fn as_at_first(expectation: &Expectation, first: &mut Option<Json>, found: Json) -> Json {
    let narrowed = narrowed(&found, expectation.only.as_ref());
    match first.get_or_insert_with(|| narrowed.clone()) {
        first if *first == narrowed => found,
        first => json!({ "not the same": narrowed, "as at the first place": first }),
    }
}

impl Played {
    /// The final state of each device and of the server.
    pub async fn state(&self, scenario: &Scenario) -> Result<Json, PlayError> {
        let state = everything(&self.stage, scenario, &self.made).await;
        state.map_err(|cause| PlayError::Look { place: "the final state".to_owned(), cause })
    }
}
