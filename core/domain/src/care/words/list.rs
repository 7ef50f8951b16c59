//! The list of words: data (`core/domain/catalogue/words.json`), read once and checked when it is loaded.

use super::phrase::{Lists, Phrase, PhraseError, Phrases, Place};
use super::reported::Attribution;
use super::text::Word;
use crate::care::catalogue::{CatalogueError, distinct, worded};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

static BUILT_IN: LazyLock<WordList> = LazyLock::new(|| {
    WordList::load(include_str!("../../../catalogue/words.json")).expect("a test loads the built-in list")
});

/// What a caught word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// An illness, an injury, a state of mind: what a clinician or an assessor decides.
    Diagnostic,
    /// A vague or a judging word: what was seen says more.
    Vague,
}

/// What to record in place of a caught word.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// What to write down, in plain words.
    pub text: String,
    /// The kind of observation that asks for it, if one does.
    #[serde(default)]
    pub kind: Option<String>,
}

/// The list, ready to be used: words that are caught, words that are left alone, and what to offer.
#[derive(Debug, Clone)]
pub struct WordList {
    /// Grows with each change of the data.
    pub version: u32,
    /// The entries, in the order of the data.
    pub entries: Vec<Entry>,
    pub(super) caught: Phrases,
    /// Words like the list's that are no misspellings of them.
    pub(super) real: BTreeSet<String>,
    /// What makes the word before it the name of a thing: "pressure sore leaflet".
    pub(super) thing_after: Phrases,
    pub(super) worse_after: Phrases,
    pub(super) worse_before: Phrases,
    pub(super) body: Phrases,
    attributions: Vec<(Attribution, Phrases)>,
    carer: Phrases,
    clinician: Phrases,
    speaker: Phrases,
    object: Phrases,
    call: Phrases,
    link: Phrases,
    resumes: Phrases,
}

/// Words that mean one thing, and what to offer for them.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Stable code.
    pub code: String,
    /// What its words are.
    pub part: Part,
    /// What to record in their place.
    pub offer: Offer,
    /// What its words mean in everyday talk, where they are left alone.
    pub(super) unless: Phrases,
    /// One of these must stand near, if there are any.
    pub(super) needs: Option<Phrases>,
}

/// Why the list cannot be used. `place` is like `entries.infection.caught`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordListError {
    /// Not JSON of the expected shape: correct the line.
    #[error("the list of words cannot be read at line {line}, column {column}: {reason}")]
    Unreadable {
        /// Line in the text, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What was expected.
        reason: String,
    },
    /// A code or an offer is not as in a catalogue.
    #[error(transparent)]
    Code(#[from] CatalogueError),
    /// A phrase cannot be used.
    #[error("{place}: {phrase:?}: {cause}")]
    BadPhrase {
        /// Where.
        place: String,
        /// The phrase.
        phrase: String,
        /// Why.
        cause: PhraseError,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListData {
    version: u32,
    real_words: BTreeSet<String>,
    lists: Lists,
    around: AroundData,
    reported: ReportedData,
    entries: Vec<EntryData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AroundData {
    thing_after: Vec<String>,
    worse_after: Vec<String>,
    worse_before: Vec<String>,
    body: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportedData {
    says: Vec<String>,
    thinks: Vec<String>,
    heard: Vec<String>,
    confirms: Vec<String>,
    clinician_verbs: Vec<String>,
    as_per: Vec<String>,
    carer: Vec<String>,
    clinician: Vec<String>,
    speaker: Vec<String>,
    object: Vec<String>,
    call: Vec<String>,
    link: Vec<String>,
    resumes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryData {
    code: String,
    part: Part,
    offer: Offer,
    caught: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    needs: Vec<String>,
}

impl WordList {
    /// The list that ships with the product.
    pub fn built_in() -> &'static WordList {
        &BUILT_IN
    }

    /// Reads a list, and checks that it means something.
    pub fn load(json: &str) -> Result<WordList, WordListError> {
        let data: ListData = serde_json::from_str(json).map_err(|error| WordListError::Unreadable {
            line: error.line(),
            column: error.column(),
            reason: error.to_string(),
        })?;
        check_codes(&data.entries)?;
        let read = |place: &str, texts: &[String]| phrases(place, texts, &data.lists);
        let (around, reported) = (&data.around, &data.reported);
        Ok(WordList {
            version: data.version,
            caught: caught(&data.entries, &data.lists)?,
            entries: data
                .entries
                .iter()
                .map(|entry| Entry::read(entry, &data.lists))
                .collect::<Result<_, _>>()?,
            thing_after: read("around.thing_after", &around.thing_after)?,
            worse_after: read("around.worse_after", &around.worse_after)?,
            worse_before: read("around.worse_before", &around.worse_before)?,
            body: read("around.body", &around.body)?,
            attributions: attributions(reported, &data.lists)?,
            carer: read("reported.carer", &reported.carer)?,
            clinician: read("reported.clinician", &reported.clinician)?,
            speaker: read("reported.speaker", &reported.speaker)?,
            object: read("reported.object", &reported.object)?,
            call: read("reported.call", &reported.call)?,
            link: read("reported.link", &reported.link)?,
            resumes: read("reported.resumes", &reported.resumes)?,
            real: data.real_words,
        })
    }

    /// The entry with this code.
    pub fn entry(&self, code: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.code == code)
    }

    pub(super) fn any(&self, phrases: &Phrases, words: &[Word], at: usize) -> bool {
        phrases.any_at(words, at, &self.real)
    }

    /// The ways of marking someone's words that begin here, and what they take in.
    pub(super) fn attributions<'a>(
        &'a self,
        words: &'a [Word],
        at: usize,
    ) -> impl Iterator<Item = (Attribution, Range<usize>)> + 'a {
        let all = self.attributions.iter();
        all.flat_map(move |(attribution, phrases)| {
            phrases.at(words, at, &self.real).map(|(_, place): (usize, Place)| (*attribution, place.whole))
        })
    }

    pub(super) fn is_carer(&self, word: &Word) -> bool {
        self.is_one_of(&self.carer, word)
    }

    pub(super) fn is_clinician(&self, word: &Word) -> bool {
        self.is_one_of(&self.clinician, word)
    }

    pub(super) fn is_speaker(&self, word: &Word) -> bool {
        self.is_one_of(&self.speaker, word) || self.is_clinician(word)
    }

    pub(super) fn is_object(&self, word: &Word) -> bool {
        self.is_one_of(&self.object, word)
    }

    pub(super) fn is_call(&self, word: &Word) -> bool {
        self.is_one_of(&self.call, word)
    }

    pub(super) fn is_link(&self, word: &Word) -> bool {
        self.is_one_of(&self.link, word)
    }

    pub(super) fn resumes(&self, word: &Word) -> bool {
        self.is_one_of(&self.resumes, word) || self.is_carer(word)
    }

    fn is_one_of(&self, phrases: &Phrases, word: &Word) -> bool {
        self.any(phrases, std::slice::from_ref(word), 0)
    }
}

impl Entry {
    fn read(data: &EntryData, lists: &Lists) -> Result<Entry, WordListError> {
        let place = format!("entries.{}", data.code);
        worded(&format!("{place}.offer"), &data.offer.text)?;
        let needs = phrases(&format!("{place}.needs"), &data.needs, lists)?;
        Ok(Entry {
            code: data.code.clone(),
            part: data.part,
            offer: data.offer.clone(),
            unless: phrases(&format!("{place}.unless"), &data.unless, lists)?,
            needs: (!data.needs.is_empty()).then_some(needs),
        })
    }
}

fn check_codes(entries: &[EntryData]) -> Result<(), WordListError> {
    distinct("entries", entries.iter().map(|entry| &entry.code))?;
    match entries.iter().find(|entry| entry.caught.is_empty()) {
        Some(entry) => Err(CatalogueError::Empty { place: format!("entries.{}.caught", entry.code) }.into()),
        None => Ok(()),
    }
}

fn caught(entries: &[EntryData], lists: &Lists) -> Result<Phrases, WordListError> {
    let mut all = Phrases::default();
    for (number, entry) in entries.iter().enumerate() {
        for text in &entry.caught {
            all.add(number, phrase(&format!("entries.{}.caught", entry.code), text, lists)?);
        }
    }
    Ok(all)
}

fn attributions(data: &ReportedData, lists: &Lists) -> Result<Vec<(Attribution, Phrases)>, WordListError> {
    let all = [
        (Attribution::Says, "says", &data.says),
        (Attribution::Thinks, "thinks", &data.thinks),
        (Attribution::Heard, "heard", &data.heard),
        (Attribution::Confirms, "confirms", &data.confirms),
        (Attribution::ClinicianVerb, "clinician_verbs", &data.clinician_verbs),
        (Attribution::AsPer, "as_per", &data.as_per),
    ];
    all.into_iter()
        .map(|(attribution, name, texts)| {
            Ok((attribution, phrases(&format!("reported.{name}"), texts, lists)?))
        })
        .collect()
}

fn phrases(place: &str, texts: &[String], lists: &Lists) -> Result<Phrases, WordListError> {
    let mut all = Phrases::default();
    for text in texts {
        all.add(0, phrase(place, text, lists)?);
    }
    Ok(all)
}

fn phrase(place: &str, text: &str, lists: &Lists) -> Result<Phrase, WordListError> {
    worded(place, text)?;
    let bad = |cause| WordListError::BadPhrase { place: place.to_owned(), phrase: text.to_owned(), cause };
    Phrase::read(text, lists).map_err(bad)
}
