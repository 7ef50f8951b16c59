//! Reablement (D5): goals, the week's progress, and what the week proposes.
//!
//! Everything is a fold over the plan and the records as they were known at a moment: see [`summary::weekly`].

pub mod criterion;
pub mod goal;
mod known;
pub mod progress;
pub mod proposal;
pub mod stalled;
pub mod summary;
pub mod week;
