//! The face of the replica for shells in other languages, through uniffi.
//!
//! Core knows nothing of uniffi. Its own types cross: each is declared here once more as a *remote* type, from
//! which only the crossing is made, so that a type that changes in core no longer compiles here. Absent on
//! purpose: models of this crate's own, rules, words on a screen. Lists cross in one call; nothing panics across.

pub mod aligned;
mod asked;
pub mod day;
pub mod escalations;
pub mod lacks;
mod names;
pub mod news2;
pub mod pin;
pub mod plan;
pub mod platform;
pub mod problem;
pub mod reablement;
pub mod records;
pub mod replica;
pub mod together;
pub mod views;
pub mod visits;
pub mod wake;

uniffi::setup_scaffolding!("alongside");
