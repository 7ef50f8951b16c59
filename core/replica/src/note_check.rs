//! The check of a note as it is written: it offers, and never blocks.

use crate::replica::{RecordError, Replica};
use alongside_domain::care::words::{self, Finding, Part, known_in};
use alongside_domain::ids::PersonId;
use serde::Serialize;

/// A place in a note that its author is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteFinding {
    /// The first character of it in the note, counted in Unicode scalar values from 0.
    pub first: u32,
    /// How many characters it has.
    pub characters: u32,
    /// The words as they stand in the note.
    pub words: String,
    /// The code of what was found.
    pub code: String,
    /// Whether it names a diagnosis; else it is vague, or judges.
    pub diagnostic: bool,
    /// What to write down instead.
    pub offer: String,
    /// The kind of observation that asks for it, if one does.
    pub kind: Option<String>,
}

impl Replica {
    /// Looks through a note about a person for diagnoses that their plan does not have, and for words that say
    /// little or judge.
    pub fn check_note(&self, person: PersonId, note: &str) -> Result<Vec<NoteFinding>, RecordError> {
        let plan = self.plan(person)?.view;
        let found = words::check(note, &known_in(&plan));
        Ok(found.iter().map(|finding| shown(note, finding)).collect())
    }
}

fn shown(note: &str, finding: &Finding<'_>) -> NoteFinding {
    let words = note.get(finding.range.clone()).unwrap_or_default();
    let before = note.get(..finding.range.start).unwrap_or_default();
    NoteFinding {
        first: before.chars().count() as u32,
        characters: words.chars().count() as u32,
        words: words.to_owned(),
        code: finding.code.to_owned(),
        diagnostic: finding.part == Part::Diagnostic,
        offer: finding.offer.text.clone(),
        kind: finding.offer.kind.clone(),
    }
}
