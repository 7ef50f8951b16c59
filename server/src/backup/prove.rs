//! Proves a database record by record: each page's links lead to its author's seal.

use crate::identity::Identity;
use crate::storage::{SqliteStore, StorageError, StoredPage};
use crate::sync::extract;
use alongside_domain::ids::AuthorId;
use alongside_domain::journal::page::Part;
use alongside_domain::journal::{PageExtract, PublicKey};
use alongside_domain::sync::certificate::Certificate;
use serde::Serialize;
use std::collections::HashMap;

/// How many pages are read at once.
const PAGES_AT_ONCE: usize = 256;

/// What proved itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Proved {
    /// Pages.
    pub pages: u64,
    /// Records in them.
    pub records: u64,
}

/// A page that does not prove itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the page in row {row} does not prove itself: the database has changed, or was never whole")]
pub struct Unproved {
    /// Its row.
    pub row: i64,
}

/// Why a database is not proved.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// It cannot be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A page.
    #[error(transparent)]
    Unproved(#[from] Unproved),
}

impl From<ProveError> for super::BackupError {
    fn from(error: ProveError) -> Self {
        match error {
            ProveError::Storage(error) => error.into(),
            ProveError::Unproved(unproved) => unproved.into(),
        }
    }
}

/// Proves every page of a store.
pub async fn prove(store: &SqliteStore, identity: &Identity) -> Result<Proved, ProveError> {
    store.check_file().await?;
    let keys = keys(store, identity).await?;
    let (mut proved, mut after) = (Proved::default(), 0);
    loop {
        let pages = store.pages_after(after, PAGES_AT_ONCE).await?;
        let Some(last) = pages.last() else { return Ok(proved) };
        after = last.row;
        for page in &pages {
            let records = prove_page(store, &keys, page).await?;
            proved.pages += 1;
            proved.records += records;
        }
    }
}

type Keys = HashMap<AuthorId, PublicKey>;

async fn keys(store: &SqliteStore, identity: &Identity) -> Result<Keys, StorageError> {
    let key = identity.public_key();
    let devices = crate::storage::Store::devices(store).await?;
    let certified = devices.into_iter().filter_map(|device| {
        let certificate: Certificate = minicbor::decode(&device.certificate).ok()?;
        let subject = certificate.verify(&key).ok()?;
        Some((subject.author, subject.key))
    });
    Ok(certified.chain([(identity.author, key)]).collect())
}

async fn prove_page(store: &SqliteStore, keys: &Keys, page: &StoredPage) -> Result<u64, ProveError> {
    let unproved = Unproved { row: page.row };
    let key = keys.get(&page.id.author).ok_or(unproved)?;
    let runs = store.runs_of_page(page.row, page.id, &page.runs).await?;
    let extract = extract(page, runs).map_err(|_| unproved)?;
    extract.check(key).map_err(|_| unproved)?;
    Ok(records(&extract))
}

fn records(extract: &PageExtract) -> u64 {
    let open = extract.parts.iter().map(|part| match part {
        Part::Open(run) => run.items.len() as u64,
        Part::Hidden(_) => 0,
    });
    open.sum()
}
