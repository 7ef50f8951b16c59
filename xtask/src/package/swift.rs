//! The Swift package: what uniffi wrote, laid out for Xcode. No Swift compiler is at hand here, so what is checked is
//! that its public names are those that are written down: an app that uses one finds it again.

use super::{Parts, copy, failure, remake, rename};
use crate::failure::Failure;
use crate::place::Place;
use crate::tally::Tally;
use std::fs;
use std::path::{Path, PathBuf};

/// The manifest that goes with the sources.
const MANIFEST: &str = "bindings/swift/Package.swift";
/// The public names, one a line.
const NAMES: &str = "bindings/swift/names.txt";
const MODULE: &str = "Alongside";

/// Makes the package and gives the folder that holds it. The library comes from a Mac: see bindings/swift/README.md.
pub fn make(place: &Place, parts: &Parts) -> Result<PathBuf, Failure> {
    let folder = place.target.join("swift");
    let (headers, sources) = (folder.join("headers"), folder.join("Sources").join(MODULE));
    remake(&headers)?;
    remake(&sources)?;
    parts.generate(place, "swift", &headers)?;
    rename(&headers.join("Alongside.swift"), &sources.join("Alongside.swift"))?;
    // Xcode looks for this name.
    rename(&headers.join("AlongsideFFI.modulemap"), &headers.join("module.modulemap"))?;
    copy(&place.root.join(MANIFEST), &folder.join("Package.swift"))?;
    Ok(folder)
}

/// Writes down the names of a package that was just made.
pub fn keep_names(place: &Place, folder: &Path) -> Result<(), Failure> {
    let file = place.root.join(NAMES);
    fs::write(&file, made_names(folder)?.join("\n") + "\n").map_err(|cause| failure(&file, cause))
}

/// Compares the names of a package that was just made with those that are written down.
pub fn check_names(place: &Place, folder: &Path) -> Result<Tally, Failure> {
    let file = place.root.join(NAMES);
    let kept = fs::read_to_string(&file).map_err(|cause| failure(&file, cause))?;
    let made = made_names(folder)?;
    let gone =
        kept.lines().filter(|name| !made.iter().any(|made| made == name)).map(|name| format!("- {name}"));
    let new =
        made.iter().filter(|name| !kept.lines().any(|kept| kept == *name)).map(|name| format!("+ {name}"));
    let changes: Vec<String> = gone.chain(new).collect();
    if changes.is_empty() {
        println!("{} public names, as written down", made.len());
        return Ok(Tally::ONE);
    }
    changes.iter().for_each(|change| println!("{change}"));
    println!("public names have changed: if that is meant, `cargo xtask package --swift --dev --keep-names`");
    Ok(Tally { passed: 0, failed: 1 })
}

fn made_names(folder: &Path) -> Result<Vec<String>, Failure> {
    let file = folder.join("Sources").join(MODULE).join("Alongside.swift");
    let text = fs::read_to_string(&file).map_err(|cause| failure(&file, cause))?;
    let names = names(&text);
    if names.is_empty() {
        let cause = "it declares nothing".to_owned();
        return Err(Failure::Unreadable { what: "the Swift source that was generated", cause });
    }
    Ok(names)
}

/// The types and calls that Swift code may name, each with what it takes and gives, in alphabetical order.
fn names(source: &str) -> Vec<String> {
    let (mut names, mut within) = (Vec::new(), "");
    for line in source.lines() {
        let Some(declared) = line.strip_prefix("public ").or_else(|| line.strip_prefix("open ")) else {
            continue;
        };
        let declared = declared.split('{').next().unwrap_or_default();
        if ["FfiConverter", "uniffi", " == "].iter().any(|word| declared.contains(word)) {
            continue;
        }
        let mut words = declared.split(' ').skip_while(|word| *word == "static" || *word == "indirect");
        match words.next() {
            Some("func") if line.starts_with("open ") || declared.starts_with("static ") => {
                names.push(format!("{within}.{}", call(declared)));
            }
            Some("func") => names.push(call(declared)),
            Some("class" | "struct" | "enum" | "protocol") => {
                within = words.next().unwrap_or_default().trim_end_matches(':');
                names.push(within.to_owned());
            }
            Some("typealias") => names.push(words.collect::<Vec<_>>().join(" ").trim().to_owned()),
            _ => {}
        }
    }
    names.sort();
    names.dedup();
    names
}

/// A call as it stands, without what Swift says around it.
fn call(declared: &str) -> String {
    let from = declared.find("func ").map_or(0, |at| at + "func ".len());
    let spaced = declared[from..].replace(")throws", ") throws").replace(")async", ") async");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_type_or_a_call_with_what_it_takes_and_gives() {
        let source = "public protocol Clock: AnyObject, Sendable {\n    func boot()throws  -> UInt64\n}\n\
            open class Replica: ReplicaProtocol {\n\
            public static func `open`(folder: String)throws  -> Replica  {\n\
            open func lock()throws   {try rustCallWithError(FfiConverterTypeProblem_lift) {\n\
            open func sync()async throws  -> SyncReport  {\n\
            public struct FfiConverterTypeClock: FfiConverter {\n\
            public func labels(locale: String) -> [String: String]  {\n\
            public indirect enum Command: Equatable {\n\
            public static func == (self: Command, other: Command) -> Bool {\n\
            public typealias PersonId = PersonHex\n";
        let expected = [
            "Clock",
            "Command",
            "PersonId = PersonHex",
            "Replica",
            "Replica.`open`(folder: String) throws -> Replica",
            "Replica.lock() throws",
            "Replica.sync() async throws -> SyncReport",
            "labels(locale: String) -> [String: String]",
        ];
        assert_eq!(names(source), expected);
    }
}
