//! The walls of the workspace: which crate may lean on which, what the pure core may name, what comes from
//! outside, what every file must hold, and that what is said to prove a rule is there. Each rule has a test that plants one line and shows that it is caught.

mod graph;
mod paths;
mod proofs;
mod source;
mod supply;
mod tokens;
mod tree;

use crate::failure::Failure;
use crate::place::{self, Place};
use crate::tally::Tally;
use std::fmt;
use std::fs;
use std::path::Path;

/// One place where a wall is breached.
#[derive(Debug, PartialEq, Eq)]
pub struct Breach {
    /// A file, with its line where there is one; or a package.
    pub place: String,
    /// What was found there.
    pub found: String,
    /// The rule that it breaks.
    pub rule: &'static str,
}

impl fmt::Display for Breach {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}: {}: {}", self.place, self.found, self.rule)
    }
}

/// `cargo xtask walls`.
pub fn run(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    if let Some(argument) = arguments.first() {
        return Err(Failure::UnknownArgument(argument.clone()));
    }
    step(place).map(|_| println!("the walls stand"))
}

/// The same as a step of `cargo xtask test`. Each kind of wall counts as one check.
pub fn step(place: &Place) -> Result<Tally, Failure> {
    let breaches = breaches(place)?;
    for breach in &breaches {
        println!("{breach}");
    }
    if breaches.is_empty() {
        Ok(Tally { passed: 5, failed: 0 })
    } else {
        Err(Failure::Breaches(breaches.len()))
    }
}

/// Everything that is wrong in the repository.
fn breaches(place: &Place) -> Result<Vec<Breach>, Failure> {
    let metadata = place::metadata(&place.root, &[])?;
    let deny = place.root.join("deny.toml");
    let deny = fs::read_to_string(&deny).map_err(|cause| Failure::File { path: deny, cause })?;
    let mut found = graph::breaches(&metadata)?;
    found.extend(supply::breaches(&metadata, &deny));
    let mut proofs = proofs::Proofs::default();
    for name in place.files(".")? {
        let Some(text) = read_text(&place.root.join(&name))? else { continue };
        found.extend(tree::breaches(&name, &text));
        proofs.read(&name, &text);
        if is_pure(&name) {
            found.extend(source::breaches(&name, &text));
        }
    }
    found.extend(proofs.breaches());
    Ok(found)
}

/// Whether this file is source of the pure core.
fn is_pure(name: &Path) -> bool {
    name.starts_with("core/domain/src") && name.extension().is_some_and(|extension| extension == "rs")
}

/// The file's text, or nothing for a picture or the like.
fn read_text(file: &Path) -> Result<Option<String>, Failure> {
    let bytes = fs::read(file).map_err(|cause| Failure::File { path: file.to_owned(), cause })?;
    Ok(String::from_utf8(bytes).ok().filter(|text| !text.contains('\0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walls_stand() {
        let place = Place::find().expect("the repository is there");
        let found = breaches(&place).expect("the repository can be read");
        assert!(found.is_empty(), "{}", found.iter().map(|breach| format!("{breach}\n")).collect::<String>());
    }

    #[test]
    fn the_pure_core_is_looked_at() {
        let place = Place::find().expect("the repository is there");
        let pure =
            place.files("core/domain").expect("git answers").iter().filter(|name| is_pure(name)).count();
        assert!(pure >= 5, "only {pure} files");
    }
}
