//! Stored records as folds read them: decoded, with their times corrected.

use crate::storage::{StorageError, StoredRun};
use alongside_domain::ids::AuthorId;
use alongside_domain::journal::{Body, Channel, Entry, Header, Kind, RecordBytes, RecordRef, times};

/// A record's bytes, decoded. A body that cannot be read counts as one of a newer version.
pub fn entry_of(id: RecordRef, bytes: &RecordBytes) -> Result<Entry, StorageError> {
    let header = header_of(bytes)?;
    let body = Body::read(header.kind, &bytes.body);
    Ok(entry_with(id, header, body))
}

fn header_of(bytes: &RecordBytes) -> Result<Header, StorageError> {
    bytes.decode_header().map_err(|_| StorageError::Unreadable { what: "record header" })
}

/// A record that was just made.
pub fn entry_with(id: RecordRef, header: Header, body: Body) -> Entry {
    let observed = header.observed.unwrap_or(header.recorded).min(header.recorded);
    Entry { id, effective: header.recorded, observed, header, body }
}

/// The records of stored runs whose kind is wanted, decoded, with the corrected times that the `store` gave. Kind 40
/// (times) is to be among the wanted.
pub fn entries(
    runs: &[StoredRun],
    channel: Channel,
    store: AuthorId,
    is_wanted: impl Fn(Kind) -> bool,
) -> Result<Vec<Entry>, StorageError> {
    let mut entries = Vec::new();
    for run in runs {
        for (number, bytes) in run.records() {
            let header = header_of(bytes)?;
            if is_wanted(header.kind) {
                let id = RecordRef { author: run.author, epoch: run.epoch, number, channel };
                let body = Body::read(header.kind, &bytes.body);
                entries.push(entry_with(id, header, body));
            }
        }
    }
    times::correct(&mut entries, store);
    Ok(entries)
}
