//! Destroys what a phone holds, by order of the organisation: the key first, since nobody can read the rest without it.
//!
//! A file says that it was begun: an app that ends in between goes on with it when it starts.

use crate::compose::Sent;
use crate::keystore::{KeyName, Keystore, KeystoreError};
use crate::lease::Lease;
use crate::open_pages::OpenPages;
use crate::replica::Inner;
use crate::store::{Store, StoreError};
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

/// Says that a wipe was begun.
const BEGUN_FILE: &str = "wipe-begun";

impl Inner {
    /// Destroys key and database, unless something waits that the server has not been offered. Afterwards this replica
    /// holds nothing, and keeps nothing any more.
    pub(crate) fn wipe(&self) -> Result<Wiped, StoreError> {
        let nothing = Store::nothing()?;
        let mut state = self.state();
        if state.store.has_unsent()? {
            return Ok(Wiped::NotYet);
        }
        let begun = File::create(self.folder.join(BEGUN_FILE)).and_then(|file| file.sync_all());
        begun.map_err(|_| StoreError::Io)?;
        destroy_keys(self.keystore.as_ref())?;
        state.store = nothing;
        state.identity = None;
        state.open_pages = OpenPages::new(Arc::clone(&self.random));
        state.plans.clear();
        state.people.clear();
        state.sent = Sent::default();
        state.holders = None;
        state.key_safe_end = None;
        state.is_wiped = true;
        state.lease = Lease::first(None);
        self.forget_heard();
        remove_files(&self.folder)?;
        Ok(Wiped::All)
    }
}

/// How an order to wipe ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wiped {
    /// Nothing is left.
    All,
    /// Something is to be handed in first.
    NotYet,
}

/// Goes on with a wipe that was begun, if one was.
pub(crate) fn finish_begun(folder: &Path, keystore: &dyn Keystore) -> Result<(), StoreError> {
    if folder.join(BEGUN_FILE).exists() {
        destroy_keys(keystore)?;
        remove_files(folder)?;
    }
    Ok(())
}

fn destroy_keys(keystore: &dyn Keystore) -> Result<(), KeystoreError> {
    keystore.destroy(KeyName::Next)?;
    keystore.destroy(KeyName::Current)
}

/// The database, its log and its index, and those of files that were set aside as damaged.
fn is_database_file(name: &str) -> bool {
    name.starts_with("alongside") && [".db", ".db-wal", ".db-shm"].iter().any(|end| name.ends_with(end))
}

fn remove_files(folder: &Path) -> Result<(), StoreError> {
    for entry in fs::read_dir(folder).map_err(|_| StoreError::Io)? {
        let entry = entry.map_err(|_| StoreError::Io)?;
        if is_database_file(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path()).map_err(|_| StoreError::Io)?;
        }
    }
    fs::remove_file(folder.join(BEGUN_FILE)).map_err(|_| StoreError::Io)
}
