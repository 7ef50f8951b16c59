//! The paths that source names: `std::fs::read`, and each branch of `use std::{fs, net::TcpStream}`.

use super::tokens::Token;

/// One path with the line of its first word.
#[derive(Debug, PartialEq, Eq)]
pub struct NamedPath<'a> {
    /// Words from the left; `*` for a glob.
    pub words: Vec<&'a str>,
    /// The line on which it starts.
    pub line: usize,
    /// The index of the token after it.
    pub end: usize,
}

/// Every path in order; a single word is a path of one.
pub fn paths<'a>(tokens: &[Token<'a>]) -> Vec<NamedPath<'a>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        at = if is_word(tokens[at].text) { read_path(tokens, at, &[], &mut found) } else { at + 1 };
    }
    found
}

/// Reads the path that starts at `at` behind the words of `before`, and gives the index after it.
fn read_path<'a>(
    tokens: &[Token<'a>],
    mut at: usize,
    before: &[&'a str],
    found: &mut Vec<NamedPath<'a>>,
) -> usize {
    let line = tokens[at].line;
    let mut words = before.to_vec();
    loop {
        words.push(tokens[at].text);
        at += 1;
        if text(tokens, at) != "::" {
            break;
        }
        match text(tokens, at + 1) {
            "{" => return read_group(tokens, at + 2, &words, found),
            next if is_word(next) || next == "*" => at += 1,
            _ => break,
        }
    }
    found.push(NamedPath { words, line, end: at });
    at
}

/// Reads the branches of a `{...}` group and gives the index after its closing brace.
fn read_group<'a>(
    tokens: &[Token<'a>],
    mut at: usize,
    before: &[&'a str],
    found: &mut Vec<NamedPath<'a>>,
) -> usize {
    while at < tokens.len() {
        at = match tokens[at].text {
            "}" => return at + 1,
            "as" => at + 2,
            sign if is_word(sign) || sign == "*" => read_path(tokens, at, before, found),
            _ => at + 1,
        };
    }
    at
}

fn text<'a>(tokens: &[Token<'a>], at: usize) -> &'a str {
    tokens.get(at).map_or("", |token| token.text)
}

fn is_word(text: &str) -> bool {
    text.starts_with(|sign: char| sign.is_alphabetic() || sign == '_')
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    fn check(source: &str, expected: &[&str]) {
        let tokens = tokens(source);
        let named: Vec<String> = paths(&tokens).iter().map(|path| path.words.join("::")).collect();
        assert_eq!(named, expected, "{source}");
    }

    #[test]
    fn each_branch_of_a_group_is_a_path_of_its_own() {
        check(
            "use std::{fs, net::{TcpStream, *}, io as files};",
            &["use", "std::fs", "std::net::TcpStream", "std::net::*", "std::io"],
        );
    }

    #[test]
    fn a_path_may_start_at_the_root_and_end_at_a_turbofish() {
        check("::std::env::var(x)", &["std::env::var", "x"]);
        check("Vec::<u8>::new()", &["Vec", "u8", "new"]);
        check("a::{b", &["a::b"]);
    }
}
