//! Measures of the product, each beside its limit in the same run; see `docs/measures.md` for what they mean.
//!
//! The limit of a measure is the least that any program would have to do for the same result: it inserts the
//! same bytes, signs once and hashes the same. A measure and its limit alternate in one process.

pub mod cpu;
pub mod limit;
pub mod organisation;
pub mod phone;
pub mod plans;
pub mod proxy;
pub mod report;
pub mod server;
pub mod workload;

pub mod measures;
