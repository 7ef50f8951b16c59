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
pub mod steps;
