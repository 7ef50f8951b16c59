//! `cargo xtask simulate`: builds the deterministic simulator (package alongside-simulate), optimised as the demo
//! is, and runs it.

use crate::failure::Failure;
use crate::place::Place;
use crate::play::DEMO;
use crate::process::show;
use crate::tally::Tally;
use std::path::PathBuf;
use std::process::Command;

/// How many seeds `cargo xtask test` runs, and in how many orders a phone takes in what there is after each.
const IN_TEST: [&str; 4] = ["--seeds", "200", "--orders", "2"];
/// Ten thousand orders.
const ORDERS: [&str; 4] = ["--seeds", "500", "--orders", "20"];

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
    run(place, &IN_TEST.map(str::to_owned))?;
    Ok(Tally::ONE)
}

/// Any order and any batches, many times.
pub fn orders(place: &Place) -> Result<Tally, Failure> {
    run(place, &ORDERS.map(str::to_owned))?;
    Ok(Tally::ONE)
}
