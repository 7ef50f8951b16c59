//! Says what differed, and which changed expectations nobody noticed.

use crate::expect::{Difference, differences};
use crate::locate::line_of;
use crate::mutate::unnoticed;
use crate::play::Found;
use serde_json::Value as Json;

/// The longest value that is printed whole.
const VALUE_CHARS_MAX: usize = 400;

/// Every difference as lines to print; none when all holds.
pub fn failures(file: &str, text: &str, found: &[Found]) -> Vec<String> {
    found
        .iter()
        .flat_map(|found| {
            differences(&found.expectation, &found.found).into_iter().map(move |one| (found, one))
        })
        .map(|(found, difference)| failure(file, text, found, &difference))
        .collect()
}

fn failure(file: &str, text: &str, found: &Found, difference: &Difference) -> String {
    let pointer = format!("{}{}", found.pointer, difference.place);
    let note = found.expectation.note.as_deref().map(|note| format!("\n  {note}")).unwrap_or_default();
    format!(
        "{file}:{}: {} on {} at {} ({pointer}){note}\n  expected {}\n  found    {}",
        line_of(text, &pointer),
        found.expectation.id,
        found.place,
        found.expectation.at,
        short(&difference.expected),
        short(&difference.found),
    )
}

fn short(value: &Json) -> String {
    let text = value.to_string();
    match text.char_indices().nth(VALUE_CHARS_MAX) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// How many expected values were changed, and each change that was not noticed.
pub fn mutations(file: &str, text: &str, found: &[Found]) -> (usize, Vec<String>) {
    let mut changed = 0;
    let mut missed = Vec::new();
    for found in found {
        let (count, places) = unnoticed(&found.expectation, &found.found);
        changed += count;
        missed.extend(places.into_iter().map(|place| {
            let pointer = format!("{}{place}", found.pointer);
            let line = line_of(text, &pointer);
            format!(
                "{file}:{line}: {} on {}: a change of {place} was not noticed",
                found.expectation.id, found.place
            )
        }));
    }
    (changed, missed)
}
