//! What a copy of a record leaves out: the code of the key safe, always, and what a manager marks as being about
//! somebody else. Only a person can tell that: nothing here guesses whom a sentence is about.

use crate::refusal::Refusal;
use alongside_domain::journal::RecordRef;
use alongside_domain::plan::edit::Section;
use regex::{Regex, RegexBuilder};
use std::collections::BTreeSet;

/// What stands in the place of a line about somebody else.
const LINE: &str = "(left out: it is about somebody else)";
/// What stands in the place of words about somebody else.
const WORDS: &str = "(left out)";
/// What stands in the place of a code.
const CODE: &str = "(not shown)";
/// The most phrases that a form takes out.
const PHRASES_MAX: usize = 100;
/// The longest of them, in characters.
const PHRASE_MAX: usize = 100;

/// What one copy leaves out.
#[derive(Default)]
pub struct LeftOut {
    code: Option<Regex>,
    lines: BTreeSet<String>,
    phrases: Option<Regex>,
}

impl LeftOut {
    /// Reads a form: a field `line` for each line that was marked, and phrases in `words`, one on each line.
    pub fn of_form(fields: &[(String, String)]) -> Result<LeftOut, Refusal> {
        let of = |name: &'static str| {
            fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
        };
        let phrases = of("words").flat_map(str::lines).map(str::trim).filter(|phrase| !phrase.is_empty());
        let lines = of("line").map(str::to_owned).collect();
        Ok(LeftOut { code: None, lines, phrases: any_of(&phrases.collect::<Vec<_>>())? })
    }

    /// The code of the key safe, which is on no paper, even where somebody wrote it into a note.
    pub fn with_code(self, code: Option<String>) -> Result<LeftOut, Refusal> {
        let code = code.map(|code| found(&however_spaced(&code))).transpose()?;
        Ok(LeftOut { code, ..self })
    }

    /// What is left of a line.
    pub fn out_of(&self, id: &str, text: String) -> String {
        if self.lines.contains(id) {
            return LINE.to_owned();
        }
        let text = match &self.code {
            Some(code) => code.replace_all(&text, CODE).into_owned(),
            None => text,
        };
        match &self.phrases {
            Some(phrases) => phrases.replace_all(&text, WORDS).into_owned(),
            None => text,
        }
    }
}

/// Finds any of these phrases as whole words, in capitals or not; the longest first.
fn any_of(phrases: &[&str]) -> Result<Option<Regex>, Refusal> {
    let is_too_long = |phrase: &&str| phrase.chars().count() > PHRASE_MAX;
    if phrases.len() > PHRASES_MAX || phrases.iter().any(is_too_long) {
        let why = format!("takes up to {PHRASES_MAX} lines of up to {PHRASE_MAX} characters");
        return Err(Refusal::field("words", &why));
    }
    if phrases.is_empty() {
        return Ok(None);
    }
    let mut sorted = phrases.to_vec();
    sorted.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
    let each: Vec<String> = sorted.into_iter().map(as_whole_words).collect();
    found(&each.join("|")).map(Some)
}

/// In capitals or not.
fn found(pattern: &str) -> Result<Regex, Refusal> {
    let made = RegexBuilder::new(pattern).case_insensitive(true).build();
    made.map_err(|_| Refusal::field("words", "takes fewer words at once"))
}

/// A code as it is kept; one of four letters and digits or more also with something else between them, or nothing.
fn however_spaced(code: &str) -> String {
    let letters: Vec<String> = code.chars().filter(char::is_ascii_alphanumeric).map(String::from).collect();
    let kept = regex::escape(code);
    if letters.len() < 4 { kept } else { format!("{kept}|{}", letters.join(r"[\s./#*-]{0,3}")) }
}

/// "Pat" is not found in "pattern".
fn as_whole_words(phrase: &str) -> String {
    let edge = |at: Option<char>| if at.is_some_and(char::is_alphanumeric) { r"\b" } else { "" };
    let (before, after) = (edge(phrase.chars().next()), edge(phrase.chars().next_back()));
    format!("{before}{}{after}", regex::escape(phrase))
}

/// How a form names a line of the plan.
pub fn id_of_field(section: Section, entry: &str, field: &str, edit: &RecordRef) -> String {
    format!("{}/{entry}/{field}/{}", section.code(), super::inbox::name_of(edit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(words: &str, lines: &[&str]) -> Result<LeftOut, Refusal> {
        let lines = lines.iter().map(|line| ("line".to_owned(), (*line).to_owned()));
        let fields: Vec<_> = lines.chain([("words".to_owned(), words.to_owned())]).collect();
        LeftOut::of_form(&fields)
    }

    fn left(words: &str, text: &str) -> String {
        form(words, &[]).expect("it can be read").out_of("a", text.to_owned())
    }

    #[test]
    fn a_phrase_goes_wherever_it_stands_as_whole_words() {
        assert_eq!(left("Pat", "PAT came; the pattern"), "(left out) came; the pattern");
        assert_eq!(left("Ann\nAnn Lee", "Ann Lee and Ann"), "(left out) and (left out)");
        assert_eq!(left("Zo\u{eb}", "zo\u{cb} rang"), "(left out) rang", "in any script");
        assert_eq!(left(" \r\n", "as it is"), "as it is");
    }

    #[test]
    fn what_means_something_to_a_search_is_only_words_here() {
        assert_eq!(left("(.*)", "all (.*) stays"), "all (left out) stays");
        assert_eq!(left("a|b", "a or b"), "a or b");
    }

    #[test]
    fn a_marked_line_goes_whole_and_others_stay() {
        let left_out = form("", &["a"]).expect("it can be read");
        assert_eq!(left_out.out_of("a", "her son drinks".to_owned()), LINE);
        assert_eq!(left_out.out_of("b", "she slept".to_owned()), "she slept");
    }

    #[test]
    fn the_code_of_the_key_safe_is_on_no_paper() {
        let shown = |code: &str, text: &str| {
            let left_out = LeftOut::default().with_code(Some(code.to_owned())).expect("it can be kept");
            left_out.out_of("a", text.to_owned())
        };
        assert_eq!(shown("4711", "key safe 4711"), "key safe (not shown)");
        assert_eq!(shown("47 1b", "4-7 1 B, or 471b"), "(not shown), or (not shown)", "however it is spaced");
        assert_eq!(shown("47", "weighs 4 7 stone, safe 47"), "weighs 4 7 stone, safe (not shown)");
        assert_eq!(shown("##", "press ## then"), "press (not shown) then");
    }

    #[test]
    fn too_much_at_once_is_refused_by_the_name_of_its_field() {
        for words in ["x\n".repeat(101), "x".repeat(101)] {
            assert!(matches!(form(&words, &[]), Err(Refusal::Field { field, .. }) if field == "words"));
        }
    }
}
