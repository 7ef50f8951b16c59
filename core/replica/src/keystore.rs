//! Where the key of the database is kept. The shell implements it with the platform's keystore; on a desktop
//! it is a file that only its owner may read, which protects less, and says so.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// The key of the database.
pub type DatabaseKey = Zeroizing<[u8; 32]>;

/// Why the key is not at hand. The database is left as it is: it may be readable later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeystoreError {
    /// For now: the phone is locked, or the keystore is busy. Try again.
    #[error("the keystore cannot be read now: unlock the phone and try again")]
    Unavailable,
    /// The key is there but is not one.
    #[error("the key in the keystore is damaged: keep the database file and ask for help")]
    Damaged,
}

/// Keeps one key.
pub trait Keystore: Send + Sync {
    /// The key, or none if none was ever stored.
    fn load(&self) -> Result<Option<DatabaseKey>, KeystoreError>;
    /// Stores the key. Called once, before the database is made.
    fn store(&self, key: &DatabaseKey) -> Result<(), KeystoreError>;
    /// Destroys the key, so that nobody can read the database any more. No error when there is none.
    fn destroy(&self) -> Result<(), KeystoreError>;
}

/// A key in a file that only its owner may read.
#[derive(Debug, Clone)]
pub struct FileKeystore {
    path: PathBuf,
}

impl FileKeystore {
    /// Keeps the key in the file `path`.
    pub fn new(path: impl Into<PathBuf>) -> FileKeystore {
        FileKeystore { path: path.into() }
    }
}

impl Keystore for FileKeystore {
    fn load(&self) -> Result<Option<DatabaseKey>, KeystoreError> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err(KeystoreError::Unavailable),
        };
        let key = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| KeystoreError::Damaged)?;
        Ok(Some(Zeroizing::new(key)))
    }

    fn store(&self, key: &DatabaseKey) -> Result<(), KeystoreError> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&self.path).and_then(|mut file| {
            file.write_all(&key[..])?;
            file.sync_all()
        });
        written.map_err(|_| KeystoreError::Unavailable)
    }

    fn destroy(&self) -> Result<(), KeystoreError> {
        let overwritten = fs::OpenOptions::new().write(true).open(&self.path).and_then(|mut file| {
            file.write_all(&[0; 32])?;
            file.sync_all()
        });
        match overwritten.and_then(|()| fs::remove_file(&self.path)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(KeystoreError::Unavailable),
            _ => Ok(()),
        }
    }
}
