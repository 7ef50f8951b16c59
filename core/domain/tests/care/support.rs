//! A small world to write care in: staff, a plan with versions, records by hand, and what the server knows.

use alongside_domain::care::CareInputs;
use alongside_domain::care::aligned::{self, AlignedNotes};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::escalation::{self, Escalations};
use alongside_domain::care::heard::{Heard, Known};
use alongside_domain::care::plan::{CarePlan, PlanAt, PlanTimeline};
use alongside_domain::care::records::Records;
use alongside_domain::care::visits::{self, Visit};
use alongside_domain::ids::{AuthorId, EntryId, Epoch, StaffId, VisitId};
use alongside_domain::journal::body::{
    Closing, ContactAttempt, Correction, Match, MatchRef, Means, Observation, Promise, ReasonAbsent,
    Received, Response, VisitArrived, VisitKind, VisitLeft, VisitPlanned,
};
use alongside_domain::journal::{Body, Channel, Entry, Header, PlanSeen, RecordRef};
use alongside_domain::plan::edit::Section;
use alongside_domain::plan::view::{Candidate, EntryView, FieldView, PlanView};
use alongside_domain::sharing::Scope;
use alongside_domain::time::{MINUTE_MS, Moment};
use alongside_domain::value::{Fields, Value};
use std::collections::BTreeMap;

/// A moment in March 2026, local time: `3 12:40`, or `3 12:40:05`; or of another month, `6-21 12:40`.
pub fn at(text: &str) -> Moment {
    let (day, time) = text.split_once(' ').expect("day and time");
    let parts: Vec<i64> = time.split(':').map(|part| part.parse().expect("a number")).collect();
    let (month, day) = day.split_once('-').unwrap_or(("3", day));
    let number = |text: &str| text.parse().expect("a month or a day");
    let date = chrono::NaiveDate::from_ymd_opt(2026, number(month), number(day)).expect("a date");
    let minute = u16::try_from(parts[0] * 60 + parts[1]).expect("a time of day");
    Moment::at_local(date, minute).plus_ms(parts.get(2).copied().unwrap_or(0) * 1000)
}

/// `day hh:mm` in local time, as `at` reads it.
pub fn shown(moment: Moment) -> String {
    moment.local().format("%-d %H:%M").to_string()
}

pub type Who = u8;
pub const AMINA: Who = 1;
pub const JOEL: Who = 2;
pub const BETH: Who = 3;
pub const SAM: Who = 4;
pub const STORE: Who = 9;

pub fn staff(who: Who) -> StaffId {
    StaffId([who; 16])
}

pub fn device(who: Who) -> AuthorId {
    AuthorId([who; 16])
}

pub fn entry_id(text: &str) -> EntryId {
    text.parse().expect("an entry's name")
}

pub fn visit_id(number: u8) -> VisitId {
    VisitId([number; 16])
}

/// What a field may be written as.
pub fn value(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| Value::text(text), Value::Int)
}

pub fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(code, text)| ((*code).to_owned(), value(text))).collect()
}

/// A trigger of the plan: name, condition, contact, urgency.
pub fn trigger(condition: &str, contact: &str, urgency: &str) -> Fields {
    fields(&[("name", "a trigger"), ("condition", condition), ("contact", contact), ("urgency", urgency)])
}

/// A plan as screens show it.
#[derive(Clone, Default)]
pub struct PlanText {
    pub view: PlanView,
}

impl PlanText {
    pub fn set(mut self, section: Section, entry: &str, values: Fields) -> PlanText {
        let entries = self.view.sections.entry(section).or_default();
        let order = entries.len() as i64;
        let shown = entries.entry(entry_id(entry)).or_insert(EntryView { order, fields: BTreeMap::new() });
        for (code, value) in values {
            let edit =
                RecordRef { author: device(STORE), epoch: Epoch([0; 8]), number: 1, channel: Channel::Care };
            let candidate = Candidate { value, author: staff(BETH), at: Moment(0), edit };
            let field = FieldView { candidates: vec![candidate], unconfirmed: false };
            shown.fields.insert(code, field);
        }
        self
    }

    pub fn trigger(self, id: &str, condition: &str, contact: &str, urgency: &str) -> PlanText {
        self.set(Section::Triggers, id, trigger(condition, contact, urgency))
    }
}

/// A plan with one entry whose fields have these values: more than one where people differ.
pub fn view_of(section: Section, entry: &str, fields: &[(&str, &[&str])]) -> PlanView {
    let edit =
        |number| RecordRef { author: device(STORE), epoch: Epoch([0; 8]), number, channel: Channel::Care };
    let field = |values: &[&str]| FieldView {
        candidates: (1..)
            .zip(values)
            .map(|(number, text)| Candidate {
                value: Value::text(*text),
                author: staff(BETH),
                at: Moment(0),
                edit: edit(number),
            })
            .collect(),
        unconfirmed: false,
    };
    let fields = fields.iter().map(|(code, values)| ((*code).to_owned(), field(values))).collect();
    let entries = [(entry_id(entry), EntryView { order: 0, fields })].into();
    PlanView { version: 1, sections: [(section, entries)].into() }
}

#[derive(Clone)]
pub struct World {
    pub entries: Vec<Entry>,
    pub versions: Vec<PlanAt>,
    pub heard: Heard,
    pub complete_from: Moment,
    pub scope: Scope,
    /// The plan version that records made from now on were made under.
    pub seen: PlanSeen,
    numbers: BTreeMap<Who, u64>,
}

impl World {
    pub fn new() -> World {
        World {
            entries: Vec::new(),
            versions: Vec::new(),
            heard: Heard::default(),
            complete_from: Moment(i64::MIN),
            scope: Scope::Whole,
            seen: PlanSeen::default(),
            numbers: BTreeMap::new(),
        }
    }

    /// One trigger T, agreed on the 1st at 00:00 as version 1, and seen by all.
    pub fn with(condition: &str, urgency: &str) -> World {
        let mut world = World::new();
        world.plan(1, "1 00:00", PlanText::default().trigger("T", condition, "district_nursing", urgency));
        world.seen.version = 1;
        world
    }

    pub fn plan(&mut self, version: u64, accepted: &str, text: PlanText) {
        let plan = CarePlan::from_view(&text.view, Catalogue::built_in());
        assert_eq!(plan.problems, Vec::new(), "the plan of a test has no faults");
        self.versions.push(PlanAt { version, accepted: at(accepted), plan });
    }

    /// A record made at `recorded` about `observed`.
    pub fn add(&mut self, who: Who, observed: &str, recorded: &str, body: Body) -> RecordRef {
        let number = self.numbers.entry(who).or_insert(0);
        *number += 1;
        let id = RecordRef {
            author: device(who),
            epoch: Epoch([who; 8]),
            number: *number,
            channel: Channel::Care,
        };
        let (observed, recorded) = (at(observed), at(recorded));
        let header = Header {
            kind: body.kind(),
            category: body.category(),
            recorded,
            observed: (observed != recorded).then_some(observed),
            by: staff(who),
            plan_seen: self.seen,
            clock_off_ms: None,
            counted: None,
        };
        self.entries.push(Entry { id, effective: recorded, observed, header, body });
        id
    }

    pub fn see(&mut self, who: Who, when: &str, kind: &str, values: &[(&str, &str)]) -> RecordRef {
        self.add(who, when, when, Body::Observation(observation(kind, values)))
    }

    pub fn pain(&mut self, who: Who, when: &str, score: &str) -> RecordRef {
        self.see(who, when, "wound_dressed", &[("pain_rest", score)])
    }

    pub fn declined(&mut self, who: Who, when: &str, kind: &str, reason: ReasonAbsent) -> RecordRef {
        let body = Observation { absent: Some(reason), ..observation(kind, &[]) };
        self.add(who, when, when, Body::Observation(body))
    }

    pub fn correct(
        &mut self,
        who: Who,
        observed: &str,
        recorded: &str,
        of: RecordRef,
        new: Observation,
    ) -> RecordRef {
        let corrects = Some(Correction { record: of, reason: "typed wrongly".to_owned() });
        self.add(who, observed, recorded, Body::Observation(Observation { corrects, ..new }))
    }

    pub fn visit(&mut self, number: u8, kind: VisitKind, start: &str, who: Who) {
        let start_at = at(start);
        let window_end = start_at.plus_ms(30 * MINUTE_MS);
        let (visit, staff) = (visit_id(number), vec![staff(who)]);
        let planned = VisitPlanned {
            visit,
            visit_kind: kind,
            start: start_at,
            window_end,
            staff,
            cancelled: false,
            ends: None,
            time_critical: None,
        };
        self.add(SAM, "1 00:00", "1 00:00", Body::VisitPlanned(planned));
    }

    pub fn arrive(&mut self, who: Who, when: &str, number: u8, kind: VisitKind) -> RecordRef {
        self.add(
            who,
            when,
            when,
            Body::VisitArrived(VisitArrived { visit: visit_id(number), visit_kind: kind }),
        )
    }

    pub fn leave(&mut self, who: Who, when: &str, number: u8) -> RecordRef {
        self.add(who, when, when, Body::VisitLeft(VisitLeft { visit: visit_id(number), tasks: Vec::new() }))
    }

    pub fn attempt(&mut self, who: Who, when: &str, about: MatchRef, contact: &str, answered: bool) {
        let attempt = ContactAttempt { about, contact: entry_id(contact), means: Means::Phone, answered };
        self.add(who, when, when, Body::ContactAttempt(attempt));
    }

    pub fn answer(
        &mut self,
        who: Who,
        when: &str,
        about: MatchRef,
        promise: Option<(Who, &str)>,
    ) -> RecordRef {
        let promise = promise.map(|(who, by)| Promise { staff: Some(staff(who)), by: at(by) });
        let response = Response {
            about,
            from: "Beth".to_owned(),
            said: "I will come".to_owned(),
            promise,
            refused: None,
        };
        self.add(who, when, when, Body::Response(response))
    }

    pub fn close(&mut self, who: Who, when: &str, about: MatchRef, outcome: &str) {
        self.add(who, when, when, Body::Closing(Closing { about, outcome: outcome.to_owned() }));
    }

    /// The store's word that a record came in at a moment.
    pub fn received(&mut self, record: RecordRef, when: &str) {
        let RecordRef { author, epoch, number, .. } = record;
        let received = Received { author, epoch, first: number, last: number, at: at(when) };
        self.add(STORE, when, when, Body::Received(received));
    }

    pub fn heard(&mut self, who: Who, when: &str) {
        self.heard.devices.remove(&device(who));
        self.heard.note(device(who), staff(who), at(when));
    }

    /// Runs `look` over all folds' inputs at a moment.
    pub fn at<T>(&self, now: &str, look: impl FnOnce(&CareInputs<'_>) -> T) -> T {
        let records = Records::of(&self.entries);
        let plan = PlanTimeline::new(self.versions.clone());
        let known = Known::of(&self.entries, device(STORE));
        let inputs = CareInputs {
            records: &records,
            plan: &plan,
            complete_from: self.complete_from,
            heard: &self.heard,
            known: &known,
            catalogue: Catalogue::built_in(),
            scope: self.scope,
            now: at(now),
        };
        look(&inputs)
    }

    pub fn escalations(&self, now: &str) -> Escalations {
        self.at(now, escalation::fold)
    }

    pub fn visits(&self, now: &str) -> Vec<Visit> {
        self.at(now, visits::fold)
    }

    pub fn aligned(&self, now: &str) -> AlignedNotes {
        self.at(now, |inputs| aligned::notes(inputs, &escalation::fold(inputs)))
    }

    /// When each escalation was raised, and by how many matches: `T 3 12:41 x2`.
    pub fn raised(&self, now: &str) -> Vec<String> {
        let one = |e: &alongside_domain::care::escalation::Escalation| {
            format!("{} {} x{}", e.trigger.id, shown(e.raised), e.matches.len())
        };
        self.escalations(now).list.iter().map(one).collect()
    }
}

pub fn observation(kind: &str, values: &[(&str, &str)]) -> Observation {
    Observation {
        visit: None,
        kind: kind.to_owned(),
        catalogue_version: 1,
        site: None,
        fields: fields(values),
        absent: None,
        how_known: Default::default(),
        note: None,
        quoted: None,
        corrects: None,
        changed: None,
        present: None,
        done: None,
        first_note: None,
    }
}

pub fn about(trigger: &str, record: RecordRef) -> MatchRef {
    MatchRef { trigger: entry_id(trigger), matched: Match::Record(record) }
}

pub fn about_absence(trigger: &str, due: &str) -> MatchRef {
    MatchRef { trigger: entry_id(trigger), matched: Match::Absence(at(due)) }
}

pub const PAIN_UP_2: &str =
    r#"{"change":{"kind":"wound_dressed","field":"pain_rest","direction":"up","by":2,"within_hours":48}}"#;
pub const PAIN_UP_1: &str =
    r#"{"change":{"kind":"wound_dressed","field":"pain_rest","direction":"up","by":1,"within_hours":48}}"#;
pub const MEALS: &str = r#"{"count":{"of":{"kind":"meal","field":"eaten","op":"at_most","value":"quarter"},"at_least":3,"within_hours":48}}"#;
pub const TURN_6H: &str = r#"{"absence":{"kind":"position","hours":6,"between":["08:00","22:00"]}}"#;
pub const WORSE_OR_SILENT: &str = r#"{"any":[{"change":{"kind":"wound_dressed","field":"pain_rest","direction":"up","by":2,"within_hours":48}},{"absence":{"kind":"position","hours":6,"between":["08:00","22:00"]}}]}"#;
