//! `cargo xtask chaos`: builds the server and the Python package, optimised as the demo is, and lets the programs of
//! tests/chaos strike them.

use crate::failure::Failure;
use crate::package;
use crate::place::Place;
use crate::play::DEMO;
use crate::process::show;
use crate::tally::Tally;
use crate::tools::{self, Tool};
use std::process::Command;

/// How many of a hundred rounds `cargo xtask test --all` plays.
const ROUNDS_IN_TEST: &str = "5";
/// Where the controller finds what it is made of, besides its own folder and the package.
const MODULES: [&str; 2] = ["tests/python", "tests/reader"];

/// `cargo xtask chaos [arguments]`.
pub fn run(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    Tool::Native.ensure(place)?;
    Tool::Python.ensure(place)?;
    let package = package::python(place, DEMO)?;
    let server = ["build", "--profile", DEMO.name, "--package", "alongside-server", "--bins"];
    show(&mut place.cargo(&server))?;
    let modules = MODULES.map(|folder| place.root.join(folder));
    let paths = std::env::join_paths(std::iter::once(&package).chain(&modules))
        .map_err(|cause| Failure::Unreadable { what: "the folder's name", cause: cause.to_string() })?;
    let mut command = Command::new(tools::python(place));
    command.current_dir(&place.root).arg("tests/chaos").args(arguments).env("PYTHONPATH", paths);
    show(command.env("ALONGSIDE_SERVER", place.target.join(DEMO.folder).join("alongside")))
}

/// A few rounds as a step of `cargo xtask test --all`.
pub fn step(place: &Place) -> Result<Tally, Failure> {
    run(place, &["--rounds".to_owned(), ROUNDS_IN_TEST.to_owned()])?;
    Ok(Tally::ONE)
}
