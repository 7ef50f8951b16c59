//! Aligned notes (D4): what carers recorded between one clinical visit and the next, under what the nurse
//! asked for.
//!
//! Segments are half-open, by observed time: a clinical visit's own records begin its segment.

use super::CareInputs;
use super::catalogue::FieldRule;
use super::escalation::{Escalation, EscalationState, Escalations, InTime, MetHere};
use super::lacks::{Lack, Part};
use super::number::Number;
use super::plan::AskedItem;
use super::records::Seen;
use super::visits::{self, Arrival, Visit, VisitState};
use crate::ids::{EntryId, StaffId, VisitId};
use crate::journal::body::{FromUsual, HowKnown, Observation, ReasonAbsent, VisitKind};
use crate::journal::{Category, RecordRef};
use crate::time::Moment;
use crate::value::Value;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// All segments, oldest first; the last one is still open.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct AlignedNotes {
    /// Without a break between them. Before the first clinical visit only if something was recorded or a trigger was met
    /// then.
    pub segments: Vec<Segment>,
    /// What the reader cannot be told: the lists that it would stand in are empty, which says nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<Lack>,
}

/// What happened from one clinical visit up to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Segment {
    /// The clinical visit that begins it; absent before the first.
    pub opened_by: Option<ClinicalVisit>,
    /// When it begins, itself inside; absent before the first clinical visit.
    pub from: Option<Moment>,
    /// When the next clinical visit began, itself outside; absent while there is none.
    pub to: Option<Moment>,
    /// What was asked for, in the plan's order.
    pub asked: Vec<Trend>,
    /// Every other value recorded, by kind, field and site.
    pub others: Vec<Trend>,
    /// What was asked for and not recorded, by visit.
    pub gaps: Vec<Gap>,
    /// Escalations whose first match was observed here.
    pub triggers: Vec<TriggerMet>,
    /// What met a trigger here, where the reader cannot be told what came of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub met: Vec<MetHere>,
    /// Care visits planned or begun here.
    pub visits: Vec<CareVisit>,
    /// How many of them were missed; nothing where the reader cannot be told.
    pub visits_missed: Option<usize>,
    /// Notes and the person's quoted words, by time.
    pub notes: Vec<Note>,
    /// Observations that say why there is no value, by time.
    pub absences: Vec<NotSeen>,
}

/// A visit by a nurse or therapist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClinicalVisit {
    /// The visit.
    pub visit: VisitId,
    /// Who.
    pub by: StaffId,
    /// When they arrived.
    pub at: Moment,
}

/// One field over a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trend {
    /// The kind.
    pub kind: String,
    /// The field.
    pub field: String,
    /// Where on the body, if the records say.
    pub site: Option<String>,
    /// The field's words on screen.
    pub label: String,
    /// The values by observed time. Empty when nothing was recorded.
    pub values: Vec<ValueAt>,
    /// The lowest, where values have an order.
    pub lowest: Option<Value>,
    /// The highest, where values have an order.
    pub highest: Option<Value>,
    /// From the first to the last.
    pub way: Way,
}

/// How a field went from its first to its last value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Nothing was recorded.
    NotRecorded,
    /// Once only.
    Once,
    /// The last equals the first.
    Same,
    /// Higher, or later in the field's order.
    Up,
    /// Lower, or earlier in the field's order.
    Down,
    /// Different, and values have no order.
    Different,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ValueAt {
    /// The record.
    pub record: RecordRef,
    /// When it was seen.
    pub at: Moment,
    /// By whom.
    pub by: StaffId,
    /// What.
    pub value: Value,
    /// In words.
    pub words: String,
}

/// Something that was asked for and not recorded at a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The visit.
    pub visit: VisitId,
    /// When the carer arrived.
    pub at: Moment,
    /// Who.
    pub by: StaffId,
    /// What.
    pub item: AskedItem,
    /// The field's words on screen.
    pub label: String,
    /// The reason that the carer gave, if any.
    pub reason: Option<ReasonAbsent>,
    /// The carer's plan did not ask for it yet.
    pub earlier_plan: bool,
}

/// An escalation, as the nurse needs it here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TriggerMet {
    /// The trigger.
    pub trigger: EntryId,
    /// Its name.
    pub name: String,
    /// When it was raised.
    pub raised: Moment,
    /// How it stands.
    pub state: EscalationState,
    /// How many attempts were made.
    pub attempts: usize,
    /// Who answered, and what they said.
    pub answers: Vec<(String, String)>,
    /// From raising to the first answer.
    pub response_minutes: Option<i64>,
    /// Whether that was in time.
    pub done_in_time: InTime,
    /// Whether the server knew of it in time.
    pub known_in_time: InTime,
    /// A carer recorded what met it by an earlier plan, which did not ask for it (R3).
    pub earlier_plan: bool,
    /// What came of it.
    pub outcome: Option<String>,
}

/// A care visit in a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CareVisit {
    /// The visit.
    pub visit: VisitId,
    /// The planned start, if it was planned.
    pub planned: Option<Moment>,
    /// When the first carer arrived.
    pub arrived: Option<Moment>,
    /// Who came, or who is rostered.
    pub staff: Vec<StaffId>,
    /// How it stands.
    pub state: VisitState,
}

/// Words of a carer, or of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The record.
    pub record: RecordRef,
    /// When it was seen.
    pub at: Moment,
    /// What the author's clock showed, less the corrected time, in milliseconds, where they differ.
    pub clock_off_ms: Option<i64>,
    /// By whom.
    pub by: StaffId,
    /// The kind of observation.
    pub kind: String,
    /// The author's words.
    pub note: Option<String>,
    /// The person's words.
    pub quoted: Option<String>,
    /// Whether it is other than usual for the person, as the author sees it.
    pub changed: Option<FromUsual>,
    /// Who else was there.
    pub present: Option<String>,
    /// What the author did about it at once.
    pub done: Option<String>,
    /// The note as it was before its author changed words that they were asked about.
    pub first_note: Option<String>,
    /// How the author knows.
    pub how_known: HowKnown,
}

/// An observation without a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotSeen {
    /// The record.
    pub record: RecordRef,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: StaffId,
    /// The kind of observation.
    pub kind: String,
    /// Why there is none.
    pub reason: ReasonAbsent,
}

/// What aligned notes are made of.
const PARTS: [Part; 6] =
    [Part::SinceVisit, Part::Observed, Part::NotRecorded, Part::TriggersMet, Part::Escalations, Part::Visits];

/// Folds all records into aligned notes. `escalations` are those of the same inputs.
pub fn notes(inputs: &CareInputs<'_>, escalations: &Escalations) -> AlignedNotes {
    let visits = visits::fold(inputs);
    let mut seen: Vec<Seen<'_>> =
        inputs.records.kinds().flat_map(|kind| inputs.records.of_kind(kind)).collect();
    seen.sort_by_key(Seen::key);
    let clinical = clinical_visits(inputs, &visits);
    let mut bounds: Vec<Option<ClinicalVisit>> = clinical.iter().copied().map(Some).collect();
    let first = clinical.first().map(|visit| visit.at);
    let is_before = |at: Moment| first.is_none_or(|first| at < first);
    let begun = visits.iter().filter(|visit| visit.visit_kind == VisitKind::Care && visit.at() <= inputs.now);
    let met = escalations.list.iter().map(observed);
    let met = met.chain(escalations.met.iter().map(|one| one.found.observed));
    if seen.iter().map(|seen| seen.entry.observed).chain(begun.map(Visit::at)).chain(met).any(is_before) {
        bounds.insert(0, None);
    }
    let ends = bounds.iter().skip(1).map(|next| next.map(|visit| visit.at)).chain([None]);
    let spans = bounds.iter().zip(ends);
    let builder = Builder { inputs, visits: &visits, seen: &seen, escalations };
    let segments = spans.map(|(opened_by, to)| builder.segment(*opened_by, to)).collect();
    AlignedNotes { segments, lacks: inputs.lacks(&PARTS) }
}

/// When the first match of an escalation was observed.
fn observed(escalation: &Escalation) -> Moment {
    escalation.matches.first().map_or(escalation.raised, |found| found.observed)
}

/// The clinical visits that happened, by arrival. Those that began at one moment make one segment. Where the visits of
/// others are not shared, nothing is since one of them.
fn clinical_visits(inputs: &CareInputs<'_>, visits: &[Visit]) -> Vec<ClinicalVisit> {
    if !inputs.scope.reads(Category::VISITS) {
        return Vec::new();
    }
    let clinical = visits.iter().filter(|visit| visit.visit_kind == VisitKind::Clinical && visit.happened());
    let mut found: Vec<ClinicalVisit> = clinical
        .filter_map(|visit| {
            let arrival = visit.arrived()?;
            Some(ClinicalVisit { visit: visit.id, by: arrival.staff, at: arrival.at })
        })
        .collect();
    found.sort_by_key(|visit| (visit.at, visit.visit));
    found.dedup_by_key(|visit| visit.at);
    found
}

struct Builder<'a> {
    inputs: &'a CareInputs<'a>,
    visits: &'a [Visit],
    seen: &'a [Seen<'a>],
    escalations: &'a Escalations,
}

#[derive(Clone, Copy)]
struct Bounds {
    from: Option<Moment>,
    to: Option<Moment>,
}

impl Bounds {
    fn hold(self, at: Moment) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }
}

impl Builder<'_> {
    fn segment(&self, opened_by: Option<ClinicalVisit>, to: Option<Moment>) -> Segment {
        let bounds = Bounds { from: opened_by.map(|visit| visit.at), to };
        let seen: Vec<Seen<'_>> =
            self.seen.iter().filter(|seen| bounds.hold(seen.entry.observed)).copied().collect();
        let asked = self.asked_in(bounds);
        let visits: Vec<&Visit> = self.care_visits(bounds).collect();
        let trends = self.trends(&seen);
        let is_asked =
            |trend: &Trend| asked.iter().any(|item| item.kind == trend.kind && item.field == trend.field);
        let (recorded, others): (Vec<Trend>, Vec<Trend>) = trends.into_iter().partition(is_asked);
        let is_missed = |visit: &&&Visit| matches!(visit.state, VisitState::Missed { .. });
        Segment {
            opened_by,
            from: bounds.from,
            to,
            asked: self.in_order_asked(&asked, recorded),
            others,
            gaps: visits.iter().flat_map(|visit| self.gaps(visit)).collect(),
            triggers: self.triggers(bounds),
            met: self.met(bounds),
            visits_missed: self.inputs.tells(Part::Visits).then(|| visits.iter().filter(is_missed).count()),
            visits: visits.into_iter().map(care_visit).collect(),
            notes: seen.iter().filter_map(note).collect(),
            absences: seen.iter().filter_map(not_seen).collect(),
        }
    }

    /// What was asked for at any time in the segment, in the order of the newest plan that asks for it.
    fn asked_in(&self, bounds: Bounds) -> Vec<AskedItem> {
        let end = bounds.to.unwrap_or(self.inputs.now);
        let at_start = bounds.from.and_then(|from| self.inputs.plan.in_force(from)).into_iter();
        let inside = |accepted: Moment| bounds.hold(accepted) && accepted <= end;
        let during = self.inputs.plan.versions().iter().filter(|at| inside(at.accepted));
        let mut items: Vec<AskedItem> = Vec::new();
        for at in at_start.chain(during).collect::<Vec<_>>().into_iter().rev() {
            for item in &at.plan.asked {
                if !items.contains(item) {
                    items.push(item.clone());
                }
            }
        }
        items
    }

    /// The values that others saw may be hidden: how one's own go is not how they went.
    fn trends(&self, seen: &[Seen<'_>]) -> Vec<Trend> {
        if !self.inputs.tells(Part::Observed) {
            return Vec::new();
        }
        let mut values: BTreeMap<(String, String, Option<String>), Vec<ValueAt>> = BTreeMap::new();
        for seen in seen {
            for (field, value) in &seen.observation.fields {
                let kind = &seen.observation.kind;
                let key = (kind.clone(), field.clone(), seen.observation.site.clone());
                let words =
                    self.rule(kind, field).map_or_else(|| value.to_string(), |rule| rule.words(value));
                let (record, at, by) = (seen.entry.id, seen.entry.observed, seen.entry.header.by);
                values.entry(key).or_default().push(ValueAt { record, at, by, value: value.clone(), words });
            }
        }
        let trend = |((kind, field, site), values)| self.trend(kind, field, site, values);
        values.into_iter().map(trend).collect()
    }

    fn trend(&self, kind: String, field: String, site: Option<String>, values: Vec<ValueAt>) -> Trend {
        let rule = self.rule(&kind, &field);
        let label = rule.map_or_else(|| field.clone(), |rule| rule.label.clone());
        let measured = || values.iter().filter_map(|at| Some((rule?.measure(&at.value)?, &at.value)));
        let lowest = measured().min_by_key(|(number, _)| *number).map(|(_, value)| value.clone());
        let highest = measured().max_by_key(|(number, _)| *number).map(|(_, value)| value.clone());
        let way = way(rule, &values);
        Trend { kind, field, site, label, values, lowest, highest, way }
    }

    fn rule(&self, kind: &str, field: &str) -> Option<&FieldRule> {
        self.inputs.catalogue.field(kind, field)
    }

    /// What was recorded of each asked item; an item that was not recorded at all stands there empty.
    fn in_order_asked(&self, asked: &[AskedItem], mut recorded: Vec<Trend>) -> Vec<Trend> {
        if !self.inputs.tells(Part::Observed) {
            return Vec::new();
        }
        let mut ordered = Vec::new();
        for item in asked {
            let is_item = |trend: &mut Trend| trend.kind == item.kind && trend.field == item.field;
            let of_item: Vec<Trend> = recorded.extract_if(.., is_item).collect();
            if of_item.is_empty() {
                ordered.push(self.trend(item.kind.clone(), item.field.clone(), None, Vec::new()));
            }
            ordered.extend(of_item);
        }
        ordered
    }

    fn care_visits(&self, bounds: Bounds) -> impl Iterator<Item = &Visit> {
        let now = self.inputs.now;
        self.visits.iter().filter(move |visit| {
            visit.visit_kind == VisitKind::Care && bounds.hold(visit.at()) && visit.at() <= now
        })
    }

    /// What the plan in force on arrival asked for, and the visit's records do not have.
    fn gaps(&self, visit: &Visit) -> Vec<Gap> {
        if !self.inputs.tells(Part::NotRecorded) {
            return Vec::new();
        }
        let Some(arrival) = visit.arrived().filter(|_| visit.happened()) else { return Vec::new() };
        let Some(in_force) = self.inputs.plan.in_force(arrival.at) else { return Vec::new() };
        let records: Vec<&Seen<'_>> = self.seen.iter().filter(|seen| self.is_of(visit, seen)).collect();
        let asked_by_plan_seen = self.asked_by_plan_seen(arrival.record);
        let missing = in_force.plan.asked.iter().filter(|item| {
            let has = |seen: &&&Seen<'_>| {
                seen.observation.kind == item.kind && seen.observation.fields.contains_key(&item.field)
            };
            records.iter().find(has).is_none()
        });
        let reason = |item: &AskedItem| {
            let of_kind = records.iter().filter(|seen| seen.observation.kind == item.kind);
            of_kind.filter_map(|seen| seen.observation.absent).next()
        };
        missing
            .map(|item| Gap {
                visit: visit.id,
                at: arrival.at,
                by: arrival.staff,
                item: item.clone(),
                label: self
                    .rule(&item.kind, &item.field)
                    .map_or_else(|| item.field.clone(), |rule| rule.label.clone()),
                reason: reason(item),
                earlier_plan: !asked_by_plan_seen.contains(item),
            })
            .collect()
    }

    fn asked_by_plan_seen(&self, arrival: RecordRef) -> BTreeSet<AskedItem> {
        let entry = self.inputs.records.entry(arrival);
        let seen = entry.and_then(|entry| self.inputs.plan.at_version(entry.header.plan_seen.version));
        seen.into_iter().flat_map(|at| at.plan.asked.iter().cloned()).collect()
    }

    /// A record belongs to the visit that it names; one that names none, to the visit of its author that was
    /// going on.
    fn is_of(&self, visit: &Visit, seen: &Seen<'_>) -> bool {
        if let Some(named) = seen.observation.visit {
            return named == visit.id;
        }
        let (by, at) = (seen.entry.header.by, seen.entry.observed);
        let left = visit.leavings.iter().find(|leaving| leaving.staff == by).map(|leaving| leaving.at);
        // Who has not said that they left is there until they arrive somewhere again, or here once more.
        let arrivals = self.visits.iter().flat_map(|other| &other.arrivals);
        let of_author = arrivals.filter(|arrival| arrival.staff == by && arrival.at <= at);
        let latest = of_author.map(|arrival| arrival.at).max();
        let is_latest = |arrival: &Arrival| arrival.staff == by && Some(arrival.at) == latest;
        visit.arrivals.iter().any(is_latest) && left.is_none_or(|left| at <= left)
    }

    fn met(&self, bounds: Bounds) -> Vec<MetHere> {
        let met = self.escalations.met.iter();
        met.filter(|one| bounds.hold(one.found.observed)).cloned().collect()
    }

    fn triggers(&self, bounds: Bounds) -> Vec<TriggerMet> {
        self.escalations
            .list
            .iter()
            .filter(|escalation| bounds.hold(observed(escalation)))
            .map(|escalation| TriggerMet {
                trigger: escalation.trigger.id.clone(),
                name: escalation.trigger.name.clone(),
                raised: escalation.raised,
                state: escalation.state,
                attempts: escalation.attempts.len(),
                answers: escalation.responses.iter().map(|a| (a.from.clone(), a.said.clone())).collect(),
                response_minutes: escalation.response_minutes,
                done_in_time: escalation.done_in_time,
                known_in_time: escalation.known_in_time,
                earlier_plan: escalation.had_earlier_plan(),
                outcome: escalation.closed.as_ref().map(|closed| closed.outcome.clone()),
            })
            .collect()
    }
}

fn way(rule: Option<&FieldRule>, values: &[ValueAt]) -> Way {
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return Way::NotRecorded };
    if values.len() == 1 {
        return Way::Once;
    }
    let measure = |value: &Value| -> Option<Number> { rule?.measure(value) };
    match (measure(&first.value), measure(&last.value)) {
        (Some(first), Some(last)) if last > first => Way::Up,
        (Some(first), Some(last)) if last < first => Way::Down,
        (Some(_), Some(_)) => Way::Same,
        _ if first.value == last.value => Way::Same,
        _ => Way::Different,
    }
}

fn care_visit(visit: &Visit) -> CareVisit {
    let came: BTreeSet<StaffId> = visit.arrivals.iter().map(|arrival| arrival.staff).collect();
    let rostered = visit.planned.as_ref().map(|planned| planned.staff.clone()).unwrap_or_default();
    CareVisit {
        visit: visit.id,
        planned: visit.planned.as_ref().map(|planned| planned.start),
        arrived: visit.arrived().map(|arrival| arrival.at),
        staff: if came.is_empty() { rostered } else { came.into_iter().collect() },
        state: visit.state,
    }
}

fn note(seen: &Seen<'_>) -> Option<Note> {
    let observation = seen.observation;
    let Observation { note, quoted, changed, present, done, first_note, .. } = observation;
    let is_told = [note, quoted, present, done, first_note].into_iter().any(Option::is_some)
        || *changed == Some(FromUsual::Yes);
    is_told.then(|| Note {
        record: seen.entry.id,
        at: seen.entry.observed,
        clock_off_ms: seen.entry.clock_off_ms(),
        by: seen.entry.header.by,
        kind: observation.kind.clone(),
        note: note.clone(),
        quoted: quoted.clone(),
        changed: *changed,
        present: present.clone(),
        done: done.clone(),
        first_note: first_note.clone(),
        how_known: observation.how_known,
    })
}

fn not_seen(seen: &Seen<'_>) -> Option<NotSeen> {
    seen.observation.absent.map(|reason| NotSeen {
        record: seen.entry.id,
        at: seen.entry.observed,
        by: seen.entry.header.by,
        kind: seen.observation.kind.clone(),
        reason,
    })
}

impl Trend {
    /// The first value.
    pub fn first(&self) -> Option<&ValueAt> {
        self.values.first()
    }

    /// The last value.
    pub fn last(&self) -> Option<&ValueAt> {
        self.values.last()
    }
}
