//! Python 3 in an environment of its own beneath the target folder, with the packages that tests import.

use super::system::install;
use crate::failure::Failure;
use crate::place::Place;
use crate::process::{show, works};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Names and versions of the packages.
const REQUIREMENTS: &str = "tests/requirements.txt";

/// The Python that has the packages, once `ensure` has run.
pub fn python(place: &Place) -> PathBuf {
    environment(place).join("bin").join("python3")
}

/// Makes the environment and installs the packages, unless both stand already.
pub fn ensure(place: &Place) -> Result<(), Failure> {
    let listed = place.root.join(REQUIREMENTS);
    let wanted =
        fs::read_to_string(&listed).map_err(|cause| Failure::File { path: listed.clone(), cause })?;
    let stamp = environment(place).join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) && runs(place) {
        return Ok(());
    }
    make_environment(place)?;
    show(pip(place).arg("--requirement").arg(&listed))?;
    fs::write(&stamp, wanted).map_err(|cause| Failure::File { path: stamp, cause })
}

/// Installs one more package into the environment, which must stand.
pub fn add(place: &Place, package: &str) -> Result<(), Failure> {
    make_environment(place)?;
    show(pip(place).arg(package))
}

fn make_environment(place: &Place) -> Result<(), Failure> {
    if runs(place) {
        return Ok(());
    }
    if !make_with("python3", place) {
        install("python3 with venv and pip", &["python3", "python3-venv"])?;
        // Another python3 may stand first on the path, without venv: ask for the system's own.
        if !make_with("/usr/bin/python3", place) && !make_with("python3", place) {
            let remedy = "install python3 with its venv module".to_owned();
            return Err(Failure::ToolMissing { tool: "a Python that makes environments", remedy });
        }
    }
    Ok(())
}

fn make_with(program: &str, place: &Place) -> bool {
    let folder = environment(place);
    works(program, &["-m", "venv", "--clear", &folder.to_string_lossy()]) && runs(place)
}

fn runs(place: &Place) -> bool {
    works(&python(place).to_string_lossy(), &["-m", "pip", "--version"])
}

fn pip(place: &Place) -> Command {
    let mut command = Command::new(python(place));
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    command
}

fn environment(place: &Place) -> PathBuf {
    place.target.join("test-python")
}
