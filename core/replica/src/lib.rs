//! What lives in the phone: the encrypted store, the sync driver, and the facade that a shell sees.

mod absorb;
mod acknowledge;
mod care_views;
pub mod clock;
mod compose;
mod concern;
mod day;
mod draft;
mod driver;
mod emergency;
pub mod exchange;
mod flipped;
mod identity;
mod key_change;
mod key_safe;
pub mod keystore;
mod lease;
mod looks;
mod note_check;
mod office;
mod open_pages;
mod own_edits;
mod person;
mod person_plan;
mod pin;
mod plan_steps;
pub mod random;
mod reading;
mod recorder;
mod replica;
mod ring_office;
mod store;
mod templates;
#[cfg(test)]
mod tests;
mod together;
pub mod views;
mod wake;
mod weekly;
mod wipe;

/// The rules and types that cross the facade.
pub use alongside_domain as domain;
pub use care_views::TodaysVisit;
pub use concern::{ConcernItem, RouteItem, WaitingConcern};
pub use day::{EndOfShift, OpenItem, OpenWhat, Ring, UnreadNote};
pub use draft::Draft;
pub use driver::transport::TransportError;
pub use identity::{EnrolTicket, Me};
pub use note_check::NoteFinding;
pub use pin::{PinError, PinState};
pub use replica::{EnrolError, OpenConfig, RecordError, Recorded, Replica, SyncReport};
pub use ring_office::RING_THE_OFFICE;
pub use store::{DATABASE_FILE, StoreError};
pub use templates::{TemplateItem, templates};
pub use together::NeedsYou;
pub use wake::Woken;
