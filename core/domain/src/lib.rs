//! The rules of Alongside: journal, plan, care, access and the sync protocol.
//!
//! Everything here is a pure function of its arguments. Absent on purpose: files, sockets, threads,
//! clocks, randomness and databases. Time and random bytes come in as arguments.

pub mod access;
pub mod care;
mod cbor;
pub mod day;
pub mod ids;
pub mod journal;
pub mod plan;
pub mod reablement;
pub mod safeguarding;
pub mod sharing;
pub mod sync;
pub mod time;
pub mod together;
pub mod value;
