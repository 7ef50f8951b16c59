//! The journal: streams of immutable records, chained, paged and sealed. Byte layout: `docs/format.md`.

pub mod body;
pub mod chain;
mod day;
pub mod erasure;
pub mod evidence;
mod noted;
pub mod page;
pub mod record;
pub mod sealed;
pub mod times;

pub use body::Body;
pub use chain::{Chain, Digest, Link, PageSecret, RecordBytes, StreamId};
pub use page::{Page, PageError, PageExtract, PageId, PublicKey, Run, Signature};
pub use record::{Category, Channel, Entry, Header, Kind, OwnRecord, PlanSeen, RecordRef};
