//! Escalations: the runs of matches of one trigger between closings, with what was done about them.
//!
//! Raising is derived, never recorded. Attempts, answers and closings name a match, so they join whatever
//! escalation that match belongs to, also when an earlier match arrives late (R4). R5 gives the deadlines.
//! The fold over the records is in `raising.rs`.

pub use super::raising::{Raising, fold, may_meet_beside_absences, of_records};

use super::CareInputs;
use super::absence::CannotTell;
use super::lacks::Lack;
use super::offer::{Offers, offers};
use super::plan::Trigger;
use super::triggers::MatchFound;
use crate::ids::{EntryId, StaffId};
use crate::journal::body::{Match, MatchRef, Means, Promise, VisitKind};
use crate::journal::{Body, Entry, RecordRef};
use crate::time::{HOUR_MS, MINUTE_MS, Moment};
use serde::Serialize;
use std::collections::BTreeSet;

/// How long it is shown that something was done of which nobody could tell. To be agreed.
const LAPSED_SHOWN_MS: i64 = 24 * HOUR_MS;

/// A met trigger and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Escalation {
    /// The trigger, as the first match was judged by it.
    pub trigger: Trigger,
    /// When: the recorded time of the first match, or its due instant.
    pub raised: Moment,
    /// The first match. It names the escalation, but may change when an earlier one arrives.
    pub raised_by: Match,
    /// All matches, in the order of folds; the first raised it. Empty when none holds any more.
    pub matches: Vec<MatchFound>,
    /// Attempts to reach a contact, in the order of folds.
    pub attempts: Vec<Attempt>,
    /// Answers of named persons, in the order of folds.
    pub responses: Vec<Answer>,
    /// The last promise, whose time is the new deadline.
    pub promise: Option<PromiseState>,
    /// The first closing.
    pub closed: Option<Closed>,
    /// Further closings by people who did not know of the first.
    pub closed_again: Vec<Closed>,
    /// How it stands.
    pub state: EscalationState,
    /// By when someone had to answer.
    pub answer_due: Moment,
    /// The deadline now: the promise's, if there is one, else `answer_due`.
    pub due: Moment,
    /// Whether someone answered by `answer_due`.
    pub done_in_time: InTime,
    /// Whether the server knew of the answer by `answer_due`.
    pub known_in_time: InTime,
    /// Whole minutes from raising to the first answer.
    pub response_minutes: Option<i64>,
    /// Whom to call now. Nothing once it is closed or overtaken.
    pub offers: Option<Offers>,
}

/// How an escalation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EscalationState {
    /// Nobody has answered.
    Raised,
    /// A named person has answered.
    Answered,
    /// Whoever answered last will not help: the on-call manager is next.
    HelpRefused,
    /// It is over.
    Closed,
    /// Records that came later show that no match holds. Still shown, since someone acted on it.
    Overtaken,
}

/// One of the two facts about a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InTime {
    /// By the deadline.
    Yes,
    /// After it, or not at all and it is over.
    No,
    /// Not yet, and it is not over.
    Pending,
    /// Only the phone that made this view is sure to have it, and the deadline has passed.
    Unknown,
}

/// An attempt to reach a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// The record.
    pub record: RecordRef,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: StaffId,
    /// Whom.
    pub contact: EntryId,
    /// How.
    pub means: Means,
    /// Whether someone answered.
    pub answered: bool,
}

/// What a named person answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The record.
    pub record: RecordRef,
    /// When.
    pub at: Moment,
    /// Who logged it.
    pub by: StaffId,
    /// Who answered.
    pub from: String,
    /// What they said.
    pub said: String,
    /// Who comes or rings by when.
    pub promise: Option<Promise>,
    /// They will not help.
    pub refused: bool,
}

/// A promise, and whether it was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PromiseState {
    /// Who, if a member of staff.
    pub staff: Option<StaffId>,
    /// By when.
    pub by: Moment,
    /// When it was made.
    pub made: Moment,
    /// When the promised person arrived or rang.
    pub kept: Option<Moment>,
    /// Whether by then.
    pub in_time: InTime,
}

/// The end of an escalation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Closed {
    /// The record.
    pub record: RecordRef,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: StaffId,
    /// What came of it.
    pub outcome: String,
}

/// All escalations of a person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Escalations {
    /// By (raised, trigger).
    pub list: Vec<Escalation>,
    /// Where nobody can tell whether something was done, and where that has lapsed.
    pub cannot_tell: Vec<CannotTell>,
    /// What certainly met a trigger, by when it was raised, where the reader cannot be told how escalations stand. Empty
    /// in the usual case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub met: Vec<MetHere>,
    /// What the reader cannot be told of them: then `list` and `cannot_tell` are empty, which says nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<Lack>,
}

/// Something that met a trigger; who was told of it, and what came of it, is not shared with its reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MetHere {
    /// The trigger's name in plain words.
    pub name: String,
    /// What met it.
    pub found: MatchFound,
}

impl Escalations {
    /// Those that are neither closed nor overtaken.
    pub fn open(&self) -> impl Iterator<Item = &Escalation> {
        self.list.iter().filter(|escalation| escalation.is_open())
    }

    /// Those of one trigger, oldest first.
    pub fn of_trigger(&self, trigger: &str) -> impl Iterator<Item = &Escalation> {
        self.list.iter().filter(move |escalation| escalation.trigger.id.as_str() == trigger)
    }

    /// Those that nobody can tell now.
    pub fn cannot_tell_now(&self) -> impl Iterator<Item = &CannotTell> {
        self.cannot_tell.iter().filter(|cannot_tell| cannot_tell.lapsed.is_none())
    }

    /// Those that records have shown to be done, within the last day (R2: they lapse in sight of everyone).
    pub fn lapsed_lately(&self, now: Moment) -> impl Iterator<Item = &CannotTell> {
        let lately = now.plus_ms(-LAPSED_SHOWN_MS);
        self.cannot_tell.iter().filter(move |told| told.lapsed.is_some_and(|lapsed| lapsed > lately))
    }
}

impl Escalation {
    /// Neither closed nor overtaken.
    pub fn is_open(&self) -> bool {
        use EscalationState::{Answered, HelpRefused, Raised};
        matches!(self.state, Raised | Answered | HelpRefused)
    }

    /// The deadline has passed, and what it was for has not been done.
    pub fn is_overdue(&self, now: Moment) -> bool {
        let waits = match &self.promise {
            Some(promise) => promise.kept.is_none(),
            None => self.first_answer().is_none() || self.state == EscalationState::HelpRefused,
        };
        self.is_open() && waits && now > self.due
    }

    /// Whether a carer recorded what met it by an earlier plan: nobody on the spot was told (R3).
    pub fn had_earlier_plan(&self) -> bool {
        self.matches.iter().any(|found| found.earlier_plan)
    }

    /// The answer that counts for the deadline.
    pub fn first_answer(&self) -> Option<&Answer> {
        first_answer(&self.responses)
    }

    /// The first answer waits on the phone that made this view: no receipt says that the server knows of it.
    pub fn answer_waits(&mut self, now: Moment) {
        self.known_in_time = if now <= self.answer_due { InTime::Pending } else { InTime::Unknown };
    }

    /// How to say what an attempt, answer or closing is about.
    pub fn about(&self) -> MatchRef {
        MatchRef { trigger: self.trigger.id.clone(), matched: self.raised_by }
    }
}

/// An escalation while it is folded.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) trigger: Trigger,
    pub(super) matches: Vec<MatchFound>,
    pub(super) answer_due: Moment,
    pub(super) attempts: Vec<Attempt>,
    pub(super) responses: Vec<Answer>,
    pub(super) closings: Vec<Closed>,
    /// What was acted on, where no match holds.
    pub(super) acted_on: Option<(Match, Moment)>,
}

impl Run {
    pub(super) fn new(trigger: Trigger, answer_due: Moment) -> Run {
        Run {
            trigger,
            matches: Vec::new(),
            answer_due,
            attempts: Vec::new(),
            responses: Vec::new(),
            closings: Vec::new(),
            acted_on: None,
        }
    }

    /// What was done about a match that did not hold, for the escalation that a correction of it raises.
    pub(super) fn take_acts(&mut self) -> (Vec<Attempt>, Vec<Answer>) {
        (std::mem::take(&mut self.attempts), std::mem::take(&mut self.responses))
    }

    /// Whether it holds a match and nobody has closed it.
    pub(super) fn is_open(&self) -> bool {
        !self.matches.is_empty() && self.closings.is_empty()
    }

    pub(super) fn has_anything(&self) -> bool {
        let acts = self.attempts.len() + self.responses.len() + self.closings.len();
        self.matches.len() + acts > 0
    }

    pub(super) fn finish(self, inputs: &CareInputs<'_>) -> Escalation {
        let first = self.matches.first().map(|first| (first.matched, first.raised));
        let (raised_by, raised) = first.or(self.acted_on).expect("a run has a match, or was acted on");
        let promise = self.promise(inputs);
        let due = promise.as_ref().map_or(self.answer_due, |promise| promise.by);
        let first_answer = first_answer(&self.responses);
        let state = self.state();
        Escalation {
            raised,
            raised_by,
            state,
            due,
            answer_due: self.answer_due,
            done_in_time: done_in_time(first_answer, self.answer_due, inputs.now),
            known_in_time: known_in_time(first_answer, self.answer_due, inputs),
            response_minutes: first_answer.map(|answer| answer.at.since_ms(raised).max(0) / MINUTE_MS),
            offers: self.is_open().then(|| self.offers(inputs)).flatten(),
            trigger: self.trigger,
            matches: self.matches,
            attempts: self.attempts,
            responses: self.responses,
            promise,
            closed: self.closings.first().cloned(),
            closed_again: self.closings.into_iter().skip(1).collect(),
        }
    }

    fn state(&self) -> EscalationState {
        if self.matches.is_empty() {
            EscalationState::Overtaken
        } else if !self.closings.is_empty() {
            EscalationState::Closed
        } else if self.is_refused() {
            EscalationState::HelpRefused
        } else if self.responses.is_empty() {
            EscalationState::Raised
        } else {
            EscalationState::Answered
        }
    }

    fn offers(&self, inputs: &CareInputs<'_>) -> Option<Offers> {
        let mut failed = BTreeSet::new();
        for attempt in &self.attempts {
            if attempt.answered {
                failed.remove(&attempt.contact);
            } else {
                failed.insert(attempt.contact.clone());
            }
        }
        let plan = &inputs.plan.newest()?.plan;
        let offers = offers(plan, &self.trigger.contacts, &failed, inputs.now);
        let reached = self.attempts.iter().filter(|attempt| attempt.answered);
        let reached_last = reached.max_by_key(|attempt| (attempt.at, attempt.record)).map(|one| &one.contact);
        Some(if self.is_refused() { offers.after_refusal(plan, reached_last) } else { offers })
    }

    /// Whether whoever answered last will not help.
    fn is_refused(&self) -> bool {
        let last = self.responses.iter().max_by_key(|answer| (answer.at, answer.record));
        last.is_some_and(|answer| answer.refused)
    }

    /// R5: a promise is done when the promised person arrives or rings, not when the escalation is closed.
    fn promise(&self, inputs: &CareInputs<'_>) -> Option<PromiseState> {
        let with_promise = |answer: &&Answer| answer.promise.is_some();
        let answer = self.responses.iter().rev().find(with_promise)?;
        let Promise { staff, by } = answer.promise.clone()?;
        let kept = kept(inputs, answer, staff, &self.responses);
        let in_time = match kept {
            Some(kept) if kept <= by => InTime::Yes,
            None if inputs.now <= by => InTime::Pending,
            _ => InTime::No,
        };
        Some(PromiseState { staff, by, made: answer.at, kept, in_time })
    }
}

/// When the promised person arrived or rang after promising; for someone who is not staff, when a clinical
/// visit began. Ringing is an answer of theirs about this escalation: a communication that names none may be
/// their own note of the call in which they promised.
fn kept(
    inputs: &CareInputs<'_>,
    answer: &Answer,
    staff: Option<StaffId>,
    responses: &[Answer],
) -> Option<Moment> {
    // What was observed after the answer was recorded after it.
    let after = inputs.records.recorded_after(answer.at).filter(|entry| entry.observed > answer.at);
    let by_them = |entry: &&Entry| match (&entry.body, staff) {
        (Body::VisitArrived(_), Some(staff)) => entry.header.by == staff,
        (Body::VisitArrived(arrived), None) => arrived.visit_kind == VisitKind::Clinical,
        _ => false,
    };
    let came = after.filter(by_them).map(|entry| entry.observed).min();
    let again =
        |other: &&Answer| other.at > answer.at && (other.from == answer.from || Some(other.by) == staff);
    let rang = responses.iter().filter(again).map(|other| other.at).min();
    [came, rang].into_iter().flatten().min()
}

/// Whoever will not help has not answered what the deadline is for.
fn first_answer(answers: &[Answer]) -> Option<&Answer> {
    answers.iter().filter(|answer| !answer.refused).min_by_key(|answer| (answer.at, answer.record))
}

fn done_in_time(answer: Option<&Answer>, due: Moment, now: Moment) -> InTime {
    match answer {
        Some(answer) if answer.at <= due => InTime::Yes,
        None if now <= due => InTime::Pending,
        _ => InTime::No,
    }
}

fn known_in_time(answer: Option<&Answer>, due: Moment, inputs: &CareInputs<'_>) -> InTime {
    let Some(answer) = answer else { return done_in_time(None, due, inputs.now) };
    let entry = inputs.records.entry(answer.record);
    let known = entry.map_or(answer.at, |entry| inputs.known.at(entry));
    if known <= due { InTime::Yes } else { InTime::No }
}
