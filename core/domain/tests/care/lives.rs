//! Random weeks of one person, as phones write them and a server answers: clocks that are wrong, pages that come late,
//! and what the store says about all of it.

use crate::support::*;
use crate::together::{FALL, values};
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::care::heard::{Heard, received};
use alongside_domain::care::looks::Looks;
use alongside_domain::care::plan::CarePlan;
use alongside_domain::ids::{Epoch, PersonId};
use alongside_domain::journal::body::*;
use alongside_domain::journal::times::{Counted, corrections, recorded};
use alongside_domain::journal::{Body, Channel, Entry, Header, OwnRecord, PlanSeen, RecordRef, StreamId};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::view::{Candidate, EntryView, FieldView, PlanView};
use alongside_domain::time::{HOUR_MS, MINUTE_MS, Moment};
use alongside_domain::value::{Fields, Value};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One thing that happens: (what, who, minutes since the last, a number).
pub type Step = (u8, u8, u16, u8);

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0..62_u8, 0..4_u8, 1..400_u16, any::<u8>()), 1..56)
}

const GRACE: PersonId = PersonId([7; 16]);
const STAFF: [Who; 4] = [AMINA, JOEL, BETH, SAM];
const DAY_MS: i64 = 24 * HOUR_MS;
const LEVELS: [&str; 6] =
    ["independent", "prompting", "supervision", "help_of_one", "help_of_two", "not_possible"];
const STEPS: [NoReplyStep; 3] = [NoReplyStep::Knock, NoReplyStep::Ring, NoReplyStep::Office];
const PAIN_3: &str = r#"{"compare":{"kind":"wound_dressed","field":"pain_rest","op":"at_least","value":3}}"#;
const STEP_UP: &str = r#"{"falls":{"at_least":1,"days":14}}"#;

/// What was written, and what there is to read it with.
#[derive(Clone)]
pub struct Life {
    /// All records, with the times that stand in their pages.
    pub entries: Vec<Entry>,
    /// What each version of the plan says.
    pub plans: BTreeMap<u64, (PlanView, CarePlan)>,
    /// When the server heard each device last.
    pub heard: Heard,
    /// What no page has brought to the server.
    pub waiting: BTreeSet<RecordRef>,
    /// When it is looked at.
    pub now: Moment,
}

/// What happened in these steps. `last`: whose phones sync in the end.
pub fn life(steps: &[Step], last: [bool; 4]) -> Life {
    let mut teller = Teller::new();
    for step in steps {
        teller.now = teller.now.plus_ms(i64::from(step.2) * MINUTE_MS);
        teller.happens(*step);
    }
    for (phone, syncs) in last.into_iter().enumerate() {
        teller.now = teller.now.plus_ms(MINUTE_MS);
        if syncs {
            teller.sync(phone);
        }
    }
    let waiting = teller.phones.iter().flat_map(|phone| &phone.unsent);
    let waiting = waiting.map(|place| teller.entries[*place].id).collect();
    let now = teller.now.max(at("3-30 12:00"));
    Life { entries: teller.entries, plans: teller.plans, heard: teller.heard, waiting, now }
}

/// What a phone's clock shows, other than the time.
#[derive(Clone, Copy)]
enum Wrong {
    Right,
    ThreeDaysFast,
    In1970,
    RunsBackwards,
}

/// A phone since its app started.
struct Phone {
    who: Who,
    boot: u8,
    started: Moment,
    clock: Wrong,
    /// It has heard the server since: it knows the time.
    knows: bool,
    number: u64,
    /// The places of the records that wait, and of those that were sent.
    unsent: Vec<usize>,
    sent: Vec<usize>,
    seen: PlanSeen,
}

impl Phone {
    fn counted(&self, now: Moment) -> Counted {
        let monotonic_ms = now.since_ms(self.started).unsigned_abs();
        Counted { boot: u64::from(self.who) * 1_000 + u64::from(self.boot), monotonic_ms }
    }

    fn epoch(&self) -> Epoch {
        let mut epoch = [self.who; 8];
        epoch[0] = self.boot;
        Epoch(epoch)
    }

    /// The time that it writes down.
    fn shows(&self, now: Moment) -> Moment {
        let since = now.since_ms(self.started);
        match self.clock {
            _ if self.knows => now,
            Wrong::Right => now,
            Wrong::ThreeDaysFast => now.plus_ms(3 * DAY_MS),
            Wrong::In1970 => Moment(since),
            Wrong::RunsBackwards => self.started.plus_ms(-since),
        }
    }
}

/// Where an edit of the plan stands.
#[derive(Clone, Copy, PartialEq)]
enum Stands {
    OnPhone,
    Held,
    Settled,
}

struct Teller {
    now: Moment,
    entries: Vec<Entry>,
    plans: BTreeMap<u64, (PlanView, CarePlan)>,
    heard: Heard,
    phones: [Phone; 4],
    /// How many records the store has written.
    stored: u64,
    view: PlanView,
    edits: Vec<(RecordRef, Stands)>,
    /// The observations so far, and the handover notes.
    seen: Vec<RecordRef>,
    notes: Vec<RecordRef>,
}

impl Teller {
    fn new() -> Teller {
        let now = at("3-20 06:00");
        let phone = |who| Phone {
            who,
            boot: 1,
            started: now,
            clock: Wrong::Right,
            knows: false,
            number: 0,
            unsent: Vec::new(),
            sent: Vec::new(),
            seen: PlanSeen { version: 1, own_edit: None },
        };
        let mut teller = Teller {
            now,
            entries: Vec::new(),
            plans: BTreeMap::new(),
            heard: Heard::default(),
            phones: STAFF.map(phone),
            stored: 0,
            view: first_plan(),
            edits: Vec::new(),
            seen: Vec::new(),
            notes: Vec::new(),
        };
        teller.changed(None, SAM);
        (0..4).for_each(|phone| teller.sync(phone));
        teller
    }

    fn happens(&mut self, (what, who, _, number): Step) {
        let phone = usize::from(who);
        match what {
            0..=19 => self.somebody_saw(phone, what, number),
            20..=28 => self.somebody_came(phone, what, number),
            29..=35 => self.somebody_was_told(phone, what, number),
            36..=42 => self.of_the_day(phone, what, number),
            43..=51 => self.of_the_plan(phone, what, number),
            52..=53 => self.looks(phone),
            54..=56 => self.starts_anew(phone, number),
            57 => self.brings_again(),
            _ => self.sync(phone),
        }
    }

    /// A record of what was seen so long ago; its name.
    fn write_of(&mut self, phone: usize, ago_ms: i64, body: Body) -> RecordRef {
        let (now, place) = (self.now, self.entries.len());
        let phone = &mut self.phones[phone];
        phone.number += 1;
        phone.unsent.push(place);
        let recorded = phone.shows(now);
        let id = RecordRef {
            author: device(phone.who),
            epoch: phone.epoch(),
            number: phone.number,
            channel: Channel::Care,
        };
        let header = Header {
            kind: body.kind(),
            category: body.category(),
            recorded,
            observed: (ago_ms > 0).then(|| recorded.plus_ms(-ago_ms)),
            by: staff(phone.who),
            plan_seen: phone.seen,
            clock_off_ms: None,
            counted: (!phone.knows).then(|| phone.counted(now)),
        };
        self.entries.push(read(id, header, body));
        id
    }

    fn write(&mut self, phone: usize, body: Body) -> RecordRef {
        self.write_of(phone, 0, body)
    }

    fn somebody_saw(&mut self, phone: usize, what: u8, number: u8) {
        let score = (number % 11).to_string();
        let eaten = ["none", "quarter", "half"][usize::from(number % 3)];
        let level = LEVELS[usize::from(number / 2 % 6)];
        let goal = if number.is_multiple_of(4) { "G2" } else { "G1" };
        let pain = observation("wound_dressed", &[("pain_rest", &score)]);
        let ago_ms = if what % 3 == 2 { i64::from(number) * 20 * MINUTE_MS } else { 0 };
        let observed = match what {
            0..=5 => pain,
            6..=7 => observation("meal", &[("eaten", eaten)]),
            8 => Observation { absent: Some(ReasonAbsent::Declined), ..observation("meal", &[]) },
            9..=10 => {
                Observation { note: Some("turned".into()), ..observation("position", &[("to", "back")]) }
            }
            11..=14 => observation("goal_progress", &[("goal", goal), ("level", level)]),
            15 => observation("fall", &[("how_learned", "found"), ("head_hit", "no")]),
            16 => observation("breathing", &[("chest_pain", "yes")]),
            17 => observation("vital_signs", &[("resp_rate", "16"), ("pulse", &score)]),
            _ => {
                let Some(record) = self.one_seen(number) else { return };
                let corrects = Some(Correction { record, reason: "typed wrongly".into() });
                Observation { corrects, ..pain }
            }
        };
        let times = if observed.kind == "goal_progress" { 1 + number % 3 } else { 1 };
        for _ in 0..times {
            let id = self.write_of(phone, ago_ms, Body::Observation(observed.clone()));
            self.seen.push(id);
        }
    }

    /// One of the last observations.
    fn one_seen(&self, number: u8) -> Option<RecordRef> {
        let back = usize::from(number % 4);
        self.seen.iter().rev().nth(back).or(self.seen.last()).copied()
    }

    fn somebody_came(&mut self, phone: usize, what: u8, number: u8) {
        let visit = visit_id(number % 6);
        let visit_kind = if number.is_multiple_of(3) { VisitKind::Clinical } else { VisitKind::Care };
        let body = match what {
            20..=22 => {
                let start = self.now.plus_ms(i64::from(number) * 10 * MINUTE_MS);
                Body::VisitPlanned(VisitPlanned {
                    visit,
                    visit_kind,
                    start,
                    window_end: start.plus_ms(30 * MINUTE_MS),
                    staff: vec![staff(STAFF[usize::from(number % 4)])],
                    cancelled: number % 16 == 5,
                    ends: Some(start.plus_ms(HOUR_MS)),
                    time_critical: Some(number.is_multiple_of(2)),
                })
            }
            23..=26 => Body::VisitArrived(VisitArrived { visit, visit_kind }),
            _ => {
                let not_done = number.is_multiple_of(2).then(|| "no time".to_owned());
                let tasks = vec![TaskDone { action: entry_id("wash"), not_done }];
                Body::VisitLeft(VisitLeft { visit, tasks })
            }
        };
        self.write(phone, body);
    }

    /// Attempts, answers and closings of what may have met a trigger, or of an absence.
    fn somebody_was_told(&mut self, phone: usize, what: u8, number: u8) {
        let trigger = entry_id(["PAIN", "MEALS", "EITHER", "TURN"][usize::from(number % 4)]);
        let two_o_clock = Moment::at_local(self.now.local_day(), 14 * 60);
        let matched = match self.one_seen(number / 4) {
            Some(record) if number % 4 < 3 => Match::Record(record),
            _ => Match::Absence(two_o_clock),
        };
        let about = MatchRef { trigger, matched };
        let promise = |by: Moment| Promise { staff: Some(staff(BETH)), by };
        let (contact, by) = (entry_id("nurses"), self.now.plus_ms(3 * HOUR_MS));
        let body = match what {
            29 | 30 => Body::ContactAttempt(ContactAttempt {
                about,
                contact,
                means: Means::Phone,
                answered: number.is_multiple_of(3),
            }),
            31 | 32 => Body::Response(Response {
                about,
                from: "Beth".into(),
                said: "I will come".into(),
                promise: number.is_multiple_of(2).then(|| promise(by)),
                refused: Some(number.is_multiple_of(5)),
            }),
            33 | 34 => Body::Closing(Closing { about, outcome: "done".into() }),
            _ => Body::Communication(Communication {
                with: "999".into(),
                means: Means::Phone,
                purpose: "Chest pain".into(),
                said: "they come".into(),
            }),
        };
        self.write(phone, body);
    }

    fn of_the_day(&mut self, phone: usize, what: u8, number: u8) {
        let visit = visit_id(number % 6);
        let soon = self.now.plus_ms(i64::from(number) * MINUTE_MS);
        let body = match what {
            36 => Body::HandoverNote(HandoverNote { visit: Some(visit), text: "a note".into() }),
            37 => {
                let Some(note) = self.notes.last().copied() else { return };
                Body::HandoverRead(HandoverRead { note })
            }
            38 => Body::RunningLate(RunningLate { visit, expected: soon, reason: None }),
            39 => {
                let step = STEPS[usize::from(number % 3)];
                Body::NoReplyTried(NoReplyTried { visit, step, result: StepResult::NoReply, note: None })
            }
            40 => Body::LocatedSafe(LocatedSafe { visit, located_by: "Priya".into(), how: "rang".into() }),
            41 => Body::ExpectedLeaving(ExpectedLeaving { visit, at: soon }),
            _ => Body::NotSafeToday(NotSafeToday {
                visit: None,
                action: entry_id("wash"),
                why: "loose".into(),
                told: None,
            }),
        };
        let id = self.write(phone, body);
        if what == 36 {
            self.notes.push(id);
        }
    }

    fn of_the_plan(&mut self, phone: usize, what: u8, number: u8) {
        let held = self.edits.iter().find(|(_, stands)| *stands == Stands::Held).map(|(edit, _)| *edit);
        match (what, held) {
            (43..=48, _) => {
                let base = self.phones[phone].seen;
                let (commands, reason) = (vec![command(number)], "because".to_owned());
                let id = self.write(phone, Body::PlanEdit(PlanEdit { base, commands, reason }));
                self.edits.push((id, Stands::OnPhone));
                let own_edit = Some(OwnRecord { epoch: id.epoch, number: id.number });
                self.phones[phone].seen.own_edit = own_edit;
            }
            (49..=50, Some(edit)) => {
                let (accept, reason) = (number.is_multiple_of(2), "so decided".into());
                self.write(phone, Body::EditDecision(EditDecision { edit, accept, reason }));
            }
            (_, Some(edit)) => drop(self.write(phone, Body::EditWithdrawal(EditWithdrawal { edit }))),
            _ => {}
        }
    }

    /// A screen shows what there is.
    fn looks(&mut self, phone: usize) {
        let looks = Looks::of(&self.entries, device(STORE));
        let shown = looks.to_show(staff(self.phones[phone].who), &self.entries);
        self.write(phone, Body::Looked(Looked { role: None, shown, fates: None, told: None }));
    }

    /// The phone starts anew, with a clock that somebody has set, or that nobody has.
    fn starts_anew(&mut self, phone: usize, number: u8) {
        let now = self.now;
        let phone = &mut self.phones[phone];
        (phone.boot, phone.started, phone.knows, phone.number) = (phone.boot + 1, now, false, 0);
        let clocks = [Wrong::Right, Wrong::ThreeDaysFast, Wrong::In1970, Wrong::RunsBackwards];
        phone.clock = clocks[usize::from(number % 4)];
    }

    /// The server takes in what waits on a phone, says when it came and how wrong its clock was, and what became of
    /// edits.
    fn sync(&mut self, phone: usize) {
        let (now, who) = (self.now, self.phones[phone].who);
        let unsent = std::mem::take(&mut self.phones[phone].unsent);
        self.say_when(phone, &unsent, 0);
        for place in &unsent {
            let entry = self.entries[*place].clone();
            self.decide(&entry);
        }
        let version = self.view.version;
        let phone = &mut self.phones[phone];
        phone.sent.extend(unsent);
        phone.knows = true;
        phone.seen = PlanSeen { version, own_edit: None };
        self.heard.note(device(who), staff(who), now);
    }

    /// A server that was put back has lost what it had of phones, and gets it again by requests that are long on their
    /// way; what it had said before comes back from others.
    fn brings_again(&mut self) {
        for phone in 0..self.phones.len() {
            self.now = self.now.plus_ms(MINUTE_MS);
            let sent = self.phones[phone].sent.clone();
            self.say_when(phone, &sent, MINUTE_MS / 2);
        }
    }

    fn say_when(&mut self, phone: usize, places: &[usize], under_way_ms: i64) {
        let now = self.now;
        let asked = self.phones[phone].counted(now.plus_ms(-under_way_ms));
        let came: Vec<Entry> = places.iter().map(|place| self.entries[*place].clone()).collect();
        for of_stream in came.chunk_by(|one, other| one.id.epoch == other.id.epoch) {
            let RecordRef { author, epoch, channel, .. } = of_stream[0].id;
            let stream = StreamId { person: GRACE, channel, author, epoch };
            let headers = of_stream.iter().map(|entry| (entry.id.number, &entry.header));
            let times = corrections(&stream, headers.clone(), asked, now);
            let known = headers.map(|(number, header)| (number, recorded(&times, number, header.recorded)));
            let late = received(&stream, known, now);
            times.into_iter().for_each(|times| self.say(Body::Times(times)));
            late.into_iter().for_each(|late| self.say(Body::Received(late)));
        }
    }

    /// A record of the store.
    fn say(&mut self, body: Body) {
        self.stored += 1;
        let id = RecordRef {
            author: device(STORE),
            epoch: Epoch([STORE; 8]),
            number: self.stored,
            channel: Channel::Care,
        };
        let header = Header {
            kind: body.kind(),
            category: body.category(),
            recorded: self.now,
            observed: None,
            by: staff(STORE),
            plan_seen: PlanSeen::default(),
            clock_off_ms: None,
            counted: None,
        };
        self.entries.push(read(id, header, body));
    }

    /// What becomes of an edit: by its number it is taken, held or declined.
    fn decide(&mut self, entry: &Entry) {
        match &entry.body {
            Body::PlanEdit(_) if entry.id.number.is_multiple_of(2) => {
                let held = FateOutcome::Held { role: Role::Supervisor, why: HeldWhy::MayNot };
                self.becomes(entry.id, held, Stands::Held);
            }
            Body::PlanEdit(_) if entry.id.number.is_multiple_of(7) => self.is_declined(entry.id),
            Body::PlanEdit(_) => self.is_accepted(entry.id),
            Body::EditDecision(decision) if self.stands(decision.edit) == Some(Stands::Held) => {
                if decision.accept {
                    self.is_accepted(decision.edit)
                } else {
                    self.is_declined(decision.edit)
                }
            }
            Body::EditWithdrawal(taken) if self.stands(taken.edit) == Some(Stands::Held) => {
                self.becomes(taken.edit, FateOutcome::Withdrawn, Stands::Settled);
            }
            _ => {}
        }
    }

    fn stands(&self, edit: RecordRef) -> Option<Stands> {
        self.edits.iter().find(|(id, _)| *id == edit).map(|(_, stands)| *stands)
    }

    fn becomes(&mut self, edit: RecordRef, outcome: FateOutcome, stands: Stands) {
        self.say(Body::Fate(Fate { edit, outcome, by: None }));
        self.edits.iter_mut().filter(|(id, _)| *id == edit).for_each(|(_, stood)| *stood = stands);
    }

    fn is_declined(&mut self, edit: RecordRef) {
        self.becomes(edit, FateOutcome::Declined { reason: "not now".into() }, Stands::Settled);
    }

    fn is_accepted(&mut self, edit: RecordRef) {
        let entry = self.entries.iter().find(|entry| entry.id == edit).expect("it was made").clone();
        let Body::PlanEdit(made) = &entry.body else { return };
        made.commands.iter().for_each(|command| apply(&mut self.view, command, &entry));
        let version = self.view.version + 1;
        self.becomes(edit, FateOutcome::Accepted { version }, Stands::Settled);
        self.changed(Some(edit), entry.header.by.0[0]);
    }

    fn changed(&mut self, edit: Option<RecordRef>, author: Who) {
        self.view.version += 1;
        let version = self.view.version;
        let plan = CarePlan::from_view(&self.view, Catalogue::built_in());
        assert_eq!(plan.problems, Vec::new(), "the plan of a test has no faults");
        self.plans.insert(version, (self.view.clone(), plan));
        self.say(Body::PlanChange(PlanChange { edit, author: staff(author), changes: Vec::new(), version }));
    }
}

/// An entry as it is read from a page.
fn read(id: RecordRef, header: Header, body: Body) -> Entry {
    let observed = header.observed.unwrap_or(header.recorded).min(header.recorded);
    Entry { id, effective: header.recorded, observed, header, body }
}

fn first_plan() -> PlanView {
    let night = r#"{"open":[{"from":"18:00","to":"08:00"}],"bank_holidays":"all_day"}"#;
    let day = r#"{"open":[{"from":"08:00","to":"18:00"}]}"#;
    let contact = |role: &str, hours: &str| fields(&[("role", role), ("name", role), ("hours", hours)]);
    PlanText::default()
        .trigger("PAIN", PAIN_UP_2, "district_nursing", "same_day")
        .trigger("MEALS", MEALS, "gp", "60")
        .trigger("TURN", TURN_6H, "gp", "next_visit")
        .trigger("EITHER", WORSE_OR_SILENT, "gp", "next_visit")
        .set(Section::Contacts, "nurses", contact("district_nursing", day))
        .set(Section::Contacts, "nights", contact("out_of_hours_nursing", night))
        .set(Section::Contacts, "gp", contact("gp", day))
        .set(Section::Contacts, "on-call", fields(&[("role", "on_call"), ("name", "on call")]))
        .set(Section::Asked, "pain", fields(&[("kind", "wound_dressed"), ("field", "pain_rest")]))
        .set(Section::Goals, "G1", fields(&[("text", "to wash"), ("baseline", "3"), ("target", "0")]))
        .set(Section::Criteria, "up", fields(&[("proposes", "step_up"), ("rule", STEP_UP)]))
        .set(Section::Discharge, "main", fields(&[("text", "home"), ("home_on", "2026-03-24")]))
        .set(
            Section::Discharge,
            "key",
            fields(&[("text", "key"), ("owner", "Beth"), ("due", "home-1d@12:00")]),
        )
        .view
}

/// A change of the plan by its number.
fn command(number: u8) -> Command {
    let set = |section: Section, entry: &str, field: &str, text: &str| Command::SetField {
        section,
        entry: entry_id(entry),
        field: field.to_owned(),
        value: Value::text(text),
    };
    let add = |section: Section, entry: &str, fields: Fields| Command::AddEntry {
        section,
        entry: entry_id(entry),
        fields,
        order: i64::from(number),
    };
    let score = (number % 5 + 1).to_string();
    let date = format!("2026-03-{:02}", 20 + number % 10);
    match number % 12 {
        0 | 1 => set(Section::Triggers, "PAIN", "condition", PAIN_UP_1),
        2 => set(Section::Triggers, "PAIN", "condition", PAIN_UP_2),
        3 => set(Section::Safety, "main", "status", "in_hospital"),
        4 => set(Section::Safety, "main", "status", "at_home"),
        5 => add(
            Section::Risks,
            "a",
            values(&[("text", "a risk"), ("likelihood_nursing", &score), ("likelihood_provider", "1")]),
        ),
        6 => add(
            Section::Decisions,
            "a",
            values(&[
                ("text", "?"),
                ("whose", "services"),
                ("decision", &score),
                ("review_when", FALL),
                ("review_on", &date),
                ("because", "risks/a"),
            ]),
        ),
        7 => add(Section::Goals, "G2", fields(&[("text", "to dress"), ("baseline", "4"), ("target", "1")])),
        8 => Command::RetireEntry { section: Section::Triggers, entry: entry_id("MEALS") },
        9 => set(Section::Discharge, "main", "home_on", &date),
        _ => add(Section::Triggers, "NEW", trigger(PAIN_3, "gp", "60")),
    }
}

fn apply(view: &mut PlanView, command: &Command, edit: &Entry) {
    let field = |value: &Value| FieldView {
        candidates: vec![Candidate {
            value: value.clone(),
            author: edit.header.by,
            at: edit.header.recorded,
            edit: edit.id,
        }],
        unconfirmed: false,
    };
    let (section, id, _) = command.place();
    let entries = view.sections.entry(section).or_default();
    match command {
        Command::SetField { field: code, value, .. } => {
            let entry = entries.entry(id.clone()).or_default();
            entry.fields.insert(code.clone(), field(value));
        }
        Command::AddEntry { fields, order, .. } => {
            let added = EntryView { order: *order, ..EntryView::default() };
            let entry = entries.entry(id.clone()).or_insert(added);
            entry.fields.extend(fields.iter().map(|(code, value)| (code.clone(), field(value))));
        }
        _ => drop(entries.remove(id)),
    }
}
