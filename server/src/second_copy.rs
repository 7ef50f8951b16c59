//! The second copy: a file on another disk that holds each sealed record that was receipted. The phone that made it
//! has forgotten it by then, so this file and the database are the two copies that there are.
//!
//! Appended to and synced before a receipt is given, never changed. Each entry is a mark (16 bytes), the length of its
//! content (u32, big-endian), the SHA-256 of length and content, and its content: the CBOR of (when it was received,
//! the packed page, its author's certificate). What is between two whole entries, such as a part of one whose write failed, is passed over.

use crate::app::App;
use crate::files::{self, FileError};
use crate::storage::StorageError;
use crate::sync;
use alongside_domain::journal::Signature;
use alongside_domain::sync::certificate::Certificate;
use alongside_domain::sync::messages::PackedPage;
use alongside_domain::time::Moment;
use minicbor::bytes::ByteVec;
use ring::digest;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// What each entry begins with.
const MARK: &[u8] = b"alongside copy 1";
/// Bytes of mark, length and digest.
const HEAD_BYTES: usize = MARK.len() + 4 + 32;

/// An open second copy.
pub struct SecondCopy(Arc<Mutex<Kept>>);

struct Kept {
    file: File,
    seals: BTreeSet<Signature>,
}

/// What the file holds of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When the page was received.
    pub received: Moment,
    /// The page.
    pub page: PackedPage,
    /// The CBOR of its author's certificate: a restored database may not know the device.
    pub certificate: Vec<u8>,
}

impl SecondCopy {
    /// Opens the file, or makes it. What it holds.
    pub fn open(path: &Path) -> Result<(SecondCopy, Vec<Entry>), FileError> {
        let file = files::open_to_append(path)?;
        let bytes = files::read(path)?;
        let (entries, passed_over) = entries_of(&bytes);
        if passed_over > 0 {
            tracing::warn!(
                passed_over,
                "the second copy has bytes that are no whole entry; they stay as they are"
            );
        }
        let seals = entries.iter().filter_map(|entry| Some(entry.page.open().ok()?.seal)).collect();
        Ok((SecondCopy(Arc::new(Mutex::new(Kept { file, seals }))), entries))
    }

    /// Keeps a page, once. Whether it is durable here.
    pub async fn keep(&self, seal: Signature, entry: Entry) -> bool {
        let kept = Arc::clone(&self.0);
        let written = tokio::task::spawn_blocking(move || {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.append(seal, &entry)
        });
        match written.await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::error!(%error, "the second copy cannot be written");
                false
            }
            Err(_) => false,
        }
    }
}

impl Kept {
    fn append(&mut self, seal: Signature, entry: &Entry) -> io::Result<()> {
        if self.seals.contains(&seal) {
            return Ok(());
        }
        self.file.write_all(&bytes_of(entry))?;
        self.file.sync_all()?;
        self.seals.insert(seal);
        Ok(())
    }
}

fn digest_of(length: &[u8], content: &[u8]) -> digest::Digest {
    digest::digest(&digest::SHA256, &[length, content].concat())
}

fn bytes_of(entry: &Entry) -> Vec<u8> {
    let content = minicbor::to_vec((entry.received, &entry.page, ByteVec::from(entry.certificate.clone())))
        .expect("a vector takes every byte");
    let length = (content.len() as u32).to_be_bytes();
    [MARK, &length, digest_of(&length, &content).as_ref(), &content].concat()
}

/// The whole entries, and how many bytes are in none.
fn entries_of(bytes: &[u8]) -> (Vec<Entry>, usize) {
    let (mut entries, mut place, mut passed_over) = (Vec::new(), 0, 0);
    while place < bytes.len() {
        match entry_at(&bytes[place..]) {
            Some((entry, length)) => {
                entries.push(entry);
                place += length;
            }
            None => (place, passed_over) = (place + 1, passed_over + 1),
        }
    }
    (entries, passed_over)
}

/// The entry that begins here, if it is whole, and how long it is.
fn entry_at(bytes: &[u8]) -> Option<(Entry, usize)> {
    let (length, rest) = bytes.strip_prefix(MARK)?.split_at_checked(4)?;
    let (digest, rest) = rest.split_at_checked(32)?;
    let content = rest.get(..u32::from_be_bytes(length.try_into().ok()?) as usize)?;
    if digest_of(length, content).as_ref() != digest {
        return None;
    }
    let (received, page, certificate): (_, _, ByteVec) = minicbor::decode(content).ok()?;
    Some((Entry { received, page, certificate: certificate.into() }, HEAD_BYTES + content.len()))
}

/// Brings back to the database what it lacks: it may have been restored from a backup.
pub async fn bring_back(app: &App, entries: Vec<Entry>) -> Result<(), StorageError> {
    let mut left_out = 0;
    for entry in entries {
        left_out += usize::from(!bring_one(app, &entry).await?);
    }
    if left_out > 0 {
        tracing::warn!(left_out, "entries of the second copy are by devices that this server does not know");
    }
    Ok(())
}

/// `false` when it cannot be known for its author's.
async fn bring_one(app: &App, entry: &Entry) -> Result<bool, StorageError> {
    let Ok(certificate) = minicbor::decode::<Certificate>(&entry.certificate) else { return Ok(false) };
    sync::take_device(app, &certificate, entry.received).await?;
    let Ok(author) = entry.page.open().map(|page| page.id.author) else { return Ok(false) };
    let Some(device) = app.store.device(author).await? else { return Ok(false) };
    let Ok(page) = sync::sealed::read(&entry.page, &device, entry.received) else { return Ok(false) };
    app.store.commit_sealed(page).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u8) -> Entry {
        Entry {
            received: Moment(number.into()),
            page: PackedPage(vec![number; 50]),
            certificate: vec![number; 9],
        }
    }

    #[tokio::test]
    async fn what_is_kept_is_there_when_the_file_is_opened_again_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("second");
        let (copy, entries) = SecondCopy::open(&path).unwrap();
        assert_eq!(entries, []);
        for number in [1, 2, 1] {
            assert!(copy.keep(Signature([number; 64]), entry(number)).await);
        }
        drop(copy);
        let (_, entries) = SecondCopy::open(&path).unwrap();
        assert_eq!(entries, [entry(1), entry(2)]);
    }

    #[test]
    fn an_entry_that_was_cut_off_anywhere_hides_none_before_or_behind_it() {
        let (whole, other) = (bytes_of(&entry(1)), bytes_of(&entry(2)));
        for length in 0..whole.len() {
            let bytes = [&other, &whole[..length], &other].concat();
            assert_eq!(entries_of(&bytes), (vec![entry(2), entry(2)], length));
        }
    }

    #[test]
    fn a_changed_entry_is_passed_over_whichever_byte_it_is() {
        let (changed, other) = (bytes_of(&entry(1)), bytes_of(&entry(2)));
        for place in 0..changed.len() {
            let mut changed = changed.clone();
            changed[place] ^= 1;
            let bytes = [changed.as_slice(), &other].concat();
            assert_eq!(entries_of(&bytes), (vec![entry(2)], changed.len()), "{place}");
        }
    }
}
