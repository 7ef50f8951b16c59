//! The journal: streams of immutable records, chained, paged and sealed. Byte layout: `docs/format.md`.

pub mod body;
pub mod record;

pub use body::Body;
pub use record::{Category, Channel, Entry, Header, Kind, PlanSeen, RecordRef};
