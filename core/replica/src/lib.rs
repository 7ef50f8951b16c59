//! What lives in the phone: the encrypted store, the sync driver, and the facade that a shell sees.

pub mod clock;
mod identity;
pub mod keystore;
mod store;

pub use identity::{EnrolTicket, Me};
pub use store::{DATABASE_FILE, StoreError};
