//! The Python package: what uniffi wrote, the library beside it, and the few lines by hand around them.

use super::{Parts, copy, remake, rename};
use crate::failure::Failure;
use crate::place::Place;
use std::path::PathBuf;

/// Where the hand-written part is.
const SOURCES: &str = "bindings/python";
/// What uniffi calls the module, and what the package calls it.
const MODULE: (&str, &str) = ("alongside.py", "core.py");

/// Makes the package and gives the folder that holds it: for `pip install`, or for PYTHONPATH.
pub fn make(place: &Place, parts: &Parts) -> Result<PathBuf, Failure> {
    let folder = place.target.join("python");
    let package = folder.join("alongside");
    remake(&package)?;
    parts.generate(place, "python", &package)?;
    rename(&package.join(MODULE.0), &package.join(MODULE.1))?;
    parts.ship(&package)?;
    for file in place.files(SOURCES)? {
        let within = file.strip_prefix(SOURCES).expect("it was listed beneath that folder");
        copy(&place.root.join(&file), &folder.join(within))?;
    }
    Ok(folder)
}
