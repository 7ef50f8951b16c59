//! Finds words in a note that say a diagnosis, a judgement or nothing much, and offers what to record instead.
//!
//! Carers record what they see, hear, smell and measure; they do not diagnose. The check runs on the phone without
//! a network, while the note is written. **It warns and never blocks**: no rule of the product may refuse a note,
//! or hold one back, because of what is found here. It is an aid for writing, not triage: that nothing is found
//! says nothing about the person. The list is data, and a clinician must agree it before it is relied on.
//!
//! Left alone are words in quotation marks, what the person, a relative or a clinician said, a diagnosis that the
//! plan already has, and everyday meanings ("infection control", "the cup is broken"). "No sign of infection" is
//! not left alone: it still asks what was looked at.
//!
//! The time that it takes grows with the length of the note, whatever is in it.

mod in_plan;
mod known;
mod list;
mod phrase;
mod quotes;
mod reported;
mod spelling;
mod text;

pub use in_plan::known_in;
pub use list::{Entry, Offer, Part, WordList, WordListError};
pub use phrase::PhraseError;

use known::Diagnosis;
use phrase::{PHRASE_PARTS_MAX, Place};
use reported::Theirs;
use std::ops::Range;
use text::Word;

/// The most words on each side in which a word that an entry needs is looked for.
const NEED_WORDS_MAX: usize = 30;

/// One place in a note that the carer is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding<'a> {
    /// Where it stands in the note, in bytes, on the bounds of characters.
    pub range: Range<usize>,
    /// The code of its entry in the list.
    pub code: &'a str,
    /// What it is.
    pub part: Part,
    /// What to record in its place.
    pub offer: &'a Offer,
}

/// Checks a note with the list that ships with the product. `known` are the diagnoses that the plan has, in its
/// words. The findings are in the order of the note and do not overlap.
pub fn check(note: &str, known: &[&str]) -> Vec<Finding<'static>> {
    WordList::built_in().check(note, known)
}

/// An entry's words at a place in the note.
#[derive(Debug, Clone)]
struct Candidate {
    entry: usize,
    caught: Range<usize>,
}

impl WordList {
    /// Checks a note with this list: see [`check`].
    pub fn check(&self, note: &str, known: &[&str]) -> Vec<Finding<'_>> {
        let words = text::words(note);
        let theirs = reported::reported(self, &words);
        let known: Vec<Diagnosis> = known.iter().map(|known| Diagnosis::read(self, known)).collect();
        let asked = self.candidates(&words).into_iter().filter(|found| {
            !self.is_theirs(&words, &theirs, found)
                && !self.is_everyday(&words, found)
                && self.has_what_it_needs(&words, found)
        });
        let asked = asked.filter_map(|found| self.unless_known(&words, &known, found));
        let joined = joined(&words, asked.collect());
        joined.into_iter().map(|found| self.finding(&words, &found)).collect()
    }

    /// All places where words of the list stand. Of those that overlap the first stays, and of these the longest.
    fn candidates(&self, words: &[Word]) -> Vec<Candidate> {
        let mut all: Vec<Candidate> = (0..words.len())
            .flat_map(|at| self.caught.at(words, at, &self.real))
            .map(|(entry, Place { caught, .. })| Candidate { entry, caught })
            .collect();
        all.sort_by_key(|found| (found.caught.start, std::cmp::Reverse(found.caught.end)));
        let mut end = 0;
        all.retain(|found| {
            let apart = found.caught.start >= end;
            end = if apart { found.caught.end } else { end };
            apart
        });
        all
    }

    fn is_theirs(&self, words: &[Word], theirs: &[Theirs], found: &Candidate) -> bool {
        found.caught.clone().any(|at| {
            words[at].quoted
                || match self.entries[found.entry].part {
                    Part::Diagnostic => theirs[at].diagnostic,
                    Part::Vague => theirs[at].vague,
                }
        })
    }

    fn is_everyday(&self, words: &[Word], found: &Candidate) -> bool {
        let entry = &self.entries[found.entry];
        let named = entry.part == Part::Diagnostic
            && words.get(found.caught.end).is_some_and(|word| word.joined)
            && self.any(&self.thing_after, words, found.caught.end);
        named || self.meant_otherwise(words, found)
    }

    /// Whether an everyday phrase of the entry takes in the caught words.
    fn meant_otherwise(&self, words: &[Word], found: &Candidate) -> bool {
        let unless = &self.entries[found.entry].unless;
        let first = found.caught.start.saturating_sub(2 * PHRASE_PARTS_MAX);
        (first..=found.caught.start)
            .any(|at| unless.at(words, at, &self.real).any(|(_, place)| place.whole.end >= found.caught.end))
    }

    /// Whether one of the words that the entry needs stands in the same sentence, or in the one before.
    fn has_what_it_needs(&self, words: &[Word], found: &Candidate) -> bool {
        let Some(needs) = &self.entries[found.entry].needs else { return true };
        let sentence = words[found.caught.start].sentence;
        let start = found.caught.start.saturating_sub(NEED_WORDS_MAX);
        let end = words.len().min(found.caught.end + NEED_WORDS_MAX);
        let near = |at: &usize| words[*at].sentence <= sentence && words[*at].sentence + 1 >= sentence;
        (start..end).filter(near).any(|at| self.any(needs, words, at))
    }

    /// The candidate, unless the plan has it; with what makes it worse if it does.
    fn unless_known(&self, words: &[Word], known: &[Diagnosis], found: Candidate) -> Option<Candidate> {
        if !known.iter().any(|diagnosis| diagnosis.covers(self, words, found.entry, &found.caught)) {
            return Some(found);
        }
        let caught = known::made_worse(self, words, &found.caught)?;
        Some(Candidate { caught, ..found })
    }

    fn finding(&self, words: &[Word], found: &Candidate) -> Finding<'_> {
        let entry = &self.entries[found.entry];
        let range = words[found.caught.start].range.start..words[found.caught.end - 1].range.end;
        Finding { range, code: &entry.code, part: entry.part, offer: &entry.offer }
    }
}

/// Makes one of two that stand side by side and mean the same: "pressure ulcer, stage 2".
fn joined(words: &[Word], found: Vec<Candidate>) -> Vec<Candidate> {
    let mut joined: Vec<Candidate> = Vec::with_capacity(found.len());
    for next in found {
        match joined.last_mut() {
            Some(last)
                if last.entry == next.entry
                    && last.caught.end >= next.caught.start
                    && words[last.caught.start].sentence == words[next.caught.start].sentence =>
            {
                last.caught.end = next.caught.end.max(last.caught.end);
            }
            last => {
                if let Some(last) = last {
                    last.caught.end = last.caught.end.min(next.caught.start.max(last.caught.start + 1));
                }
                joined.push(next);
            }
        }
    }
    joined
}
