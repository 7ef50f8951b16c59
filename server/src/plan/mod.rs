//! The canonical plan: this store is its one writer.
//!
//! What follows from a page is derived by the domain's pure rules from the person's journal as it stood, and is
//! written with the page in one transaction that holds only if the journal still stands so.

mod current;
mod follow;
mod forget;
mod own_page;

pub use current::{CurrentPlan, PlanError, Plans, plan_entries};
pub use follow::{
    Act, Acts, Following, Notes, NotesOfPage, act, act_all, act_for_office, concerns, fits, follow,
    follow_released, hear_out,
};
pub use forget::{EditErased, erase_edit, erase_record, forget_again, forget_brought, forget_if_due};
