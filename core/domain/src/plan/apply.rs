//! How an edit becomes part of the plan: its commands are applied to the plan that its author was looking at,
//! and what others did since stays beside it.
//!
//! The store does this once and for all for the canonical document; a phone does exactly the same on a copy to
//! show its own edits at once. Nothing here decides whether the author may.

use super::document::PlanDocument;
use super::edit::{Command, Section};
use super::key::{self, ORDER, RETIRED};
use super::stamp::{EditStamp, Stamp, actor_of_stream};
use crate::ids::{EntryId, StaffId};
use crate::journal::RecordRef;
use crate::journal::body::{HeldWhy, PlanChange, PlanEdit};
use crate::time::Moment;
use crate::value::Value;
use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ChangeHash, PatchLog, ROOT, ReadDoc, ScalarValue};
use std::collections::BTreeMap;

/// Whether a section has such a field, and the field such a value.
pub type FieldCheck<'a> = &'a dyn Fn(Section, &str, &Value) -> bool;

/// One edit, ready to be applied.
#[derive(Debug, Clone, Copy)]
pub struct EditToApply<'a> {
    /// Its record.
    pub id: RecordRef,
    /// Who made it.
    pub author: StaffId,
    /// When they did, corrected.
    pub at: Moment,
    /// What they were looking at.
    pub starts_at: StartsAt,
    /// Its commands and reason. Its own base is not read: `starts_at` is.
    pub edit: &'a PlanEdit,
}

/// The plan that an edit is applied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartsAt {
    /// A canonical version with the author's own earlier edit on top.
    Base {
        /// The version.
        version: u64,
        /// The author's last earlier edit that is not in that version, by now in the plan.
        own: Option<RecordRef>,
    },
    /// The plan as it is now: when someone responsible takes over an edit whose base is not there.
    Latest,
}

/// Why an edit cannot be applied. The document stays as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotApplied {
    /// The version that it starts from is not here.
    #[error("the plan that the edit starts from is not here")]
    BaseMissing,
    /// The author's earlier edit that it builds on is not in the plan.
    #[error("the edit builds on an edit that is not in the plan")]
    BaseHeld,
    /// It is in the plan already.
    #[error("the edit is in the plan already")]
    AlreadyInPlan,
    /// It has no commands, too many, too long a reason, or too many bytes in all.
    #[error("an edit has 1 to {max} commands and a short reason", max = PlanEdit::COMMANDS_MAX)]
    Size,
    /// A command does not fit the plan that the edit starts from.
    #[error("command {index} of the edit does not fit: {why}")]
    Command {
        /// Which, from 0.
        index: usize,
        /// Why.
        why: InvalidCommand,
    },
}

/// Why a command does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCommand {
    /// The name of the entry breaks its rule.
    #[error("the name of the entry is not valid")]
    EntryName,
    /// There is no such entry, or it is retired.
    #[error("there is no such entry")]
    NoEntry,
    /// The section has no such field, or the field takes no such value.
    #[error("no such field or value")]
    Field,
    /// The entry that it adds lacks what such an entry needs.
    #[error("the entry lacks what it needs")]
    Incomplete,
    /// A text is longer than [`PlanEdit::TEXT_BYTES_MAX`], or there are more than [`PlanEdit::FIELDS_MAX`] fields.
    #[error("too long")]
    TooLong,
}

impl NotApplied {
    /// What the edit's fate says; nothing when it already has its fate.
    pub fn held_why(&self) -> Option<HeldWhy> {
        match self {
            NotApplied::BaseMissing => Some(HeldWhy::BaseMissing),
            NotApplied::BaseHeld => Some(HeldWhy::BaseHeld),
            NotApplied::Size | NotApplied::Command { .. } => Some(HeldWhy::Invalid),
            NotApplied::AlreadyInPlan => None,
        }
    }
}

impl PlanEdit {
    /// The longest text of a field, and the longest reason, in bytes.
    pub const TEXT_BYTES_MAX: usize = 4_000;
    /// The longest edit, in bytes: the change that it makes must fit into a record too.
    pub const BYTES_MAX: usize = 24 * 1024;
    /// The most fields in one command.
    pub const FIELDS_MAX: usize = 100;

    fn encoded_bytes(&self) -> usize {
        minicbor::to_vec(self).expect("a vector takes every byte").len()
    }
}

impl PlanDocument {
    /// Applies an edit as `version` and gives the body of the store's record of it.
    ///
    /// # Panics
    /// If `version` is not later than every version here.
    pub fn apply_edit(
        &mut self,
        edit: &EditToApply<'_>,
        version: u64,
        check: FieldCheck<'_>,
    ) -> Result<PlanChange, NotApplied> {
        assert!(version > self.version(), "versions only rise");
        if self.edits.contains_key(&edit.id) {
            return Err(NotApplied::AlreadyInPlan);
        }
        let (base, heads) = self.heads_of(edit.starts_at)?;
        self.check_edit(edit.edit, &heads, check)?;
        let stamp = EditStamp { version, base, edit: edit.id, author: edit.author, at: edit.at };
        let changed = self.commit(&edit.edit.commands, &heads, stamp);
        let folded = self.fold(version, edit.at);
        let changes = [Some(changed), folded].into_iter().flatten().flat_map(|hash| self.raw(hash)).collect();
        Ok(PlanChange { edit: Some(edit.id), author: edit.author, changes, version })
    }

    /// The version and the heads that an edit starts from. Every head is in the document: at heads that it does
    /// not know, Automerge acts on an empty document and reports nothing.
    pub(super) fn heads_of(&self, starts_at: StartsAt) -> Result<(u64, Vec<ChangeHash>), NotApplied> {
        let (version, own) = match starts_at {
            StartsAt::Latest => (self.version(), None),
            StartsAt::Base { version, own } => (version, own),
        };
        if !self.has_version(version) {
            return Err(NotApplied::BaseMissing);
        }
        let mut heads = self.heads_at(version);
        if let Some(own) = own {
            let change = *self.edits.get(&own).ok_or(NotApplied::BaseHeld)?;
            let stamp = self.stamps.get(&change).ok_or(NotApplied::BaseHeld)?;
            if stamp.base >= version {
                heads.clear();
            }
            if stamp.version > version {
                heads.push(change);
            }
        }
        Ok((version, heads))
    }

    fn commit(&mut self, commands: &[Command], heads: &[ChangeHash], stamp: EditStamp) -> ChangeHash {
        let actor = actor_of_stream(stamp.edit.author, stamp.edit.epoch);
        let mark = key::mark(&actor);
        self.doc.set_actor(actor);
        let mut at_base = self
            .doc
            .transaction_at(PatchLog::inactive(), heads)
            .expect("an inactive patch log belongs to every document");
        commands.iter().for_each(|command| write_command(&mut at_base, command));
        if at_base.pending_ops() == 0 {
            let number = i64::try_from(stamp.edit.number).unwrap_or(i64::MAX);
            write(&mut at_base, &mark, ScalarValue::Int(number), WhenSame::WriteAgain);
        }
        let at = stamp.at;
        let stamp = Stamp::Edit(stamp);
        let (hash, _) = at_base.commit_with(options(&stamp, at));
        let hash = hash.expect("the transaction has at least one operation");
        self.note(hash, stamp);
        hash
    }

    fn fold(&mut self, version: u64, at: Moment) -> Option<ChangeHash> {
        if self.doc.get_heads().len() < 2 {
            return None;
        }
        let stamp = Stamp::Fold { version };
        self.doc.set_actor(self.fold_actor.clone());
        let hash = self.doc.empty_commit(options(&stamp, at));
        self.note(hash, stamp);
        Some(hash)
    }

    fn raw(&self, hash: ChangeHash) -> Vec<u8> {
        let change = self.doc.get_change_by_hash(&hash).expect("the change was made just now");
        change.raw_bytes().to_vec()
    }

    fn check_edit(
        &self,
        edit: &PlanEdit,
        heads: &[ChangeHash],
        check: FieldCheck<'_>,
    ) -> Result<(), NotApplied> {
        let size = 1..=PlanEdit::COMMANDS_MAX;
        let fits =
            edit.reason.len() <= PlanEdit::TEXT_BYTES_MAX && edit.encoded_bytes() <= PlanEdit::BYTES_MAX;
        if !size.contains(&edit.commands.len()) || !fits {
            return Err(NotApplied::Size);
        }
        let mut entries = EntriesAtBase { plan: self, heads, changed: BTreeMap::new() };
        for (index, command) in edit.commands.iter().enumerate() {
            entries.check(command, check).map_err(|why| NotApplied::Command { index, why })?;
        }
        Ok(())
    }
}

/// Which entries there are at an edit's base, with what its earlier commands did to them.
struct EntriesAtBase<'a> {
    plan: &'a PlanDocument,
    heads: &'a [ChangeHash],
    changed: BTreeMap<(Section, EntryId), bool>,
}

impl EntriesAtBase<'_> {
    fn check(&mut self, command: &Command, check: FieldCheck<'_>) -> Result<(), InvalidCommand> {
        let (section, entry) = (command.section(), command.entry());
        if !entry.is_valid() {
            return Err(InvalidCommand::EntryName);
        }
        match command {
            Command::AddEntry { fields, .. } => {
                if fields.len() > PlanEdit::FIELDS_MAX {
                    return Err(InvalidCommand::TooLong);
                }
                for (field, value) in fields {
                    check_value(section, field, value, check)?;
                }
                self.changed.insert((section, entry.clone()), true);
                Ok(())
            }
            Command::SetField { field, value, .. } => {
                self.check_settable(section, entry)?;
                check_set(section, field, value, check)
            }
            Command::MoveEntry { .. } | Command::RetireEntry { .. } => self.check_there(section, entry),
        }
    }

    /// The entry `main` of a section that has no other is always there.
    fn check_settable(&self, section: Section, entry: &EntryId) -> Result<(), InvalidCommand> {
        if key::is_main(section, entry) { Ok(()) } else { self.check_there(section, entry) }
    }

    fn check_there(&self, section: Section, entry: &EntryId) -> Result<(), InvalidCommand> {
        let changed = self.changed.get(&(section, entry.clone())).copied();
        let there = changed.unwrap_or_else(|| self.plan.has_entry(section, entry, self.heads));
        if there { Ok(()) } else { Err(InvalidCommand::NoEntry) }
    }
}

/// A choice between two people's versions of an entry's place, or of its retirement, is set like any field.
fn check_set(
    section: Section,
    field: &str,
    value: &Value,
    check: FieldCheck<'_>,
) -> Result<(), InvalidCommand> {
    match (field, value) {
        (ORDER, Value::Int(_)) | (RETIRED, Value::Bool(_)) => Ok(()),
        _ => check_value(section, field, value, check),
    }
}

fn check_value(
    section: Section,
    field: &str,
    value: &Value,
    check: FieldCheck<'_>,
) -> Result<(), InvalidCommand> {
    if !key::is_storable(value, PlanEdit::TEXT_BYTES_MAX) {
        return Err(InvalidCommand::TooLong);
    }
    let fits = key::is_field_code(field) && !key::is_reserved(field) && check(section, field, value);
    if fits { Ok(()) } else { Err(InvalidCommand::Field) }
}

fn options(stamp: &Stamp, at: Moment) -> CommitOptions {
    CommitOptions::default().with_message(stamp.to_string()).with_time(at.0.div_euclid(1000))
}

/// What to do when a field has that value already.
#[derive(Clone, Copy, PartialEq)]
enum WhenSame {
    /// Nothing: whoever set it first stays its author.
    Leave,
    /// Write it again: it answers what others did at the same time.
    WriteAgain,
}

fn write_command(at_base: &mut Transaction<'_>, command: &Command) {
    let (section, entry) = (command.section(), command.entry());
    let mut set = |field: &str, value: ScalarValue, when_same| {
        write(at_base, &key::key(section, entry, field), value, when_same);
    };
    match command {
        Command::SetField { field, value, .. } if field == RETIRED => {
            set(field, key::to_scalar(value), WhenSame::WriteAgain);
        }
        Command::SetField { field, value, .. } => {
            if key::is_main(section, entry) {
                set(RETIRED, ScalarValue::Boolean(false), WhenSame::Leave);
            }
            set(field, key::to_scalar(value), WhenSame::Leave);
        }
        Command::MoveEntry { order, .. } => set(ORDER, ScalarValue::Int(*order), WhenSame::Leave),
        Command::RetireEntry { .. } => set(RETIRED, ScalarValue::Boolean(true), WhenSame::WriteAgain),
        Command::AddEntry { fields, order, .. } => {
            set(RETIRED, ScalarValue::Boolean(false), WhenSame::Leave);
            set(ORDER, ScalarValue::Int(*order), WhenSame::Leave);
            for (field, value) in fields {
                set(field, key::to_scalar(value), WhenSame::Leave);
            }
        }
    }
}

/// Sets a key. Automerge answers a choice of the value that it shows by deleting the others, which would leave
/// no trace of the chooser: so a choice is written anew.
fn write(at_base: &mut Transaction<'_>, key: &str, value: ScalarValue, when_same: WhenSame) {
    let held = at_base.get_all(ROOT, key).expect("the root is a map");
    let same = held.last().is_some_and(|(shown, _)| shown.as_scalar() == Some(&value));
    if same && (held.len() > 1 || when_same == WhenSame::WriteAgain) {
        at_base.delete(ROOT, key).expect("the key is there");
    }
    at_base.put(ROOT, key, value).expect("the root is a map");
}
