//! The phrases of the list, and where they stand in a note.
//!
//! A phrase is words with spaces between them. Each is one of:
//!
//! - `fit`: this word; `fit|fits`: one of these; `@body`: one of a named list.
//! - `infect*`: every word that begins so. `constipated~`: this word, also with one slip of the keys.
//! - `#`: a number. `..`: up to three words of the same clause. `/`: the clause ends here.
//! - `all?`: may be left out.
//! - `had a [fit]`: only the words in brackets are what is caught. Without brackets all of them are.

use super::spelling;
use super::text::Word;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The most words that `..` stands for.
const GAP_WORDS_MAX: usize = 3;
/// The most words that one phrase reaches over: its parts, each a gap.
pub(super) const PHRASE_PARTS_MAX: usize = 10;
const NUMBERS: &[&str] =
    &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "i", "ii", "iii", "iv"];

/// Words with a name, for `@name`.
pub(super) type Lists = BTreeMap<String, Vec<String>>;

/// Why a phrase of the list cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// Write at least one word that must be there, before any gap or end.
    #[error("a phrase begins with words, and one of them must be there")]
    NoFirstWord,
    /// Close every bracket that is opened, once.
    #[error("the brackets do not enclose one part")]
    BadBrackets,
    /// Write words in lower case without signs, as the module says.
    #[error("{part} is not a part of a phrase")]
    BadPart {
        /// The part.
        part: String,
    },
    /// Declare the list, or correct its name.
    #[error("the list {name} is not declared")]
    UnknownList {
        /// Its name.
        name: String,
    },
    /// Make the phrase shorter.
    #[error("a phrase has at most {PHRASE_PARTS_MAX} parts")]
    TooLong,
}

/// One phrase, ready to be looked for.
#[derive(Debug, Clone)]
pub(super) struct Phrase {
    parts: Vec<Part>,
    /// The parts that are what is caught.
    caught: Range<usize>,
}

#[derive(Debug, Clone)]
enum Part {
    Word { choices: Choices, optional: bool },
    Gap,
    End,
}

#[derive(Debug, Clone, Default)]
struct Choices {
    exact: BTreeSet<String>,
    stems: Vec<String>,
    slips: Vec<String>,
    number: bool,
}

/// Where a phrase stands: numbers of words in the note, ends not included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The whole phrase.
    pub whole: Range<usize>,
    /// What is caught.
    pub caught: Range<usize>,
}

impl Choices {
    fn read(part: &str, lists: &Lists) -> Result<Choices, PhraseError> {
        let mut choices = Choices::default();
        for choice in part.split('|') {
            match choice.strip_prefix('@') {
                None => choices.add(choice)?,
                Some(name) => {
                    let list = lists.get(name);
                    let list = list.ok_or_else(|| PhraseError::UnknownList { name: name.to_owned() })?;
                    list.iter().try_for_each(|word| choices.add(word))?;
                }
            }
        }
        Ok(choices)
    }

    fn add(&mut self, choice: &str) -> Result<(), PhraseError> {
        let word = choice.trim_end_matches(['*', '~']);
        let signs = &choice[word.len()..];
        if choice == "#" {
            self.number = true;
            return Ok(());
        }
        let plain =
            !word.is_empty() && word.chars().all(|sign| sign.is_alphanumeric() && !sign.is_uppercase());
        match signs {
            "" if plain => _ = self.exact.insert(word.to_owned()),
            "*" if plain => self.stems.push(word.to_owned()),
            "~" if plain => self.slips.push(word.to_owned()),
            _ => return Err(PhraseError::BadPart { part: choice.to_owned() }),
        }
        Ok(())
    }

    fn fit(&self, word: &Word, real: &BTreeSet<String>) -> bool {
        self.fit_key(&word.key, real) || word.base.as_ref().is_some_and(|base| self.fit_key(base, real))
    }

    fn fit_key(&self, key: &str, real: &BTreeSet<String>) -> bool {
        self.exact.contains(key)
            || self.stems.iter().any(|stem| key.starts_with(stem.as_str()))
            || (self.number && is_number(key))
            || self.slips.iter().any(|meant| spelling::is_slip(key, meant) && !real.contains(key))
    }

    fn firsts(&self) -> BTreeSet<char> {
        let words = self.exact.iter().chain(&self.stems).chain(&self.slips).map(String::as_str);
        let numbers = if self.number { NUMBERS } else { &[] }.iter().copied();
        let digits = self.number.then_some('0'..='9').into_iter().flatten();
        words.chain(numbers).filter_map(|word| word.chars().next()).chain(digits).collect()
    }
}

fn is_number(key: &str) -> bool {
    NUMBERS.contains(&key) || key.starts_with(|sign: char| sign.is_ascii_digit())
}

impl Phrase {
    /// Reads a phrase as the list has it.
    pub fn read(text: &str, lists: &Lists) -> Result<Phrase, PhraseError> {
        let mut parts = Vec::new();
        let (mut start, mut end) = (None, None);
        for part in text.split_whitespace() {
            if let Some(inner) = part.strip_prefix('[') {
                set_once(&mut start, parts.len())?;
                parts.push(read_part(inner.trim_end_matches(']'), lists)?);
            } else {
                parts.push(read_part(part.trim_end_matches(']'), lists)?);
            }
            if part.ends_with(']') {
                set_once(&mut end, parts.len())?;
            }
        }
        let caught = match (start, end) {
            (None, None) => 0..parts.len(),
            (Some(start), Some(end)) if start < end => start..end,
            _ => return Err(PhraseError::BadBrackets),
        };
        if parts.len() > PHRASE_PARTS_MAX {
            return Err(PhraseError::TooLong);
        }
        let first = parts.iter().find(|part| !matches!(part, Part::Word { optional: true, .. }));
        match first {
            Some(Part::Word { .. }) => Ok(Phrase { parts, caught }),
            _ => Err(PhraseError::NoFirstWord),
        }
    }

    /// The letters and digits with which its first word can begin.
    fn firsts(&self) -> BTreeSet<char> {
        let mut firsts = BTreeSet::new();
        for part in &self.parts {
            let Part::Word { choices, optional } = part else { break };
            firsts.extend(choices.firsts());
            if !optional {
                break;
            }
        }
        firsts
    }

    /// Where it stands, if its first word is the one at `start`. Words of `real` are no misspellings.
    pub fn find(&self, words: &[Word], start: usize, real: &BTreeSet<String>) -> Option<Place> {
        let mut search = Search { parts: &self.parts, words, real, start, taken: Vec::new() };
        let end = search.fit_parts(0, start, false)?;
        let caught =
            search.taken.iter().filter(|(part, _)| self.caught.contains(part)).map(|(_, word)| *word);
        let (first, last) = (caught.clone().min()?, caught.max()?);
        Some(Place { whole: start..end, caught: first..last + 1 })
    }
}

/// One attempt to fit a phrase to the words from `start` on.
struct Search<'a> {
    parts: &'a [Part],
    words: &'a [Word],
    real: &'a BTreeSet<String>,
    start: usize,
    /// The parts that have a word, with that word.
    taken: Vec<(usize, usize)>,
}

impl Search<'_> {
    /// Fits the parts from number `part` on to the words from `at` on, and gives the word after them. `loose`
    /// after a gap.
    fn fit_parts(&mut self, part: usize, at: usize, loose: bool) -> Option<usize> {
        match self.parts.get(part) {
            None => Some(at),
            Some(Part::End) if !self.same_clause(at) => self.fit_parts(part + 1, at, false),
            Some(Part::End) => None,
            Some(Part::Gap) => (0..=GAP_WORDS_MAX).find_map(|words| self.after_gap(part, at, at + words)),
            Some(Part::Word { choices, optional }) => {
                let taken = self.take(part, at, loose, choices);
                taken.or_else(|| if *optional { self.fit_parts(part + 1, at, loose) } else { None })
            }
        }
    }

    fn take(&mut self, part: usize, at: usize, loose: bool, choices: &Choices) -> Option<usize> {
        let fits = self.follows(at, loose) && choices.fit(self.words.get(at)?, self.real);
        if !fits {
            return None;
        }
        let before = self.taken.len();
        self.taken.push((part, at));
        let end = self.fit_parts(part + 1, at + 1, false);
        if end.is_none() {
            self.taken.truncate(before);
        }
        end
    }

    fn after_gap(&mut self, part: usize, at: usize, to: usize) -> Option<usize> {
        let reached = (at..to).all(|word| self.same_clause(word));
        if reached { self.fit_parts(part + 1, to, true) } else { None }
    }

    /// Whether the word continues the phrase: nothing but spaces or hyphens before it, or anywhere after a gap.
    fn follows(&self, at: usize, loose: bool) -> bool {
        at == self.start
            || (loose && self.same_clause(at))
            || self.words.get(at).is_some_and(|word| word.joined)
    }

    fn same_clause(&self, at: usize) -> bool {
        match (self.words.get(at), self.words.get(self.start)) {
            (Some(word), Some(first)) => word.clause == first.clause,
            _ => false,
        }
    }
}

fn read_part(part: &str, lists: &Lists) -> Result<Part, PhraseError> {
    match part {
        ".." => Ok(Part::Gap),
        "/" => Ok(Part::End),
        _ => {
            let required = part.strip_suffix('?');
            let choices = Choices::read(required.unwrap_or(part), lists)?;
            Ok(Part::Word { choices, optional: required.is_some() })
        }
    }
}

fn set_once(place: &mut Option<usize>, value: usize) -> Result<(), PhraseError> {
    if place.is_some() {
        return Err(PhraseError::BadBrackets);
    }
    *place = Some(value);
    Ok(())
}

/// Many phrases, sorted by the letter with which they begin. Each has the number under which it was given.
#[derive(Debug, Clone, Default)]
pub(super) struct Phrases {
    all: Vec<(usize, Phrase)>,
    by_first: BTreeMap<char, Vec<usize>>,
}

impl Phrases {
    /// Adds a phrase under a number.
    pub fn add(&mut self, number: usize, phrase: Phrase) {
        for first in phrase.firsts() {
            self.by_first.entry(first).or_default().push(self.all.len());
        }
        self.all.push((number, phrase));
    }

    /// Every phrase that begins at this word.
    pub fn at<'a>(
        &'a self,
        words: &'a [Word],
        start: usize,
        real: &'a BTreeSet<String>,
    ) -> impl Iterator<Item = (usize, Place)> + 'a {
        let first = words.get(start).and_then(|word| word.key.chars().next());
        let numbers = first.and_then(|first| self.by_first.get(&first)).map_or(&[][..], Vec::as_slice);
        numbers.iter().filter_map(move |index| {
            let (number, phrase) = &self.all[*index];
            phrase.find(words, start, real).map(|place| (*number, place))
        })
    }

    /// Whether one of them begins at this word.
    pub fn any_at(&self, words: &[Word], start: usize, real: &BTreeSet<String>) -> bool {
        self.at(words, start, real).next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;

    fn caught(phrase: &str, note: &str) -> Option<String> {
        let lists = Lists::from([("thing".to_owned(), vec!["cup".to_owned(), "plate*".to_owned()])]);
        let phrase = Phrase::read(phrase, &lists).expect(phrase);
        let words = text::words(note);
        let place = (0..words.len()).find_map(|at| phrase.find(&words, at, &BTreeSet::new()))?;
        let range = words[place.caught.start].range.start..words[place.caught.end - 1].range.end;
        Some(note[range].to_owned())
    }

    #[test]
    fn each_part_means_what_the_module_says() {
        let cases = [
            ("had a|another [fit]", "He had another fit", Some("fit")),
            ("had a|another [fit]", "He had a, fit", None),
            ("infect*", "It is INFECTED.", Some("INFECTED")),
            ("constipated~", "constapated", Some("constapated")),
            ("grade # sore?", "grade2 on hip", Some("grade2")),
            ("grade # sore?", "Grade II sore", Some("Grade II sore")),
            ("broke .. @thing", "broke her best blue cup", Some("broke her best blue cup")),
            ("broke .. @thing", "broke her hip, cup", None),
            ("well /", "is well.", Some("well")),
            ("well /", "well lit", None),
            ("non compliant", "non-compliant", Some("non-compliant")),
            ("refused all? care", "refused care", Some("refused care")),
            ("all? care refused", "Care refused", Some("Care refused")),
        ];
        for (phrase, note, expected) in cases {
            assert_eq!(caught(phrase, note).as_deref(), expected, "{phrase}: {note}");
        }
    }

    #[test]
    fn a_phrase_with_a_fault_is_refused() {
        let cases = [
            ("", "a phrase begins with words, and one of them must be there"),
            ("a? .. b", "a phrase begins with words, and one of them must be there"),
            ("[a b", "the brackets do not enclose one part"),
            ("Fit", "Fit is not a part of a phrase"),
            ("fi-t", "fi-t is not a part of a phrase"),
            ("a |", " is not a part of a phrase"),
            ("@nowhere", "the list nowhere is not declared"),
            ("a b c d e f g h i j k", "a phrase has at most 10 parts"),
        ];
        for (phrase, reason) in cases {
            let error = Phrase::read(phrase, &Lists::new()).expect_err(phrase);
            assert_eq!(error.to_string(), reason);
        }
    }
}
