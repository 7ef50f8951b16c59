//! What a process keeps over all its runs: real folders that stay empty, and the runtime that polls requests.

use alongside_faultfs::Mount;
use alongside_replica::keystore::{DatabaseKey, KeyName, Keystore, KeystoreError};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// The one of this process.
pub struct Place {
    folder: TempDir,
    /// Polls one request at a time.
    pub runtime: Runtime,
}

impl Place {
    /// Makes it, and puts the disks in memory beneath SQLite.
    pub fn new() -> std::io::Result<Place> {
        alongside_faultfs::install();
        silence_cipher();
        Ok(Place { folder: TempDir::new()?, runtime: Builder::new_current_thread().build()? })
    }

    /// A folder of this name.
    pub fn folder(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        std::fs::create_dir_all(&folder).expect("a folder can be made beside the others");
        folder
    }
}

/// SQLCipher writes a line to standard error for each page that a dead process cannot read.
fn silence_cipher() {
    let connection = rusqlite::Connection::open_in_memory().expect("a database in memory opens");
    connection.execute_batch("PRAGMA cipher_log_level = NONE").expect("SQLCipher knows its own pragma");
}

/// A platform keystore that never fails.
#[derive(Default)]
pub struct KeptKey(Mutex<[Option<DatabaseKey>; 2]>);

impl KeptKey {
    /// Another phone's keystore, with the same keys.
    pub fn copied(&self) -> KeptKey {
        KeptKey(Mutex::new(self.keys().clone()))
    }

    fn keys(&self) -> MutexGuard<'_, [Option<DatabaseKey>; 2]> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keystore for KeptKey {
    fn load(&self, name: KeyName) -> Result<Option<DatabaseKey>, KeystoreError> {
        Ok(self.keys()[name as usize].clone())
    }

    fn store(&self, name: KeyName, key: &DatabaseKey) -> Result<(), KeystoreError> {
        self.keys()[name as usize] = Some(key.clone());
        Ok(())
    }

    fn destroy(&self, name: KeyName) -> Result<(), KeystoreError> {
        self.keys()[name as usize] = None;
        Ok(())
    }
}

/// A phone's keystore, as its app asks it: once the app is dead it asks for nothing more.
pub struct LivingKey {
    /// The keystore.
    pub keys: Arc<KeptKey>,
    /// The app's view of its disk.
    pub mount: Arc<Mount>,
}

impl LivingKey {
    fn living(&self) -> Result<&KeptKey, KeystoreError> {
        if self.mount.is_dead() { Err(KeystoreError::Unavailable) } else { Ok(&self.keys) }
    }
}

impl Keystore for LivingKey {
    fn load(&self, name: KeyName) -> Result<Option<DatabaseKey>, KeystoreError> {
        self.living()?.load(name)
    }

    fn store(&self, name: KeyName, key: &DatabaseKey) -> Result<(), KeystoreError> {
        self.living()?.store(name, key)
    }

    fn destroy(&self, name: KeyName) -> Result<(), KeystoreError> {
        self.living()?.destroy(name)
    }
}
