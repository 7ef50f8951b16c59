//! A plan whose history was made anew, as the store's records carry it: whoever reads it needs nothing that came
//! before.
//!
//! Absent: deciding when a plan is made anew. The store does, when something that an edit said is to be erased.

use super::document::{LoadError, PlanDocument};
use crate::cbor::decode_whole;
use crate::ids::{AuthorId, Epoch};
use crate::journal::body::PlanRootPart;
use crate::journal::{Body, Entry, RecordRef};
use crate::time::Moment;
use minicbor::{Decode, Encode};
use std::collections::{BTreeMap, BTreeSet};

/// A plan with all its versions, without what was erased of it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct PlanRoot {
    /// The last version in it.
    #[n(0)]
    pub version: u64,
    /// The edits whose text is not in it any more, ascending.
    #[n(1)]
    pub without: Vec<RecordRef>,
    /// When each version was accepted, ascending by version.
    #[n(2)]
    pub accepted: Vec<AcceptedAt>,
    /// The epoch of the store in which the last version was made.
    #[n(3)]
    pub made_in: Epoch,
    /// The saved document, not compressed: what is not in these bytes is not in it.
    #[n(4)]
    #[cbor(with = "minicbor::bytes")]
    pub document: Vec<u8>,
}

/// A version, and when it was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct AcceptedAt {
    /// The version.
    #[n(0)]
    pub version: u64,
    /// When.
    #[n(1)]
    pub at: Moment,
}

/// Why a plan that was made anew cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RootError {
    /// Its bytes are not those of a root.
    #[error("the root of a plan is damaged")]
    Damaged,
    /// Its document cannot be read.
    #[error(transparent)]
    Document(#[from] LoadError),
    /// The document has other versions than the root says.
    #[error("the root of a plan has other versions than it says")]
    DoesNotFit,
}

impl PlanRoot {
    /// The most bytes of a root in one record.
    pub const PART_BYTES_MAX: usize = 48 * 1024;

    /// A plan without what these edits said. `accepted` gives when each of its versions was accepted, the last one in
    /// the epoch `made_in`.
    pub fn new(
        plan: &PlanDocument,
        without: &BTreeSet<RecordRef>,
        accepted: &BTreeMap<u64, Moment>,
        made_in: Epoch,
    ) -> PlanRoot {
        let made = plan.without(without);
        let accepted = made.versions().filter_map(|version| {
            let at = *accepted.get(&version)?;
            Some(AcceptedAt { version, at })
        });
        PlanRoot {
            version: made.version(),
            without: without.iter().copied().collect(),
            accepted: accepted.collect(),
            made_in,
            document: made.doc.save_nocompress(),
        }
    }

    /// The bodies of the store's records of it, one behind the other in its stream.
    pub fn parts(&self) -> Vec<PlanRootPart> {
        let bytes = minicbor::to_vec(self).expect("a vector takes every byte");
        let chunks = bytes.chunks(Self::PART_BYTES_MAX);
        let parts = chunks.len() as u32;
        let part = |(part, bytes): (u32, &[u8])| PlanRootPart { part, parts, bytes: bytes.to_vec() };
        (0..).zip(chunks).map(part).collect()
    }

    /// Of the roots whose parts are all among these entries, the one that says least of what was erased; of several,
    /// the one with the latest version. Only those of the store's author count.
    pub fn latest<'a>(
        store: AuthorId,
        entries: impl IntoIterator<Item = &'a Entry>,
    ) -> Result<Option<PlanRoot>, RootError> {
        let parts = entries.into_iter().filter(|entry| entry.id.author == store).filter_map(|entry| {
            if let Body::PlanRootPart(part) = &entry.body { Some((entry.id, part)) } else { None }
        });
        let mut latest: Option<PlanRoot> = None;
        for parts in by_root(parts).values() {
            let Some(root) = PlanRoot::of(parts)? else { continue };
            if latest.as_ref().is_none_or(|latest| latest.rank() < root.rank()) {
                latest = Some(root);
            }
        }
        Ok(latest)
    }

    /// Of these parts of the store's roots, those of roots that say something of these edits; and those of which that
    /// cannot be told, as where other parts of their root are not among them.
    pub fn parts_that_say<'a>(
        store: AuthorId,
        parts: impl IntoIterator<Item = (RecordRef, &'a PlanRootPart)>,
        edits: &BTreeSet<RecordRef>,
    ) -> BTreeSet<RecordRef> {
        let mut saying = BTreeSet::new();
        for parts in by_root(parts).values() {
            let may_say = match PlanRoot::of(parts) {
                Ok(Some(root)) => root.says(store, edits).unwrap_or(true),
                Ok(None) | Err(_) => true,
            };
            if may_say {
                saying.extend(parts.values().map(|(record, _)| *record));
            }
        }
        saying
    }

    /// The root that these parts make; nothing when some are missing.
    fn of(parts: &Parts<'_>) -> Result<Option<PlanRoot>, RootError> {
        let is_whole = parts.values().next().is_some_and(|(_, first)| first.parts as usize == parts.len());
        if !is_whole {
            return Ok(None);
        }
        let bytes: Vec<u8> = parts.values().flat_map(|(_, part)| part.bytes.iter().copied()).collect();
        decode_whole(&bytes).map(Some).map_err(|_| RootError::Damaged)
    }

    fn says(&self, store: AuthorId, edits: &BTreeSet<RecordRef>) -> Result<bool, RootError> {
        let document = self.document(store, self.made_in)?;
        let is_in = |edit: &RecordRef| !self.without.contains(edit) && document.version_of(edit).is_some();
        Ok(edits.iter().any(is_in))
    }

    fn rank(&self) -> (usize, u64) {
        (self.without.len(), self.version)
    }

    /// The plan, as the store goes on with it in this epoch.
    pub fn document(&self, store: AuthorId, epoch: Epoch) -> Result<PlanDocument, RootError> {
        let plan = PlanDocument::load(&self.document, store, epoch)?;
        let said = self.accepted.iter().map(|accepted| accepted.version);
        let fits = plan.version() == self.version && plan.versions().eq(said);
        if fits { Ok(plan) } else { Err(RootError::DoesNotFit) }
    }
}

/// The parts of a root that are here, each with its record.
type Parts<'a> = BTreeMap<u32, (RecordRef, &'a PlanRootPart)>;

/// Parts by their root: its epoch, and the number of its first part.
fn by_root<'a>(
    parts: impl IntoIterator<Item = (RecordRef, &'a PlanRootPart)>,
) -> BTreeMap<(Epoch, u64), Parts<'a>> {
    let mut found: BTreeMap<(Epoch, u64), Parts<'a>> = BTreeMap::new();
    for (record, part) in parts {
        if let Some(first) = record.number.checked_sub(u64::from(part.part)) {
            found.entry((record.epoch, first)).or_default().insert(part.part, (record, part));
        }
    }
    found
}
