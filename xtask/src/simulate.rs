//! `cargo xtask simulate`: builds the deterministic simulator (package alongside-simulate), optimised as the demo
//! is, and runs it.

use crate::failure::Failure;
use crate::place::Place;
use crate::play::DEMO;
use crate::process::show;
use crate::tally::Tally;
use std::path::PathBuf;
use std::process::Command;

/// How many seeds `cargo xtask test` runs.
const SEEDS_IN_TEST: &str = "200";

/// `cargo xtask simulate [arguments]`.
pub fn run(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    if !place.has("tests/simulate")? {
        return Err(Failure::NotInRepository { what: "tests/simulate, the simulator," });
    }
    show(&mut place.cargo(&["build", "--profile", DEMO.name, "--package", "alongside-simulate"]))?;
    show(Command::new(binary(place)).args(arguments))
}

/// Where the simulator is, once it is built.
pub fn binary(place: &Place) -> PathBuf {
    let name = format!("alongside-simulate{}", std::env::consts::EXE_SUFFIX);
    place.target.join(DEMO.folder).join(name)
}

/// Some seeds as a step of `cargo xtask test`.
pub fn step(place: &Place) -> Result<Tally, Failure> {
    run(place, &["--seeds".to_owned(), SEEDS_IN_TEST.to_owned()])?;
    Ok(Tally::ONE)
}
