//! What the holder should open the app for. Numbers and a time, and nobody's: a locked phone may say so too.

use crate::person::LOOK_BACK_MS;
use crate::replica::{ENDED, RecordError, Replica, State};
use alongside_domain::care::escalation::Escalation;
use alongside_domain::ids::PersonId;
use alongside_domain::plan::unseen::{FateLooks, UnseenFate, fates_of};
use alongside_domain::time::Moment;
use serde::Serialize;

/// What the holder should open the app for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Attention {
    /// The holder's own edits that were declined, and no screen has shown it yet.
    pub fates: u64,
    /// Promises to come or ring that were due and of which nobody has said that they were kept.
    pub promises_due: u64,
    /// When the next one is due.
    pub next_due: Option<Moment>,
}

impl Replica {
    /// What the holder should open the app for, also while it is locked by its PIN: it says nothing about anybody.
    /// Nothing where the phone may show no care any more.
    pub fn attention(&self) -> Result<Attention, RecordError> {
        self.inner.identity()?;
        let (now, heard) = (self.now(), self.inner.heard());
        let mut state = self.inner.state();
        let is_over = state.store.meta(ENDED)?.unwrap_or(false);
        let mut found = Attention::default();
        if is_over || state.lease.has_lapsed(heard.as_ref(), now) {
            return Ok(found);
        }
        for row in state.store.people()?.into_iter().filter(|row| row.access) {
            found.fates += state.fates_not_shown(row.person, now)?;
            for promise in state.promises(row.person, now)? {
                if promise <= now {
                    found.promises_due += 1;
                } else {
                    found.next_due = Some(found.next_due.map_or(promise, |next| next.min(promise)));
                }
            }
        }
        Ok(found)
    }
}

impl State {
    fn fates_not_shown(&mut self, person: PersonId, now: Moment) -> Result<u64, RecordError> {
        let me = self.viewer()?.staff;
        // Of what is older, the looks are beyond what is read here.
        let is_new = |fate: &UnseenFate| now.since_ms(fate.since) < LOOK_BACK_MS;
        let edits = &self.plan_of(person)?.edits;
        let is_settled =
            |fate: &UnseenFate| edits.edit(&fate.edit).is_some_and(|edit| edit.settled.is_some());
        let own: Vec<UnseenFate> =
            fates_of(edits, me).into_iter().filter(|fate| is_settled(fate) && is_new(fate)).collect();
        if own.is_empty() {
            return Ok(0);
        }
        let looks = FateLooks::of(self.person(person, now)?.records.entries());
        Ok(own.iter().filter(|fate| looks.shown_at(me, &fate.fate).is_none()).count() as u64)
    }

    /// When each promise that nobody has kept yet is due, of the escalations that are open.
    fn promises(&mut self, person: PersonId, now: Moment) -> Result<Vec<Moment>, RecordError> {
        let heard = self.heard(now)?;
        let escalations = self.escalations(person, &heard, now)?;
        Ok(escalations.open().filter_map(open_promise).collect())
    }
}

fn open_promise(escalation: &Escalation) -> Option<Moment> {
    let promise = escalation.promise.as_ref()?;
    promise.kept.is_none().then_some(promise.by)
}
