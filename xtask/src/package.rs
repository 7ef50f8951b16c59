//! `cargo xtask package`: the packages for other languages, made from the library of `bindings`.
//!
//! The code of a package is written by uniffi from the unstripped library and is not kept in git; what a shell ships
//! is the stripped library beside it.

mod kotlin;
mod python;
mod swift;

use crate::failure::Failure;
use crate::place::Place;
use crate::play::{DEMO, DEV, Profile, RELEASE};
use crate::process::show;
use crate::tally::Tally;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX, EXE_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A language, and how its package is made.
struct Package {
    option: &'static str,
    make: fn(&Place, &Parts) -> Result<PathBuf, Failure>,
}

const PACKAGES: &[Package] = &[
    Package { option: "--python", make: python::make },
    Package { option: "--kotlin", make: kotlin::make },
    Package { option: "--swift", make: swift::make },
];
/// With it, the public names of the Swift package are written down anew.
const KEEP_NAMES: &str = "--keep-names";

/// `cargo xtask package [--dev] [--python] [--kotlin] [--swift]`: those that are named, or all.
pub fn run(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    let is_package = |word: &str| PACKAGES.iter().any(|package| package.option == word);
    let is_known = |word: &String| ["--dev", KEEP_NAMES].contains(&word.as_str()) || is_package(word);
    if let Some(unknown) = arguments.iter().find(|word| !is_known(word)) {
        return Err(Failure::UnknownArgument(unknown.clone()));
    }
    let is_given = |option: &str| arguments.iter().any(|word| word == option);
    let profile = if is_given("--dev") { DEV } else { RELEASE };
    let all = !PACKAGES.iter().any(|package| is_given(package.option));
    let parts = Parts::build(place, profile)?;
    for package in PACKAGES.iter().filter(|package| all || is_given(package.option)) {
        println!("{}", (package.make)(place, &parts)?.display());
    }
    if is_given(KEEP_NAMES) {
        swift::keep_names(place, &swift::make(place, &parts)?)?;
    }
    parts.check_size()
}

/// Makes the Python package and gives the folder that holds it: for `pip install`, or for PYTHONPATH.
pub fn python(place: &Place, profile: Profile) -> Result<PathBuf, Failure> {
    python::make(place, &Parts::build(place, profile)?)
}

/// Writes the Kotlin sources and puts the library beside them, for the Maven modules of `bindings/kotlin`.
pub fn kotlin(place: &Place, profile: Profile) -> Result<PathBuf, Failure> {
    kotlin::make(place, &Parts::build(place, profile)?)
}

/// A step of `cargo xtask test`: the Swift package can be made, and its public names are those written down.
pub fn swift(place: &Place) -> Result<Tally, Failure> {
    let parts = Parts::build(place, DEV)?;
    swift::check_names(place, &swift::make(place, &parts)?)
}

/// A long step: the library that phones carry is no larger than it may be.
pub fn size(place: &Place) -> Result<Tally, Failure> {
    let parts = Parts { bindgen: PathBuf::new(), built: library(place, DEMO)?, profile: DEMO };
    parts.check_size()?;
    Ok(Tally::ONE)
}

/// How large the stripped library may be, for one kind of processor: see docs/measures.md for why.
const SIZE_MAX: u64 = 27_000_000;

/// What every package is made of.
struct Parts {
    /// Writes the code of a language.
    bindgen: PathBuf,
    /// The library with its symbols, from which the code is written.
    built: PathBuf,
    profile: Profile,
}

impl Parts {
    fn build(place: &Place, profile: Profile) -> Result<Parts, Failure> {
        // The generator first: with its feature the library is another one of the same name, and the last one stays.
        let bindgen = bindgen(place)?;
        Ok(Parts { bindgen, built: library(place, profile)?, profile })
    }

    /// Writes the code of `language` into a folder.
    fn generate(&self, place: &Place, language: &str, to: &Path) -> Result<(), Failure> {
        let mut command = Command::new(&self.bindgen);
        command.current_dir(&place.root).arg("generate").arg(&self.built);
        show(command.args(["--language", language, "--no-format", "--out-dir"]).arg(to))
    }

    /// Puts the library without its symbols into a folder.
    fn ship(&self, to: &Path) -> Result<PathBuf, Failure> {
        self.strip(&to.join(self.built.file_name().expect("a library has a name")))
    }

    fn strip(&self, shipped: &Path) -> Result<PathBuf, Failure> {
        let mut strip = Command::new("strip");
        // What a linker on a Mac cannot do without is kept there.
        strip.arg(if cfg!(target_os = "macos") { "-x" } else { "--strip-unneeded" });
        show(strip.arg("-o").arg(shipped).arg(&self.built))?;
        Ok(shipped.to_owned())
    }

    /// Prints how large the stripped library is. One that is not optimised is large, and on no phone.
    fn check_size(&self) -> Result<(), Failure> {
        let shipped = self.strip(&self.built.with_extension("stripped"))?;
        let bytes = fs::metadata(&shipped).map_err(|cause| failure(&shipped, cause))?.len();
        println!("the stripped library has {bytes} bytes; at most {SIZE_MAX} when it is optimised");
        if bytes > SIZE_MAX && self.profile.name != DEV.name {
            return Err(Failure::TooLarge { what: "the library", bytes, bytes_max: SIZE_MAX });
        }
        Ok(())
    }
}

fn library(place: &Place, profile: Profile) -> Result<PathBuf, Failure> {
    let bindings = ["build", "--package", "alongside-bindings", "--lib", "--profile", profile.name];
    show(&mut place.cargo(&bindings))?;
    let name = format!("{DLL_PREFIX}alongside_bindings{DLL_SUFFIX}");
    Ok(place.target.join(profile.folder).join(name))
}

/// The generator is a program of the dev profile, whatever the library's.
fn bindgen(place: &Place) -> Result<PathBuf, Failure> {
    let bindings = ["--package", "alongside-bindings", "--bin", "uniffi-bindgen", "--features", "bindgen"];
    show(place.cargo(&["build", "--profile", DEV.name]).args(bindings))?;
    Ok(place.target.join(DEV.folder).join(format!("uniffi-bindgen{EXE_SUFFIX}")))
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
