//! One file: what readers see, what a loss of power leaves, and the writes between the two.

use crate::disk::{Loss, SECTOR_BYTES};
use std::ops::Range;

/// A change that no sync has covered yet.
#[derive(Debug, Clone)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Truncate { bytes: usize },
}

/// A file's bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct File {
    /// As the page cache has it.
    pub(crate) current: Vec<u8>,
    synced: Vec<u8>,
    pending: Vec<Change>,
    /// A sync has returned since it was made: its name is in its folder.
    named: bool,
}

impl File {
    pub(crate) fn write(&mut self, at: usize, bytes: &[u8]) {
        put(&mut self.current, at, bytes);
        self.pending.push(Change::Write { at, bytes: bytes.to_vec() });
    }

    pub(crate) fn truncate(&mut self, bytes: usize) {
        self.current.resize(bytes, 0);
        self.pending.push(Change::Truncate { bytes });
    }

    /// Whether this was its first sync, with which SQLite syncs its folder too.
    pub(crate) fn sync(&mut self) -> bool {
        for change in std::mem::take(&mut self.pending) {
            apply(&mut self.synced, &change, None);
        }
        !std::mem::replace(&mut self.named, true)
    }

    /// The kernel reports the error once, marks the pages clean, and never writes them.
    pub(crate) fn fail_sync(&mut self) {
        self.pending.clear();
    }

    pub(crate) fn unsynced(&self) -> usize {
        self.pending.len()
    }

    /// What is left after the power went; nothing when the file itself is gone. Whether that differs from what
    /// readers saw.
    pub(crate) fn after_power_loss(&self, loss: &mut dyn Loss) -> (Option<File>, bool) {
        let mut left = self.synced.clone();
        let kept = loss.keep(self.pending.len());
        for (change, keep) in self.pending.iter().zip(kept) {
            if !keep {
                continue;
            }
            let sectors = match change {
                Change::Write { at, bytes } => torn(loss, *at, bytes.len()),
                Change::Truncate { .. } => None,
            };
            apply(&mut left, change, sectors.as_deref());
        }
        if !self.named && left.is_empty() {
            return (None, !self.current.is_empty());
        }
        let changed = left != self.current;
        (Some(File { current: left.clone(), synced: left, pending: Vec::new(), named: true }), changed)
    }

    /// Everything that readers see is on the medium.
    pub(crate) fn settled(mut self) -> File {
        self.sync();
        self.synced.clone_from(&self.current);
        self
    }

    pub(crate) fn flip(&mut self, at: usize, bit: u8) {
        for bytes in [&mut self.current, &mut self.synced] {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << (bit & 7);
            }
        }
    }
}

fn put(to: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if to.len() < end {
        to.resize(end, 0);
    }
    to[at..end].copy_from_slice(bytes);
}

/// `parts` absent: the whole write.
fn apply(to: &mut Vec<u8>, change: &Change, parts: Option<&[Range<usize>]>) {
    match (change, parts) {
        (Change::Truncate { bytes }, _) => to.resize(*bytes, 0),
        (Change::Write { at, bytes }, None) => put(to, *at, bytes),
        (Change::Write { at, bytes }, Some(parts)) => {
            parts.iter().for_each(|part| put(to, at + part.start, &bytes[part.clone()]));
        }
    }
}

/// The parts of a write that reached the medium, sector by sector, when it tore.
fn torn(loss: &mut dyn Loss, at: usize, length: usize) -> Option<Vec<Range<usize>>> {
    let first = at / SECTOR_BYTES;
    let last = (at + length).div_ceil(SECTOR_BYTES);
    let kept = loss.tear(last - first)?;
    let parts = (first..last).zip(kept).filter(|(_, keep)| *keep).map(|(sector, _)| {
        let start = (sector * SECTOR_BYTES).max(at);
        let end = ((sector + 1) * SECTOR_BYTES).min(at + length);
        start - at..end - at
    });
    Some(parts.collect())
}
