//! What screens read of care: escalations, visits and the aligned notes, folded at the moment they are asked for.

use crate::person::{DayCare, LOOK_BACK_MS, PersonCare};
use crate::replica::{RecordError, Replica, State};
use crate::store::Held;
use alongside_domain::care::CareInputs;
use alongside_domain::care::aligned::{self, AlignedNotes};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::escalation::{self, Escalation, Escalations, may_meet_beside_absences};
use alongside_domain::care::heard::{Heard, Known};
use alongside_domain::care::lacks::{Lack, NotEvaluated, Part, lacks, not_evaluated};
use alongside_domain::care::plan::PlanTimeline;
use alongside_domain::care::records::Records;
use alongside_domain::care::sbard::{self, Sbard};
use alongside_domain::care::visits::{self, Visit};
use alongside_domain::ids::PersonId;
use alongside_domain::journal::RecordRef;
use alongside_domain::journal::body::{Match, MatchRef};
use alongside_domain::time::Moment;
use serde::Serialize;

/// A visit of today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TodaysVisit {
    /// To whom.
    pub person: PersonId,
    /// The name that they like to be called by; absent until their plan is here.
    pub name: Option<String>,
    /// The visit.
    pub visit: Visit,
}

impl Replica {
    /// The person's escalations, oldest first, and where nobody can tell.
    pub fn escalations(&self, person: PersonId) -> Result<Escalations, RecordError> {
        self.look(person, |state, heard, now| state.escalations(person, heard, now))
    }

    /// What to say on the phone about an escalation: that of any of its matches. Nothing where there is none.
    pub fn sbard(&self, person: PersonId, about: &MatchRef) -> Result<Option<Sbard>, RecordError> {
        let plan = self.plan(person)?.view;
        self.look(person, |state, heard, now| {
            let escalations = state.escalations_told(person, heard, now)?;
            let care = state.person(person, now)?;
            let matched = care.records.root_of_match(about.matched);
            let is_it = |one: &&Escalation| {
                one.trigger.id == about.trigger && one.matches.iter().any(|found| found.matched == matched)
            };
            let found = escalations.iter().find(is_it);
            Ok(found.map(|one| sbard::sbard(&inputs(care, heard, now), &plan, one)))
        })
    }

    /// What of the person's views cannot be told here, since not all that they are made from is shared with the holder's
    /// organisation: what stands nowhere then may well be there. Empty in the usual case.
    pub fn lacks(&self, person: PersonId) -> Result<Vec<Lack>, RecordError> {
        let state = self.inner.reading(person)?;
        Ok(lacks(state.store.scope(person)?, &Part::ALL))
    }

    /// The partners on whose nurses' phones not every trigger of the plan is evaluated: to be shown to whoever edits one.
    pub fn not_evaluated(&self, person: PersonId) -> Result<Vec<NotEvaluated>, RecordError> {
        Ok(not_evaluated(&self.plan(person)?.view, self.now().local_day()))
    }

    /// The person's visits of the look-back and those planned, by time.
    pub fn visits(&self, person: PersonId) -> Result<Vec<Visit>, RecordError> {
        self.look(person, |state, heard, now| {
            Ok(visits::fold(&inputs(state.person(person, now)?, heard, now)))
        })
    }

    /// The person's notes between clinical visits, under what was asked for.
    pub fn aligned(&self, person: PersonId) -> Result<AlignedNotes, RecordError> {
        self.look(person, |state, heard, now| {
            let escalations = state.escalations(person, heard, now)?;
            Ok(aligned::notes(&inputs(state.person(person, now)?, heard, now), &escalations))
        })
    }

    /// Everyone's visits of the local day, and those of the day before that are not over, by time.
    pub fn today(&self) -> Result<Vec<TodaysVisit>, RecordError> {
        let now = self.now();
        let mut found = Vec::new();
        for summary in self.people()? {
            let visits = self.visits_about_now(summary.person)?;
            let visits = visits.into_iter().filter(|visit| visit.is_about(now));
            found.extend(visits.map(|visit| TodaysVisit {
                person: summary.person,
                name: summary.name.clone(),
                visit,
            }));
        }
        found.sort_by_key(|todays| todays.visit.at());
        Ok(found)
    }

    /// The visits of the day, and some of those around it.
    fn visits_about_now(&self, person: PersonId) -> Result<Vec<Visit>, RecordError> {
        let now = self.now();
        let mut state = self.inner.reading(person)?;
        let heard = state.heard(now)?;
        if let Some(care) = state.in_memory(person) {
            return Ok(visits::fold(&inputs(care, &heard, now)));
        }
        let writer = state.viewer()?.store;
        let DayCare { records, known, plan, held, catalogue } =
            DayCare::load(&state.store, person, writer, now)?;
        Ok(visits::fold(&inputs_of((&records, held), (&plan, &catalogue), &heard, &known, now)))
    }

    pub(crate) fn look<T>(
        &self,
        person: PersonId,
        look: impl FnOnce(&mut State, &Heard, Moment) -> Result<T, RecordError>,
    ) -> Result<T, RecordError> {
        let now = self.now();
        let mut state = self.inner.reading(person)?;
        let heard = state.heard(now)?;
        look(&mut state, &heard, now)
    }
}

pub(crate) fn inputs<'a>(care: &'a PersonCare, heard: &'a Heard, now: Moment) -> CareInputs<'a> {
    inputs_of((&care.records, care.held), (&care.plan, &care.catalogue), heard, &care.known, now)
}

pub(crate) fn inputs_of<'a>(
    (records, held): (&'a Records, Held),
    (plan, catalogue): (&'a PlanTimeline, &'a Catalogue),
    heard: &'a Heard,
    known: &'a Known,
    now: Moment,
) -> CareInputs<'a> {
    CareInputs {
        records,
        plan,
        heard,
        known,
        catalogue,
        complete_from: held.complete_from(now.plus_ms(-LOOK_BACK_MS), now),
        scope: held.scope,
        now,
    }
}

impl State {
    /// When each device was last heard, as the server said it; the device's own holder is heard now.
    pub(crate) fn heard(&mut self, now: Moment) -> Result<Heard, RecordError> {
        let me = self.viewer()?;
        let holders = self.holders()?;
        let mut heard = Heard::default();
        for at in self.store.heard()? {
            if let Some(holder) = holders.get(&at.device) {
                heard.note(at.device, holder.staff, at.at);
            }
        }
        heard.note(me.device, me.staff, now);
        Ok(heard)
    }

    /// The person's escalations as they stand.
    pub(crate) fn escalations(
        &mut self,
        person: PersonId,
        heard: &Heard,
        now: Moment,
    ) -> Result<Escalations, RecordError> {
        let mut found = escalation::fold(&inputs(self.person(person, now)?, heard, now));
        self.note_waiting(person, &mut found.list, now)?;
        Ok(found)
    }

    /// As [`State::escalations`]; where not all is shared with the holder, what the records here have met by themselves:
    /// whoever has just recorded one must know whom to ring.
    fn escalations_told(
        &mut self,
        person: PersonId,
        heard: &Heard,
        now: Moment,
    ) -> Result<Vec<Escalation>, RecordError> {
        let care = self.person(person, now)?;
        if Part::Escalations.is_told(care.held.scope) {
            return Ok(self.escalations(person, heard, now)?.list);
        }
        let mut found = escalation::of_records(&inputs(care, heard, now));
        self.note_waiting(person, &mut found, now)?;
        Ok(found)
    }

    /// The server does not know of an answer that only this phone is sure to have.
    fn note_waiting(
        &mut self,
        person: PersonId,
        found: &mut [Escalation],
        now: Moment,
    ) -> Result<(), RecordError> {
        let device = self.viewer()?.device;
        for escalation in found {
            let answer = escalation.first_answer().map(|answer| answer.record);
            if let Some(answer) = answer
                && self.is_only_here(person, answer, device)?
            {
                escalation.answer_waits(now);
            }
        }
        Ok(())
    }

    /// The open escalations that the record has raised or joined.
    pub(crate) fn met_by(
        &mut self,
        person: PersonId,
        record: RecordRef,
        now: Moment,
    ) -> Result<Vec<Escalation>, RecordError> {
        let PersonCare { records, known, raising, plan, held, catalogue } = self.person(person, now)?;
        let nobody = Heard::default();
        let without_absences = inputs_of((records, *held), (plan, catalogue), &nobody, known, now);
        if !may_meet_beside_absences(&without_absences, record) {
            let mut met = raising.met_by(&without_absences, record);
            self.note_waiting(person, &mut met, now)?;
            return Ok(met);
        }
        let heard = self.heard(now)?;
        let escalations = self.escalations_told(person, &heard, now)?;
        // A correction goes on under the name of the record that it corrects.
        let matched = self.person(person, now)?.records.root_of_match(Match::Record(record));
        let met = |escalation: &Escalation| escalation.matches.iter().any(|found| found.matched == matched);
        let is_open_and_met = |escalation: &Escalation| escalation.is_open() && met(escalation);
        Ok(escalations.into_iter().filter(is_open_and_met).collect())
    }
}
