//! Who this device is: its keys, its certificate, and what it pins of the organisation's server.

use crate::random::Random;
use alongside_domain::ids::AuthorId;
use alongside_domain::journal::sealed::{OpeningKey, sealing_pair};
use alongside_domain::journal::{PublicKey, Signature};
use alongside_domain::sync::certificate::{Certificate, CertificateError, Holder, Subject};
use alongside_domain::sync::messages::{Enrol, Welcome, enrol_message};
use alongside_domain::time::Moment;
use minicbor::{Decode, Encode};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// What a new device is given, as a QR code or a file: where the server is, how to know it, and a one-time code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolTicket {
    /// The server's address, `https://host:port`.
    pub url: String,
    /// The organisation's own certificate authority. No other is trusted.
    pub ca_pem: String,
    /// The organisation's root key, in hex.
    pub root_key: PublicKey,
    /// The one-time code.
    pub code: String,
    /// When the ticket was made: the phone's own clock may be years off.
    pub issued_ms: Moment,
}

/// Who this device is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Me {
    /// The device.
    pub device: AuthorId,
    /// Its holder.
    pub staff: alongside_domain::ids::StaffId,
    /// Their role.
    pub role: alongside_domain::journal::body::Role,
    /// Their name.
    pub name: String,
    /// Their organisation.
    pub organisation: String,
}

/// What is stored of an enrolment.
#[derive(Clone, Encode, Decode)]
pub(crate) struct Identity {
    #[n(0)]
    pub(crate) device: AuthorId,
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    seed: Vec<u8>,
    #[n(2)]
    certificate: Certificate,
    #[n(3)]
    pub(crate) store: Certificate,
    #[n(4)]
    pub(crate) server: PinnedServer,
    /// The two certificates as verified, once each while the app runs: a signature costs more than a record.
    #[cbor(skip)]
    verified: Verified,
}

#[derive(Clone, Default)]
struct Verified {
    store: OnceLock<Subject>,
    me: OnceLock<Me>,
}

/// How to reach the organisation's server, and how to know it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct PinnedServer {
    #[n(0)]
    pub(crate) url: String,
    #[n(1)]
    pub(crate) ca_pem: String,
    #[n(2)]
    pub(crate) root_key: PublicKey,
    #[n(3)]
    pub(crate) issued: Moment,
}

impl PinnedServer {
    /// What a ticket says of the server.
    pub(crate) fn of(ticket: &EnrolTicket) -> PinnedServer {
        PinnedServer {
            url: ticket.url.trim_end_matches('/').to_owned(),
            ca_pem: ticket.ca_pem.clone(),
            root_key: ticket.root_key,
            issued: ticket.issued_ms,
        }
    }
}

/// A key that is not enrolled yet.
pub(crate) struct NewDevice {
    device: AuthorId,
    seed: [u8; 32],
    key: Ed25519KeyPair,
}

fn key_pair(seed: &[u8]) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(seed).expect("a seed has 32 bytes")
}

fn sign(key: &Ed25519KeyPair, message: &[u8]) -> Signature {
    Signature::from_slice(key.sign(message).as_ref()).expect("an Ed25519 signature has 64 bytes")
}

impl NewDevice {
    /// A device with a new name and a new key.
    pub(crate) fn make(random: &dyn Random) -> NewDevice {
        let seed = random.bytes();
        NewDevice { device: AuthorId(random.bytes()), seed, key: key_pair(&seed) }
    }

    /// What it sends to join.
    pub(crate) fn enrol(&self, code: &str) -> Enrol {
        let key = PublicKey::from_slice(self.key.public_key().as_ref()).expect("an Ed25519 key has 32 bytes");
        let (_, sealing) = sealing_pair(&self.seed);
        let proof = sign(&self.key, &enrol_message(&self.device, &sealing, code));
        Enrol { code: code.to_owned(), device: self.device, key, proof, sealing }
    }

    /// Who it is, once welcomed by the pinned organisation.
    pub(crate) fn welcomed(
        self,
        server: PinnedServer,
        welcome: &Welcome,
    ) -> Result<Identity, CertificateError> {
        let store = welcome.store.verify(&server.root_key)?;
        let subject = welcome.device.verify(&store.key)?;
        if subject.author != self.device || subject.key.0 != self.key.public_key().as_ref() {
            return Err(CertificateError::Signature);
        }
        Ok(Identity {
            device: self.device,
            seed: self.seed.to_vec(),
            certificate: welcome.device.clone(),
            store: welcome.store.clone(),
            server,
            verified: Verified::default(),
        })
    }
}

impl Identity {
    /// Signs with the device's key.
    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        sign(&key_pair(&self.seed), message)
    }

    /// Opens what was sealed to this device.
    pub(crate) fn opening_key(&self) -> OpeningKey {
        sealing_pair(&self.seed).0
    }

    /// What the store signed of this device.
    #[cfg(test)]
    pub(crate) fn certificate_for_tests(&self) -> Certificate {
        self.certificate.clone()
    }

    /// The key that the device's seals are checked with.
    #[cfg(test)]
    pub(crate) fn key_for_tests(&self) -> PublicKey {
        PublicKey::from_slice(key_pair(&self.seed).public_key().as_ref())
            .expect("an Ed25519 key has 32 bytes")
    }

    /// The device's certificate, as the store signed it.
    pub(crate) fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The store's certificate, as verified at enrolment.
    pub(crate) fn store_subject(&self) -> Result<&Subject, CertificateError> {
        if let Some(subject) = self.verified.store.get() {
            return Ok(subject);
        }
        let subject = self.store.verify(&self.server.root_key)?;
        Ok(self.verified.store.get_or_init(|| subject))
    }

    /// Who holds this device.
    pub(crate) fn me(&self) -> Result<&Me, CertificateError> {
        if let Some(me) = self.verified.me.get() {
            return Ok(me);
        }
        let subject = self.certificate.verify(&self.store_subject()?.key)?;
        let Some(Holder { staff, role, name, organisation }) = subject.holder else {
            return Err(CertificateError::Unreadable);
        };
        let me = Me { device: self.device, staff, role, name, organisation };
        Ok(self.verified.me.get_or_init(|| me))
    }
}

impl Drop for Identity {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.seed);
    }
}
