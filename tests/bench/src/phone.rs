//! Phones that are measured: real replicas in folders of their own.

use crate::organisation::Organisation;
use alongside_domain::sync::machine::Outcome;
use alongside_domain::time::Moment;
use alongside_replica::clock::SystemClock;
use alongside_replica::keystore::FileKeystore;
use alongside_replica::random::OsRandom;
use alongside_replica::{EnrolError, EnrolTicket, OpenConfig, RecordError, Replica, StoreError};
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Why a phone could not be made ready.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// It does not open.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It does not enrol.
    #[error(transparent)]
    Enrol(#[from] EnrolError),
    /// It does not record or sync.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A sync did not reach its end.
    #[error("a sync ended with {0:?}")]
    Sync(Outcome),
}

/// Opens the phone in this folder.
pub fn open(folder: &Path) -> Result<Replica, StoreError> {
    let keystore = Arc::new(FileKeystore::new(folder.join("key")));
    let (clock, random) = (Arc::new(SystemClock::default()), Arc::new(OsRandom));
    Replica::open(OpenConfig { folder: folder.to_owned(), keystore, clock, random })
}

/// A new phone that has joined.
pub async fn join(folder: &Path, ticket: &EnrolTicket) -> Result<Replica, PhoneError> {
    let phone = open(folder)?;
    phone.enrol(ticket).await?;
    Ok(phone)
}

/// A new phone that has joined the organisation and holds all that it has.
pub async fn filled(folder: &Path, organisation: &Organisation) -> Result<Replica, PhoneError> {
    let phone = join(folder, &organisation.ticket()).await?;
    sync(&phone).await?;
    Ok(phone)
}

/// Syncs to the end.
pub async fn sync(phone: &Replica) -> Result<(), PhoneError> {
    match phone.sync().await?.outcome {
        Outcome::UpToDate => Ok(()),
        outcome => Err(PhoneError::Sync(outcome)),
    }
}

/// The machine's wall clock.
pub fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(since.as_millis() as i64)
}
