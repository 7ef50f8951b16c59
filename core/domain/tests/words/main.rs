//! The check of objective words: its rules by name, and how often it is right on labelled notes.

#[path = "../support/cases.rs"]
mod cases;
mod measure;
mod properties;
mod rules;

use alongside_domain::care::words::Part;
use measure::{clean, count, read, say};

const PARTS: [(Part, &str); 2] = [(Part::Diagnostic, "diagnostic"), (Part::Vague, "vague")];

#[test]
fn the_notes_that_the_rules_were_made_with_are_read_right() {
    let notes = read(include_str!("notes.json"));
    for (part, name) in PARTS {
        let counts = count(&notes, part);
        say(&format!("objective words, {} notes to work with, {name}: {}", notes.len(), counts.words()));
        assert!(counts.precision() >= 95 && counts.recall() >= 95, "{name}: {}", counts.words());
    }
}

/// Only counts: whoever changes the rules must not see which of these notes are missed.
#[test]
fn the_notes_that_were_held_out_are_measured() {
    let notes = read(include_str!("held_out.json"));
    for (part, name) in PARTS {
        let counts = count(&notes, part);
        say(&format!("objective words, held-out {} notes, {name}: {}", notes.len(), counts.words()));
        let holds = counts.precision() >= 90 && counts.recall() >= 90;
        assert!(holds || part == Part::Vague, "{name}: {}", counts.words());
    }
    let (all, flagged) = clean(&notes);
    say(&format!("objective words, held-out clean notes that are flagged: {flagged} of {all}"));
}
