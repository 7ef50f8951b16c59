//! A body whose shape is wrong: which field, and what it takes. What was given is left out: it may be about a person.

use crate::refusal::Refusal;
use std::error::Error;

/// What a reader of JSON or of forms says, as a refusal that names the field where it can.
pub fn refusal(error: &dyn Error) -> Refusal {
    let (mut told, mut deeper) = (vec![error.to_string()], error.source());
    while let Some(cause) = deeper {
        told.push(cause.to_string());
        deeper = cause.source();
    }
    let placed = told.iter().rev().find_map(|words| place_of(words));
    let innermost = told.last().map(String::as_str).unwrap_or_default();
    let after_place = placed.and_then(|place| innermost.strip_prefix(place)?.strip_prefix(": "));
    let words = after_place.unwrap_or(innermost);
    if let Some(field) = quoted_after(words, "missing field `") {
        return field_refusal(&inside(placed, field), "is missing");
    }
    if let Some(field) = quoted_after(words, "unknown field `") {
        return field_refusal(field, "is not known here");
    }
    if let Some(field) = quoted_after(words, "duplicate field `") {
        return field_refusal(field, "is there twice");
    }
    match placed {
        Some(field) => field_refusal(field, &format!("takes {}", expected(words))),
        None => Refusal::Body { why: expected(words) },
    }
}

/// The field before the first colon, where it is one.
fn place_of(words: &str) -> Option<&str> {
    let place = words.split_once(": ")?.0;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.[]".contains(&byte);
    let is_place = place.len() <= 80 && place.bytes().any(|byte| byte.is_ascii_lowercase());
    (is_place && place.bytes().all(plain)).then_some(place)
}

fn inside(place: Option<&str>, field: &str) -> String {
    match place {
        Some(place) if place != field => format!("{place}.{field}"),
        _ => field.to_owned(),
    }
}

fn quoted_after<'w>(words: &'w str, before: &str) -> Option<&'w str> {
    Some(words.strip_prefix(before)?.split_once('`')?.0)
}

fn field_refusal(field: &str, why: &str) -> Refusal {
    let is_code = (1..=80).contains(&field.len())
        && field
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.[]".contains(&byte));
    let field = if is_code { field } else { "(not a field)" };
    Refusal::field(field, why)
}

/// What would have fitted, in words that hold nothing of what was given.
fn expected(words: &str) -> String {
    let words = words.split(" at line ").next().unwrap_or_default();
    if let Some((_, expected)) = words.split_once(", expected ") {
        return expected.to_owned();
    }
    let gives_back = words.contains(['`', '"', '\'']) || words.starts_with("invalid");
    if gives_back || words.is_empty() { "another kind of value".to_owned() } else { words.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Said(&'static str);

    #[test]
    fn a_wrong_shape_names_the_field_and_never_what_was_given() {
        for (words, expected) in [
            ("missing field `name` at line 1 column 2", "the field 'name' is missing"),
            (
                "unknown field `shift`, expected `name` or `role` at line 1",
                "the field 'shift' is not known here",
            ),
            ("shift: unknown field `shift`, expected `name`", "the field 'shift' is not known here"),
            ("unknown field `Mrs Pryce fell`", "the field '(not a field)' is not known here"),
            ("duplicate field `name`", "the field 'name' is there twice"),
            (
                "role: unknown variant `doctor`, expected `carer` or `nurse` at line 1 column 9",
                "the field 'role' takes `carer` or `nurse`",
            ),
            (
                "name: invalid type: string \"Mrs Pryce\", expected a boolean at line 1 column 9",
                "the field 'name' takes a boolean",
            ),
            ("version: invalid digit found in string", "the field 'version' takes another kind of value"),
            ("invalid type: string \"Mrs Pryce\"", "the body cannot be read: another kind of value"),
        ] {
            assert_eq!(refusal(&Said(words)).to_string(), expected);
        }
    }
}
