//! The player knows the core only by the types that cross the replica's facade: data, and no rule that it checks.

use std::path::{Path, PathBuf};

/// The parts of the core that are such types.
const DATA: [&str; 7] = [
    "care::catalogue::Catalogue",
    "ids::",
    "journal::",
    "plan::edit::",
    "sync::machine::",
    "time::",
    "value::",
];

/// What a source names of the core, outside of [`DATA`].
fn beyond(source: &str) -> Vec<&str> {
    let named = source.split("alongside_replica::domain").skip(1);
    let named = named.map(|rest| rest.split([';', ' ', '(', ')', ',', '\n']).next().unwrap_or_default());
    named
        .filter(|path| {
            !DATA.iter().any(|data| path.strip_prefix("::").is_some_and(|path| path.starts_with(data)))
        })
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for file in std::fs::read_dir(folder).expect("the folder is there") {
        let path = file.expect("a readable folder").path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn the_player_names_no_rule_of_the_core() {
    let (mut files, mut seen) = (Vec::new(), 0);
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    for path in files {
        let source = std::fs::read_to_string(&path).expect("a readable file");
        assert_eq!(beyond(&source), Vec::<&str>::new(), "{}", path.display());
        assert!(
            !source.contains("alongside_replica::{domain"),
            "{}: name the part of the domain",
            path.display()
        );
        seen += source.matches("alongside_replica::domain::").count();
    }
    assert!(seen > 10, "the player's sources are not where they were");
}

#[test]
fn a_planted_reach_is_found() {
    for planted in
        ["use alongside_replica::domain::care::escalation;", "use alongside_replica::domain as core;"]
    {
        assert_eq!(beyond(planted).len(), 1, "{planted}");
    }
    assert_eq!(beyond("use alongside_replica::domain::ids::PersonId;").len(), 0);
}
