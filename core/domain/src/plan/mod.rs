//! The current plan: its sections, the typed commands that edit it, the document that keeps its history, and
//! the view that screens show.
//!
//! Only the store writes the canonical document ([`PlanDocument::apply_edit`]); everyone else replays the
//! changes that it made ([`PlanDocument::replay`]). Nothing here reads a clock or draws a random number.

pub mod apply;
pub mod document;
pub mod edit;
mod key;
mod render;
pub mod replay;
mod stamp;
pub mod view;

pub use apply::{EditToApply, NotApplied, StartsAt};
pub use document::PlanDocument;
pub use replay::ReplayError;
pub use view::{Conflict, conflicts};
