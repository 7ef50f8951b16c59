//! The canonical plan of one person with its whole history: an Automerge document that only the store writes.
//!
//! Every change in it is an accepted edit, or folds two heads into one, so each version has exactly one head.
//! Versions rise; the `plan_change` record of each names it. Absent: changes made by
//! devices. They send typed commands; parsing document bytes of a device is never safe.

use super::stamp::{EditStamp, Stamp, actor_of_folds};
use crate::ids::{AuthorId, Epoch};
use crate::journal::RecordRef;
use automerge::{ActorId, Automerge, ChangeHash};
use std::collections::BTreeMap;
use std::fmt;

/// The plan document of one person.
#[derive(Clone)]
pub struct PlanDocument {
    pub(super) doc: Automerge,
    pub(super) fold_actor: ActorId,
    /// The head of each version.
    pub(super) versions: BTreeMap<u64, ChangeHash>,
    /// What each edit's change says about itself.
    pub(super) stamps: BTreeMap<ChangeHash, EditStamp>,
    /// The change that each accepted edit became.
    pub(super) edits: BTreeMap<RecordRef, ChangeHash>,
}

/// Bytes that are not a saved plan document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// Longer than any plan: [`PlanDocument::SAVED_BYTES_MAX`].
    #[error("a saved plan of {bytes} bytes is too long")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// Damaged, or not a document at all. Fetch the checkpoint again.
    #[error("the saved plan is damaged")]
    Damaged,
    /// A document, but not one that a store of this or an earlier version wrote.
    #[error("the saved plan has a change that no store of this version made")]
    NotAPlan,
}

impl PlanDocument {
    /// The longest saved document that is read.
    pub const SAVED_BYTES_MAX: usize = 16 << 20;

    /// An empty plan at version 0. `store` and `epoch` name the stream of the store that writes it.
    #[expect(clippy::disallowed_methods, reason = "the random actor is replaced in the same expression")]
    pub fn new(store: AuthorId, epoch: Epoch) -> Self {
        let fold_actor = actor_of_folds(store, epoch);
        Self {
            doc: Automerge::new().with_actor(fold_actor.clone()),
            fold_actor,
            versions: BTreeMap::new(),
            stamps: BTreeMap::new(),
            edits: BTreeMap::new(),
        }
    }

    /// Reads a checkpoint: what [`PlanDocument::save`] gave.
    #[expect(clippy::disallowed_methods, reason = "the random actor is replaced in the next line")]
    pub fn load(bytes: &[u8], store: AuthorId, epoch: Epoch) -> Result<Self, LoadError> {
        if bytes.len() > Self::SAVED_BYTES_MAX {
            return Err(LoadError::TooLong { bytes: bytes.len() });
        }
        let mut plan = Self::new(store, epoch);
        let doc = Automerge::load(bytes).map_err(|_| LoadError::Damaged)?;
        plan.doc = doc.with_actor(plan.fold_actor.clone());
        plan.index()?;
        Ok(plan)
    }

    /// The bytes of a checkpoint: the whole document, compressed. The same document gives the same bytes.
    pub fn save(&self) -> Vec<u8> {
        self.doc.save()
    }

    /// The latest version; 0 when nothing was accepted yet.
    pub fn version(&self) -> u64 {
        self.versions.last_key_value().map_or(0, |(version, _)| *version)
    }

    /// All versions, rising.
    pub fn versions(&self) -> impl Iterator<Item = u64> + '_ {
        self.versions.keys().copied()
    }

    /// The version that an accepted edit made; nothing when it is not in the plan.
    pub fn version_of(&self, edit: &RecordRef) -> Option<u64> {
        Some(self.stamps.get(self.edits.get(edit)?)?.version)
    }

    /// The version that an accepted edit was applied to; nothing when it is not in the plan.
    pub fn base_of(&self, edit: &RecordRef) -> Option<u64> {
        Some(self.stamps.get(self.edits.get(edit)?)?.base)
    }

    /// Whether an edit may name this version as its base.
    pub fn has_version(&self, version: u64) -> bool {
        version == 0 || self.versions.contains_key(&version)
    }

    /// The heads at a position of the store's stream: those of the last version at or before it.
    pub(super) fn heads_at(&self, position: u64) -> Vec<ChangeHash> {
        self.versions.range(..=position).next_back().map(|(_, head)| *head).into_iter().collect()
    }

    /// Notes a change of this document. A fold comes after the edit that it belongs to.
    pub(super) fn note(&mut self, hash: ChangeHash, stamp: Stamp) {
        if let Stamp::Edit(edit) = stamp {
            self.stamps.insert(hash, edit);
            self.edits.insert(edit.edit, hash);
        }
        self.versions.insert(stamp.version(), hash);
    }

    fn index(&mut self) -> Result<(), LoadError> {
        let mut noted = Vec::new();
        for change in self.doc.get_changes_meta(&[]) {
            let stamp = change.message.as_deref().and_then(Stamp::parse).ok_or(LoadError::NotAPlan)?;
            noted.push((change.hash, stamp));
        }
        noted.sort_by_key(|(_, stamp)| (stamp.version(), matches!(stamp, Stamp::Fold { .. })));
        noted.into_iter().for_each(|(hash, stamp)| self.note(hash, stamp));
        let one_head = self.doc.get_heads() == self.heads_at(u64::MAX);
        if one_head { Ok(()) } else { Err(LoadError::NotAPlan) }
    }
}

impl fmt::Debug for PlanDocument {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("PlanDocument")
            .field("version", &self.version())
            .field("edits", &self.edits.len())
            .finish_non_exhaustive()
    }
}
