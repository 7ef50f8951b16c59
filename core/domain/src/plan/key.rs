//! Where a field stands in the document: one flat key, `section/entry/field`.
//!
//! Flat, not map in map: two people who add the same entry apart would make two maps, of which Automerge shows
//! one and hides the other's fields.

use super::edit::Section;
use crate::ids::EntryId;
use crate::value::{Decimal, Value};
use automerge::legacy::{Key, Op};
use automerge::{ScalarValue, ScalarValueRef};
use std::ops::Range;

/// The field that says where an entry stands among the others.
pub(super) const ORDER: &str = "order";
/// The field that says whether an entry is out of use. Every entry has it.
pub(super) const RETIRED: &str = "retired";

/// The longest code of a field, in bytes.
const FIELD_BYTES_MAX: usize = 60;

/// The key of a field.
pub(super) fn key(section: Section, entry: &EntryId, field: &str) -> String {
    format!("{}/{entry}/{field}", section.code())
}

/// Reads a key. Nothing for marks, and for sections of a newer version.
pub(super) fn parse(key: &str) -> Option<(Section, EntryId, &str)> {
    let mut parts = key.split('/');
    let (section, entry, field) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Some((Section::from_code(section)?, entry.parse().ok()?, field))
}

/// The key that an operation writes.
pub(super) fn key_of(operation: &Op) -> Option<&str> {
    match &operation.key {
        Key::Map(key) => Some(key),
        Key::Seq(_) => None,
    }
}

/// All keys of an entry: from the first to after the last, as the ranges below.
pub(super) fn range_of(section: Section, entry: &EntryId) -> Range<String> {
    // '0' is the character after '/'.
    format!("{}/{entry}/", section.code())..format!("{}/{entry}0", section.code())
}

/// All keys of a section.
pub(super) fn range_of_section(section: Section) -> Range<String> {
    format!("{}/", section.code())..format!("{}0", section.code())
}

/// All keys: sections have names of small letters and underscores.
pub(super) fn all() -> Range<String> {
    String::new().."~".to_owned()
}

/// The key that an edit writes when its commands change nothing, so that it still is a change of its own.
pub(super) fn mark(actor: &automerge::ActorId) -> String {
    format!("-/{}", actor.to_hex_string())
}

/// Whether text can be the code of a field.
pub(super) fn is_field_code(text: &str) -> bool {
    (1..=FIELD_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether a field is one that every entry has, not one of its section.
pub(super) fn is_reserved(field: &str) -> bool {
    field == ORDER || field == RETIRED
}

/// Whether this is the one entry of a section of single facts. It need not be added first: two people who each set
/// a first fact would both have to.
pub(super) fn is_main(section: Section, entry: &EntryId) -> bool {
    matches!(section, Section::Safety | Section::About) && entry.as_str() == "main"
}

/// A value as the document stores it. Decimals are the bytes of their CBOR form, to keep their places.
pub(super) fn to_scalar(value: &Value) -> ScalarValue {
    match value {
        Value::Bool(value) => ScalarValue::Boolean(*value),
        Value::Int(value) => ScalarValue::Int(*value),
        Value::Text(text) => ScalarValue::Str(text.as_str().into()),
        Value::Decimal(_) => ScalarValue::Bytes(minicbor::to_vec(value).expect("a vector takes every byte")),
    }
}

/// A stored value. Nothing for a form that only a newer version writes.
pub(super) fn from_scalar(stored: &ScalarValueRef<'_>) -> Option<Value> {
    match stored {
        ScalarValueRef::Boolean(value) => Some(Value::Bool(*value)),
        ScalarValueRef::Int(value) => Some(Value::Int(*value)),
        ScalarValueRef::Str(text) => Some(Value::text(text.as_ref())),
        ScalarValueRef::Bytes(bytes) => minicbor::decode::<Value>(bytes).ok(),
        _ => None,
    }
}

/// As [`from_scalar`], of an owned value.
pub(super) fn from_stored(stored: &ScalarValue) -> Option<Value> {
    match stored {
        ScalarValue::Boolean(value) => Some(Value::Bool(*value)),
        ScalarValue::Int(value) => Some(Value::Int(*value)),
        ScalarValue::Str(text) => Some(Value::text(text.as_str())),
        ScalarValue::Bytes(bytes) => minicbor::decode::<Value>(bytes).ok(),
        _ => None,
    }
}

/// Whether a value can be stored and read back.
pub(super) fn is_storable(value: &Value, text_bytes_max: usize) -> bool {
    match value {
        Value::Text(text) => text.len() <= text_bytes_max,
        Value::Decimal(Decimal { places, .. }) => *places <= 18,
        Value::Bool(_) | Value::Int(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back() {
        let entry: EntryId = "T-1_a".parse().expect("an entry name");
        let text = key(Section::Triggers, &entry, "name");
        assert_eq!(parse(&text), Some((Section::Triggers, entry.clone(), "name")));
        for range in [range_of(Section::Triggers, &entry), range_of_section(Section::Triggers), all()] {
            assert!(range.contains(&text));
        }
    }

    #[test]
    fn the_keys_of_an_entry_leave_out_those_of_an_entry_with_a_longer_name() {
        let [short, long] = ["T1", "T10"].map(|name| name.parse::<EntryId>().expect("an entry name"));
        let other = key(Section::Triggers, &long, "name");
        assert!(!range_of(Section::Triggers, &short).contains(&other));
    }

    #[test]
    fn the_name_of_a_section_reads_back() {
        for section in Section::ALL {
            assert_eq!(Section::from_code(section.code()), Some(section));
            let json = serde_json::to_string(&section).expect("a name");
            assert_eq!(json, format!("\"{}\"", section.code()));
        }
    }
}
