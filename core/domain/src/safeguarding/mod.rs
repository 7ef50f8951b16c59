//! Safeguarding: what a concern says, by when it is reported, whom it is given to and when, and what is done about it.
//!
//! Absent on purpose: who suspects whom, and of what. Whoever records a concern is asked for facts alone. That the
//! steps here are the right ones is for the provider's safeguarding lead to agree.

pub mod acts;
pub mod case;
pub mod concern;
pub mod due;
pub mod opened;
pub mod records;
pub mod routes;
pub mod steps;

use crate::journal::body::Role;

/// Whether people of this role may answer for concerns: as recipients, or because access to a case was given to them.
pub fn answers_for_concerns(role: Role) -> bool {
    matches!(role, Role::Manager | Role::SocialWorker)
}
