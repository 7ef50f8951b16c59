//! What the summary of a week reads: the records that the server knew by a moment, and nothing of days after the week.

use super::goal::PROGRESS_KIND;
use super::week::Week;
use crate::care::CareInputs;
use crate::care::heard::Heard;
use crate::care::records::Records;
use crate::ids::{AuthorId, VisitId};
use crate::journal::{Body, Entry, RecordRef};
use crate::reablement::criterion::DAYS_MAX;
use crate::time::{HOUR_MS, Moment};
use std::collections::{BTreeMap, BTreeSet};

/// How many weeks before its own a summary reads. Progress on goals is read whatever its age.
const LOOK_BACK_WEEKS: u64 = 8;
const _: () = assert!(7 * LOOK_BACK_WEEKS >= DAYS_MAX as u64, "a rule of the plan looks back no further");

/// The span whose records a summary reads, and whose planned visits: from eight weeks before its week to a day after
/// it.
pub fn reads(week: Week) -> (Moment, Moment) {
    (week.before(LOOK_BACK_WEEKS).from(), week.to().plus_ms(24 * HOUR_MS))
}

/// What was known by a moment.
pub(super) struct KnownBy {
    /// The records of the span.
    pub(super) records: Records,
    /// Progress on goals, whatever its age: a goal is compared with its latest week that has a level.
    pub(super) progress: Records,
    /// When the records say that each member of staff was last heard. When a device was heard without a record is not
    /// kept for each moment: a version would say another thing tomorrow.
    pub(super) heard: Heard,
}

impl KnownBy {
    pub(super) fn of(inputs: &CareInputs<'_>, week: Week, by: Moment) -> KnownBy {
        let entries = || inputs.records.entries().iter().filter(|entry| inputs.known.at(entry) <= by);
        let span = Span::of(inputs, week, entries());
        let mut heard = Heard::default();
        for Entry { header, effective, .. } in entries() {
            // One device stands for all of theirs: folds ask for people only.
            heard.note(AuthorId(header.by.0), header.by, *effective);
        }
        KnownBy {
            records: Records::of(entries().filter(|entry| span.holds(entry))),
            progress: Records::of(entries().filter(|entry| span.holds_progress(inputs, entry))),
            heard,
        }
    }
}

/// All that is known by now of progress on goals, with what corrects it.
pub(super) fn progress<'i>(inputs: &CareInputs<'i>) -> Vec<&'i Entry> {
    let entries = || inputs.records.entries().iter().filter(|entry| inputs.known.at(entry) <= inputs.now);
    let is_progress =
        |entry: &&Entry| matches!(&entry.body, Body::Observation(seen) if seen.kind == PROGRESS_KIND);
    let roots: BTreeSet<RecordRef> =
        entries().filter(is_progress).map(|entry| inputs.records.root(entry.id)).collect();
    let seen = entries().filter(|entry| matches!(entry.body, Body::Observation(_)));
    seen.filter(|entry| roots.contains(&inputs.records.root(entry.id))).collect()
}

/// When the records that a week's summary reads came in after its end, and whether any of them is of the week itself;
/// the end is the first.
pub(super) fn came_in(inputs: &CareInputs<'_>, week: Week) -> BTreeMap<Moment, bool> {
    let span = Span::of(inputs, week, inputs.records.entries().iter());
    let mut found: BTreeMap<Moment, bool> = [(week.to(), true)].into();
    for entry in inputs.records.entries() {
        let at = inputs.known.at(entry);
        if at > week.to() && (span.holds(entry) || span.holds_progress(inputs, entry)) {
            *found.entry(at).or_default() |= week.holds(entry.observed);
        }
    }
    found.retain(|at, _| *at <= inputs.now);
    found
}

/// Which records a summary reads.
struct Span {
    from: Moment,
    ends: Moment,
    /// A visit may be planned long before it, and moved: all records of a visit are read which any of them plans for
    /// the span.
    visits: BTreeSet<VisitId>,
    /// The observations of progress, by the first of each chain of corrections.
    progress: BTreeSet<RecordRef>,
}

impl Span {
    fn of<'e>(inputs: &CareInputs<'_>, week: Week, known: impl Iterator<Item = &'e Entry>) -> Span {
        let (from, to) = reads(week);
        let mut span = Span { from, ends: week.to(), visits: BTreeSet::new(), progress: BTreeSet::new() };
        for entry in known {
            match &entry.body {
                Body::VisitPlanned(planned) if (from..to).contains(&planned.start) => {
                    span.visits.insert(planned.visit);
                }
                Body::Observation(seen) if seen.kind == PROGRESS_KIND => {
                    span.progress.insert(inputs.records.root(entry.id));
                }
                _ => {}
            }
        }
        span
    }

    fn holds(&self, entry: &Entry) -> bool {
        match &entry.body {
            Body::VisitPlanned(planned) => self.visits.contains(&planned.visit),
            // What became of an edit says by which triggers an earlier record is judged.
            Body::Fate(_) => entry.effective >= self.from,
            _ => entry.effective >= self.from && entry.observed < self.ends,
        }
    }

    fn holds_progress(&self, inputs: &CareInputs<'_>, entry: &Entry) -> bool {
        matches!(entry.body, Body::Observation(_))
            && entry.observed < self.ends
            && self.progress.contains(&inputs.records.root(entry.id))
    }
}
