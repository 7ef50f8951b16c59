//! The oracle of tests/oracle: the rules of care in Python, written from their words, asked about generated histories
//! beside the product's folds.

use crate::failure::Failure;
use crate::place::Place;
use crate::play::DEV;
use crate::process::show;
use crate::tally::Tally;
use crate::tools;
use std::process::Command;

/// How many histories are compared: about a minute on two quiet cores.
const HISTORIES: &str = "200";

/// The comparison as a step of `cargo xtask test`.
pub fn step(place: &Place) -> Result<Tally, Failure> {
    let package = "alongside-oracle-answers";
    show(&mut place.cargo(&["build", "--profile", DEV.name, "--package", package]))?;
    let name = format!("{package}{}", std::env::consts::EXE_SUFFIX);
    let mut command = Command::new(tools::python(place));
    command.current_dir(&place.root).args(["tests/oracle/agree.py", "--histories", HISTORIES, "--answers"]);
    show(command.arg(place.target.join(DEV.folder).join(name)))?;
    Ok(Tally::ONE)
}
