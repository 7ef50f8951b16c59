//! What becomes of a device: how long it may show what it holds without the server, that it is no longer enrolled,
//! and the order to destroy what it holds.
//!
//! Revocations and orders are statements that the store signs, whose key the organisation's root has certified: a
//! mere status of an answer never ends an enrolment nor wipes anything.

use super::messages::Challenge;
use crate::cbor::decode_whole;
use crate::ids::AuthorId;
use crate::journal::{Digest, PublicKey, Signature};
use crate::time::{HOUR_MS, Moment};
use minicbor::{Decode, Encode};

/// How long a device shows what it holds without having reached the server, unless the organisation says otherwise.
pub const LEASE_HOURS: u32 = 72;

/// What a server tells a device of itself and of other devices; mostly nothing but the lease.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Terms {
    /// For how many hours from this answer on the device shows what it holds.
    #[n(0)]
    pub lease_hours: u32,
    /// This device is no longer enrolled: what it recorded is still taken, and nothing comes down.
    #[n(1)]
    pub ended: bool,
    /// Destroy what is here, once what waits is handed in.
    #[n(2)]
    pub wipe: Option<Statement>,
    /// Devices that are no longer enrolled, as far as this device was not told: each a [`Revocation`].
    #[n(3)]
    pub revoked: Vec<Statement>,
}

impl Default for Terms {
    fn default() -> Self {
        Terms { lease_hours: LEASE_HOURS, ended: false, wipe: None, revoked: Vec::new() }
    }
}

impl Terms {
    /// The lease in milliseconds.
    pub fn lease_ms(&self) -> i64 {
        i64::from(self.lease_hours) * HOUR_MS
    }
}

/// Something that the store says under its key, as it was signed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Statement {
    /// The CBOR of what it says.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub says: Vec<u8>,
    /// By the store's key over a label and `says`: see [`Said::LABEL`].
    #[n(1)]
    pub signature: Signature,
}

/// What can be said in a [`Statement`].
pub trait Said: Encode<()> + for<'b> Decode<'b, ()> {
    /// What is signed before the bytes, so that one statement can never pass for another.
    const LABEL: &'static [u8];
}

/// Why a statement is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// Not signed by the store.
    #[error("the statement is not signed by the organisation's server")]
    Signature,
    /// Signed, but not readable here: an older app.
    #[error("the statement cannot be read by this version")]
    Unreadable,
}

impl Statement {
    /// Makes a statement; `sign` signs with the store's key.
    pub fn of<T: Said>(said: &T, sign: impl FnOnce(&[u8]) -> Signature) -> Statement {
        let says = minicbor::to_vec(said).expect("a vector takes every byte");
        let signature = sign(&[T::LABEL, &says].concat());
        Statement { says, signature }
    }

    /// What it says, if `store` signed it as this.
    pub fn verify<T: Said>(&self, store: &PublicKey) -> Result<T, StatementError> {
        if !store.verifies(&[T::LABEL, &self.says].concat(), &self.signature) {
            return Err(StatementError::Signature);
        }
        decode_whole(&self.says).map_err(|_| StatementError::Unreadable)
    }
}

/// Why a device is no longer enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, serde::Serialize, serde::Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Its holder has left: what they recorded comes in flagged.
    #[n(0)]
    Left,
    /// It was stolen or lost: what comes from it later is kept apart until a manager has read it.
    #[n(1)]
    Stolen,
}

/// A device is no longer enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Revocation {
    /// Which.
    #[n(0)]
    pub device: AuthorId,
    /// Why.
    #[n(1)]
    pub why: Ended,
    /// Since when, by the server's clock.
    #[n(2)]
    pub at: Moment,
    /// SHA-256 over the streams of the device, but for concerns, and the number of the last receipted record of each:
    /// the server holds the list, and can show it. The list itself would tell every device whom the other one looked
    /// after.
    #[n(3)]
    pub receipted: Digest,
}

impl Said for Revocation {
    const LABEL: &'static [u8] = b"alongside revocation 1";
}

/// An order to destroy what a device holds.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct WipeOrder {
    /// Which device.
    #[n(0)]
    pub device: AuthorId,
    /// The challenge that the request signed which this order answers: no older order is obeyed.
    #[n(1)]
    pub answers: Challenge,
}

impl Said for WipeOrder {
    const LABEL: &'static [u8] = b"alongside wipe 1";
}

impl WipeOrder {
    /// Whether a statement orders this device to wipe, in answer to the request that signed `challenge`.
    pub fn is_given(
        statement: &Statement,
        store: &PublicKey,
        device: AuthorId,
        challenge: &Challenge,
    ) -> bool {
        let order: Result<WipeOrder, _> = statement.verify(store);
        order.is_ok_and(|order| order.device == device && order.answers == *challenge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{Ed25519KeyPair, KeyPair};

    const DEVICE: AuthorId = AuthorId([1; 16]);
    const ASKED: Challenge = Challenge([2; 16]);

    fn key(seed: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed has 32 bytes")
    }

    fn public(key: &Ed25519KeyPair) -> PublicKey {
        PublicKey::from_slice(key.public_key().as_ref()).expect("an Ed25519 key has 32 bytes")
    }

    fn said<T: Said>(said: &T, by: &Ed25519KeyPair) -> Statement {
        let sign = |message: &[u8]| Signature::from_slice(by.sign(message).as_ref()).expect("64 bytes");
        Statement::of(said, sign)
    }

    #[test]
    fn only_the_stores_order_for_this_device_in_answer_to_this_request_is_obeyed() {
        let (store, other) = (key(1), key(2));
        let order = WipeOrder { device: DEVICE, answers: ASKED };
        let obeyed = |statement: &Statement| WipeOrder::is_given(statement, &public(&store), DEVICE, &ASKED);
        assert!(obeyed(&said(&order, &store)));
        assert!(!obeyed(&said(&order, &other)), "another key");
        assert!(!obeyed(&said(&WipeOrder { device: AuthorId([9; 16]), ..order.clone() }, &store)));
        assert!(
            !obeyed(&said(&WipeOrder { answers: Challenge([9; 16]), ..order.clone() }, &store)),
            "an old one"
        );
        let mut changed = said(&order, &store);
        *changed.says.last_mut().expect("it says something") ^= 1;
        assert!(!obeyed(&changed));
    }

    #[test]
    fn a_revocation_is_no_order() {
        let store = key(1);
        let (why, at) = (Ended::Stolen, Moment(1));
        let revocation = Revocation { device: DEVICE, why, at, receipted: Digest([3; 32]) };
        let statement = said(&revocation, &store);
        assert_eq!(statement.verify::<Revocation>(&public(&store)), Ok(revocation));
        assert_eq!(statement.verify::<WipeOrder>(&public(&store)), Err(StatementError::Signature));
    }
}
