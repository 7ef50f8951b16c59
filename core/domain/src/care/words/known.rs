//! Diagnoses that the plan already has: they are left alone, unless the note says that they are new or worse.

use super::list::WordList;
use super::text::{self, Word};
use std::collections::BTreeSet;
use std::ops::Range;

/// The most words before a diagnosis that say that it is new: "another bad stroke".
const NEW_WORDS_MAX: usize = 2;

/// One diagnosis of the plan.
#[derive(Debug)]
pub(super) struct Diagnosis {
    entries: BTreeSet<usize>,
    keys: BTreeSet<String>,
    numbers: BTreeSet<String>,
    body: BTreeSet<String>,
}

impl Diagnosis {
    /// Reads what the plan says.
    pub fn read(list: &WordList, known: &str) -> Diagnosis {
        let words = text::words(known);
        let all = 0..words.len();
        let found = all.clone().flat_map(|at| list.caught.at(&words, at, &list.real));
        Diagnosis {
            entries: found.map(|(entry, _)| entry).collect(),
            keys: words.iter().map(|word| word.key.clone()).collect(),
            numbers: numbers(&words, all.clone()),
            body: body(list, &words, all),
        }
    }

    /// Whether it is what the note names at `caught`: the same thing, of the same grade, not at another place.
    pub fn covers(&self, list: &WordList, words: &[Word], entry: usize, caught: &Range<usize>) -> bool {
        let named =
            self.entries.contains(&entry) || caught.clone().all(|at| self.keys.contains(&words[at].key));
        let numbers = numbers(words, caught.clone());
        let near = body(list, words, near(words, caught));
        let elsewhere = !self.body.is_empty() && !near.is_empty() && self.body.is_disjoint(&near);
        named && !elsewhere && numbers.is_subset(&self.numbers)
    }
}

/// What the note says is new or worse about the words at `caught`, with those words.
pub(super) fn made_worse(list: &WordList, words: &[Word], caught: &Range<usize>) -> Option<Range<usize>> {
    let clause = words[caught.start].clause;
    let after = words.get(caught.end).filter(|word| word.clause == clause && word.joined);
    let worse = after.and_then(|_| list.worse_after.at(words, caught.end, &list.real).next());
    if let Some((_, place)) = worse {
        return Some(caught.start..place.whole.end.max(caught.end));
    }
    (caught.start.saturating_sub(NEW_WORDS_MAX)..=caught.start).find_map(|at| {
        let mut places = list.worse_before.at(words, at, &list.real);
        let place = places.find(|(_, place)| (caught.start..=caught.end).contains(&place.whole.end));
        place.filter(|_| words[at].clause == clause).map(|_| at..caught.end)
    })
}

fn numbers(words: &[Word], range: Range<usize>) -> BTreeSet<String> {
    let digits = |word: &&Word| word.key.starts_with(|sign: char| sign.is_ascii_digit());
    words[range].iter().filter(digits).map(|word| word.key.clone()).collect()
}

fn body(list: &WordList, words: &[Word], range: Range<usize>) -> BTreeSet<String> {
    let parts = range.filter(|at| list.any(&list.body, words, *at));
    parts
        .map(|at| words[at].base.as_ref().unwrap_or(&words[at].key).trim_end_matches('s').to_owned())
        .collect()
}

/// The words of the same clause, up to a few on each side.
fn near(words: &[Word], caught: &Range<usize>) -> Range<usize> {
    const SIDE_WORDS_MAX: usize = 4;
    let clause = words[caught.start].clause;
    let start = words[caught.start].clause_start.max(caught.start.saturating_sub(SIDE_WORDS_MAX));
    let end = (caught.end..words.len().min(caught.end + SIDE_WORDS_MAX))
        .take_while(|at| words[*at].clause == clause)
        .last()
        .map_or(caught.end, |last| last + 1);
    start..end
}
