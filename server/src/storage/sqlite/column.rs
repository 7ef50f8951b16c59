//! Reads and writes the domain's values as columns.

use crate::storage::StorageError;
use alongside_domain::journal::Channel;
use alongside_domain::journal::body::Role;
use rusqlite::Row;

/// A whole number that is never negative, as SQLite holds it.
pub fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A whole number that is never negative.
pub fn number(row: &Row<'_>, column: usize) -> Result<u64, StorageError> {
    u64::try_from(row.get::<_, i64>(column)?).map_err(|_| StorageError::Unreadable { what: "number" })
}

/// Bytes of a fixed length.
pub fn bytes<const N: usize>(row: &Row<'_>, column: usize) -> Result<[u8; N], StorageError> {
    Ok(row.get::<_, [u8; N]>(column)?)
}

/// A channel.
pub fn channel(row: &Row<'_>, column: usize) -> Result<Channel, StorageError> {
    match row.get::<_, i64>(column)? {
        0 => Ok(Channel::Care),
        1 => Ok(Channel::Restricted),
        2 => Ok(Channel::Office),
        _ => Err(StorageError::Unreadable { what: "channel" }),
    }
}

/// A role.
pub fn role(row: &Row<'_>, column: usize) -> Result<Role, StorageError> {
    let found = row.get::<_, i64>(column)?;
    Role::ALL.into_iter().find(|role| *role as i64 == found).ok_or(StorageError::Unreadable { what: "role" })
}
