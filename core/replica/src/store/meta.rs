//! Single values: the identity, the challenge, the clocks.

use super::{Store, StoreError, read, write};
use rusqlite::{OptionalExtension, params};

impl Store {
    /// The value under `key`.
    pub(crate) fn meta<T: for<'b> minicbor::Decode<'b, ()>>(
        &self,
        key: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let mut query = self.connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
        let bytes: Option<Vec<u8>> = query.query_row([key], |row| row.get(0)).optional()?;
        bytes.map(|bytes| read(&bytes, key)).transpose()
    }

    /// Sets the value under `key`.
    pub(crate) fn set_meta(
        &mut self,
        key: &'static str,
        value: &impl minicbor::Encode<()>,
    ) -> Result<(), StoreError> {
        let mut insert = self.connection.prepare_cached("INSERT OR REPLACE INTO meta VALUES (?1, ?2)")?;
        insert.execute(params![key, write(value)])?;
        Ok(())
    }

    /// Forgets the value under `key`.
    pub(crate) fn forget_meta(&mut self, key: &'static str) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM meta WHERE key = ?1")?.execute([key])?;
        Ok(())
    }
}
