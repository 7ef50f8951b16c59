//! The organisation's own kinds of observation, and the catalogue that they make with what ships.

use super::{Store, StoreError};
use alongside_domain::care::catalogue::{ADDITIONS_BYTES_MAX, Catalogue};
use alongside_domain::sync::messages::OwnKinds;
use std::sync::Arc;

/// Key of what is kept of them.
const KINDS: &str = "own kinds";
/// Key of the version that the server told last.
const TOLD: &str = "own kinds told";

impl Store {
    /// All kinds of observation that this phone knows.
    pub(crate) fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// The version of the organisation's own kinds that the server told last.
    pub(crate) fn own_kinds_told(&self) -> Result<u32, StoreError> {
        Ok(self.meta(TOLD)?.unwrap_or(0))
    }

    /// The server tells its version again: it was restored, and may give another under a number that is known.
    pub(crate) fn ask_for_own_kinds_again(&mut self) -> Result<(), StoreError> {
        self.set_meta(TOLD, &0_u32)
    }

    /// Keeps what the server told. A server that was put back may tell an earlier version than the one that is here: the
    /// later one stays, since records may name what only it has. Read once the transaction stands.
    pub(crate) fn keep_own_kinds(&mut self, told: &OwnKinds) -> Result<(), StoreError> {
        self.set_meta(TOLD, &told.version)?;
        let held = self.meta::<OwnKinds>(KINDS)?.map_or(0, |held| held.version);
        if told.version < held || told.json.len() > ADDITIONS_BYTES_MAX {
            tracing::warn!(
                told = told.version,
                held,
                "the kinds of the organisation that were told are not kept"
            );
            return Ok(());
        }
        self.set_meta(KINDS, told)
    }

    /// Reads what is kept. What this version of the app does not understand stays, and is read by one that does: until
    /// then records of those kinds are kept and shown by their codes. Nothing here may keep a phone from opening.
    pub(crate) fn read_catalogue(&mut self) {
        let kept = self.meta::<OwnKinds>(KINDS).map_err(|error| error.to_string());
        let merged = kept.and_then(|kept| match kept {
            None => Ok(Catalogue::shipped()),
            Some(kinds) => {
                let merged = Catalogue::built_in().with_additions(&kinds.json);
                merged.map(Arc::new).map_err(|error| error.to_string())
            }
        });
        self.catalogue = merged.unwrap_or_else(|error| {
            tracing::warn!(error, "the organisation's kinds of observation cannot be read");
            Catalogue::shipped()
        });
    }
}
