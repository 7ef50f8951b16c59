//! The deterministic simulator: real replicas and a real server in one process, in virtual time, on disks and over
//! a network that fail as a seed says. A checker that knows nothing of the product judges.
//!
//! Everything that a run decides follows from its seed: the same seed gives the same trace.

mod desk;
pub mod dice;
mod facts;
pub mod faults;
mod finish;
mod gate;
mod network;
mod people;
mod phone;
pub mod place;
pub mod report;
pub mod run;
mod server;
pub mod states;
#[cfg(test)]
mod sweeps;
mod trace;
#[cfg(test)]
mod twins;
pub mod worker;
mod world;
