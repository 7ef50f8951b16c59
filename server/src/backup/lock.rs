//! Who uses a data folder: any number of servers, or a restore alone.

use super::BackupError;
use crate::files;
use std::fs::File;
use std::path::Path;

/// As long as it lives, no restore begins.
#[derive(Debug)]
pub struct Serving(#[expect(dead_code, reason = "the lock goes when the file is closed")] File);

/// Says that a server runs on this folder.
pub fn serving(data: &Path) -> Result<Serving, BackupError> {
    let file = files::open_lock(&data.join("serving.lock"))?;
    file.try_lock_shared().map_err(|_| BackupError::Serving { data: data.to_owned() })?;
    Ok(Serving(file))
}

/// Says that nothing else uses this folder.
pub fn alone(data: &Path) -> Result<Serving, BackupError> {
    let file = files::open_lock(&data.join("serving.lock"))?;
    file.try_lock().map_err(|_| BackupError::Serving { data: data.to_owned() })?;
    Ok(Serving(file))
}
