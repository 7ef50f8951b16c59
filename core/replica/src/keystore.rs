//! Where the key of the database is kept. The shell implements it with the platform's keystore; on a desktop
//! it is a file that only its owner may read, which protects less, and says so.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The key of the database.
pub type DatabaseKey = Zeroizing<[u8; 32]>;

/// The entries of a keystore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyName {
    /// The key that opens the database.
    Current,
    /// The one that takes its place: there only while the key is being changed. An app that ends meanwhile finds out
    /// at its next start which of the two opens the database.
    Next,
}

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

/// Keeps two keys.
pub trait Keystore: Send + Sync {
    /// The key of this name, or none if there is none.
    fn load(&self, name: KeyName) -> Result<Option<DatabaseKey>, KeystoreError>;
    /// Stores a key in place of the one of this name. Durable when it returns; after an error, or when the phone dies
    /// meanwhile, the one or the other is there.
    fn store(&self, name: KeyName, key: &DatabaseKey) -> Result<(), KeystoreError>;
    /// Destroys the key of this name, so that nobody can read any more what it opens. No error when there is none.
    fn destroy(&self, name: KeyName) -> Result<(), KeystoreError>;
}

/// Keys in files that only their owner may read.
#[derive(Debug, Clone)]
pub struct FileKeystore {
    path: PathBuf,
}

impl FileKeystore {
    /// Keeps the key in the file `path`, and the next one beside it.
    pub fn new(path: impl Into<PathBuf>) -> FileKeystore {
        FileKeystore { path: path.into() }
    }

    fn path_of(&self, name: KeyName) -> PathBuf {
        match name {
            KeyName::Current => self.path.clone(),
            KeyName::Next => beside(&self.path, ".next"),
        }
    }
}

impl Keystore for FileKeystore {
    fn load(&self, name: KeyName) -> Result<Option<DatabaseKey>, KeystoreError> {
        let bytes = match fs::read(self.path_of(name)) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err(KeystoreError::Unavailable),
        };
        let key = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| KeystoreError::Damaged)?;
        Ok(Some(Zeroizing::new(key)))
    }

    fn store(&self, name: KeyName, key: &DatabaseKey) -> Result<(), KeystoreError> {
        replace(&self.path_of(name), &key[..]).map_err(|_| KeystoreError::Unavailable)
    }

    fn destroy(&self, name: KeyName) -> Result<(), KeystoreError> {
        let path = self.path_of(name);
        let unwritten = beside(&path, ".new");
        let destroyed = erase(&unwritten).and_then(|()| erase(&path));
        destroyed.map_err(|_| KeystoreError::Unavailable)
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}

/// Puts a whole new file in place of the old one, whose bytes are overwritten.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let new = beside(path, ".new");
    erase(&new)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    let old = fs::OpenOptions::new().write(true).open(path);
    fs::rename(&new, path)?;
    sync_folder(path)?;
    match old {
        Ok(old) => overwrite(old),
        Err(_) => Ok(()),
    }
}

fn erase(path: &Path) -> std::io::Result<()> {
    let overwritten = fs::OpenOptions::new().write(true).open(path).and_then(overwrite);
    match overwritten.and_then(|()| fs::remove_file(path)).and_then(|()| sync_folder(path)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn overwrite(mut file: File) -> std::io::Result<()> {
    file.write_all(&[0; 32])?;
    file.sync_all()
}

/// A new name, and one that is gone, are durable once their folder is synced.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
