//! Taking over the changes that the store made, as its `plan_change` records carry them.
//!
//! The bytes come from the store's stream and their digest was checked before; still, everything that can be
//! wrong with them is looked at here, since Automerge checks neither checksum nor missing dependencies.

use super::document::PlanDocument;
use super::edit::Section;
use super::key;
use super::stamp::{EditStamp, Stamp};
use crate::journal::body::PlanChange;
use automerge::{Automerge, AutomergeError, Change, ChangeHash};
use ring::digest::{SHA256, digest};
use std::collections::BTreeSet;

/// Why a change of the store could not be taken over. The document stays as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// Longer than the change of any edit: [`PlanChange::BYTES_MAX`].
    #[error("plan version {version} has {bytes} bytes of changes, too many")]
    TooLong {
        /// The version.
        version: u64,
        /// How many bytes.
        bytes: usize,
    },
    /// The bytes are damaged. Fetch the record, or the checkpoint, again.
    #[error("the changes of plan version {version} are damaged")]
    Damaged {
        /// The version.
        version: u64,
    },
    /// A version before it is not here. Fetch what is missing first.
    #[error("plan version {version} builds on a version that is not here")]
    Gap {
        /// The version.
        version: u64,
    },
    /// The changes are not those of one edit, or say something else than their record.
    #[error("the changes of plan version {version} do not fit their record")]
    DoesNotFit {
        /// The version.
        version: u64,
    },
}

impl PlanChange {
    /// The most bytes of changes in one record: an edit's page has at most a quarter of this.
    pub const BYTES_MAX: usize = 1 << 20;
}

/// A version that was taken over, and where it may differ from the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// The version.
    pub version: u64,
    /// The sections that its edit wrote to. All others are as they were.
    pub sections: BTreeSet<Section>,
}

/// A change of the store after all checks, not yet in the document.
struct Checked {
    version: u64,
    changes: Vec<(Change, Stamp)>,
}

impl PlanDocument {
    /// Takes over changes that the store made, their versions rising, and says which were new. Versions that are here
    /// already are passed over. All of them or none.
    pub fn replay<'a>(
        &mut self,
        changes: impl IntoIterator<Item = &'a PlanChange>,
    ) -> Result<Vec<Replayed>, ReplayError> {
        let mut head = self.heads_at(u64::MAX).first().copied();
        let mut version_last = self.version();
        let mut checked = Vec::new();
        for change in changes {
            let version = change.version;
            if self.versions.contains_key(&version) {
                continue;
            }
            if version <= version_last {
                return Err(ReplayError::DoesNotFit { version });
            }
            let next = check(change, head)?;
            head = next.changes.last().map(|(change, _)| change.hash());
            version_last = version;
            checked.push(next);
        }
        let replayed = checked.iter().map(Checked::replayed).collect();
        self.take(checked)?;
        Ok(replayed)
    }

    fn take(&mut self, checked: Vec<Checked>) -> Result<(), ReplayError> {
        let Some(version) = checked.first().map(|first| first.version) else { return Ok(()) };
        let (changes, stamps): (Vec<Change>, Vec<Stamp>) =
            checked.into_iter().flat_map(|one| one.changes).unzip();
        let new: BTreeSet<ChangeHash> = changes.iter().map(Change::hash).collect();
        let known =
            |hash: &ChangeHash| new.contains(hash) || self.doc.get_change_meta_by_hash(hash).is_some();
        if !changes.iter().flat_map(Change::deps).all(known) {
            return Err(ReplayError::Gap { version });
        }
        // A copy, so that a refusal in the middle leaves nothing behind.
        let mut doc = self.doc.clone();
        apply_in_order(&mut doc, &changes).map_err(|_| ReplayError::DoesNotFit { version })?;
        if doc.get_heads() != changes.last().map(|last| vec![last.hash()]).unwrap_or_default() {
            return Err(ReplayError::DoesNotFit { version });
        }
        self.doc = doc;
        changes.iter().zip(stamps).for_each(|(change, stamp)| self.note(change.hash(), stamp));
        Ok(())
    }
}

impl Checked {
    fn replayed(&self) -> Replayed {
        let operations = self.changes.iter().flat_map(|(change, _)| change.decode().operations);
        let sections = operations.filter_map(|operation| Some(key::parse(key::key_of(&operation)?)?.0));
        Replayed { version: self.version, sections: sections.collect() }
    }
}

/// Applies changes so that the same plan is always saved as the same bytes: they keep the order in which they stand.
/// Automerge takes many at once in a tenth of the time, in an order of its own; of a run in which each stands on the
/// one before there is only one order.
fn apply_in_order(doc: &mut Automerge, changes: &[Change]) -> Result<(), AutomergeError> {
    let runs = changes.chunk_by(|before, after| after.deps().contains(&before.hash()));
    runs.into_iter().try_for_each(|run| doc.apply_changes(run.to_vec()))
}

fn check(change: &PlanChange, head: Option<ChangeHash>) -> Result<Checked, ReplayError> {
    let version = change.version;
    let bytes = change.changes.len();
    if bytes > PlanChange::BYTES_MAX {
        return Err(ReplayError::TooLong { version, bytes });
    }
    let mut changes = Vec::new();
    let mut rest = change.changes.as_slice();
    while !rest.is_empty() {
        let (one, after) = next_chunk(rest).ok_or(ReplayError::Damaged { version })?;
        let stamp = one.message().and_then(Stamp::parse).ok_or(ReplayError::DoesNotFit { version })?;
        changes.push((one, stamp));
        rest = after;
    }
    let checked = Checked { version, changes };
    if !fits(&checked, change) {
        return Err(ReplayError::DoesNotFit { version });
    }
    if !makes_one_head(&checked, head) {
        return Err(ReplayError::Gap { version });
    }
    Ok(checked)
}

/// Whether the changes are those of the record's edit, with at most one fold after it.
fn fits(checked: &Checked, change: &PlanChange) -> bool {
    let is_the_edit = |stamp: &EditStamp| {
        stamp.version == checked.version && Some(stamp.edit) == change.edit && stamp.author == change.author
    };
    match checked.changes.as_slice() {
        [(_, Stamp::Edit(edit))] => is_the_edit(edit),
        [(_, Stamp::Edit(edit)), (_, Stamp::Fold { version })] => {
            is_the_edit(edit) && *version == checked.version
        }
        _ => false,
    }
}

/// Whether the last change stands on the head before it and on the edit, so that the version has one head.
fn makes_one_head(checked: &Checked, head: Option<ChangeHash>) -> bool {
    let stands_on = |change: &Change, on: Option<ChangeHash>| on.is_none_or(|on| change.deps().contains(&on));
    match checked.changes.as_slice() {
        [(edit, _)] => stands_on(edit, head),
        [(edit, _), (fold, _)] => stands_on(fold, head) && stands_on(fold, Some(edit.hash())),
        _ => false,
    }
}

/// The first bytes of every Automerge chunk.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// The type of a chunk that holds one change, not compressed.
const CHANGE: u8 = 1;

/// Splits the first change off: magic, the first 4 bytes of the SHA-256 of the rest, type, length, content.
fn next_chunk(bytes: &[u8]) -> Option<(Change, &[u8])> {
    let (magic, rest) = bytes.split_first_chunk::<4>()?;
    let (checksum, content) = rest.split_first_chunk::<4>()?;
    let (length, length_bytes) = leb128(content.get(1..)?)?;
    let content_end = length_bytes.checked_add(1)?.checked_add(length)?;
    let content = content.get(..content_end)?;
    if *magic != MAGIC || content[0] != CHANGE || !digest(&SHA256, content).as_ref().starts_with(checksum) {
        return None;
    }
    let (chunk, after) = bytes.split_at(content_end + 8);
    Some((Change::from_bytes(chunk.to_vec()).ok()?, after))
}

/// An unsigned LEB128 number that fits lengths, and how many bytes it takes.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for (index, byte) in bytes.iter().take(4).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    None
}
