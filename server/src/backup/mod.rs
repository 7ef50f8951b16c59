//! Backups: made while the server serves, proved record by record, and put back so that phones can heal the rest.
//!
//! A backup is one SQLite file and a small manifest beside it. It holds no key: the identity folder is kept apart.

mod lock;
mod manifest;
mod prove;

pub use lock::{Serving, serving};
pub use manifest::Manifest;
pub use prove::{Proved, Unproved};

use crate::clock::system_now;
use crate::files::{self, FileError};
use crate::identity::{Identity, IdentityError};
use crate::init::database;
use crate::secret::{OsRandom, Random};
use crate::storage::ledger::Ledger;
use crate::storage::{CheckedTrail, SqliteStore, StorageError, Store, TrailFault};
use alongside_domain::ids::Epoch;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// A database, its log, and the log's index.
const ENDINGS: [&str; 3] = ["", "-wal", "-shm"];

/// Why a backup was not made, is not good, or was not put back. What was there stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The identity cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A database cannot be used.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is a file of that name.
    #[error("{path} is there already: give another name; nothing was changed")]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// The manifest is not one that `alongside backup` wrote.
    #[error("{path} cannot be understood: it is no manifest of a backup")]
    Manifest {
        /// Which.
        path: PathBuf,
    },
    /// The file is not the one that the manifest describes.
    #[error("{path} has changed since the backup was made: use another backup")]
    Changed {
        /// Which.
        path: PathBuf,
    },
    /// The backup is of another organisation.
    #[error("the backup is of another organisation than {data}")]
    OfAnother {
        /// The data folder.
        data: PathBuf,
    },
    /// A record does not prove itself.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// The audit trail is not as it was written.
    #[error("{0}: the database was changed; keep it as it is, and compare it with a backup")]
    Trail(#[from] TrailFault),
    /// A server runs on the data folder.
    #[error("a server runs on {data}: stop it first; nothing was changed")]
    Serving {
        /// The data folder.
        data: PathBuf,
    },
}

/// What a backup or a look at it tells, on one line of JSON.
#[derive(Debug, Serialize)]
pub struct Told {
    /// The backup.
    pub backup: PathBuf,
    /// What it holds.
    pub holds: Manifest,
    /// What of it proved itself.
    pub proved: Proved,
    /// Its audit trail, which is whole.
    pub trail: CheckedTrail,
}

/// What a restore tells, on one line of JSON.
#[derive(Debug, Serialize)]
pub struct Restored {
    /// The backup.
    pub backup: PathBuf,
    /// What it holds.
    pub holds: Manifest,
    /// The database that was there before; nothing when there was none.
    pub replaced: Option<PathBuf>,
    /// The epoch in which the store writes from now on.
    pub epoch: Epoch,
    /// How many devices are awaited before edits are decided.
    pub awaited: usize,
}

/// Copies the database below `data` to `to` while a server may run, proves the copy, and only then tells the server
/// that phones need not keep what is in it.
pub async fn backup(data: &Path, to: &Path) -> Result<Told, BackupError> {
    let identity = Identity::load(data)?;
    if to.exists() {
        return Err(BackupError::Exists { path: to.to_owned() });
    }
    let part = beside(to, "part");
    remove_database(&part)?;
    let (source, copy) = (database(data), part.clone());
    let copied = tokio::task::spawn_blocking(move || SqliteStore::copy(&source, &copy));
    copied.await.map_err(|_| StorageError::Closed)??;
    let (store, proved, trail) = prove_copy(&part, &identity).await?;
    let extent = store.extent().await?;
    store.close();
    files::sync_file(&part)?;
    let holds = Manifest::of(&part, &identity, &proved, extent.last_page, system_now())?;
    holds.write(to)?;
    files::rename(&part, to)?;
    SqliteStore::open(&database(data))?.note_backup(extent, system_now()).await?;
    Ok(Told { backup: to.to_owned(), holds, proved, trail })
}

/// Looks at a backup: its bytes, its database, and each record in it.
pub async fn verify(data: &Path, from: &Path) -> Result<Told, BackupError> {
    let identity = Identity::load(data)?;
    let holds = Manifest::read(from)?;
    if holds.store != identity.author {
        return Err(BackupError::OfAnother { data: data.to_owned() });
    }
    if !holds.fits(from)? {
        return Err(BackupError::Changed { path: from.to_owned() });
    }
    let part = beside(from, "part");
    remove_database(&part)?;
    files::copy(from, &part)?;
    let proved = prove_copy(&part, &identity).await.map(|(store, proved, trail)| {
        store.close();
        (proved, trail)
    });
    remove_database(&part)?;
    let (proved, trail) = proved?;
    Ok(Told { backup: from.to_owned(), holds, proved, trail })
}

/// Checks the audit trail of the database below `data`, which is left as it is.
pub async fn verify_audit(data: &Path) -> Result<CheckedTrail, BackupError> {
    let identity = Identity::load(data)?;
    Ok(SqliteStore::check_audit_at(&database(data), &identity.public_key())??)
}

/// Opens a copy of a database, which brings it to this version, and proves each record in it and its audit trail.
async fn prove_copy(
    copy: &Path,
    identity: &Identity,
) -> Result<(SqliteStore, Proved, CheckedTrail), BackupError> {
    let store = SqliteStore::open_copy(copy)?;
    let proved = prove::prove(&store, identity).await?;
    let trail = store.check_audit(identity.public_key()).await??;
    Ok((store, proved, trail))
}

/// Puts a backup in the place of the database below `data`, which is kept beside it. From then on the store writes in
/// a new epoch, and phones bring back what came after the backup.
pub async fn restore(data: &Path, from: &Path) -> Result<Restored, BackupError> {
    let _alone = lock::alone(data)?;
    let told = verify(data, from).await?;
    let identity = Identity::load(data)?;
    let (path, part) = (database(data), beside(&database(data), "part"));
    remove_database(&part)?;
    files::copy(from, &part)?;
    let random: &dyn Random = &OsRandom;
    let epoch = Epoch(random.bytes());
    // What was erased since the backup is erased in it before it gets its name.
    let store = SqliteStore::open_with(&part, Ledger::beside(&path))?;
    store.begin_epoch(identity.epoch, epoch, system_now()).await?;
    let awaited = store.awaited().await?;
    store.close();
    files::sync_file(&part)?;
    let replaced = set_aside(&path)?;
    files::rename(&part, &path)?;
    let mut devices: Vec<_> = awaited.into_iter().map(|awaited| awaited.device).collect();
    devices.sort_unstable();
    devices.dedup();
    Ok(Restored { backup: told.backup, holds: told.holds, replaced, epoch, awaited: devices.len() })
}

/// Moves a database and its log out of the way, never over anything.
fn set_aside(path: &Path) -> Result<Option<PathBuf>, BackupError> {
    if !path.exists() {
        return Ok(None);
    }
    let aside = beside(path, &format!("replaced-{}", system_now().0));
    for ending in ENDINGS {
        let (from, to) = (ended(path, ending), ended(&aside, ending));
        if from.exists() {
            files::rename(&from, &to)?;
        }
    }
    Ok(Some(aside))
}

/// Removes a database that an earlier try left.
fn remove_database(path: &Path) -> Result<(), FileError> {
    ENDINGS.iter().try_for_each(|ending| files::remove(&ended(path, ending)))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    ended(path, &format!(".{ending}"))
}

fn ended(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
