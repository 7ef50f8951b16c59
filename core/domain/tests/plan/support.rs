//! People, edits and a store that the plan's tests share.

use alongside_domain::ids::{AuthorId, EntryId, Epoch, StaffId};
use alongside_domain::journal::body::{PlanChange, PlanEdit};
use alongside_domain::journal::{Channel, OwnRecord, PlanSeen, RecordRef};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::plan::{EditToApply, NotApplied, PlanDocument, StartsAt};
use alongside_domain::time::Moment;
use alongside_domain::value::{Fields, Value};

pub const STORE: AuthorId = AuthorId([0xff; 16]);
pub const EPOCH: Epoch = Epoch([1; 8]);

pub fn entry(name: &str) -> EntryId {
    name.parse().expect("an entry name")
}

pub fn set(entry_name: &str, field: &str, value: &str) -> Command {
    Command::SetField {
        section: Section::Actions,
        entry: entry(entry_name),
        field: field.into(),
        value: Value::text(value),
    }
}

pub fn add(entry_name: &str, fields: &[(&str, &str)]) -> Command {
    let fields: Fields = fields.iter().map(|(code, value)| ((*code).into(), Value::text(*value))).collect();
    Command::AddEntry { section: Section::Actions, entry: entry(entry_name), fields, order: 1 }
}

pub fn retire(entry_name: &str) -> Command {
    Command::RetireEntry { section: Section::Actions, entry: entry(entry_name) }
}

pub fn move_to(entry_name: &str, order: i64) -> Command {
    Command::MoveEntry { section: Section::Actions, entry: entry(entry_name), order }
}

pub fn staff(person: u8) -> StaffId {
    StaffId([person; 16])
}

/// The `number`th record of the phone of `person`.
pub fn record(person: u8, number: u64) -> RecordRef {
    RecordRef { author: AuthorId([person; 16]), epoch: EPOCH, number, channel: Channel::Care }
}

pub fn edit(version: u64, own_edit: Option<OwnRecord>, commands: Vec<Command>) -> PlanEdit {
    PlanEdit { base: PlanSeen { version, own_edit }, commands, reason: "because".into() }
}

/// Fields are free here, but one is not known.
pub fn any_field(_: Section, field: &str, _: &Value) -> bool {
    field != "no_such_field"
}

/// A store: the canonical document, and the bodies of its records.
pub struct Store {
    pub plan: PlanDocument,
    pub changes: Vec<(u64, PlanChange)>,
}

impl Store {
    pub fn new() -> Self {
        Self { plan: PlanDocument::new(STORE, EPOCH), changes: Vec::new() }
    }

    /// Takes an edit by `person` on `version`, with their own edit `own` on top; the version that it made.
    pub fn take(
        &mut self,
        person: u8,
        number: u64,
        (version, own): (u64, Option<u64>),
        commands: Vec<Command>,
    ) -> Result<u64, NotApplied> {
        let id = record(person, number);
        let own = own.map(|number| OwnRecord { epoch: id.epoch, number });
        let edit = edit(version, own, commands);
        let starts_at = StartsAt::Base { version, own: own.map(|own| own.named_by(id)) };
        let next = self.plan.version() + 2;
        let at = Moment(1_000 * i64::from(person) + number as i64);
        let apply = EditToApply { id, author: staff(person), at, starts_at, edit: &edit };
        let change = self.plan.apply_edit(&apply, next, &any_field)?;
        self.changes.push((next, change));
        Ok(next)
    }

    /// The values of a field of an action, the shown one first; nothing when it is not there.
    pub fn values(&self, entry_name: &str, field: &str) -> Vec<(String, StaffId)> {
        values(&self.plan.view(), entry_name, field)
    }

    /// A replica that has every record.
    pub fn replica(&self) -> PlanDocument {
        let mut replica = PlanDocument::new(STORE, EPOCH);
        replica.replay(self.changes.iter().map(|(_, change)| change)).expect("a store's own changes");
        replica
    }
}

pub fn values(
    view: &alongside_domain::plan::view::PlanView,
    entry_name: &str,
    field: &str,
) -> Vec<(String, StaffId)> {
    let entries = view.sections.get(&Section::Actions);
    let found = entries.and_then(|entries| entries.get(&entry(entry_name)));
    let found = found.and_then(|entry| entry.fields.get(field));
    let candidates = found.map(|field| field.candidates.as_slice()).unwrap_or_default();
    candidates.iter().map(|one| (one.value.to_string(), one.author)).collect()
}
