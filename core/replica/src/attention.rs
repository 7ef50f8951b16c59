//! What the holder should open the app for. Numbers and a time, and nobody's: a locked phone may say so too.

use crate::care_views::inputs;
use crate::person::LOOK_BACK_MS;
use crate::replica::{ENDED, RecordError, Replica, State};
use alongside_domain::care::escalation::{Escalation, EscalationState};
use alongside_domain::care::visits;
use alongside_domain::care::{CareInputs, absence};
use alongside_domain::day::PersonDay;
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
    /// What nobody has been told: met triggers that nobody has answered, and emergency signs without a noted call.
    pub untold: u64,
    /// When the next promise, absence, step at a door, visit or leaving is due: then this, and what screens show, may be
    /// otherwise without any record.
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
            let dues = state.dues(row.person, now)?;
            found.untold += dues.untold;
            found.promises_due += dues.promises.iter().filter(|promise| **promise <= now).count() as u64;
            let all = dues.promises.iter().chain(&dues.others).copied().filter(|due| *due > now);
            found.next_due = all.chain(found.next_due).min();
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

    /// What is due about a person, and what is untold.
    fn dues(&mut self, person: PersonId, now: Moment) -> Result<Dues, RecordError> {
        let heard = self.heard(now)?;
        let escalations = self.escalations(person, &heard, now)?;
        let promises: Vec<Moment> = escalations.open().filter_map(open_promise).collect();
        let is_untold = |one: &&Escalation| one.state != EscalationState::Answered;
        let signs = self.untold_signs(person, now)?.len();
        let untold = (escalations.open().filter(is_untold).count() + signs) as u64;
        let inputs = inputs(self.person(person, now)?, &heard, now);
        Ok(Dues { promises, untold, others: other_dues(&inputs) })
    }
}

/// What is due about a person.
struct Dues {
    /// When each promise is due that nobody has kept yet, of the escalations that are open.
    promises: Vec<Moment>,
    untold: u64,
    others: Vec<Moment>,
}

/// When an absence, a step at a door that nobody opens, a visit and somebody's leaving are due, past ones among them.
fn other_dues(inputs: &CareInputs<'_>) -> Vec<Moment> {
    let visits = visits::fold(inputs);
    let day = PersonDay::of_visits(inputs, &visits);
    let searches = day.searches.iter().filter(|search| search.is_open());
    let steps = searches.flat_map(|search| [search.next.map(|next| next.due), search.overdue_from]);
    let turns = visits.iter().map(|visit| visit.next_turn(inputs.now));
    let leavings = day.at_visits.iter().map(|one| Some(one.expected_leaving));
    let absence = std::iter::once(absence::next_due(inputs));
    absence.chain(steps).chain(turns).chain(leavings).flatten().collect()
}

fn open_promise(escalation: &Escalation) -> Option<Moment> {
    let promise = escalation.promise.as_ref()?;
    promise.kept.is_none().then_some(promise.by)
}
