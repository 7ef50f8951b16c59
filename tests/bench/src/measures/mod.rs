//! The measures, each in a file of its own.

pub mod exchange;
pub mod exchange_limit;
pub mod instructions;
pub mod opening;
pub mod plans;
pub mod recording;
pub mod small;

use crate::phone::PhoneError;
use crate::workload::{self, Made, SEED};
use alongside_domain::time::Moment;
use std::time::Duration;

/// Why a measure could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// A phone.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// The organisation in this process.
    #[error(transparent)]
    Organisation(#[from] crate::organisation::OrganisationError),
    /// The server.
    #[error(transparent)]
    Server(#[from] crate::server::ServerError),
    /// The database of a limit.
    #[error("the limit's database: {0}")]
    Limit(#[from] rusqlite::Error),
    /// A file, folder or program.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Something that a measure relies on is not so.
    #[error("{0}")]
    Unexpected(String),
}

impl From<alongside_replica::StoreError> for MeasureError {
    fn from(error: alongside_replica::StoreError) -> Self {
        MeasureError::Phone(error.into())
    }
}

impl From<alongside_replica::RecordError> for MeasureError {
    fn from(error: alongside_replica::RecordError) -> Self {
        MeasureError::Phone(error.into())
    }
}

/// The workload's gaps are stretched by this, to about 20 records a person a day: a full day's care.
const STRETCH: i64 = 3;

/// The workload's first records, about 20 a person a day, the last one a minute before `now`.
pub fn history(count: usize, now: Moment) -> Vec<Made> {
    let mut records = workload::records(SEED, count);
    let Some(last) = records.last().map(|made| made.at) else { return records };
    for made in &mut records {
        made.at = now.plus_ms(-60_000 - STRETCH * last.since_ms(made.at));
    }
    records
}

/// Times in order, to read middles and tails from.
pub struct Times(Vec<Duration>);

impl Times {
    /// Sorts.
    pub fn of(mut times: Vec<Duration>) -> Times {
        times.sort();
        Times(times)
    }

    /// The time that this share of all is below, in microseconds.
    pub fn micros(&self, share: f64) -> f64 {
        let place = ((self.0.len() - 1) as f64 * share).round() as usize;
        self.0[place].as_secs_f64() * 1e6
    }

    /// The mean, in microseconds.
    pub fn mean_micros(&self) -> f64 {
        self.0.iter().sum::<Duration>().as_secs_f64() * 1e6 / self.0.len() as f64
    }
}
