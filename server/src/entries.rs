//! Stored records as folds read them: decoded, with their times corrected.

use crate::storage::{StorageError, StoredRecord};
use alongside_domain::journal::body::Times;
use alongside_domain::journal::{Body, Channel, Entry, Header, RecordBytes, RecordRef};

/// A stored record, decoded. A body that cannot be read counts as one of a newer version.
pub fn entry(record: &StoredRecord, channel: Channel) -> Result<Entry, StorageError> {
    let id = RecordRef { author: record.author, epoch: record.epoch, number: record.number, channel };
    entry_of(id, &record.bytes)
}

/// A record's bytes, decoded.
pub fn entry_of(id: RecordRef, bytes: &RecordBytes) -> Result<Entry, StorageError> {
    let header = bytes.decode_header().map_err(|_| StorageError::Unreadable { what: "record header" })?;
    let body = Body::decode(header.kind, &bytes.body).unwrap_or(Body::Unknown);
    Ok(entry_with(id, header, body))
}

/// A record that was just made.
pub fn entry_with(id: RecordRef, header: Header, body: Body) -> Entry {
    let observed = header.observed.unwrap_or(header.recorded).min(header.recorded);
    Entry { id, effective: header.recorded, observed, header, body }
}

/// All records, decoded, with the corrected times that the store gave.
pub fn entries(records: &[StoredRecord], channel: Channel) -> Result<Vec<Entry>, StorageError> {
    let mut entries = records.iter().map(|record| entry(record, channel)).collect::<Result<Vec<_>, _>>()?;
    let corrections: Vec<Times> = entries
        .iter()
        .filter_map(|entry| match &entry.body {
            Body::Times(times) => Some(times.clone()),
            _ => None,
        })
        .collect();
    corrections.iter().for_each(|times| correct(&mut entries, times));
    Ok(entries)
}

fn correct(entries: &mut [Entry], times: &Times) {
    let range = times.first..=times.last;
    let about =
        |id: &RecordRef| id.author == times.author && id.epoch == times.epoch && range.contains(&id.number);
    for entry in entries.iter_mut().filter(|entry| about(&entry.id)) {
        entry.effective = entry.header.recorded.plus_ms(times.add_ms);
        let observed = entry.header.observed.unwrap_or(entry.header.recorded);
        entry.observed = observed.plus_ms(times.add_ms).min(entry.effective);
    }
}
