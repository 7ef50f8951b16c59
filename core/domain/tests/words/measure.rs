//! How often the check is right on notes that were labelled by hand: precision and recall of each part.

use alongside_domain::care::words::{Finding, Part, check};
use serde::Deserialize;
use std::io::Write;
use std::ops::Range;

/// One labelled note.
#[derive(Debug, Deserialize)]
pub struct Labelled {
    /// The text.
    pub note: String,
    /// Diagnoses that the plan has.
    #[serde(default)]
    pub known: Vec<String>,
    /// What the check should flag as diagnostic.
    pub diagnostic: Vec<String>,
    /// What the check should flag as vague or judging.
    pub vague: Vec<String>,
}

/// How many findings and labels there are, and how many of them are each other's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Findings that are labelled.
    pub right: usize,
    /// All findings.
    pub found: usize,
    /// All labels.
    pub labels: usize,
}

impl Counts {
    /// Hundredths of the findings that are labelled, rounded down.
    pub fn precision(self) -> usize {
        hundredths(self.right, self.found)
    }

    /// Hundredths of the labels that are found, rounded down.
    pub fn recall(self) -> usize {
        hundredths(self.right, self.labels)
    }

    /// The two ratios and the counts, in words.
    pub fn words(self) -> String {
        let (right, found, labels) = (self.right, self.found, self.labels);
        let (precision, recall) = (ratio(self.precision()), ratio(self.recall()));
        format!("precision {precision} ({right} of {found}), recall {recall} ({right} of {labels})")
    }
}

fn hundredths(part: usize, whole: usize) -> usize {
    (part * 100).checked_div(whole).unwrap_or(100)
}

fn ratio(hundredths: usize) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Reads labelled notes.
pub fn read(json: &str) -> Vec<Labelled> {
    serde_json::from_str(json).expect("labelled notes")
}

/// What the check finds in the note.
pub fn findings(labelled: &Labelled) -> Vec<Finding<'static>> {
    let known: Vec<&str> = labelled.known.iter().map(String::as_str).collect();
    check(&labelled.note, &known)
}

/// The counts of one part over all notes. A finding and a label are each other's when they overlap; each has at
/// most one other.
pub fn count(notes: &[Labelled], part: Part) -> Counts {
    let mut counts = Counts::default();
    for labelled in notes {
        let labels = if part == Part::Diagnostic { &labelled.diagnostic } else { &labelled.vague };
        let mut open = ranges(&labelled.note, labels);
        counts.labels += open.len();
        for finding in findings(labelled).iter().filter(|finding| finding.part == part) {
            counts.found += 1;
            let other = open.iter().position(|label| overlap(label, &finding.range));
            counts.right += usize::from(other.map(|other| open.swap_remove(other)).is_some());
        }
    }
    counts
}

/// How many notes without a label there are, and how many of them are flagged.
pub fn clean(notes: &[Labelled]) -> (usize, usize) {
    let clean = notes.iter().filter(|note| note.diagnostic.is_empty() && note.vague.is_empty());
    let flagged = clean.clone().filter(|note| !findings(note).is_empty()).count();
    (clean.count(), flagged)
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Where the labels stand. A label that is there twice names the first place and the next.
fn ranges(note: &str, labels: &[String]) -> Vec<Range<usize>> {
    let mut taken: Vec<Range<usize>> = Vec::new();
    for label in labels {
        let places = note.match_indices(label.as_str()).map(|(at, found)| at..at + found.len());
        let free = places.into_iter().find(|place| !taken.contains(place) && stands_alone(note, place));
        taken.push(free.expect("a label is in its note"));
    }
    taken
}

fn stands_alone(note: &str, place: &Range<usize>) -> bool {
    let before = note[..place.start].chars().next_back();
    let after = note[place.end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

/// Shows a measurement in the output of every run: written past the capture of the test runner, which hides what
/// `println!` writes in a test that passes.
pub fn say(measured: &str) {
    // A closed output must not fail the test.
    let _ = writeln!(std::io::stdout(), "\nmeasured: {measured}");
}
