//! What the Maven modules of `bindings/kotlin` are made of: the sources that uniffi wrote, and the library where JNA
//! looks for it on the class path.

use super::{Parts, failure, remake};
use crate::failure::Failure;
use crate::place::Place;
use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::{Path, PathBuf};

/// What uniffi writes.
const FILE: &str = "org/alongside/core/alongside.kt";
/// How it catches what a part of the app throws, and how it has to: an `Error` (no memory, too deep a call, a method
/// that is not there) would come to the core as a good answer of zeros.
const CATCHES: (&str, &str) = ("catch(e: kotlin.Exception)", "catch(e: kotlin.Throwable)");
/// Once for parts that may raise an error of their own, and once for those that may not.
const TIMES: usize = 2;

/// Makes both and gives the folder that holds them.
pub fn make(place: &Place, parts: &Parts) -> Result<PathBuf, Failure> {
    let folder = place.target.join("kotlin");
    remake(&folder.join("src"))?;
    parts.generate(place, "kotlin", &folder.join("src"))?;
    catch_everything(&folder.join("src").join(FILE))?;
    // Only that of this machine: those of phones come from cargo-ndk, see bindings/kotlin/README.md.
    let native = folder.join("native").join(platform());
    fs::create_dir_all(&native).map_err(|cause| failure(&native, cause))?;
    parts.ship(&native)?;
    Ok(folder)
}

fn catch_everything(file: &Path) -> Result<(), Failure> {
    let text = fs::read_to_string(file).map_err(|cause| failure(file, cause))?;
    if text.matches(CATCHES.0).count() != TIMES {
        let cause =
            format!("`{}` does not stand in it {TIMES} times: look at how uniffi catches now", CATCHES.0);
        return Err(Failure::Unreadable { what: FILE, cause });
    }
    fs::write(file, text.replace(CATCHES.0, CATCHES.1)).map_err(|cause| failure(file, cause))
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
