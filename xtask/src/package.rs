//! `cargo xtask package`: the packages for other languages, made from the library of `bindings`.
//!
//! The code of a package is written by uniffi from the unstripped library and is not kept in git. There is one
//! package so far, Python's; those for Kotlin and Swift come with the shell.

use crate::failure::Failure;
use crate::place::Place;
use crate::play::{DEV, Profile, RELEASE};
use crate::process::show;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX, EXE_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the hand-written part of the Python package is.
const PYTHON: &str = "bindings/python";
/// What uniffi calls the module, and what the package calls it.
const MODULE: (&str, &str) = ("alongside.py", "core.py");

/// `cargo xtask package [--dev]`.
pub fn run(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    let profile = match arguments {
        [] => RELEASE,
        [one] if one == "--dev" => DEV,
        [.., last] => return Err(Failure::UnknownArgument(last.clone())),
    };
    println!("{}", python(place, profile)?.display());
    Ok(())
}

/// Makes the Python package and gives the folder that holds it: for `pip install`, or for PYTHONPATH.
pub fn python(place: &Place, profile: Profile) -> Result<PathBuf, Failure> {
    // The generator first: with its feature the library is another one of the same name, and the last one stays.
    let bindgen = bindgen(place)?;
    let library = library(place, profile)?;
    let folder = place.target.join("python");
    let package = folder.join("alongside");
    remake(&package)?;
    generate(place, &bindgen, &library, &package)?;
    rename(&package.join(MODULE.0), &package.join(MODULE.1))?;
    copy(&library, &package.join(library.file_name().expect("a library has a name")))?;
    for file in place.files(PYTHON)? {
        let within = file.strip_prefix(PYTHON).expect("it was listed beneath that folder");
        copy(&place.root.join(&file), &folder.join(within))?;
    }
    Ok(folder)
}

fn library(place: &Place, profile: Profile) -> Result<PathBuf, Failure> {
    show(&mut place.cargo(&[
        "build",
        "--package",
        "alongside-bindings",
        "--lib",
        "--profile",
        profile.name,
    ]))?;
    let name = format!("{DLL_PREFIX}alongside_bindings{DLL_SUFFIX}");
    Ok(place.target.join(profile.folder).join(name))
}

/// The generator is a program of the dev profile, whatever the library's.
fn bindgen(place: &Place) -> Result<PathBuf, Failure> {
    let bindings = ["--package", "alongside-bindings", "--bin", "uniffi-bindgen", "--features", "bindgen"];
    show(place.cargo(&["build", "--profile", DEV.name]).args(bindings))?;
    Ok(place.target.join(DEV.folder).join(format!("uniffi-bindgen{EXE_SUFFIX}")))
}

fn generate(place: &Place, bindgen: &Path, library: &Path, to: &Path) -> Result<(), Failure> {
    let mut command = Command::new(bindgen);
    command.current_dir(&place.root).arg("generate").arg(library);
    show(command.args(["--language", "python", "--no-format", "--out-dir"]).arg(to))
}

fn remake(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|cause| failure(folder, cause))?;
    }
    fs::create_dir_all(folder).map_err(|cause| failure(folder, cause))
}

fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::rename(from, to).map_err(|cause| failure(from, cause))
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to).map(drop).map_err(|cause| failure(from, cause))
}

fn failure(path: &Path, cause: std::io::Error) -> Failure {
    Failure::File { path: path.to_owned(), cause }
}
