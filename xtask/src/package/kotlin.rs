//! What the Maven modules of `bindings/kotlin` are made of: the sources that uniffi wrote, and the library where JNA
//! looks for it on the class path.

use super::{Parts, failure, remake};
use crate::failure::Failure;
use crate::place::Place;
use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::PathBuf;

/// Makes both and gives the folder that holds them.
pub fn make(place: &Place, parts: &Parts) -> Result<PathBuf, Failure> {
    let folder = place.target.join("kotlin");
    remake(&folder.join("src"))?;
    parts.generate(place, "kotlin", &folder.join("src"))?;
    // Only that of this machine: those of phones come from cargo-ndk, see bindings/kotlin/README.md.
    let native = folder.join("native").join(platform());
    fs::create_dir_all(&native).map_err(|cause| failure(&native, cause))?;
    parts.ship(&native)?;
    Ok(folder)
}

/// What JNA calls this machine.
fn platform() -> String {
    let system = match OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    format!("{system}-{}", ARCH.replace('_', "-"))
}
