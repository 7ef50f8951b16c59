//! The sync protocol, without sockets, clock or randomness.
//!
//! One round trip is one exchange: the device sends its sealed pages and a digest of what it has; the server
//! answers with receipts, the records that the device may see and lacks, and the next challenge. See
//! [`machine`] for the device's side, [`messages`] for the bytes, [`certificate`] for who may speak, [`pace`] for when a phone does it.

pub mod certificate;
pub mod machine;
pub mod messages;
pub mod pace;
pub mod standing;
