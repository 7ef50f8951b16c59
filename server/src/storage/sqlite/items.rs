//! The records of a run as bytes: each as its author wrote it, or the digest of one that is erased.

use crate::storage::StorageError;
use alongside_domain::journal::erasure::{PageSecrets, RunSecrets};
use alongside_domain::journal::page::Item;
use alongside_domain::journal::{Digest, PageSecret, RecordBytes};
use minicbor::data::Type;
use minicbor::{Decode, Decoder, Encoder};

/// A record's CBOR beside header and body: at most this.
const RECORD_HEADS_BYTES: usize = 11;

/// The records of a run that is to be written.
#[derive(Clone, Copy)]
pub enum Records<'a> {
    /// As a page brings them.
    Whole(&'a Vec<RecordBytes>),
    /// Some are erased.
    Held(&'a [Item]),
}

impl Records<'_> {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Records::Whole(records) => records.len(),
            Records::Held(items) => items.len(),
        }
    }

    /// The CBOR of a list: of a struct for each record, and a byte string for each that is erased.
    pub fn encoded(&self) -> Vec<u8> {
        match self {
            Records::Whole(records) => encoded_records(records),
            Records::Held(items) => encoded_items(items),
        }
    }
}

fn encoded_records(records: &Vec<RecordBytes>) -> Vec<u8> {
    let length: usize = records.iter().map(|record| record.header.len() + record.body.len()).sum();
    let mut bytes = Vec::with_capacity(length + records.len() * RECORD_HEADS_BYTES + RECORD_HEADS_BYTES);
    minicbor::encode(records, &mut bytes).expect("a vector takes every byte");
    bytes
}

fn encoded_items(items: &[Item]) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    encoder.array(items.len() as u64).expect("a vector takes every byte");
    for item in items {
        match item {
            Item::Record(record) => encoder.encode(record),
            Item::Digest(digest) => encoder.encode(digest),
        }
        .expect("a vector takes every byte");
    }
    encoder.into_writer()
}

struct Stored(Item);

impl<'b, C> Decode<'b, C> for Stored {
    fn decode(from: &mut Decoder<'b>, context: &mut C) -> Result<Self, minicbor::decode::Error> {
        match from.datatype()? {
            Type::Bytes => Digest::decode(from, context).map(|digest| Stored(Item::Digest(digest))),
            _ => RecordBytes::decode(from, context).map(|record| Stored(Item::Record(record))),
        }
    }
}

/// Reads the records of a run; at least one.
pub fn decoded(bytes: &[u8]) -> Result<Vec<Item>, StorageError> {
    let unreadable = StorageError::Unreadable { what: "list of records" };
    let stored: Vec<Stored> = minicbor::decode(bytes).map_err(|_| unreadable.clone())?;
    if stored.is_empty() {
        return Err(unreadable);
    }
    Ok(stored.into_iter().map(|Stored(item)| item).collect())
}

/// A page's secret as its columns `secret` and `secrets` hold it.
pub fn columns(secrets: &PageSecrets) -> (&[u8], Option<Vec<u8>>) {
    match secrets {
        PageSecrets::Whole(secret) => (&secret.0, None),
        PageSecrets::Expanded(all) => (&[], Some(minicbor::to_vec(all).expect("a vector takes every byte"))),
    }
}

/// Reads what opens a page's records.
pub fn secrets_of(secret: &[u8], secrets: Option<&[u8]>) -> Result<PageSecrets, StorageError> {
    let unreadable = StorageError::Unreadable { what: "page secret" };
    match secrets {
        None => {
            secret.try_into().map(|secret| PageSecrets::Whole(PageSecret(secret))).map_err(|_| unreadable)
        }
        Some(all) => {
            let all: Vec<RunSecrets> = minicbor::decode(all).map_err(|_| unreadable)?;
            Ok(PageSecrets::Expanded(all))
        }
    }
}
