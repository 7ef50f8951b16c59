//! What every file of the repository must and must not hold.

use super::Breach;
use std::path::Path;

/// A source file opens with a line that says what it is for, within this many lines.
const HEAD_LINES: usize = 12;
/// A longer file has a second subject in it.
const LINES_MAX: usize = 800;
const SOURCE: &[&str] = &["rs", "kt", "py", "js", "mjs", "ts"];

/// Paths and names of the machines that the work was done on. Written in halves, so that this file may name them.
const WORKPLACE_PATHS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/fa", "rm/")];
const WORKPLACE_WORDS: &[&str] =
    &[concat!(".lib", "rary"), concat!("../sha", "red"), concat!("arti", "factory")];
/// A download address in an npm lock file ties it to one registry.
const RESOLVED: &str = concat!("\"resolved\": \"", "http");

const PURPOSE: &str = "a Rust file opens with a //! line that says what it is for";
const LENGTH: &str = "a source file has at most 800 lines; look for a second subject in it";
const WORKPLACE: &str = "the repository names no machine and no workplace";
const REGISTRY: &str = "package-lock.json names no registry; strip its \"resolved\" fields";

/// What is wrong in one file.
pub fn breaches(name: &Path, text: &str) -> Vec<Breach> {
    let mut found = Vec::new();
    let mut add = |line: Option<usize>, what: String, rule| {
        let place = line.map_or(name.display().to_string(), |line| format!("{}:{line}", name.display()));
        found.push(Breach { place, found: what, rule });
    };
    let extension = name.extension().and_then(|extension| extension.to_str()).unwrap_or("");
    if extension == "rs" && !text.lines().take(HEAD_LINES).any(|line| line.starts_with("//!")) {
        add(None, "no //! line".to_owned(), PURPOSE);
    }
    let length = text.lines().count();
    if SOURCE.contains(&extension) && length > LINES_MAX {
        add(None, format!("{length} lines"), LENGTH);
    }
    for (index, line) in text.lines().enumerate() {
        if extension != "lock"
            && let Some(word) = workplace_word(line)
        {
            add(Some(index + 1), word.to_owned(), WORKPLACE);
        }
        if name.ends_with("package-lock.json") && line.contains(RESOLVED) {
            add(Some(index + 1), "a download address".to_owned(), REGISTRY);
        }
    }
    found
}

fn workplace_word(line: &str) -> Option<&'static str> {
    let path = WORKPLACE_PATHS.iter().find(|path| names_from_the_top(line, path));
    path.or_else(|| WORKPLACE_WORDS.iter().find(|word| line.contains(**word))).copied()
}

/// Whether `path` stands in the line as a path from the top, not as the middle of a longer one.
fn names_from_the_top(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|sign| sign.is_alphanumeric() || matches!(sign, '.' | '_' | '-'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, text: &str, expected: &[&str]) {
        let found = breaches(Path::new(name), text);
        assert_eq!(found.iter().map(|breach| breach.rule).collect::<Vec<_>>(), expected, "{name}");
    }

    #[test]
    fn a_rust_file_without_its_purpose_is_caught() {
        check("planted.rs", "fn main() {}\n", &[PURPOSE]);
        check("planted.rs", &format!("{}//! too late\n", "\n".repeat(12)), &[PURPOSE]);
        check("planted.rs", "// licence\n\n//! What it is for.\n", &[]);
        check("planted.md", "prose\n", &[]);
    }

    #[test]
    fn a_file_that_grew_too_long_is_caught() {
        check("planted.rs", &format!("//! Long.\n{}", "\n".repeat(800)), &[LENGTH]);
        check("planted.rs", &format!("//! Long enough.\n{}", "\n".repeat(799)), &[]);
        check("planted.mjs", &"\n".repeat(801), &[LENGTH]);
        check("planted.json", &"\n".repeat(801), &[]);
    }

    #[test]
    fn a_workplace_is_caught() {
        for path in WORKPLACE_PATHS {
            check("planted.md", &format!("see {path}main"), &[WORKPLACE]);
            check("planted.md", &format!("see docs{path}main and ..{path}x"), &[]);
        }
        for word in WORKPLACE_WORDS {
            check("planted.sh", &format!("cd {word}/x"), &[WORKPLACE]);
        }
        check("planted.rs", &format!("//! A.\nlet a = \"{}b\";\n", WORKPLACE_PATHS[0]), &[WORKPLACE]);
    }

    #[test]
    fn a_registry_in_a_lock_file_is_caught() {
        let line = format!("  {RESOLVED}s://registry.example/a.tgz\",\n");
        check("tests/browser/package-lock.json", &line, &[REGISTRY]);
        check("tests/browser/package-lock.json", "  \"version\": \"1.0.0\",\n", &[]);
    }
}
