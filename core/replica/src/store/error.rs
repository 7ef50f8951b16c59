//! What can go wrong with the encrypted database.

use crate::keystore::KeystoreError;
use rusqlite::ErrorCode;

/// Why the store could not do what was asked. What it held before, it still holds.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No space is left. Nothing of this act was stored.
    #[error("the phone is full: nothing of this was saved; free some space and save again")]
    DiskFull,
    /// The key does not open the file, or the file is no database.
    #[error("the database cannot be opened with this key; it was left as it is")]
    WrongKey,
    /// Bytes of the file have changed.
    #[error("the database file is damaged; it was left as it is")]
    Damaged,
    /// A newer app wrote it.
    #[error("the database was written by a newer version ({found}, this one knows {known}): update the app")]
    NewerVersion {
        /// The file's schema version.
        found: i64,
        /// The newest that this version knows.
        known: i64,
    },
    /// A database without a key: the keystore has lost it, or was not moved with the file.
    #[error("there is a database but no key for it; it was left as it is")]
    KeyMissing,
    /// The keystore.
    #[error(transparent)]
    Keystore(#[from] KeystoreError),
    /// The file or folder cannot be read or written.
    #[error("the database file cannot be read or written")]
    Io,
    /// Stored bytes that this version cannot read.
    #[error("the database holds a {what} that cannot be read")]
    Unreadable {
        /// What it should be.
        what: &'static str,
    },
    /// Anything else that SQLite says.
    #[error("the database refused: {0:?}")]
    Refused(ErrorCode),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::DiskFull,
            Some(ErrorCode::NotADatabase) => StoreError::WrongKey,
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged,
            Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure | ErrorCode::ReadOnly) => StoreError::Io,
            Some(code) => StoreError::Refused(code),
            None => StoreError::Unreadable { what: "row" },
        }
    }
}

/// Decodes stored CBOR.
pub(crate) fn read<T: for<'b> minicbor::Decode<'b, ()>>(
    bytes: &[u8],
    what: &'static str,
) -> Result<T, StoreError> {
    minicbor::decode(bytes).map_err(|_| StoreError::Unreadable { what })
}

/// Encodes CBOR to store.
pub(crate) fn write(value: &impl minicbor::Encode<()>) -> Vec<u8> {
    minicbor::to_vec(value).expect("a vector takes every byte")
}
