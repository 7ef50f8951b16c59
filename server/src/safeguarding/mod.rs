//! Concerns on the server: who is given them when, and what is done about them at a desk. The server itself reads none:
//! each function that does takes the desk of somebody who is signed in.

mod files;
mod follow;
mod record;
mod steps;

pub use files::{Files, name_of};
pub use record::{Recorded, TakesPart, record};
pub use steps::{give_due, have, receives, shut_to};
