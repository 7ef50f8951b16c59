//! What docs/rules.md says a rule is proven by is there: the scenario and its expectation, the test, the file.

use super::Breach;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The page whose tables say what proves what.
const PAGE: &str = "docs/rules.md";
const RULE: &str = "docs/rules.md names scenarios, expectations and tests that are there";
/// The head of such a table: what the field says, and what proves that the product does it.
const HEAD: [&str; 3] = ["what", "scenario", "tests"];

/// What may be named as a proof.
#[derive(Default)]
pub struct Proofs {
    page: String,
    /// The expectations of each scenario.
    scenarios: BTreeMap<String, BTreeSet<String>>,
    /// Functions of Rust and Python, and the files of the browser's and the shell's tests.
    tests: BTreeSet<String>,
}

impl Proofs {
    /// Takes in one file of the repository.
    pub fn read(&mut self, name: &Path, text: &str) {
        let Some(file) = name.file_name().and_then(|file| file.to_str()) else { return };
        match name.extension().and_then(|extension| extension.to_str()) {
            Some("json") if name.starts_with("tests/scenarios") => {
                self.scenarios.insert(file.trim_end_matches(".json").to_owned(), expectations(text));
            }
            Some("rs") => self.tests.extend(named_after(text, "fn ")),
            Some("py") => self.tests.extend(named_after(text, "def ")),
            Some("mjs" | "kt") => self.tests.extend([file.to_owned()]),
            Some("md") if name == Path::new(PAGE) => text.clone_into(&mut self.page),
            _ => {}
        }
    }

    /// What the page names and is not there; and rows that name no test.
    pub fn breaches(&self) -> Vec<Breach> {
        let mut found = Vec::new();
        let mut is_table = false;
        for (number, line) in (1..).zip(self.page.lines()) {
            let Some(cells) = cells(line) else {
                is_table = false;
                continue;
            };
            let mut missing = match (is_table, cells.as_slice()) {
                (_, head) if head == HEAD => {
                    is_table = true;
                    continue;
                }
                (true, [dashes, ..]) if dashes.starts_with("---") => continue,
                (true, [_, scenario, tests]) => self.missing(scenario, tests),
                (true, _) => vec!["a row without three cells".to_owned()],
                (false, _) => continue,
            };
            let breach = |what| Breach { place: format!("{PAGE}:{number}"), found: what, rule: RULE };
            found.extend(missing.drain(..).map(breach));
        }
        found
    }

    fn missing(&self, scenario: &str, tests: &str) -> Vec<String> {
        let mut missing: Vec<String> = quoted(scenario).flat_map(|named| self.not_expected(named)).collect();
        let absent = quoted(tests).filter(|named| !self.tests.contains(*named));
        missing.extend(absent.map(|named| format!("no test {named}")));
        if quoted(tests).next().is_none() && !tests.contains("not yet") {
            missing.push("a row that names no test".to_owned());
        }
        missing
    }

    /// Of `scenario: expectation, expectation` what is not there.
    fn not_expected(&self, named: &str) -> Vec<String> {
        let (scenario, expectations) = named.split_once(':').unwrap_or((named, ""));
        let Some(known) = self.scenarios.get(scenario) else {
            return vec![format!("no scenario {scenario}")];
        };
        let expectations = expectations.split(',').map(str::trim).filter(|one| !one.is_empty());
        let absent = expectations.filter(|one| !known.contains(*one));
        absent.map(|one| format!("no expectation {one} in {scenario}")).collect()
    }
}

/// The cells of a row of a table.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inside = line.strip_prefix('|')?.trim_end().strip_suffix('|')?;
    Some(inside.split('|').map(str::trim).collect())
}

/// What stands between backquotes.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The names of what a text defines with this word.
fn named_after<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = String> + 'a {
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.split(word).skip(1).filter_map(move |rest| {
        let name = rest.split(|letter| !is_of_name(letter)).next()?;
        (!name.is_empty()).then(|| name.to_owned())
    })
}

fn expectations(scenario: &str) -> BTreeSet<String> {
    let scenario: Value = serde_json::from_str(scenario).unwrap_or_default();
    let expected = scenario["expect"].as_array().into_iter().flatten();
    expected.filter_map(|one| one["id"].as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(row: &str) -> Vec<String> {
        let mut proofs = Proofs::default();
        let page = format!("| what | scenario | tests |\n|---|---|---|\n{row}\n");
        for (name, text) in [
            ("docs/rules.md", page.as_str()),
            ("tests/scenarios/week.json", r#"{"expect": [{"id": "late"}]}"#),
            ("core/a.rs", "#[test]\nfn it_holds() {}"),
            ("tests/python/b.py", "def test_it(self): pass"),
            ("tests/browser/c.test.mjs", ""),
        ] {
            proofs.read(Path::new(name), text);
        }
        proofs.breaches().into_iter().map(|breach| breach.found).collect()
    }

    #[test]
    fn what_is_there_proves() {
        assert_eq!(found("| a | `week: late` | `it_holds`, `test_it`, `c.test.mjs` |"), [] as [String; 0]);
        assert_eq!(found("| a | `week` | `it_holds` |"), [] as [String; 0]);
        assert_eq!(found("| a | – | not yet |"), [] as [String; 0]);
    }

    #[test]
    fn what_is_not_there_is_named() {
        assert_eq!(found("| a | `week: early` | `it_holds` |"), ["no expectation early in week"]);
        assert_eq!(found("| a | `month` | `it_holds` |"), ["no scenario month"]);
        assert_eq!(found("| a | – | `it_fails` |"), ["no test it_fails"]);
        assert_eq!(found("| a | `week` | – |"), ["a row that names no test"]);
        assert_eq!(found("| a | `it_holds` |"), ["a row without three cells"]);
    }
}
