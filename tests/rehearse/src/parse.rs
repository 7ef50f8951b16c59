//! Reads a scenario file, and says where it is wrong.
//!
//! Two passes: the form (serde, any unknown field is an error), then the meaning (`check.rs`: names, times, order).

use crate::check;
use crate::format::{FORMAT, Scenario};
use crate::locate::line_of;
use serde_path_to_error::{Path, Segment};
use std::fmt;

/// Something wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where: a JSON pointer.
    pub place: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what is allowed.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.place.is_empty() { "the file" } else { &self.place };
        write!(to, "line {}, {place}: {}", self.line, self.reason)
    }
}

/// Reads a file's text. All faults of meaning are given, or the first of form.
pub fn parse(text: &str) -> Result<Scenario, Vec<Fault>> {
    let mut json = serde_json::Deserializer::from_str(text);
    let scenario: Scenario = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| vec![fault_of(text, pointer(error.path()), error.inner())])?;
    json.end().map_err(|error| vec![fault_of(text, String::new(), &error)])?;
    let found = meaning(&scenario);
    let faults: Vec<Fault> = found
        .into_iter()
        .map(|(place, reason)| Fault { line: line_of(text, &place), place, reason })
        .collect();
    if faults.is_empty() { Ok(scenario) } else { Err(faults) }
}

fn meaning(scenario: &Scenario) -> Vec<(String, String)> {
    if scenario.format != FORMAT {
        let reason = format!("this player reads format {FORMAT}, not {}", scenario.format);
        return vec![("/format".to_owned(), reason)];
    }
    check::faults(scenario)
}

fn fault_of(text: &str, place: String, error: &serde_json::Error) -> Fault {
    let line = match error.line() {
        0 => line_of(text, &place),
        line => line,
    };
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
    Fault { place, line, reason }
}

fn pointer(path: &Path) -> String {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { variant } => Some(format!("/{variant}")),
            Segment::Unknown => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small right file, with one part replaced.
    fn with(part: &str, instead: &str) -> String {
        let text = r#"{
 "format": 1, "title": "t", "begins": "2026-03-02T09:00", "organisation": "o",
 "people": {"grace": {"name": "Grace"}},
 "staff": {"amina": {"name": "Amina", "role": "carer"}},
 "roster": [],
 "steps": [
  {"at": "2026-03-02T10:00", "by": "amina", "record": [{"kind": "position", "fields": {"to": "back"}}]},
  {"at": "2026-03-02T11:00", "by": "amina", "network": "offline"}
 ],
 "expect": [
  {"id": "one", "at": "2026-03-02T10:00", "on": "server", "look_at": "waiting", "is": 0}
 ]
}"#;
        assert!(text.contains(part), "{part}");
        text.replacen(part, instead, 1)
    }

    fn check(part: &str, instead: &str, expected: &str) {
        let found = parse(&with(part, instead)).expect_err(instead);
        assert_eq!(found[0].to_string(), expected);
    }

    #[test]
    fn an_unknown_field_is_an_error_that_says_where() {
        let found = parse(&with("\"network\"", "\"netwrok\"")).expect_err("a misspelt word");
        assert_eq!((found[0].place.as_str(), found[0].line), ("/steps/1/netwrok", 8));
        assert!(
            found[0].reason.starts_with("unknown field `netwrok`, expected one of `at`, `by`"),
            "{}",
            found[0]
        );
    }

    #[test]
    fn an_unknown_word_is_an_error_that_says_what_is_allowed() {
        check(
            "\"offline\"",
            "\"off\"",
            "line 8, /steps/1/network: unknown variant `off`, expected one of `online`, `offline`, `asleep`",
        );
        check(
            "2026-03-02T10:00\", \"by\"",
            "10:00\", \"by\"",
            "line 7, /steps/0/at: write a local time such as 2026-03-03T12:41, not \"10:00\"",
        );
    }

    #[test]
    fn a_name_that_the_file_does_not_know_is_an_error() {
        check(
            "\"by\": \"amina\", \"network\"",
            "\"by\": \"joel\", \"network\"",
            "line 8, /steps/1/by: no member of staff is called \"joel\"",
        );
        check(
            "\"on\": \"server\"",
            "\"on\": \"joel\"",
            "line 11, /expect/0/on: write a member of staff, server or console, not \"joel\"",
        );
    }

    #[test]
    fn steps_stand_in_the_order_of_time() {
        check("2026-03-02T11:00", "2026-03-02T09:30", "line 8, /steps/1/at: is before the step above it");
        check(
            "\"begins\": \"2026-03-02T09:00\"",
            "\"begins\": \"2026-03-02T10:30\"",
            "line 7, /steps/0/at: is before the scenario begins",
        );
    }

    #[test]
    fn an_expectation_says_what_it_expects() {
        check(
            ", \"is\": 0",
            "",
            "line 11, /expect/0: expects nothing: give is, includes, shows or shows_not",
        );
        check(
            "\"look_at\": \"waiting\", \"is\": 0",
            "\"look_at\": \"waiting\", \"shows\": [\"x\"]",
            "line 11, /expect/0/shows: is for pages",
        );
    }

    #[test]
    fn every_shipped_scenario_can_be_read() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios");
        for file in std::fs::read_dir(folder).expect("the folder is there") {
            let path = file.expect("a readable folder").path();
            if path.to_string_lossy().ends_with(".schema.json") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("the file is there");
            assert!(parse(&text).is_ok(), "{}: {:?}", path.display(), parse(&text).err());
        }
    }

    #[test]
    fn a_file_of_another_format_is_refused() {
        check("\"format\": 1", "\"format\": 2", "line 2, /format: this player reads format 1, not 2");
        assert!(parse(&(with("t", "t") + "x")).is_err());
    }
}
