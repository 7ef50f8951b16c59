//! The same plan without what some edits said: its changes are made anew, so that no byte of the text is left in the
//! history, and no hash that a guess could be tried with.
//!
//! Versions, authors, times and the order of operations stay: what others did stands as it stood, each version can
//! still be shown, and an edit that was made on an older version still finds its base.

use super::document::PlanDocument;
use super::key::{self, key_of};
use super::stamp::Stamp;
use crate::journal::RecordRef;
use automerge::legacy::{Op, OpType};
use automerge::{Automerge, Change, ChangeHash, ExpandedChange, ScalarValue};
use std::collections::{BTreeMap, BTreeSet};

impl PlanDocument {
    /// The plan as if these edits had said nothing: their fields have no value, and an entry of which nothing else is
    /// left is not there. The same plan and edits give the same bytes.
    #[expect(clippy::disallowed_methods, reason = "the random actor is replaced in the same expression")]
    pub fn without(&self, edits: &BTreeSet<RecordRef>) -> PlanDocument {
        let mut made = self.expanded();
        blank(&mut made, edits);
        let mut plan = PlanDocument {
            doc: Automerge::new().with_actor(self.fold_actor.clone()),
            fold_actor: self.fold_actor.clone(),
            versions: BTreeMap::new(),
            stamps: BTreeMap::new(),
            edits: BTreeMap::new(),
        };
        let mut hashes = BTreeMap::<ChangeHash, ChangeHash>::new();
        for Made { hash, stamp, mut change } in made {
            change.deps = change.deps.iter().map(|old| hashes[old]).collect();
            change.deps.sort_unstable();
            let change = Change::from(change);
            hashes.insert(hash, change.hash());
            plan.note(change.hash(), stamp);
            plan.doc.apply_changes([change]).expect("a change stands on those before it");
        }
        plan
    }

    /// All changes, each after those that it stands on.
    fn expanded(&self) -> Vec<Made> {
        let mut made: Vec<Made> = self.doc.get_changes(&[]).iter().map(Made::of).collect();
        made.sort_by_key(|made| (made.stamp.version(), matches!(made.stamp, Stamp::Fold { .. })));
        made
    }
}

/// A change to be made anew.
struct Made {
    hash: ChangeHash,
    stamp: Stamp,
    change: ExpandedChange,
}

impl Made {
    fn of(change: &Change) -> Made {
        let stamp = change.message().and_then(Stamp::parse).expect("every change was noted by its message");
        Made { hash: change.hash(), stamp, change: change.decode() }
    }

    fn is_of(&self, edits: &BTreeSet<RecordRef>) -> bool {
        matches!(self.stamp, Stamp::Edit(edit) if edits.contains(&edit.edit))
    }
}

/// Takes the values out of what these edits wrote. An entry of which no value is left then loses its place too.
fn blank(made: &mut [Made], edits: &BTreeSet<RecordRef>) {
    let mut touched = BTreeSet::new();
    for made in made.iter_mut().filter(|made| made.is_of(edits)) {
        for op in &mut made.change.operations {
            let Some(entry) = key_of(op).and_then(entry_of) else { continue };
            touched.insert(entry);
            if !key_of(op).is_some_and(is_place) {
                take_value(op);
            }
        }
    }
    let operations = || made.iter().flat_map(|made| &made.change.operations);
    let left = operations().filter(|op| has_value(op)).filter_map(key_of).filter(|key| !is_place(key));
    for entry in left.filter_map(entry_of) {
        touched.remove(&entry);
    }
    let operations = made.iter_mut().flat_map(|made| &mut made.change.operations);
    let gone = |op: &&mut Op| key_of(op).and_then(entry_of).is_some_and(|entry| touched.contains(&entry));
    operations.filter(gone).for_each(take_value);
}

fn take_value(op: &mut Op) {
    if matches!(op.action, OpType::Put(_)) {
        op.action = OpType::Put(ScalarValue::Null);
    }
}

fn has_value(op: &Op) -> bool {
    matches!(&op.action, OpType::Put(value) if *value != ScalarValue::Null)
}

/// Section and entry of a key; nothing for a mark.
fn entry_of(key: &str) -> Option<String> {
    let (section, entry, _) = key::parse(key)?;
    Some(key::key(section, &entry, ""))
}

/// Whether a key says only that an entry is there, and where it stands.
fn is_place(key: &str) -> bool {
    key::parse(key).is_some_and(|(_, _, field)| key::is_reserved(field))
}
