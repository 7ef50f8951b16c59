//! The naive model that judges simulated runs. It is told plain facts, in the order in which they happened, and
//! says which promise was broken.
//!
//! Absent on purpose: anything of the product. This crate depends on nothing, so a mistake in the product cannot
//! be made here in the same way; a wall of `cargo xtask walls` holds that.

mod access;
mod breach;
mod cases;
mod concerns;
mod converge;
mod damaged;
mod erased;
mod fates;
mod keep;
mod model;
mod sharing;
mod times;

pub use breach::Breach;
pub use model::{Checker, Fate, Outcome, Part, Record, Told, Tried};
pub use sharing::{Agreed, shared_with};
