//! What happens in a carer's day: handover, running late, no reply, leaving, help, the key safe.

use crate::act::{Acting, StepError};
use crate::format::DayStep;
use crate::make::{self, moment};
use alongside_replica::domain::ids::{PersonId, VisitId};
use alongside_replica::domain::journal::Body;
use alongside_replica::domain::journal::body::{
    ExpectedLeaving, HandoverNote, HandoverRead, LocatedSafe, NoReplyTried, NotSafeToday, RunningLate,
};

impl Acting<'_> {
    /// Does what a step says of the day, in the order of docs/scenarios.md.
    pub async fn day(&mut self, by: &str, person_name: &str, day: &DayStep) -> Result<(), StepError> {
        let person = self.stage.cast.person(person_name);
        let visit = day.visit.map(|at| self.stage.cast.visit(person_name, at));
        for body in self.bodies(by, person, visit, day)? {
            self.record(by, person, body, None)?;
        }
        if day.help {
            self.replica(by).ask_for_help(person, visit)?;
        }
        if let Some(code) = &day.set_key_safe {
            let staff = self.stage.cast.staff(by);
            self.stage.administrator.set_key_safe(person, code, staff).await?;
        }
        if let Some(code) = &day.looks_at_key_safe {
            self.look_at_key_safe(by, person, code)?;
        }
        Ok(())
    }

    fn look_at_key_safe(&mut self, by: &str, person: PersonId, code: &str) -> Result<(), StepError> {
        let shown = self.replica(by).look_at_key_safe(person)?;
        if shown == code { Ok(()) } else { Err(StepError::AnotherCode) }
    }

    fn bodies(
        &self,
        by: &str,
        person: PersonId,
        visit: Option<VisitId>,
        day: &DayStep,
    ) -> Result<Vec<Body>, StepError> {
        let named = || visit.ok_or(StepError::NoVisit);
        let mut bodies = Vec::new();
        if let Some(text) = &day.handover {
            bodies.push(Body::HandoverNote(HandoverNote { visit, text: text.clone() }));
        }
        if day.reads_handover {
            let unread = self.replica(by).day(person)?.unread;
            bodies
                .extend(unread.into_iter().map(|note| Body::HandoverRead(HandoverRead { note: note.note })));
        }
        if let Some(expected) = day.running_late {
            let (visit, expected) = (named()?, moment(expected));
            bodies.push(Body::RunningLate(RunningLate { visit, expected, reason: None }));
        }
        if let Some(tried) = &day.no_reply {
            let (step, result) = (make::word("step", &tried.step)?, make::word("result", &tried.result)?);
            bodies.push(Body::NoReplyTried(NoReplyTried { visit: named()?, step, result, note: None }));
        }
        if let Some(located) = &day.located {
            let (located_by, how) = (located.by.clone(), located.how.clone());
            bodies.push(Body::LocatedSafe(LocatedSafe { visit: named()?, located_by, how }));
        }
        if let Some(at) = day.leaving {
            bodies.push(Body::ExpectedLeaving(ExpectedLeaving { visit: named()?, at: moment(at) }));
        }
        if let Some(flag) = &day.not_safe {
            let (action, why) = (make::entry(&flag.action)?, flag.why.clone());
            bodies.push(Body::NotSafeToday(NotSafeToday { visit, action, why, told: flag.told.clone() }));
        }
        Ok(bodies)
    }
}
