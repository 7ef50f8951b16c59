//! Files that hold secrets: written whole, synced, and readable by their owner only.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A file or folder that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {cause}")]
pub struct FileError {
    /// Which.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub cause: io::Error,
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |cause| FileError { path, cause }
}

/// Makes a folder that only its owner enters, and its parents.
pub fn make_folder(path: &Path) -> Result<(), FileError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(at(path))
}

/// Writes a new file that only its owner reads. A file that is there already stays: that is an error.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(at(path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(at(path))
}

/// Opens a file that only its owner reads, to add to its end; makes it if it is not there, and its name durable.
pub fn open_to_append(path: &Path) -> Result<File, FileError> {
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path).map_err(at(path))?;
    path.parent().map_or(Ok(()), sync_folder)?;
    Ok(file)
}

/// Makes the names of a folder's files durable.
pub fn sync_folder(path: &Path) -> Result<(), FileError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(at(path))
}

/// A file's bytes.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    std::fs::read(path).map_err(at(path))
}

/// A file's text.
pub fn read_text(path: &Path) -> Result<String, FileError> {
    std::fs::read_to_string(path).map_err(at(path))
}

/// Puts a file in the place of another, or gives it another name, durably.
pub fn rename(from: &Path, to: &Path) -> Result<(), FileError> {
    std::fs::rename(from, to).map_err(at(to))?;
    sync_folder(folder_of(to))
}

/// Copies a file to a new one that only its owner reads, durably.
pub fn copy(from: &Path, to: &Path) -> Result<(), FileError> {
    let mut source = File::open(from).map_err(at(from))?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(at(to))?;
    io::copy(&mut source, &mut file).and_then(|_| file.sync_all()).map_err(at(to))
}

/// Removes what an earlier try left; it need not be there.
pub fn remove(path: &Path) -> Result<(), FileError> {
    match std::fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(at(path)(cause)),
        _ => Ok(()),
    }
}

/// Makes a file's bytes durable.
pub fn sync_file(path: &Path) -> Result<(), FileError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(at(path))
}

/// Opens the file of a lock, making it if it is not there.
pub fn open_lock(path: &Path) -> Result<File, FileError> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path).map_err(at(path))
}

/// Gives a file's bytes to `take`, part by part.
pub fn read_in_parts(path: &Path, mut take: impl FnMut(&[u8])) -> Result<(), FileError> {
    let mut file = File::open(path).map_err(at(path))?;
    let mut part = vec![0; 64 * 1024];
    loop {
        match file.read(&mut part).map_err(at(path))? {
            0 => return Ok(()),
            length => take(&part[..length]),
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
