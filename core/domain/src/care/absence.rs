//! R2: nothing that counts recorded for a time, inside a daily window; and "cannot tell" while a device is silent.
//!
//! A match of an absence is (trigger, due instant). There is one for each moment from which nothing was
//! recorded: the opening of the window or the last record. Without a daily window it comes again after each
//! further stretch of the same length.

use super::CareInputs;
use super::condition::{Absence, Condition, Leaf};
use super::plan::Trigger;
use super::timeline::Period;
use super::triggers::{MatchFound, Why, is_met_by};
use super::visits::last_heard;
use crate::ids::{EntryId, StaffId};
use crate::journal::body::{Match, Observation, VisitPlanned};
use crate::journal::{Entry, RecordRef};
use crate::time::{HOUR_MS, Moment};
use serde::Serialize;
use std::collections::BTreeSet;

/// Nobody can say whether something was done: a rostered device is silent. The supervisor rings the carer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CannotTell {
    /// The trigger.
    pub trigger: EntryId,
    /// Its name in plain words.
    pub name: String,
    /// The opening of the window, or the last record known then.
    pub since: Moment,
    /// When the answer was due.
    pub due: Moment,
    /// Whom to ring: the rostered staff whose devices are silent. Once lapsed: who had recorded.
    pub ring: Vec<StaffId>,
    /// When records arrived that show that it was done; nothing while nobody can tell.
    pub lapsed: Option<Moment>,
}

/// All absences up to now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Absences {
    /// Those that are certain.
    pub matches: Vec<MatchFound>,
    /// Those that are not, or were not until records arrived.
    pub cannot_tell: Vec<CannotTell>,
}

/// A record that counts: of the kind that was to be recorded, with a value that the absence asks for.
#[derive(Debug, Clone, Copy)]
struct Done {
    observed: Moment,
    /// When it came in.
    known: Moment,
    by: StaffId,
    record: RecordRef,
}

/// From when nothing is recorded, and when that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: Moment,
    /// When the record that begins the span was known; nothing for the opening of a window.
    from_known: Option<Moment>,
    due: Moment,
}

/// Absences by (due, trigger).
pub fn absences(inputs: &CareInputs<'_>) -> Absences {
    let planned: Vec<&VisitPlanned> = inputs.records.roster().filter(|planned| !planned.cancelled).collect();
    let mut found = Absences::default();
    for (id, periods) in inputs.plan.periods() {
        for period in periods {
            let trigger = inputs.plan.trigger_of(id, period);
            for absence in absences_of(trigger) {
                Finder { inputs, trigger, period, absence, planned: &planned }.find(&mut found);
            }
        }
    }
    found.matches.sort_by_key(|found| (found.raised, found.trigger.clone()));
    found.matches.dedup_by_key(|found| (found.raised, found.trigger.clone()));
    found.cannot_tell.sort_by_key(|found| (found.due, found.trigger.clone()));
    found.cannot_tell.dedup_by_key(|found| (found.due, found.trigger.clone()));
    found
}

/// How far ahead the next absence is looked for.
const AHEAD_MS: i64 = 24 * HOUR_MS;

/// When the next absence is due after now, as far as is known now: if nothing is recorded until then, and the plan stays
/// as it is.
pub fn next_due(inputs: &CareInputs<'_>) -> Option<Moment> {
    let found = absences(&CareInputs { now: inputs.now.plus_ms(AHEAD_MS), ..*inputs });
    let unsure = found.cannot_tell.iter().map(|one| one.due);
    found.matches.iter().map(|one| one.raised).chain(unsure).filter(|due| *due > inputs.now).min()
}

fn absences_of(trigger: &Trigger) -> impl Iterator<Item = &Absence> {
    let leaves = trigger.conditions.iter().flat_map(Condition::leaves_alone);
    leaves.filter_map(|leaf| match leaf {
        Leaf::Absence(absence) => Some(absence),
        _ => None,
    })
}

struct Finder<'a> {
    inputs: &'a CareInputs<'a>,
    trigger: &'a Trigger,
    period: &'a Period,
    absence: &'a Absence,
    planned: &'a [&'a VisitPlanned],
}

impl Finder<'_> {
    fn find(&self, found: &mut Absences) {
        let done = self.done();
        for span in self.spans(&done) {
            let after = done.partition_point(|done| done.observed <= span.from);
            let inside: Vec<Done> =
                done[after..].iter().take_while(|done| done.observed <= span.due).copied().collect();
            if inside.is_empty() {
                self.standing(span, found);
            } else if let Some(lapsed) = self.lapsed(span, &inside) {
                found.cannot_tell.push(lapsed);
            }
        }
    }

    /// Nothing is recorded in the span, as far as is known: certain, or not.
    fn standing(&self, span: Span, found: &mut Absences) {
        let silent = self.silent(span);
        if silent.is_empty() {
            found.matches.push(self.matched(span));
        } else {
            found.cannot_tell.push(self.cannot_tell(span, silent, None));
        }
    }

    /// Records show now that it was done, but none of them had come in when it was due, and the devices that
    /// held them had not been heard in the span.
    fn lapsed(&self, span: Span, inside: &[Done]) -> Option<CannotTell> {
        let arrived = inside.iter().map(|done| done.known).min()?;
        let late = arrived > span.due && span.from_known.is_none_or(|known| known <= span.due);
        let holders: BTreeSet<StaffId> = inside.iter().map(|done| done.by).collect();
        let heard = inside.iter().any(|done| self.heard_between(done.record, span));
        (late && !heard).then(|| self.cannot_tell(span, holders, Some(arrived)))
    }

    /// Whether a record of the same device came in inside the span.
    fn heard_between(&self, record: RecordRef, span: Span) -> bool {
        let of_device = |entry: &&Entry| entry.id.author == record.author;
        let mut of_device = self.inputs.records.entries().iter().filter(of_device);
        of_device.any(|entry| (span.from..=span.due).contains(&self.inputs.known.at(entry)))
    }

    /// R2: staff rostered in the span whose devices have been silent since it began.
    fn silent(&self, span: Span) -> BTreeSet<StaffId> {
        let rostered = self
            .planned
            .iter()
            .filter(|planned| planned.start < span.due && planned.window_end >= span.from)
            .flat_map(|planned| planned.staff.iter().copied());
        rostered
            .filter(|staff| last_heard(self.inputs, *staff).is_none_or(|heard| heard < span.from))
            .collect()
    }

    fn done(&self) -> Vec<Done> {
        let records = self.inputs.records.of_kind(&self.absence.kind);
        let counting =
            records.filter(|seen| seen.observation.absent.is_none() && self.counts(seen.observation));
        counting
            .map(|seen| {
                let entry = seen.entry;
                let known = self.inputs.known.at(entry);
                Done { observed: entry.observed, known, by: entry.header.by, record: entry.id }
            })
            .collect()
    }

    /// Whether the observation is one of those that the condition asks for: a refused drink is nothing drunk.
    fn counts(&self, observation: &Observation) -> bool {
        self.absence.of.as_ref().is_none_or(|of| {
            let rule = self.inputs.catalogue.field(&of.kind, &of.field);
            rule.is_some_and(|rule| is_met_by(of, rule, observation))
        })
    }

    /// The spans that are due by now, while this definition stood and the person was at home throughout.
    fn spans(&self, done: &[Done]) -> Vec<Span> {
        let spans = match self.absence.between {
            None => self.continuous(done),
            Some([opening, close]) => self.daily(done, opening.minute(), close.minute()),
        };
        let at_home =
            |span: &Span| self.inputs.plan.at_home_since(span.due).is_some_and(|since| since <= span.from);
        let stands = |span: &Span| {
            self.period.holds_at(span.due)
                && span.due <= self.inputs.now
                && span.from >= self.inputs.complete_from
                && at_home(span)
        };
        spans.into_iter().filter(stands).collect()
    }

    fn continuous(&self, done: &[Done]) -> Vec<Span> {
        let (begin, end) = (self.period.exists_since.max(self.inputs.complete_from), self.end());
        let mut spans = Vec::new();
        for (from, from_known) in self.beginnings(begin, end, done) {
            let next = done.iter().map(|done| done.observed).find(|observed| *observed > from).unwrap_or(end);
            let mut due = self.due(from);
            while due <= end {
                spans.push(Span { from, from_known, due });
                if next <= due {
                    break;
                }
                due = due.plus_ms(self.length_ms());
            }
        }
        spans
    }

    /// One span for each opening, and for each record between an opening and its close.
    fn daily(&self, done: &[Done], opening: u16, close: u16) -> Vec<Span> {
        let mut spans = Vec::new();
        let first = self.period.from.max(self.inputs.complete_from).plus_ms(-48 * HOUR_MS);
        let last = self.end().local_day();
        for day in first.local_day().iter_days().take_while(|day| *day <= last) {
            let close_day = if close > opening { day } else { day.succ_opt().unwrap_or(day) };
            let closes = Moment::at_local(close_day, close);
            let begin = Moment::at_local(day, opening).max(self.period.exists_since);
            for (from, from_known) in self.beginnings(begin, closes, done) {
                let due = self.due(from);
                if due <= closes {
                    spans.push(Span { from, from_known, due });
                }
            }
        }
        spans
    }

    /// `begin`; and, from then on and before `end`, each record and each coming home.
    fn beginnings(&self, begin: Moment, end: Moment, done: &[Done]) -> Vec<(Moment, Option<Moment>)> {
        let inside = |moment: &Moment| *moment > begin && *moment < end;
        let records =
            done.iter().filter(|done| inside(&done.observed)).map(|done| (done.observed, Some(done.known)));
        let homecomings = self.inputs.plan.homecomings().filter(inside).map(|at| (at, None));
        std::iter::once((begin, None)).chain(records).chain(homecomings).collect()
    }

    /// When it is due: not before this definition was in the plan (R3).
    fn due(&self, from: Moment) -> Moment {
        from.plus_ms(self.length_ms()).max(self.period.since)
    }

    fn length_ms(&self) -> i64 {
        i64::from(self.absence.hours) * HOUR_MS
    }

    /// The end of what this definition can be asked about.
    fn end(&self) -> Moment {
        self.period.until.map_or(self.inputs.now, |until| until.min(self.inputs.now))
    }

    fn matched(&self, span: Span) -> MatchFound {
        MatchFound {
            trigger: self.trigger.id.clone(),
            matched: Match::Absence(span.due),
            raised: span.due,
            observed: span.due,
            judged_by: self.inputs.plan.first_of(self.period).version,
            earlier_plan: false,
            why: vec![Why::Absent {
                kind: self.absence.kind.clone(),
                field: self.absence.of.as_ref().map(|of| of.field.clone()),
                since: span.from,
            }],
        }
    }

    fn cannot_tell(&self, span: Span, ring: BTreeSet<StaffId>, lapsed: Option<Moment>) -> CannotTell {
        CannotTell {
            trigger: self.trigger.id.clone(),
            name: self.trigger.name.clone(),
            since: span.from,
            due: span.due,
            ring: ring.into_iter().collect(),
            lapsed,
        }
    }
}
