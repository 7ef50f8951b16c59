//! Cuts a note into words, and says where its sentences and clauses end.
//!
//! A word is a run of letters or a run of digits, in any script. Apostrophes inside a word belong to it, and
//! single letters with dots ("o.k.", "U.T.I.") are one word. Every other sign only separates.

use super::quotes;
use std::ops::Range;

/// Short forms whose full stop does not end a sentence.
const SHORTENED: &[&str] = &["dr", "mr", "mrs", "ms", "prof", "approx", "abt", "esp", "incl"];
/// The most full stops and quotation marks in a row that are looked over.
const STOPS_MAX: usize = 8;
/// The most letters of a short form with dots.
const DOTTED_LETTERS_MAX: usize = 6;
/// Words that turn to something else, so that nobody's words reach over them.
const TURNS: &[&str] = &["but", "however", "although", "though", "whereas"];
/// What follows a turn that begins anew. "Sloughy but healing well" does not turn away from who says it.
const ANEW: &[&str] = &[
    "i", "ive", "im", "we", "it", "its", "he", "hes", "she", "shes", "they", "his", "her", "their", "the",
    "this", "that", "there", "mr", "mrs", "miss", "ms", "seem", "seems", "seemed", "appear", "appears",
    "appeared", "look", "looks", "looked", "was", "were", "is", "has", "had", "still", "now", "today",
    "when", "after", "then", "no",
];

/// One word of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it stands in the note, in bytes.
    pub range: Range<usize>,
    /// Its letters in lower case, without apostrophes.
    pub key: String,
    /// The key without a final `'s`, if the note has one: "mum" of "Mum's".
    pub base: Option<String>,
    /// The number of its sentence.
    pub sentence: usize,
    /// The number of its clause. Every sentence begins a clause.
    pub clause: usize,
    /// The number of the first word of its clause.
    pub clause_start: usize,
    /// Whether only spaces, hyphens or slashes stand between it and the word before.
    pub joined: bool,
    /// Whether a colon stands before it.
    pub after_colon: bool,
    /// Whether it stands inside quotation marks.
    pub quoted: bool,
    /// Whether it turns to something else, like "but".
    pub turn: bool,
}

impl Word {
    /// Whether this is the word, or the word with `'s`.
    pub fn is(&self, word: &str) -> bool {
        self.key == word || self.base.as_deref() == Some(word)
    }
}

/// The words of a note, in order.
pub(super) fn words(note: &str) -> Vec<Word> {
    let mut cutter = Cutter { note, words: Vec::new(), gap: Gap::default(), sentence: 0 };
    let mut at = 0;
    while let Some(sign) = note[at..].chars().next() {
        at = match word_length(&note[at..]) {
            0 => cutter.take_sign(at, sign),
            length => cutter.take_word(at..at + length),
        };
    }
    number_clauses(&mut cutter.words);
    mark_quoted(&mut cutter.words, &quotes::quoted(note));
    cutter.words
}

fn number_clauses(words: &mut [Word]) {
    let mut clause = 0;
    for at in 0..words.len() {
        let turns = TURNS.contains(&words[at].key.as_str());
        let anew = words.get(at + 1).is_none_or(|next| !next.joined || ANEW.contains(&next.key.as_str()));
        words[at].turn = turns && (anew || !words[at].joined);
        words[at].joined &= !words[at].turn && at > 0;
        clause += words[at].clause.max(usize::from(words[at].turn));
        words[at].clause = clause;
        let continues = at > 0 && words[at - 1].clause == clause;
        words[at].clause_start = if continues { words[at - 1].clause_start } else { at };
    }
}

fn mark_quoted(words: &mut [Word], quoted: &[Range<usize>]) {
    let mut quotes = quoted.iter().peekable();
    for word in words {
        while quotes.next_if(|quote| quote.end <= word.range.start).is_some() {}
        word.quoted = quotes.peek().is_some_and(|quote| quote.start <= word.range.start);
    }
}

/// What stands between two words.
#[derive(Debug, Default)]
struct Gap {
    hard: bool,
    colon: bool,
    clause: bool,
    sentence: bool,
}

struct Cutter<'a> {
    note: &'a str,
    words: Vec<Word>,
    gap: Gap,
    sentence: usize,
}

impl Cutter<'_> {
    fn take_word(&mut self, range: Range<usize>) -> usize {
        let text = &self.note[range.clone()];
        let key: String =
            text.chars().filter(|sign| sign.is_alphanumeric()).collect::<String>().to_lowercase();
        let base = if has_possessive(text) { key.strip_suffix('s').map(str::to_owned) } else { None };
        let end = range.end;
        self.push(range, key, base);
        end
    }

    fn push(&mut self, range: Range<usize>, key: String, base: Option<String>) {
        let gap = std::mem::take(&mut self.gap);
        self.sentence += usize::from(gap.sentence);
        let breaks = gap.clause || gap.sentence;
        self.words.push(Word {
            range,
            key,
            base,
            sentence: self.sentence,
            // Numbered at the end: 1 begins a clause.
            clause: usize::from(breaks),
            clause_start: 0,
            joined: !(gap.hard || breaks),
            after_colon: gap.colon,
            quoted: false,
            turn: false,
        });
    }

    /// Notes a sign between two words, and gives the place after it.
    fn take_sign(&mut self, at: usize, sign: char) -> usize {
        let end = at + sign.len_utf8();
        let (before, after) = (self.note[..at].chars().next_back(), self.note[end..].chars().next());
        let spaced = is_space(before) && is_space(after);
        match sign {
            '&' => self.push(at..end, "and".to_owned(), None),
            '+' if spaced => self.push(at..end, "and".to_owned(), None),
            '\n' | '\r' | ';' | '!' => self.gap.sentence = true,
            '.' | '?' | '…' | '。' | '؟' | '।' => self.take_stop(sign, before, &self.note[end..]),
            ':' => (self.gap.colon, self.gap.clause) = (true, true),
            ',' | '(' | ')' | '[' | ']' | '–' | '—' | '=' | '|' | '•' | '→' | '、' | '،' => {
                self.gap.clause = true
            }
            '-' if spaced => self.gap.clause = true,
            '-' | '/' | '_' | '*' | '#' | '~' | '\u{2010}' | '\u{2011}' | '\'' => {}
            _ if sign.is_whitespace() => {}
            _ => self.gap.hard = true,
        }
        end
    }

    fn take_stop(&mut self, sign: char, before: Option<char>, rest: &str) {
        self.gap.hard = true;
        let next = rest
            .chars()
            .take(STOPS_MAX)
            .find(|sign| !quotes::is_mark(*sign) && !matches!(sign, '.' | '?' | '!'));
        let shortened =
            sign == '.' && self.words.last().is_some_and(|word| SHORTENED.contains(&word.key.as_str()));
        let glued = sign == '.' && is_letter(before) && is_letter(rest.chars().next());
        self.gap.sentence |= !shortened && (is_space(next) || glued);
        self.gap.hard &= !shortened;
    }
}

fn is_space(sign: Option<char>) -> bool {
    sign.is_none_or(char::is_whitespace)
}

fn is_letter(sign: Option<char>) -> bool {
    sign.is_some_and(char::is_alphabetic)
}

/// Whether this sign may stand inside a word, as in "doesn't".
pub(super) fn is_apostrophe(sign: char) -> bool {
    matches!(sign, '\'' | '’' | 'ʼ' | '‘' | '`' | '´')
}

fn has_possessive(text: &str) -> bool {
    let mut signs = text.chars().rev();
    matches!(signs.next(), Some('s' | 'S')) && signs.next().is_some_and(is_apostrophe)
}

/// The length in bytes of the word that starts here, 0 if none does.
fn word_length(rest: &str) -> usize {
    let Some(first) = rest.chars().next() else { return 0 };
    if first.is_alphabetic() {
        return dotted_length(rest).unwrap_or_else(|| letters_length(rest));
    }
    if first.is_alphanumeric() {
        return rest.find(|sign: char| !sign.is_alphanumeric() || sign.is_alphabetic()).unwrap_or(rest.len());
    }
    0
}

fn letters_length(rest: &str) -> usize {
    let mut signs = rest.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        let inside = is_apostrophe(sign) && signs.peek().is_some_and(|(_, next)| next.is_alphabetic());
        if !sign.is_alphabetic() && !inside {
            return at;
        }
    }
    rest.len()
}

/// The length of single letters with dots between them, without the last dot.
fn dotted_length(rest: &str) -> Option<usize> {
    let mut length = 0;
    let mut letters = 0;
    let mut signs = rest.chars().peekable();
    while let Some(letter) = signs.next_if(|sign| sign.is_alphabetic()) {
        if signs.peek().is_some_and(|next| next.is_alphanumeric()) {
            return None;
        }
        if letters == DOTTED_LETTERS_MAX {
            return None;
        }
        length += letter.len_utf8() + usize::from(letters > 0);
        letters += 1;
        if signs.next_if_eq(&'.').is_none() {
            break;
        }
    }
    (letters > 1).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(note: &str, keys: &[&str]) {
        let words = words(note);
        assert_eq!(words.iter().map(|word| word.key.as_str()).collect::<Vec<_>>(), keys, "{note}");
    }

    #[test]
    fn words_are_runs_of_letters_or_of_digits() {
        check("Doesn’t eat; 16C, non-compliant.", &["doesnt", "eat", "16", "c", "non", "compliant"]);
        check(
            "O.K. U.T.I.? 7.30 a.m. warm + firm & red",
            &["ok", "uti", "7", "30", "am", "warm", "and", "firm", "and", "red"],
        );
        check("", &[]);
        check("🙂 शुभ", &["शुभ"]);
    }

    #[test]
    fn a_full_stop_ends_a_sentence_and_a_comma_a_clause() {
        let place = |note: &str| words(note).last().map(|word| (word.sentence, word.clause));
        assert_eq!(place("Dr. Khan"), Some((0, 0)));
        assert_eq!(place("Pain 2.5"), Some((0, 0)));
        assert_eq!(place("Slept. Ate"), Some((1, 1)));
        assert_eq!(place("Slept.Ate"), Some((1, 1)));
        assert_eq!(place("Slept, ate"), Some((0, 1)));
        assert_eq!(place("Slept - ate"), Some((0, 1)));
        assert_eq!(place("Slept but woke"), Some((0, 0)));
        assert_eq!(place("Slept but she woke"), Some((0, 1)));
        assert_eq!(place("?UTI"), Some((0, 0)));
    }
}
