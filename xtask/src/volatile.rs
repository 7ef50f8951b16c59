//! Shows that the durability test can fail: it is run on a copy of the tree whose database does not sync.
//!
//! The copy stands beneath the target folder and shares what is built of others' packages. Its one changed line
//! is a pragma; a cargo feature or a setting for this would be a way to switch durability off.

use crate::failure::Failure;
use crate::place::Place;
use crate::tally::Tally;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the pragma stands, and what it becomes.
const FILE: &str = "core/replica/src/store/place.rs";
const DURABLE: &str = "PRAGMA synchronous = FULL;";
const VOLATILE: &str = "PRAGMA synchronous = OFF;";
/// The test, and what it says when records are not forced to the disk.
const TEST: &str = "every_record_is_on_the_disk_before_its_call_returns";
const NOTICED: &str = "records that were not forced to the disk before the call returned";

/// A step of `cargo xtask test --all`.
pub fn step(place: &Place) -> Result<Tally, Failure> {
    let copy = place.target.join("durability-control");
    copy_tree(place, &copy)?;
    make_volatile(&copy.join(FILE))?;
    let test = ["test", "--package", "alongside-durability", "--test", "trace", "--", "--exact", TEST];
    let mut command = place.cargo(&test);
    command.current_dir(&copy).env("CARGO_TARGET_DIR", &place.target);
    let output =
        command.output().map_err(|cause| Failure::NotStarted { program: "cargo test".to_owned(), cause })?;
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    if !output.status.success() && String::from_utf8_lossy(&said).contains(NOTICED) {
        println!("without a sync the durability test fails, as it must");
        return Ok(Tally::ONE);
    }
    println!("{}", String::from_utf8_lossy(&said));
    println!("the durability test must fail where the database does not sync, and say why");
    Ok(Tally { passed: 0, failed: 1 })
}

/// Copies the files of the repository over an earlier copy, if there is one.
pub fn copy_tree(place: &Place, copy: &Path) -> Result<(), Failure> {
    let files = place.files(".")?;
    take_away_others(copy, copy, &files.iter().map(PathBuf::as_path).collect())?;
    for file in &files {
        let (from, to) = (place.root.join(file), copy.join(file));
        let folder = to.parent().expect("a file stands in a folder");
        fs::create_dir_all(folder).map_err(|cause| failed(folder, cause))?;
        let bytes = fs::read(&from).map_err(|cause| failed(&from, cause))?;
        // A file that is the same keeps its time, and cargo what it has built of it.
        if fs::read(&to).ok().as_ref() != Some(&bytes) {
            fs::write(&to, bytes).map_err(|cause| failed(&to, cause))?;
        }
    }
    Ok(())
}

/// Takes sources out of an earlier copy that the tree does not have any more: cargo would build them.
fn take_away_others(folder: &Path, copy: &Path, files: &BTreeSet<&Path>) -> Result<(), Failure> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry.map_err(|cause| failed(folder, cause))?.path();
        if path.is_dir() {
            take_away_others(&path, copy, files)?;
            continue;
        }
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        let is_of_tree = path.strip_prefix(copy).is_ok_and(|name| files.contains(name));
        if is_source && !is_of_tree {
            fs::remove_file(&path).map_err(|cause| failed(&path, cause))?;
        }
    }
    Ok(())
}

fn make_volatile(file: &Path) -> Result<(), Failure> {
    fs::write(file, durable(file)?.replace(DURABLE, VOLATILE)).map_err(|cause| failed(file, cause))
}

/// The source that holds the pragma, once.
fn durable(file: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(file).map_err(|cause| failed(file, cause))?;
    match text.matches(DURABLE).count() {
        1 => Ok(text),
        _ => Err(Failure::Unreadable { what: FILE, cause: format!("`{DURABLE}` does not stand in it once") }),
    }
}

fn failed(path: &Path, cause: std::io::Error) -> Failure {
    Failure::File { path: path.to_owned(), cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pragma_that_the_control_takes_away_stands_where_it_is_looked_for() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        assert!(durable(&root.join(FILE)).is_ok());
    }

    #[test]
    fn a_source_that_the_tree_has_no_more_leaves_the_copy_and_everything_else_stays() {
        let copy = std::env::temp_dir().join(format!("alongside-copy-{}", std::process::id()));
        let folder = copy.join("core/src");
        fs::create_dir_all(&folder).expect("a folder of its own");
        for name in ["kept.rs", "gone.rs", "note.md"] {
            fs::write(folder.join(name), "").expect("a file of its own");
        }
        let files = BTreeSet::from([Path::new("core/src/kept.rs")]);
        take_away_others(&copy, &copy, &files).expect("it can be written");
        let left = ["kept.rs", "gone.rs", "note.md"].map(|name| folder.join(name).exists());
        fs::remove_dir_all(&copy).expect("it is its own");
        assert_eq!(left, [true, false, true]);
    }
}
