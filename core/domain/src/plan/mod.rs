//! The current plan: its sections, the typed commands that edit it, and the view that screens show.

pub mod edit;
pub mod view;
