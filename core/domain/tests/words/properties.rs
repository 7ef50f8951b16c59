//! What holds for every note, in any script.

use crate::cases::cases;
use alongside_domain::care::words::check;
use proptest::prelude::*;
use std::ops::Range;

/// Pieces of notes: words of the list, words around them, and signs that mean something to the check.
const PIECES: &[&str] = &[
    "infected",
    "UTI",
    "fit",
    "had a fit",
    "grade 3",
    "drunk",
    "broken",
    "hip",
    "cup",
    "settled",
    "seems",
    "ok",
    "refused",
    "care",
    "said",
    "nurse",
    "I",
    "told me",
    "but",
    "and",
    "GP",
    "thinks",
    "as per",
    "worse",
    "dementia",
    "\"",
    "“",
    "”",
    "'",
    "‘",
    "’",
    "«",
    "»",
    ".",
    ",",
    ":",
    "?",
    "!",
    "-",
    "\n",
    " ",
    "/",
    "(",
    "é",
    "ß",
    "İ",
    "ਠੀਕ",
    "感染",
    "عدوى",
    "🙂",
    "\u{200d}",
    "e\u{301}",
    "2",
    "m.m.",
    "o.k.",
];
const MARKS: &[char] =
    &['"', '“', '”', '„', '‟', '«', '»', '‹', '›', '「', '」', '『', '』', '❝', '❞', '〝', '〞', '＂'];

fn note() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..40);
    let spaced = pieces.clone().prop_map(|pieces| pieces.join(" "));
    prop_oneof![any::<String>(), spaced, pieces.prop_map(|pieces| pieces.concat())]
}

/// Where something is found, and what.
fn places(note: &str) -> Vec<(Range<usize>, &'static str)> {
    check(note, &[]).into_iter().map(|finding| (finding.range, finding.code)).collect()
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn findings_stand_in_the_note_in_order_and_apart(note in note(), known in prop::collection::vec(note(), 0..3)) {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let mut end = 0;
        for finding in check(&note, &known) {
            prop_assert!(note.get(finding.range.clone()).is_some_and(|words| !words.is_empty()));
            prop_assert!(finding.range.start >= end);
            end = finding.range.end;
        }
    }

    #[test]
    fn a_quoted_note_is_never_flagged(note in note()) {
        let words = note.replace(MARKS, " ");
        for quoted in [format!("\"{words}\""), format!("“{words}”"), format!("«{words}»")] {
            prop_assert_eq!(places(&quoted), vec![]);
        }
    }

    #[test]
    fn capital_letters_change_nothing(note in note()) {
        let (small, large) = (note.to_ascii_lowercase(), note.to_ascii_uppercase());
        prop_assert_eq!(places(&small), places(&large));
    }
}

/// Not a test of time, but with a check that goes over such a note again and again it would not end.
#[test]
fn a_very_long_note_is_read_to_its_end() {
    for piece in
        ["said ", "\" ", "'a ", "a.", ". ", "had a ", "infected nurse says ", "broken ", "x", "x'x", "but "]
    {
        let note = format!("{}. Infected.", piece.repeat(3_000));
        assert!(check(&note, &["UTI"]).len() <= 9_001, "{piece:?}");
    }
}
