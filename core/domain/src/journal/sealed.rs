//! Sealed records: whoever carries one, the server too, learns whom it is about and for whom it is, and no more.
//!
//! The record's bytes are encrypted once (ChaCha20-Poly1305) under a key drawn for it alone; that key is sealed to
//! each recipient's device with HPKE (RFC 9180, base mode): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
//! ChaCha20-Poly1305. Both name the stream, so that neither can be moved to another. Who wrote it is proved by the
//! seal of its page, as for any record.

use super::chain::{Chain, Link, PageSecret, RecordBytes, StreamId, hmac_sha256};
use super::{Body, Header, Page, PageId, PlanSeen, Run, Signature};
use crate::cbor::decode_whole;
use crate::ids::{AuthorId, PersonId, opaque_bytes};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256 as KemX25519;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use minicbor::{Decode, Encode};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use zeroize::Zeroizing;

opaque_bytes!(
    /// What others seal to a device with: an X25519 public key (RFC 7748).
    SealingKey, 32
);

/// Bytes of an encapsulated key, with which a letter's key begins.
const ENCAPSULATED_BYTES: usize = 32;

/// A record for some devices only.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// For each device that can open it, the key.
    #[n(0)]
    pub letters: Vec<Letter>,
    /// The CBOR of the record within ([`RecordBytes`]), encrypted.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub content: Vec<u8>,
}

/// The key of a sealed record, for one device.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// Which.
    #[n(0)]
    pub device: AuthorId,
    /// HPKE's encapsulated key (32 bytes), then the content's key as it was sealed (48 bytes).
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub key: Vec<u8>,
}

/// Why a record was not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no device can be sealed to: none is named, or no key is one")]
pub struct NobodyToSealTo;

/// Why a sealed record was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is for other devices.
    #[error("the record is not sealed to this device")]
    NotForThisDevice,
    /// It was altered, or moved from another stream, or sealed to another key.
    #[error("the sealed record cannot be opened with this device's key")]
    Damaged,
}

/// A device's key that opens what was sealed to it.
pub struct OpeningKey(<KemX25519 as Kem>::PrivateKey);

/// The two halves of the key that belongs to a device's secret: always the same for the same secret.
pub fn sealing_pair(secret: &[u8]) -> (OpeningKey, SealingKey) {
    let material = Zeroizing::new(hmac_sha256(secret, &[b"alongside sealing key 1"]));
    let (private, public) = KemX25519::derive_keypair(material.as_slice());
    let public = SealingKey::from_slice(&public.to_bytes()).expect("an X25519 key has 32 bytes");
    (OpeningKey(private), public)
}

/// Random bytes that the caller gives, as HPKE asks for them.
struct Given<'r>(&'r mut dyn FnMut(&mut [u8]));

impl TryRng for Given<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        (self.0)(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        (self.0)(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        (self.0)(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Given<'_> {}

/// What HPKE binds a letter to.
fn letter_info(stream: &StreamId, device: &AuthorId) -> Vec<u8> {
    [b"alongside letter 1".as_slice(), &stream.hashed_bytes(), &device.0].concat()
}

/// What the encryption of the content is bound to.
fn content_info(stream: &StreamId) -> Vec<u8> {
    [b"alongside sealed 1".as_slice(), &stream.hashed_bytes()].concat()
}

fn content_key(key: &[u8]) -> Option<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, key).ok().map(LessSafeKey::new)
}

/// Each key encrypts one content, so its nonce need not differ from another's.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

impl Sealed {
    /// Seals the only record of `stream` to these devices. `random` fills with bytes that nobody can guess. A key to
    /// which nothing can be sealed is passed over.
    pub fn seal(
        record: &RecordBytes,
        stream: &StreamId,
        to: &[(AuthorId, SealingKey)],
        random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<Sealed, NobodyToSealTo> {
        let mut key = Zeroizing::new([0; 32]);
        random(key.as_mut_slice());
        let letters: Vec<Letter> = to
            .iter()
            .filter_map(|(device, to)| {
                let info = letter_info(stream, device);
                Some(Letter { device: *device, key: seal_key(key.as_slice(), to, &info, random)? })
            })
            .collect();
        if letters.is_empty() {
            return Err(NobodyToSealTo);
        }
        let mut content = minicbor::to_vec(record).expect("a vector takes every byte");
        let aad = Aad::from(content_info(stream));
        let cipher = content_key(key.as_slice()).expect("the key has 32 bytes");
        cipher
            .seal_in_place_append_tag(nonce(), aad, &mut content)
            .expect("a record is shorter than the cipher allows");
        Ok(Sealed { letters, content })
    }

    /// Opens it with a device's key.
    pub fn open(
        &self,
        stream: &StreamId,
        device: AuthorId,
        key: &OpeningKey,
    ) -> Result<RecordBytes, OpenError> {
        self.open_with(stream, &self.content_key(stream, device, key)?)
    }

    /// The key of the content, from the letter to a device: whoever is given it can open this record, and no other.
    pub fn content_key(
        &self,
        stream: &StreamId,
        device: AuthorId,
        key: &OpeningKey,
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let letter = self.letters.iter().find(|letter| letter.device == device);
        let letter = letter.ok_or(OpenError::NotForThisDevice)?;
        open_key(letter, key, &letter_info(stream, &device)).ok_or(OpenError::Damaged)
    }

    /// Opens it with the key of its content.
    pub fn open_with(&self, stream: &StreamId, key: &[u8]) -> Result<RecordBytes, OpenError> {
        let cipher = content_key(key).ok_or(OpenError::Damaged)?;
        let mut content = self.content.clone();
        let aad = Aad::from(content_info(stream));
        let plain = cipher.open_in_place(nonce(), aad, &mut content).map_err(|_| OpenError::Damaged)?;
        decode_whole(plain).map_err(|_| OpenError::Damaged)
    }
}

impl Sealed {
    /// The page of this record, which is the only one of a stream of its own. What stands outside of the seal says no
    /// more than that it is one; `within` is the header inside.
    pub fn into_page(
        self,
        id: PageId,
        person: PersonId,
        within: &Header,
        secret: PageSecret,
        sign: impl FnOnce(&[u8]) -> Signature,
    ) -> Page {
        let body = Body::Sealed(self);
        let header = Header {
            kind: body.kind(),
            category: body.category(),
            recorded: within.recorded,
            observed: None,
            by: within.by,
            plan_seen: PlanSeen::default(),
            clock_off_ms: None,
            counted: None,
        };
        let record = RecordBytes::of(&header, &body);
        let mut chain = Chain::at(&secret, id.stream(person), 0, Link::START);
        chain.push(header.category, &record);
        let head = chain.link;
        let run = Run { person, first: 1, before: Link::START, records: vec![record] };
        Page::seal(id, secret, vec![run], &[head], sign)
    }
}

fn seal_key(key: &[u8], to: &SealingKey, info: &[u8], random: &mut dyn FnMut(&mut [u8])) -> Option<Vec<u8>> {
    let public = <KemX25519 as Kem>::PublicKey::from_bytes(&to.0).ok()?;
    let (encapsulated, sealed) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, KemX25519>(
        &OpModeS::Base,
        &public,
        info,
        key,
        &[],
        &mut Given(random),
    )
    .ok()?;
    Some([encapsulated.to_bytes().as_slice(), &sealed].concat())
}

fn open_key(letter: &Letter, key: &OpeningKey, info: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (encapsulated, sealed) = letter.key.split_at_checked(ENCAPSULATED_BYTES)?;
    let encapsulated = <KemX25519 as Kem>::EncappedKey::from_bytes(encapsulated).ok()?;
    let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, KemX25519>(
        &OpModeR::Base,
        &key.0,
        &encapsulated,
        info,
        sealed,
        &[],
    );
    opened.ok().map(Zeroizing::new)
}
