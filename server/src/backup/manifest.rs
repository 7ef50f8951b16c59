//! What a backup holds, in a small JSON file beside it.

use super::prove::Proved;
use super::{BackupError, beside};
use crate::files;
use crate::hex;
use crate::identity::Identity;
use alongside_domain::ids::AuthorId;
use alongside_domain::time::Moment;
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// When it was made.
    pub made_ms: Moment,
    /// The store that wrote it.
    pub store: AuthorId,
    /// Bytes of the file.
    pub bytes: u64,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// Pages of records in it.
    pub pages: u64,
    /// Records in it.
    pub records: u64,
    /// The row of the last page.
    pub last_page: i64,
}

impl Manifest {
    /// The manifest of a copy.
    pub fn of(
        copy: &Path,
        identity: &Identity,
        proved: &Proved,
        last_page: i64,
        made_ms: Moment,
    ) -> Result<Manifest, BackupError> {
        let (bytes, sha256) = digest(copy)?;
        let (pages, records) = (proved.pages, proved.records);
        Ok(Manifest { made_ms, store: identity.author, bytes, sha256, pages, records, last_page })
    }

    /// Writes it beside the backup.
    pub fn write(&self, backup: &Path) -> Result<(), BackupError> {
        let json = serde_json::to_vec_pretty(self).expect("numbers and text are JSON");
        Ok(files::write_new(&beside(backup, "json"), &json)?)
    }

    /// Reads the one beside a backup.
    pub fn read(backup: &Path) -> Result<Manifest, BackupError> {
        let path = beside(backup, "json");
        serde_json::from_slice(&files::read(&path)?).map_err(|_| BackupError::Manifest { path })
    }

    /// Whether the backup has the bytes that it was made with.
    pub fn fits(&self, backup: &Path) -> Result<bool, BackupError> {
        Ok(digest(backup)? == (self.bytes, self.sha256.clone()))
    }
}

fn digest(path: &Path) -> Result<(u64, String), BackupError> {
    let (mut context, mut length) = (Context::new(&SHA256), 0);
    files::read_in_parts(path, |part| {
        context.update(part);
        length += part.len() as u64;
    })?;
    Ok((length, hex::encode(context.finish().as_ref())))
}
