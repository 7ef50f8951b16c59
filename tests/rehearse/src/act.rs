//! Performs the steps: what people do on their devices, or in the console.

use crate::emergency;
use crate::expand::PlacedStep;
use crate::format::{Attempt, Choose, Decide, Edit, Observed, RosterPart, Scenario, Step, Via, VisitName};
use crate::given_time;
use crate::http::HttpError;
use crate::inbox;
use crate::make::{self, MakeError, moment};
use crate::safeguarding;
use crate::stage::{Stage, StageError};
use crate::time::LocalTime;
use alongside_replica::domain::ids::{PersonId, VisitId};
use alongside_replica::domain::journal::body::{
    Closing, ContactAttempt, Correction, MatchRef, Promise, Response, VisitArrived, VisitKind, VisitLeft,
    VisitPlanned,
};
use alongside_replica::domain::journal::{Body, RecordRef};
use alongside_replica::domain::time::MINUTE_MS;
use alongside_replica::{Draft, RecordError, Replica};
use std::collections::BTreeMap;

/// How many repeats of an edit are made between two syncs.
const REPEATS_A_SYNC: u32 = 100;

/// Why a step could not be done.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The device refused: this is what its holder is told.
    #[error(transparent)]
    Refused(#[from] RecordError),
    /// The file's words are not the product's.
    #[error(transparent)]
    Make(#[from] MakeError),
    /// Nothing that it could be about.
    #[error("no escalation of {0} is on this device")]
    NoEscalation(String),
    /// A decision on, or a correction of, a record whose own step was refused.
    #[error("the record {0:?} was never made")]
    NoRecord(String),
    /// Something about a visit that the step does not name.
    #[error("say which visit the step is about")]
    NoVisit,
    /// The device showed another code than the one that the step names.
    #[error("the device shows another code of the key safe")]
    AnotherCode,
    /// The console.
    #[error(transparent)]
    Console(#[from] HttpError),
    /// The console does not offer what the step does.
    #[error("the console does not offer {0}")]
    NotOffered(String),
    /// A device did not sync as it should.
    #[error(transparent)]
    Stage(#[from] StageError),
}

/// Where someone is: the visit that they have arrived at.
#[derive(Debug, Default)]
pub struct Visiting {
    /// By (staff, person, planned time): the visit.
    open: BTreeMap<(String, String, Option<LocalTime>), VisitId>,
}

/// What the play knows besides the stage.
pub struct Acting<'a> {
    /// The stage.
    pub stage: &'a mut Stage,
    /// The file.
    pub scenario: &'a Scenario,
    /// Who is where.
    pub visiting: &'a mut Visiting,
    /// Every record made, by device.
    pub made: &'a mut Vec<RecordRef>,
}

impl Acting<'_> {
    pub fn replica(&self, by: &str) -> Replica {
        self.stage.devices.get(by).expect("every member of staff has a device").replica.clone()
    }

    pub fn record(
        &mut self,
        by: &str,
        person: PersonId,
        body: Body,
        observed: Option<LocalTime>,
    ) -> Result<RecordRef, StepError> {
        let observed = observed.map(moment);
        let recorded = self.replica(by).record(person, Draft { body, observed })?;
        self.made.push(recorded.id);
        Ok(recorded.id)
    }

    /// An edit of the first plan.
    pub async fn first_edit(&mut self, by: &str, person: &str, edit: &Edit) -> Result<(), StepError> {
        let person = self.stage.cast.person(person);
        self.edit(by, person, edit).await
    }

    /// Plans the visits of one part of the roster.
    pub fn plan_visits(&mut self, part: &RosterPart, person: &str) -> Result<(), StepError> {
        let id = self.stage.cast.person(person);
        for visit in crate::expand::planned_visits(part) {
            let start = moment(visit.at);
            let body = Body::VisitPlanned(VisitPlanned {
                visit: self.stage.cast.visit(person, visit.at),
                visit_kind: kind(visit.kind),
                start,
                window_end: start.plus_ms(i64::from(part.window_min) * MINUTE_MS),
                staff: visit.staff.iter().map(|name| self.stage.cast.staff(name)).collect(),
                cancelled: false,
                ends: None,
                time_critical: None,
            });
            self.record(&part.by, id, body, None)?;
        }
        Ok(())
    }

    /// One step, in the order that docs/scenarios.md gives. `last_at_visit` says that nobody tells more of it.
    pub async fn step(&mut self, placed: &PlacedStep, last_at_visit: bool) -> Result<(), StepError> {
        let step = &placed.step;
        let person_name = crate::expand::person_name(self.scenario, step.person.as_deref());
        let person = self.stage.cast.person(&person_name);
        if let Some(network) = step.network {
            self.stage.connect(&step.by, network).await?;
        }
        if let Some(hours) = step.clock_off_hours {
            self.stage.set_clock(&step.by, hours);
        }
        let visit = self.arrive(step, &person_name, person)?;
        for observed in &step.record {
            let body = make::observation(observed, visit, self.correction(observed)?)?;
            let id = self.record(&step.by, person, body, observed.observed)?;
            if let Some(name) = &observed.name {
                self.stage.cast.add_record(name, id);
            }
        }
        self.log(step, person)?;
        if let Some(day) = &step.day {
            self.day(&step.by, &person_name, day).await?;
        }
        self.safeguard(step, person).await?;
        if let Some(given) = &step.emergency {
            emergency::act(self.stage, &step.by, given).await?;
        }
        if let Some(given) = &step.given_time {
            given_time::act(self.stage, &step.by, person, given).await?;
        }
        if let Some(edit) = &step.edit {
            self.edit(&step.by, person, edit).await?;
        }
        if let Some(template) = &step.template {
            let edits = self.replica(&step.by).start_from_template(person, template)?;
            if let Some(last) = edits.last() {
                self.stage.cast.add_record(template, *last);
            }
            self.made.extend(edits);
        }
        self.decide(step, person).await?;
        if step.look {
            self.made.extend(self.replica(&step.by).looked(person)?);
        }
        if let (Some(visit), true) = (visit, last_at_visit) {
            self.record(&step.by, person, Body::VisitLeft(VisitLeft { visit, tasks: Vec::new() }), None)?;
        }
        Ok(())
    }

    fn correction(&self, observed: &Observed) -> Result<Option<Correction>, StepError> {
        let Some(corrects) = &observed.corrects else { return Ok(None) };
        Ok(Some(Correction { record: self.named(&corrects.record)?, reason: corrects.reason.clone() }))
    }

    fn arrive(
        &mut self,
        step: &Step,
        person_name: &str,
        person: PersonId,
    ) -> Result<Option<VisitId>, StepError> {
        let Some(name) = step.visit else { return Ok(None) };
        let planned = match name {
            VisitName::Planned(time) => Some(time),
            VisitName::Unplanned => None,
        };
        let key = (step.by.clone(), person_name.to_owned(), planned);
        if let (Some(visit), true) = (self.visiting.open.get(&key), planned.is_some()) {
            return Ok(Some(*visit));
        }
        let visit = match planned {
            Some(time) => self.stage.cast.visit(person_name, time),
            None => self.stage.cast.new_visit(),
        };
        let visit_kind = match self.scenario.staff[&step.by].role {
            crate::format::StaffRole::Nurse | crate::format::StaffRole::Therapist => VisitKind::Clinical,
            _ => VisitKind::Care,
        };
        self.record(&step.by, person, Body::VisitArrived(VisitArrived { visit, visit_kind }), None)?;
        self.visiting.open.insert(key, visit);
        Ok(Some(visit))
    }

    async fn safeguard(&mut self, step: &Step, person: PersonId) -> Result<(), StepError> {
        if let Some(given) = &step.concern {
            safeguarding::concern(self.stage, &step.by, person, given)?;
        }
        if let Some(given) = &step.concern_call {
            safeguarding::call(self.stage, &step.by, person, given)?;
        }
        if let Some(given) = &step.case_act {
            safeguarding::act(self.stage, &step.by, given).await?;
        }
        Ok(())
    }

    fn log(&mut self, step: &Step, person: PersonId) -> Result<(), StepError> {
        if let Some(attempt) = &step.attempt {
            let body = self.attempt(&step.by, person, attempt)?;
            self.record(&step.by, person, body, None)?;
        }
        if let Some(answer) = &step.answer {
            let about = self.about(&step.by, person, &answer.trigger)?;
            let promise = answer.promise.as_ref().map(|promise| Promise {
                staff: promise.staff.as_ref().map(|name| self.stage.cast.staff(name)),
                by: moment(promise.by),
            });
            let (from, said) = (answer.from.clone(), answer.said.clone());
            self.record(
                &step.by,
                person,
                Body::Response(Response {
                    about,
                    from,
                    said,
                    promise,
                    refused: answer.refused.then_some(true),
                }),
                None,
            )?;
        }
        if let Some(communication) = &step.communication {
            let body = make::communication(communication)?;
            self.record(&step.by, person, body, communication.observed)?;
        }
        if let Some(close) = &step.close {
            let about = self.about(&step.by, person, &close.trigger)?;
            let outcome = close.outcome.clone();
            self.record(&step.by, person, Body::Closing(Closing { about, outcome }), None)?;
        }
        Ok(())
    }

    fn attempt(&self, by: &str, person: PersonId, attempt: &Attempt) -> Result<Body, StepError> {
        Ok(Body::ContactAttempt(ContactAttempt {
            about: self.about(by, person, &attempt.trigger)?,
            contact: make::entry(&attempt.contact)?,
            means: make::means(attempt.means.as_deref())?,
            answered: attempt.answered,
        }))
    }

    /// The latest escalation of a trigger on a device: an open one if there is one.
    fn about(&self, by: &str, person: PersonId, trigger: &str) -> Result<MatchRef, StepError> {
        let escalations = self.replica(by).escalations(person)?;
        let found = escalations
            .of_trigger(trigger)
            .max_by_key(|escalation| (escalation.is_open(), escalation.raised));
        found.map(|escalation| escalation.about()).ok_or_else(|| StepError::NoEscalation(trigger.to_owned()))
    }

    async fn edit(&mut self, by: &str, person: PersonId, edit: &Edit) -> Result<(), StepError> {
        let times = edit.repeat.unwrap_or(1);
        for number in 1..=times {
            let commands = make::commands(edit, &self.stage.cast, number)?;
            let id = self.replica(by).edit_plan(person, commands, &edit.reason)?;
            self.made.push(id);
            if let (Some(name), 1) = (&edit.name, number) {
                self.stage.cast.add_record(name, id);
            }
            if number % REPEATS_A_SYNC == 0 {
                self.stage.sync(by).await?;
            }
        }
        Ok(())
    }

    async fn decide(&mut self, step: &Step, person: PersonId) -> Result<(), StepError> {
        if let Some(choose) = &step.choose {
            self.choose(&step.by, person, choose).await?;
        }
        if let Some(decide) = &step.decide {
            self.decide_edit(&step.by, person, decide).await?;
        }
        if let Some(name) = &step.withdraw {
            let id = self.replica(&step.by).withdraw_edit(person, self.named(name)?)?;
            self.made.push(id);
        }
        Ok(())
    }

    fn named(&self, name: &str) -> Result<RecordRef, StepError> {
        self.stage.cast.record(name).ok_or_else(|| StepError::NoRecord(name.to_owned()))
    }

    async fn choose(&mut self, by: &str, person: PersonId, choose: &Choose) -> Result<(), StepError> {
        let value = make::plan_value(&choose.value, &self.stage.cast)
            .ok_or_else(|| MakeError::Value { field: choose.field.clone() })?;
        if choose.via == Via::Console {
            return inbox::choose(self.stage, by, choose, &value).await;
        }
        let command = make::set_field(&choose.section, &choose.entry, &choose.field, value)?;
        let id = self.replica(by).edit_plan(person, vec![command], "chosen between two versions")?;
        self.made.push(id);
        Ok(())
    }

    async fn decide_edit(&mut self, by: &str, person: PersonId, decide: &Decide) -> Result<(), StepError> {
        let edit = self.named(&decide.edit)?;
        if decide.via == Via::Console {
            return inbox::decide(self.stage, by, decide, edit).await;
        }
        let id = self.replica(by).decide_edit(person, edit, decide.accept, &decide.reason)?;
        self.made.push(id);
        Ok(())
    }
}

fn kind(kind: crate::format::VisitKind) -> VisitKind {
    match kind {
        crate::format::VisitKind::Care => VisitKind::Care,
        crate::format::VisitKind::Clinical => VisitKind::Clinical,
    }
}
