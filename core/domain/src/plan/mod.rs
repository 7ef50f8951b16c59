//! The current plan: its sections, the typed commands that edit it, the document that keeps its history, and
//! the view that screens show.
//!
//! Only the store writes the canonical document ([`plan_fates`]); everyone else replays the changes that it made
//! ([`PlanDocument::replay`]), and an author sees her own edits on top ([`overlay`]). Nothing here reads a clock or draws a random number.

pub mod added;
pub mod apply;
pub mod document;
pub mod edit;
pub mod fates;
mod key;
pub mod overlay;
mod redact;
mod render;
pub mod replay;
pub mod resumed;
pub mod root;
mod stamp;
pub mod states;
mod subject;
pub mod unseen;
pub mod view;

pub use apply::{EditToApply, NotApplied, StartsAt};
pub use document::PlanDocument;
pub use fates::{Decided, NoEffect, plan_fates};
pub use overlay::{Overlay, overlay};
pub use replay::{ReplayError, Replayed};
pub use root::{PlanRoot, RootError};
pub use states::{EditState, EditStates};
pub use view::{Conflict, conflicts};
