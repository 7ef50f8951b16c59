//! `cargo xtask bench`: builds the measuring program (package alongside-bench) and the server as the demo has
//! them, optimised without LTO, and runs it.

use crate::failure::Failure;
use crate::place::Place;
use crate::play::DEMO;
use crate::process::show;
use crate::tally::Tally;
use std::process::Command;

/// `cargo xtask bench [arguments]`.
pub fn run(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    if !place.has("tests/bench")? {
        return Err(Failure::NotInRepository { what: "tests/bench, the measuring program," });
    }
    let packages = ["--package", "alongside-bench", "--package", "alongside-server"];
    show(place.cargo(&["build", "--bins", "--profile", DEMO.name]).args(packages))?;
    let program =
        |name: &str| place.target.join(DEMO.folder).join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let mut measure = Command::new(program("alongside-bench"));
    show(measure.args(arguments).env("ALONGSIDE_SERVER", program("alongside")))
}

/// The same as a step of `cargo xtask test --all`.
pub fn step(place: &Place) -> Result<Tally, Failure> {
    run(place, &[])?;
    Ok(Tally::ONE)
}
