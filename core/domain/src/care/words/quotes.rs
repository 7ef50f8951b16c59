//! Finds what stands inside quotation marks: someone's own words, which are never changed.
//!
//! All usual marks count, in pairs that need not be of one kind. A mark that is opened and never closed reaches
//! to the end of its sentence; a single straight mark that is never closed is an apostrophe.

use super::text::is_apostrophe;
use std::ops::Range;

/// Whether this is a quotation mark of any kind.
pub(super) fn is_mark(sign: char) -> bool {
    is_double(sign) || is_single(sign)
}

fn is_double(sign: char) -> bool {
    sign == '"' || sign == '＂' || opens(sign) || closes(sign)
}

fn opens(sign: char) -> bool {
    matches!(sign, '“' | '„' | '‟' | '«' | '‹' | '「' | '『' | '❝' | '〝')
}

fn closes(sign: char) -> bool {
    matches!(sign, '”' | '»' | '›' | '」' | '』' | '❞' | '〞')
}

fn is_single(sign: char) -> bool {
    is_apostrophe(sign) || sign == '‚' || sign == '‛'
}

/// The quoted parts of a note in bytes, marks included, in order and apart.
pub(super) fn quoted(note: &str) -> Vec<Range<usize>> {
    let mut pairing = Pairing { note, found: Vec::new(), double: None, single: None };
    let mut before = None;
    for (at, sign) in note.char_indices() {
        let end = at + sign.len_utf8();
        let sides = Sides { before, after: note[end..].chars().next() };
        if is_double(sign) {
            pairing.take_double(at..end, sign, &sides);
        } else if is_single(sign) && pairing.double.is_none() {
            pairing.take_single(at..end, sign, &sides);
        }
        before = Some(sign);
    }
    pairing.finish()
}

/// What stands on both sides of a mark.
struct Sides {
    before: Option<char>,
    after: Option<char>,
}

impl Sides {
    fn like_opening(&self) -> bool {
        self.before.is_none_or(|sign| !sign.is_alphanumeric() && !matches!(sign, '.' | ',' | '?' | '!'))
            && self.after.is_some_and(|sign| !sign.is_whitespace())
    }

    fn like_closing(&self) -> bool {
        self.before.is_some_and(|sign| !sign.is_whitespace())
            && self.after.is_none_or(|sign| !sign.is_alphanumeric())
    }
}

struct Pairing<'a> {
    note: &'a str,
    found: Vec<Range<usize>>,
    /// Where a double mark was opened.
    double: Option<usize>,
    /// Where a single mark was opened, and whether it can be nothing else.
    single: Option<(usize, bool)>,
}

impl Pairing<'_> {
    fn take_double(&mut self, mark: Range<usize>, sign: char, sides: &Sides) {
        let (opening, closing) = (sides.like_opening(), sides.like_closing());
        let Some(start) = self.double else {
            let stray = !opens(sign) && closing && !opening || closes(sign) && !opening;
            self.double = (!stray).then_some(mark.start);
            return;
        };
        if opening && !closing && !closes(sign) {
            self.push_unclosed(start, mark.start);
            self.double = Some(mark.start);
        } else {
            self.found.push(start..mark.end);
            self.double = None;
        }
    }

    fn take_single(&mut self, mark: Range<usize>, sign: char, sides: &Sides) {
        let starts_word = sides.after.is_some_and(char::is_alphanumeric)
            && sides.before.is_none_or(|sign| !sign.is_alphanumeric());
        match self.single {
            Some((start, _)) if sides.like_closing() => {
                self.found.push(start..mark.end);
                self.single = None;
            }
            None if starts_word => self.single = Some((mark.start, matches!(sign, '‘' | '‚' | '‛'))),
            _ => {}
        }
    }

    fn push_unclosed(&mut self, start: usize, limit: usize) {
        let mut signs = self.note[start..limit].char_indices().peekable();
        let mut end = limit;
        while let Some((at, sign)) = signs.next() {
            let next = signs.peek().is_none_or(|(_, next)| next.is_whitespace());
            if sign == '\n' || (matches!(sign, '.' | '!' | '?') && next) {
                end = start + at;
                break;
            }
        }
        self.found.push(start..end);
    }

    fn finish(mut self) -> Vec<Range<usize>> {
        if let Some(start) = self.double {
            self.push_unclosed(start, self.note.len());
        }
        if let Some((start, true)) = self.single {
            self.push_unclosed(start, self.note.len());
        }
        merged(self.found)
    }
}

fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(note: &str, expected: &[&str]) {
        let found: Vec<&str> = quoted(note).into_iter().map(|range| &note[range]).collect();
        assert_eq!(found, expected, "{note}");
    }

    #[test]
    fn pairs_of_every_kind_are_found() {
        check(r#"He said "I'm fine" and "ok"."#, &[r#""I'm fine""#, r#""ok""#]);
        check(
            "“one” «two» »three« „four“ ‘five’ 'six'",
            &["“one”", "«two»", "»three«", "„four“", "‘five’", "'six'"],
        );
        check("''double''", &["'double'"]);
    }

    #[test]
    fn apostrophes_and_inches_open_nothing() {
        check("the carers' rota isn't Mary's, 'tis late", &[]);
        check(r#"cut of 2" on arm"#, &[]);
    }

    #[test]
    fn a_mark_that_is_never_closed_reaches_to_the_end_of_its_sentence() {
        check(r#"said "leave me. Then ate"#, &[r#""leave me"#]);
        check(r#"said "go. Later "stay" again"#, &[r#""go"#, r#""stay""#]);
    }
}
