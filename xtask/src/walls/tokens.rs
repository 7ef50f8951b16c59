//! Cuts Rust source into words and signs, without comments, strings and characters: enough to see what it names.

/// A word, a number or a sign, and its line (from 1). `::` is one sign; every other sign is one character.
#[derive(Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub text: &'a str,
    pub line: usize,
}

/// The tokens of `source` in order. Source that does not compile gives some tokens, never a panic.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut at = 0;
    while at < source.len() {
        let rest = &source[at..];
        let length = skipped(rest).unwrap_or_else(|| {
            let length = token_length(rest);
            let text = &rest[..length];
            if !text.trim().is_empty() {
                found.push(Token { text: text.trim_start_matches("r#"), line });
            }
            length
        });
        line += rest[..length].matches('\n').count();
        at += length;
    }
    found
}

/// The length of the comment, string or character that starts here, if one does.
fn skipped(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    let quote = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - quote.len();
    if prefix > 1 {
        return None;
    }
    if quote.starts_with('"') {
        return Some(prefix + quoted(quote, '"'));
    }
    if let Some(raw) = quote.strip_prefix('r') {
        return raw_string(raw).map(|length| prefix + 1 + length);
    }
    character(quote).map(|length| prefix + length)
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += first_length(here);
        }
    }
    rest.len()
}

/// The length of a quoted literal with escapes, both quotes included.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, sign) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if sign == '\\' {
            escaped = true;
        } else if sign == quote {
            return at + 1;
        }
    }
    rest.len()
}

/// The length of `#"..."#` with any number of marks, if that is what stands here.
fn raw_string(rest: &str) -> Option<usize> {
    let marks = rest.len() - rest.trim_start_matches('#').len();
    rest[marks..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(marks));
    let body = marks + 1;
    Some(rest[body..].find(&end).map_or(rest.len(), |at| body + at + end.len()))
}

/// The length of a character literal; nothing for a lifetime or a label.
fn character(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    if inside.starts_with('\\') {
        return Some(quoted(rest, '\''));
    }
    let length = inside.chars().next()?.len_utf8();
    inside[length..].starts_with('\'').then_some(length + 2)
}

/// The length of the word, number, sign or white space that starts here; at least one character.
fn token_length(rest: &str) -> usize {
    if rest.starts_with("::") {
        return 2;
    }
    let raw = if rest.starts_with("r#") { 2 } else { 0 };
    let word =
        rest[raw..].find(|sign: char| !sign.is_alphanumeric() && sign != '_').unwrap_or(rest.len() - raw);
    if word > 0 { raw + word } else { first_length(rest) }
}

fn first_length(rest: &str) -> usize {
    rest.chars().next().map_or(1, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &str) {
        let texts: Vec<&str> = tokens(source).iter().map(|token| token.text).collect();
        assert_eq!(texts.join(" "), expected, "{source}");
    }

    #[test]
    fn comments_strings_and_characters_are_not_words() {
        check("a // b\nc", "a c");
        check("a /* b /* c */ d */ e", "a e");
        check(r#"a("b \" c", d)"#, "a ( , d )");
        check(r###"a(r#"b " c"#, br"d", b"e", c"f")"###, "a ( , , , )");
        check(r"a('b', '\'', '\u{1F600}', b'c')", "a ( , , , )");
    }

    #[test]
    fn lifetimes_raw_words_and_paths_are_kept() {
        check("fn f<'a>(x: &'a str)", "fn f < ' a > ( x : & ' a str )");
        check("r#type::now", "type :: now");
        check("std::fs::read", "std :: fs :: read");
        check("bcd rust crb", "bcd rust crb");
    }

    #[test]
    fn lines_are_counted_across_comments_and_strings() {
        let found = tokens("/*\n*/ \"\n\n\" last");
        assert_eq!(found, [Token { text: "last", line: 4 }]);
    }

    #[test]
    fn unfinished_source_ends() {
        for source in ["/* a", "\"a", "r#\"a", "'", "'\\", "r#", "b", "é'"] {
            tokens(source);
        }
    }
}
