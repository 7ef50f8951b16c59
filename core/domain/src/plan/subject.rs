//! What the commands of an edit touch, for the access rules: each as the ones before it leave the entry.

use super::apply::StartsAt;
use super::document::PlanDocument;
use super::edit::{Command, Section};
use super::states::MadeEdit;
use super::view::{Candidate, EntryView, FieldView};
use crate::access::Subject;
use crate::ids::EntryId;
use crate::journal::RecordRef;
use crate::journal::body::PlanEdit;
use crate::value::Value;
use std::collections::BTreeMap;

/// The subjects of an edit's commands, in their order, at least one; of too many, those of the first ones.
pub(super) fn subjects<'a>(
    document: &PlanDocument,
    id: RecordRef,
    made: &'a MadeEdit,
    starts_at: StartsAt,
) -> Vec<Subject<'a>> {
    let heads = document.heads_of(starts_at).map(|(_, heads)| heads).unwrap_or_default();
    let mut entries: BTreeMap<(Section, EntryId), Option<EntryView>> = BTreeMap::new();
    let mut found = Vec::new();
    for command in made.edit.commands.iter().take(PlanEdit::COMMANDS_MAX) {
        let key = (command.section(), command.entry().clone());
        let entry = entries.entry(key).or_insert_with_key(|(section, entry)| {
            entry.is_valid().then(|| document.entry_at(*section, entry, &heads)).flatten()
        });
        found.push(Subject::of_command(command, entry.as_ref()));
        leave(entry, command, id, made);
    }
    if found.is_empty() {
        // An edit that does nothing still needs someone who settles it.
        found.push(Subject::of_entry(Section::About, None, None));
    }
    found
}

fn leave(entry: &mut Option<EntryView>, command: &Command, id: RecordRef, made: &MadeEdit) {
    let mut set = |field: &String, value: &Value| {
        let one = Candidate { value: value.clone(), author: made.author, at: made.at, edit: id };
        let field_view = FieldView { candidates: vec![one], unconfirmed: true };
        entry.get_or_insert_default().fields.insert(field.clone(), field_view);
    };
    match command {
        Command::SetField { field, value, .. } => set(field, value),
        Command::AddEntry { fields, .. } => fields.iter().for_each(|(field, value)| set(field, value)),
        Command::RetireEntry { .. } | Command::MoveEntry { .. } => {}
    }
}
