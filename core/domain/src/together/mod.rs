//! Working together (D7): what follows from risks, decisions, disagreements, referrals, joint assessment and going
//! home, as they stand in the plan.
//!
//! Everything is a pure view over the plan, its history and the records, as they are known at a position: see
//! [`view::together`]. Nothing here is recorded: a gap that asks for a decision and a review that a trigger opens come
//! and go with what they follow from.

pub mod assessment;
pub mod consistent;
pub mod deadline;
pub mod decision;
pub mod discharge;
pub mod dispute;
mod entry;
pub mod flag;
mod gaps;
pub mod history;
pub mod needs;
pub mod owner;
pub mod referral;
pub mod review;
pub mod risk;
pub mod view;
mod watch;
