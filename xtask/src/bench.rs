//! `cargo xtask bench`: builds the measuring program (package alongside-bench) with LTO and runs it.

use crate::failure::Failure;
use crate::place::Place;
use crate::process::show;
use crate::tally::Tally;

/// `cargo xtask bench [arguments]`.
pub fn run(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    if !place.has("tests/bench")? {
        return Err(Failure::NotInRepository { what: "tests/bench, the measuring program," });
    }
    show(place.cargo(&["run", "--release", "--package", "alongside-bench", "--"]).args(arguments))
}

/// The same as a step of `cargo xtask test --all`.
pub fn step(place: &Place) -> Result<Tally, Failure> {
    run(place, &[])?;
    Ok(Tally::ONE)
}
