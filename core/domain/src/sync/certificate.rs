//! Certificates: which device is whose, vouched for by the server's key, itself vouched for by the organisation.
//!
//! A certificate is bytes and a signature over "alongside certificate 1" ‖ bytes, so that it is checked as it
//! was signed. The organisation's root key signs the store's certificate; the store's key signs the devices'.

use crate::cbor::decode_whole;
use crate::ids::{AuthorId, StaffId};
use crate::journal::body::Role;
use crate::journal::sealed::SealingKey;
use crate::journal::{PublicKey, Signature};
use crate::time::Moment;
use minicbor::{Decode, Encode};

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Subject {
    /// The device, or the store.
    #[n(0)]
    pub author: AuthorId,
    /// Its key.
    #[n(1)]
    pub key: PublicKey,
    /// Whose device it is; absent for a store.
    #[n(2)]
    pub holder: Option<Holder>,
    /// Not before.
    #[n(3)]
    pub valid_from: Moment,
    /// Not after.
    #[n(4)]
    pub valid_to: Moment,
    /// What others seal to the device with; absent for a store.
    #[n(5)]
    pub sealing: Option<SealingKey>,
    /// Yes for a desk: the holder's place at the console, which has a key of its own (decision 0025).
    #[n(6)]
    pub desk: Option<bool>,
}

impl Subject {
    /// Whether it is a desk, and no device.
    pub fn is_desk(&self) -> bool {
        self.desk == Some(true)
    }
}

/// The member of staff who holds a device.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Holder {
    /// Who.
    #[n(0)]
    pub staff: StaffId,
    /// In which role.
    #[n(1)]
    pub role: Role,
    /// How they are called on screens.
    #[n(2)]
    pub name: String,
    /// For which organisation.
    #[n(3)]
    pub organisation: String,
}

/// A subject as it was signed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Certificate {
    /// The CBOR of a [`Subject`].
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub subject: Vec<u8>,
    /// By the root for a store, by the store for a device.
    #[n(1)]
    pub signature: Signature,
}

/// Why a certificate is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Not signed by the key that should have.
    #[error("the certificate is not signed by the expected key")]
    Signature,
    /// Signed, but not readable here: an older app.
    #[error("the certificate cannot be read by this version")]
    Unreadable,
}

/// What the signature of a certificate covers.
pub fn signed_bytes(subject: &[u8]) -> Vec<u8> {
    [b"alongside certificate 1".as_slice(), subject].concat()
}

impl Certificate {
    /// Issues a certificate; `sign` signs with the issuer's key.
    pub fn issue(subject: &Subject, sign: impl FnOnce(&[u8]) -> Signature) -> Certificate {
        let subject = minicbor::to_vec(subject).expect("a vector takes every byte");
        let signature = sign(&signed_bytes(&subject));
        Certificate { subject, signature }
    }

    /// The subject, if `issuer` signed it. Validity in time is the caller's to judge.
    pub fn verify(&self, issuer: &PublicKey) -> Result<Subject, CertificateError> {
        if !issuer.verifies(&signed_bytes(&self.subject), &self.signature) {
            return Err(CertificateError::Signature);
        }
        decode_whole(&self.subject).map_err(|_| CertificateError::Unreadable)
    }
}
