//! The Alongside server: sync, the canonical plan, administration and the console.
//!
//! Absent on purpose: rules about care, plans, access and the protocol's bytes. They are in `alongside-domain`.

pub mod admin;
pub mod agency;
pub mod apart;
pub mod app;
pub mod audit;
pub mod backup;
pub mod break_glass;
pub mod care;
pub mod cli;
pub mod clock;
pub mod config;
pub mod console;
pub mod desk;
pub mod ended;
pub mod enrol;
pub mod entries;
pub mod files;
pub mod hex;
pub mod identity;
pub mod init;
pub mod key_safe;
pub mod kinds;
pub mod password;
pub mod plan;
pub mod probe;
pub mod refusal;
pub mod roster;
pub mod router;
pub mod safeguarding;
pub mod second_copy;
pub mod secret;
pub mod serve;
mod shape;
pub mod sharing;
pub mod storage;
pub mod sync;
pub mod timed;
pub mod tls;
pub mod wire;
