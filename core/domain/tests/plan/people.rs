//! Staff with real roles, and a world of store, phones and entries that the tests of fates and overlays share.

use crate::support::{EPOCH, STORE, entry, record, staff};
use alongside_domain::access::Author;
use alongside_domain::care::catalogue::Catalogue;
use alongside_domain::ids::StaffId;
use alongside_domain::journal::body::{
    EditDecision, EditWithdrawal, FateOutcome, PlanChange, PlanEdit, Role,
};
use alongside_domain::journal::{Body, Category, Channel, Entry, Header, OwnRecord, PlanSeen, RecordRef};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::{Decided, EditState, EditStates, PlanDocument, plan_fates};
use alongside_domain::sharing::Scope;
use alongside_domain::time::Moment;
use alongside_domain::value::{Fields, Value};

pub const CARER: u8 = 1;
pub const NURSE: u8 = 3;
pub const SUPERVISOR: u8 = 5;
pub const MANAGER: u8 = 6;
pub const THERAPIST: u8 = 8;
pub const STRANGER: u8 = 9;

/// A trigger's condition.
pub const WORSE: &str = r#"{"compare":{"kind":"pain","field":"score","op":"at_least","value":4}}"#;

pub fn who(person: StaffId) -> Author {
    let role = match person.0[0] {
        NURSE => Role::Nurse,
        SUPERVISOR => Role::Supervisor,
        MANAGER => Role::Manager,
        THERAPIST => Role::Therapist,
        _ => Role::Carer,
    };
    Author { staff: person, role, scope: (person.0[0] != STRANGER).then_some(Scope::Whole) }
}

/// A risk that the supervisor keeps, with a clinical likelihood that the nurse keeps.
pub fn add_risk(name: &str) -> Command {
    let fields = Fields::from([("text".to_owned(), Value::text("falls"))]);
    Command::AddEntry { section: Section::Risks, entry: entry(name), fields, order: 1 }
}

pub fn measures(name: &str, words: &str) -> Command {
    let (section, entry) = (Section::Risks, entry(name));
    Command::SetField { section, entry, field: "measures".into(), value: Value::text(words) }
}

pub fn likelihood(name: &str, value: i64) -> Command {
    let (section, entry) = (Section::Risks, entry(name));
    Command::SetField { section, entry, field: "likelihood_nursing".into(), value: Value::Int(value) }
}

/// A fact of another section, which need not be added first.
pub fn routine(words: &str) -> Command {
    let (section, entry) = (Section::About, entry("main"));
    Command::SetField { section, entry, field: "routine".into(), value: Value::text(words) }
}

pub fn entry_of(person: u8, number: u64, body: Body) -> Entry {
    let at = Moment(10_000 * number as i64 + i64::from(person));
    let header = Header {
        kind: body.kind(),
        category: Category::PLAN,
        recorded: at,
        observed: None,
        by: staff(person),
        plan_seen: PlanSeen::default(),
        clock_off_ms: None,
        counted: None,
    };
    Entry { id: record(person, number), effective: at, observed: at, header, body }
}

/// A record of a person's own.
pub fn own(person: u8, number: u64) -> OwnRecord {
    OwnRecord { epoch: record(person, number).epoch, number }
}

pub fn edit_of(person: u8, number: u64, base: (u64, Option<u64>), commands: Vec<Command>) -> Entry {
    let own_edit = base.1.map(|number| own(person, number));
    let base = PlanSeen { version: base.0, own_edit };
    entry_of(person, number, Body::PlanEdit(PlanEdit { base, commands, reason: "because".into() }))
}

pub fn decision_of(person: u8, number: u64, edit: RecordRef, accept: bool) -> Entry {
    let reason = "so decided".to_owned();
    entry_of(person, number, Body::EditDecision(EditDecision { edit, accept, reason }))
}

pub fn withdrawal_of(person: u8, number: u64, edit: RecordRef) -> Entry {
    entry_of(person, number, Body::EditWithdrawal(EditWithdrawal { edit }))
}

/// A store with everything that it was sent and wrote.
#[derive(Clone)]
pub struct World {
    pub plan: PlanDocument,
    pub states: EditStates,
    pub entries: Vec<Entry>,
    pub next_number: u64,
}

impl World {
    /// A plan with risk R, by the supervisor.
    pub fn new() -> Self {
        let (plan, states) = (PlanDocument::new(STORE, EPOCH), EditStates::new(STORE));
        let mut world = Self { plan, states, entries: Vec::new(), next_number: 1 };
        world.send(&[edit_of(SUPERVISOR, 1, (0, None), vec![add_risk("R")])]);
        world
    }

    /// Sends one page and checks that what it leaves is what a fold over all records gives.
    pub fn send(&mut self, page: &[Entry]) -> Decided {
        let decided = self.decide(page);
        self.check_fold();
        decided
    }

    /// Sends one page.
    pub fn decide(&mut self, page: &[Entry]) -> Decided {
        let next_version = self.plan.version() + 1;
        let decided =
            plan_fates(&mut self.states, &mut self.plan, page, Catalogue::built_in(), &who, next_version);
        self.entries.extend_from_slice(page);
        for body in &decided.records {
            let mut written = entry_of(0xff, self.next_number, body.clone());
            written.id.author = STORE;
            self.entries.push(written);
            self.next_number += 1;
        }
        decided
    }

    fn check_fold(&self) {
        let folded = EditStates::fold(STORE, self.entries.iter().rev());
        for (edit, record) in self.states.edits() {
            assert_eq!(folded.edit(edit).expect("folded").state(), record.state());
        }
        assert_eq!(self.states.edits().count(), folded.edits().count());
        for (edit, _) in folded.edits() {
            let fates = self.entries.iter().filter_map(|entry| match &entry.body {
                Body::Fate(fate) if fate.edit == *edit => Some(fate.outcome.is_final()),
                _ => None,
            });
            let (settled, held): (Vec<bool>, Vec<bool>) = fates.partition(|settled| *settled);
            assert!(settled.len() <= 1 && held.len() <= 1, "one held and one final fate at most");
        }
        assert_eq!(self.replica().view(), self.plan.view());
    }

    /// What a device has that replayed every record.
    pub fn replica(&self) -> PlanDocument {
        let mut replica = PlanDocument::new(STORE, EPOCH);
        replica.replay(self.changes()).expect("the store's own records");
        replica
    }

    pub fn changes(&self) -> impl Iterator<Item = &PlanChange> {
        self.entries.iter().filter_map(|entry| match &entry.body {
            Body::PlanChange(change) => Some(change),
            _ => None,
        })
    }

    pub fn state(&self, person: u8, number: u64) -> EditState<'_> {
        self.states.edit(&record(person, number)).expect("a known edit").state()
    }

    pub fn is_accepted(&self, person: u8, number: u64) -> bool {
        matches!(self.state(person, number), EditState::Settled(FateOutcome::Accepted { .. }))
    }

    /// The values of a field of risk R.
    pub fn risk(&self, field: &str) -> Vec<String> {
        let view = self.plan.view();
        let risk = view.sections.get(&Section::Risks).and_then(|risks| risks.get(&entry("R")));
        let field = risk.and_then(|risk| risk.fields.get(field));
        let candidates = field.map(|field| field.candidates.as_slice()).unwrap_or_default();
        candidates.iter().map(|one| one.value.to_string()).collect()
    }

    /// A record of the store, for what may be forged.
    pub fn forged_fate(person: u8, number: u64, edit: RecordRef) -> Entry {
        let outcome = FateOutcome::Accepted { version: 1 };
        let fate = alongside_domain::journal::body::Fate { edit, outcome, by: None };
        let mut forged = entry_of(person, number, Body::Fate(fate));
        forged.id.channel = Channel::Care;
        forged
    }
}
