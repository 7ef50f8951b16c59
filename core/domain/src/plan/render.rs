//! Reading a view out of the document: who set what, and where two people differ.
//!
//! The order of candidates depends on the document alone, so every replica shows the same.

use super::document::PlanDocument;
use super::edit::Section;
use super::key::{self, ORDER, RETIRED};
use super::stamp::EditStamp;
use super::view::{Candidate, EntryView, FieldView, PlanView};
use crate::ids::EntryId;
use crate::value::Value;
use automerge::{ChangeHash, ObjId, ROOT, ReadDoc};
use std::collections::BTreeMap;
use std::ops::Range;

/// The operations that stand for one field: the one that the document shows is last.
type Ops = Vec<(Value, ObjId)>;
/// The fields of one entry.
type EntryOps = BTreeMap<String, Ops>;

impl PlanDocument {
    /// The plan as it is now.
    pub fn view(&self) -> PlanView {
        self.view_at(u64::MAX)
    }

    /// What the plan said at a position of the store's stream: the last version at or before it.
    pub fn view_at(&self, position: u64) -> PlanView {
        self.view_in([key::all()], position)
    }

    /// As [`PlanDocument::view_at`], of these sections alone.
    pub fn view_of(&self, sections: &[Section], position: u64) -> PlanView {
        self.view_in(sections.iter().map(|section| key::range_of_section(*section)), position)
    }

    fn view_in(&self, keys: impl IntoIterator<Item = Range<String>>, position: u64) -> PlanView {
        let heads = self.heads_at(position);
        let version = self.versions.range(..=position).next_back().map_or(0, |(version, _)| *version);
        let mut view = PlanView { version, ..PlanView::default() };
        if heads.is_empty() {
            return view;
        }
        let entries = keys.into_iter().flat_map(|keys| self.entries_in(keys, &heads));
        for ((section, id), ops) in entries {
            if let Some(entry) = self.entry_view(section, &id, ops) {
                view.sections.entry(section).or_default().insert(id, entry);
            }
        }
        view
    }

    /// Whether an entry is there, and not retired, at these heads.
    pub(super) fn has_entry(&self, section: Section, entry: &EntryId, heads: &[ChangeHash]) -> bool {
        self.entry_view(section, entry, self.entry_ops(section, entry, heads)).is_some()
    }

    /// An entry as it stood at these heads, also when it was retired.
    pub(super) fn entry_at(
        &self,
        section: Section,
        entry: &EntryId,
        heads: &[ChangeHash],
    ) -> Option<EntryView> {
        let ops = self.entry_ops(section, entry, heads);
        let fields = ops.iter().filter(|(field, _)| !key::is_reserved(field));
        let fields = fields.map(|(field, ops)| (field.clone(), self.field_view(ops))).collect();
        (!ops.is_empty()).then_some(EntryView { order: 0, fields })
    }

    fn entry_ops(&self, section: Section, entry: &EntryId, heads: &[ChangeHash]) -> EntryOps {
        let ops = self.ops_in(key::range_of(section, entry), heads);
        ops.into_iter().filter_map(|(key, ops)| Some((key::parse(&key)?.2.to_owned(), ops))).collect()
    }

    fn entries_in(
        &self,
        keys: Range<String>,
        heads: &[ChangeHash],
    ) -> BTreeMap<(Section, EntryId), EntryOps> {
        let mut entries: BTreeMap<_, EntryOps> = BTreeMap::new();
        for (key, ops) in self.ops_in(keys, heads) {
            if let Some((section, entry, field)) = key::parse(&key) {
                entries.entry((section, entry)).or_default().insert(field.to_owned(), ops);
            }
        }
        entries
    }

    fn ops_in(&self, range: Range<String>, heads: &[ChangeHash]) -> Vec<(String, Ops)> {
        let read = |item: automerge::iter::MapRangeItem<'_>| {
            let key = item.key.to_string();
            if item.conflict {
                let ops = self.ops_of(&key, heads);
                return (key, ops);
            }
            let id = item.id();
            (key, scalar(item.value).map(|value| (value, id)).into_iter().collect())
        };
        self.doc.map_range_at(ROOT, range, heads).map(read).filter(|(_, ops)| !ops.is_empty()).collect()
    }

    fn ops_of(&self, key: &str, heads: &[ChangeHash]) -> Ops {
        let all = self.doc.get_all_at(ROOT, key, heads).expect("the root is a map");
        let read = |(value, id): (automerge::Value<'_>, ObjId)| {
            let automerge::Value::Scalar(value) = value else { return None };
            Some((key::from_stored(&value)?, id))
        };
        all.into_iter().filter_map(read).collect()
    }

    fn entry_view(&self, section: Section, entry: &EntryId, ops: EntryOps) -> Option<EntryView> {
        let retired = self.retired(section, entry, &ops)?;
        let mut fields: BTreeMap<String, FieldView> =
            ops.iter().map(|(field, ops)| (field.clone(), self.field_view(ops))).collect();
        let order = fields.remove(ORDER);
        fields.remove(RETIRED);
        let place = order.as_ref().and_then(|order| order.value().as_int()).unwrap_or_default();
        let differ = [(ORDER, order), (RETIRED, Some(retired))];
        let differ = differ.into_iter().filter_map(|(field, view)| Some((field, view?)));
        fields.extend(
            differ.filter(|(_, view)| view.is_conflict()).map(|(field, view)| (field.to_owned(), view)),
        );
        Some(EntryView { order: place, fields })
    }

    /// Whether the entry is retired, as people see it; nothing when it is, or was never added. An entry that one
    /// person retired while another changed it stays, with both, until someone chooses.
    fn retired(&self, section: Section, entry: &EntryId, ops: &EntryOps) -> Option<FieldView> {
        let retired = ops.get(RETIRED)?;
        let mut view = self.field_view(retired);
        if view.candidates.iter().any(|candidate| candidate.value == Value::Bool(false)) {
            view.candidates.sort_by_key(|candidate| (candidate.value.clone(), candidate.at, candidate.edit));
            return Some(view);
        }
        let changed = self.changed_beside(section, entry, ops, retired)?;
        view.candidates.insert(0, candidate(Value::Bool(false), &changed));
        Some(view)
    }

    /// The earliest change to an entry that those who retired it did not know.
    fn changed_beside(
        &self,
        section: Section,
        entry: &EntryId,
        ops: &EntryOps,
        retired: &Ops,
    ) -> Option<EditStamp> {
        let known: Vec<ChangeHash> =
            retired.iter().filter_map(|(_, id)| self.doc.hash_for_opid(id)).collect();
        let unknown = |(field, ops): (&String, &Ops)| {
            let seen = self.ops_of(&key::key(section, entry, field), &known);
            let new = ops.iter().filter(|(_, id)| !seen.iter().any(|(_, old)| old == id));
            new.filter_map(|(_, id)| self.stamp_of(id)).min_by_key(|stamp| (stamp.at, stamp.edit))
        };
        let others = ops.iter().filter(|(field, _)| *field != RETIRED);
        others.filter_map(unknown).min_by_key(|stamp| (stamp.at, stamp.edit))
    }

    fn stamp_of(&self, id: &ObjId) -> Option<EditStamp> {
        self.stamps.get(&self.doc.hash_for_opid(id)?).copied()
    }

    /// Equal values are one candidate, of the earliest; the value that the document shows comes first.
    fn field_view(&self, ops: &Ops) -> FieldView {
        let mut by_value: BTreeMap<&Value, EditStamp> = BTreeMap::new();
        for (value, id) in ops {
            let stamp = self.stamp_of(id).expect("every operation is in the change of an edit");
            let earliest = by_value.entry(value).or_insert(stamp);
            if (stamp.at, stamp.edit) < (earliest.at, earliest.edit) {
                *earliest = stamp;
            }
        }
        let shown = ops.last().map(|(value, _)| value);
        let mut candidates: Vec<Candidate> =
            by_value.iter().map(|(value, stamp)| candidate((*value).clone(), stamp)).collect();
        candidates.sort_by_key(|one| (Some(&one.value) != shown, one.at, one.edit));
        FieldView { candidates, unconfirmed: false }
    }
}

fn candidate(value: Value, stamp: &EditStamp) -> Candidate {
    Candidate { value, author: stamp.author, at: stamp.at, edit: stamp.edit }
}

fn scalar(value: automerge::ValueRef<'_>) -> Option<Value> {
    match value {
        automerge::ValueRef::Scalar(value) => key::from_scalar(&value),
        automerge::ValueRef::Object(_) => None,
    }
}
