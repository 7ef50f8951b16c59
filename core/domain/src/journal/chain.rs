//! Salts, digests and links: how each record is tied to the one before it.
//!
//! - digest = HMAC-SHA-256(salt, header length as u32 big-endian ‖ header ‖ body)
//! - link = SHA-256("alongside link 1" ‖ stream ‖ number as u64 big-endian ‖ previous link ‖ digest)
//! - stream secret = HMAC-SHA-256(page secret, "alongside salts 1" ‖ stream ‖ category)
//! - salt = HMAC-SHA-256(stream secret, number as u64 big-endian)
//!
//! A digest hides its record from whoever lacks the salt, even where the content could be guessed, and still
//! holds the chain together.

use super::record::{Category, Channel, Header};
use crate::cbor::decode_whole;
use crate::ids::{AuthorId, Epoch, PersonId, opaque_bytes};
use minicbor::{Decode, Encode};
use ring::{digest, hmac};

opaque_bytes!(
    /// What stands for a record where the record itself may not be seen.
    Digest, 32
);
opaque_bytes!(
    /// Ties a record to all before it in its stream. The link before the first record is all zero.
    Link, 32
);

impl Link {
    /// What stands before the first record of a stream.
    pub const START: Link = Link([0; 32]);
}

/// The records of one author's installation about one person, for one audience, numbered from 1 without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct StreamId {
    /// About whom.
    #[n(0)]
    pub person: PersonId,
    /// For whom.
    #[n(1)]
    pub channel: Channel,
    /// By which device or store.
    #[n(2)]
    pub author: AuthorId,
    /// Since which installation.
    #[n(3)]
    pub epoch: Epoch,
}

impl StreamId {
    /// The bytes that hashes take: person ‖ channel ‖ author ‖ epoch, 41 bytes.
    pub fn hashed_bytes(&self) -> [u8; 41] {
        let mut bytes = [0; 41];
        bytes[..16].copy_from_slice(&self.person.0);
        bytes[16] = self.channel as u8;
        bytes[17..33].copy_from_slice(&self.author.0);
        bytes[33..].copy_from_slice(&self.epoch.0);
        bytes
    }
}

/// The random secret of a page, from which all its salts come. Destroying it makes the digests of erased
/// records unguessable.
#[derive(Clone, PartialEq, Eq, zeroize::ZeroizeOnDrop)]
pub struct PageSecret(pub [u8; 32]);

/// The part of a page's secret that opens one category of one stream.
#[derive(Clone, PartialEq, Eq, zeroize::ZeroizeOnDrop)]
pub struct StreamSecret([u8; 32]);

/// What hides one record in its digest.
#[derive(Clone, PartialEq, Eq, zeroize::ZeroizeOnDrop)]
pub struct Salt([u8; 32]);

/// Secrets are byte strings in CBOR and never print.
macro_rules! secret_bytes {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                to.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                to: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                to.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(from: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                from.bytes()?
                    .try_into()
                    .map($name)
                    .map_err(|_| minicbor::decode::Error::message("a secret has 32 bytes"))
            }
        }
    };
}
secret_bytes!(PageSecret);
secret_bytes!(StreamSecret);
secret_bytes!(Salt);

pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let mut context = hmac::Context::with_key(&key);
    parts.iter().for_each(|part| context.update(part));
    context.sign().as_ref().try_into().expect("HMAC-SHA-256 has 32 bytes")
}

pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    parts.iter().for_each(|part| context.update(part));
    context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
}

impl PageSecret {
    /// The secret for one category of one stream in this page.
    pub fn for_stream(&self, stream: &StreamId, category: Category) -> StreamSecret {
        StreamSecret(hmac_sha256(&self.0, &[b"alongside salts 1", &stream.hashed_bytes(), &[category.0]]))
    }
}

impl StreamSecret {
    /// The salt of record `number`.
    pub fn salt(&self, number: u64) -> Salt {
        Salt(hmac_sha256(&self.0, &[&number.to_be_bytes()]))
    }

    /// The digest of record `number` with these bytes.
    pub fn digest(&self, number: u64, header: &[u8], body: &[u8]) -> Digest {
        self.salt(number).digest(header, body)
    }
}

impl Salt {
    /// The digest of the record that it belongs to.
    pub fn digest(&self, header: &[u8], body: &[u8]) -> Digest {
        let header_length = (header.len() as u32).to_be_bytes();
        Digest(hmac_sha256(&self.0, &[&header_length, header, body]))
    }
}

/// The link of record `number`, whose predecessor has the link `before`.
pub fn link(stream: &StreamId, number: u64, before: &Link, digest: &Digest) -> Link {
    let number = number.to_be_bytes();
    Link(sha256(&[b"alongside link 1", &stream.hashed_bytes(), &number, &before.0, &digest.0]))
}

/// A record's bytes as its author wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct RecordBytes {
    /// The CBOR of its [`Header`].
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub header: Vec<u8>,
    /// The CBOR of its [`super::Body`].
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

impl RecordBytes {
    /// The longest body, in bytes.
    pub const BODY_BYTES_MAX: usize = 64 * 1024;
    /// The longest header, in bytes.
    pub const HEADER_BYTES_MAX: usize = 512;

    /// The bytes of a record.
    pub fn of(header: &Header, body: &super::Body) -> RecordBytes {
        let header = minicbor::to_vec(header).expect("a vector takes every byte");
        RecordBytes { header, body: body.encode() }
    }

    /// The header, decoded.
    pub fn decode_header(&self) -> Result<Header, HeaderError> {
        decode_whole(&self.header).map_err(|_| HeaderError)
    }
}

/// Bytes that are not a record's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a record's header cannot be read")]
pub struct HeaderError;

/// Walks a stream forward: each record's link from the one before.
#[derive(Debug, Clone)]
pub struct Chain<'a> {
    secret: &'a PageSecret,
    stream: StreamId,
    opened: Vec<(Category, StreamSecret)>,
    /// The number of the last record walked.
    pub number: u64,
    /// Its link.
    pub link: Link,
}

impl<'a> Chain<'a> {
    /// A walk that stands at record `number` with the link `link`.
    pub fn at(secret: &'a PageSecret, stream: StreamId, number: u64, link: Link) -> Chain<'a> {
        Chain { secret, stream, opened: Vec::new(), number, link }
    }

    /// Takes the next record.
    pub fn push(&mut self, category: Category, record: &RecordBytes) {
        self.push_for_digest(category, record);
    }

    /// Takes the next record. Its digest.
    pub fn push_for_digest(&mut self, category: Category, record: &RecordBytes) -> Digest {
        self.number += 1;
        let secret =
            opened_secret(&mut self.opened, category, || self.secret.for_stream(&self.stream, category));
        let digest = secret.digest(self.number, &record.header, &record.body);
        self.link = link(&self.stream, self.number, &self.link, &digest);
        digest
    }
}

fn opened_secret(
    opened: &mut Vec<(Category, StreamSecret)>,
    category: Category,
    open: impl FnOnce() -> StreamSecret,
) -> &StreamSecret {
    let place = opened.iter().position(|(known, _)| *known == category).unwrap_or_else(|| {
        opened.push((category, open()));
        opened.len() - 1
    });
    &opened[place].1
}
