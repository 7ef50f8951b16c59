//! The organisation's own kinds of observation: given as data by the administrator, and part of the catalogue from then
//! on, for every page here and, with its next sync, on every device.

use crate::app::App;
use crate::audit::{Entry, What, Who};
use crate::clock::system_now;
use crate::files::{self, FileError};
use crate::identity::{Identity, IdentityError};
use crate::init::database;
use crate::refusal::Refusal;
use crate::storage::{SqliteStore, StorageError, Store};
use alongside_domain::care::catalogue::{Catalogue, CatalogueError};
use alongside_domain::sync::messages::OwnKinds;
use serde::Serialize;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The catalogue in memory.
#[derive(Debug, Default)]
pub struct Kinds {
    kept: Mutex<Option<Arc<Catalogue>>>,
}

impl Kinds {
    /// All kinds of observation as they stand now. What is stored decides, never this copy: another process may have
    /// stored a later version.
    pub async fn now(&self, app: &App) -> Result<Arc<Catalogue>, StorageError> {
        let version = app.store.own_kinds_version().await?;
        let kept = self.kept().clone();
        if let Some(kept) = kept.filter(|kept| kept.additions.unwrap_or(0) == version) {
            return Ok(kept);
        }
        let catalogue = match app.store.own_kinds().await? {
            None => Catalogue::shipped(),
            Some(own) => Arc::new(merged(&own)?),
        };
        *self.kept() = Some(Arc::clone(&catalogue));
        Ok(catalogue)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Option<Arc<Catalogue>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// They were checked before they were stored.
fn merged(own: &OwnKinds) -> Result<Catalogue, StorageError> {
    Catalogue::built_in().with_additions(&own.json).map_err(|error| {
        tracing::error!(version = own.version, %error, "the stored kinds of the organisation cannot be read");
        StorageError::Unreadable { what: "the organisation's kinds" }
    })
}

/// Why an organisation's kinds were not taken. Nothing of them counts.
#[derive(Debug, thiserror::Error)]
pub enum KindsError {
    /// The data.
    #[error(transparent)]
    Data(#[from] CatalogueError),
    /// Others gave a version meanwhile.
    #[error("version: another version was given meanwhile: look at it, and give yours again")]
    Moved,
    /// The store failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The data folder is none.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

impl From<KindsError> for Refusal {
    fn from(error: KindsError) -> Refusal {
        let refusal = |place: Option<&str>, words: String| match place {
            Some(place) => {
                let why = words.strip_prefix(place).and_then(|why| why.strip_prefix(": "));
                Refusal::field(place, why.unwrap_or(&words))
            }
            None => Refusal::Body { why: words },
        };
        match error {
            KindsError::Data(error) => refusal(error.place(), error.to_string()),
            moved @ KindsError::Moved => refusal(Some("version"), moved.to_string()),
            KindsError::Storage(error) => error.into(),
            KindsError::File(_) | KindsError::Identity(_) => Refusal::Unavailable,
        }
    }
}

/// Takes them, all or nothing: durable when this returns. Their version.
pub async fn set(app: &App, json: &str) -> Result<u32, KindsError> {
    let before = app.kinds.now(app).await?;
    let (own, after) = checked(&before, json)?;
    let version = own.version;
    let is_set = app.store.set_own_kinds(after, own, app.clock.now()).await?;
    if is_set { Ok(version) } else { Err(KindsError::Moved) }
}

/// What the command tells, on one line of JSON.
#[derive(Debug, Serialize)]
pub struct Told {
    /// The version of the data.
    version: u32,
    /// How many kinds it has.
    kinds: usize,
    /// Whether it stands now, or was checked only.
    given: bool,
}

/// `alongside kinds`: as [`set`], from a file, also while the server runs; or only checks it.
pub async fn give(data: &Path, file: &Path, only_checks: bool) -> Result<Told, KindsError> {
    Identity::load(data)?;
    let json = files::read_text(file)?;
    let store = SqliteStore::open(&database(data))?;
    let before = store.own_kinds().await?.as_ref().map(merged).transpose()?;
    let before = before.as_ref().unwrap_or(Catalogue::built_in());
    let (own, after) = checked(before, &json)?;
    let version = own.version;
    let kinds = Catalogue::built_in().with_additions(&json)?.kinds.len() - Catalogue::built_in().kinds.len();
    if !only_checks {
        let at = system_now();
        let place = Some("kinds".to_owned());
        let entry = Entry { place, ..Entry::new(at, Who::Command, What::Administered) };
        let noted = store.audit(vec![entry]);
        let is_set = store.set_own_kinds(after, own, at);
        noted.await?;
        if !is_set.await? {
            return Err(KindsError::Moved);
        }
    }
    Ok(Told { version, kinds, given: !only_checks })
}

/// What may follow what stands, and the version that it follows.
fn checked(before: &Catalogue, json: &str) -> Result<(OwnKinds, u32), CatalogueError> {
    let catalogue = Catalogue::built_in().with_additions(json)?;
    catalogue.grows_from(before)?;
    let version = catalogue.additions.unwrap_or_default();
    Ok((OwnKinds { version, json: json.to_owned() }, before.additions.unwrap_or_default()))
}
