//! What a field of the plan may hold, and the check that each edit passes. Which fields there are stands in
//! `sections.rs`.

use super::catalogue::Catalogue;
use super::check::is_date;
use super::condition::Condition;
use super::due::Due;
use super::hours::{Hours, LocalTime};
use super::link::Link;
use super::recurrence::Recurrence;
pub use super::sections::{PACKAGES, SHARED_CATEGORIES, SectionRule, field_rules, section_rule};
use crate::ids::{EntryId, StaffId};
use crate::plan::edit::Section;
use crate::reablement::criterion::Criterion;
use crate::time::parse_local;
use crate::value::{Fields, Value};
use serde::Serialize;

/// Why an edit of the plan does not fit: which field, where inside it, and what is allowed there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}.{field}{}{place}: {reason}", .section.code(), if .place.is_empty() { "" } else { " at " })]
pub struct PlanFieldError {
    /// The section.
    pub section: Section,
    /// The field's code.
    pub field: String,
    /// Where inside the value, such as `any[1].change.field`; empty for the whole.
    pub place: String,
    /// What is wrong, and what is allowed.
    pub reason: String,
}

/// One field of a section's entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanFieldRule {
    /// Stable code.
    pub code: &'static str,
    /// Words on screen.
    pub label: &'static str,
    /// What it holds.
    pub holds: PlanFieldType,
    /// Whether an entry without it means nothing.
    pub required: bool,
    /// Whether only a nurse settles it, whatever else the entry says.
    pub clinical: bool,
}

/// What a field of the plan holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanFieldType {
    /// Words of at most this many characters.
    Text(usize),
    /// A whole number, both ends allowed.
    Int(i64, i64),
    /// Yes or no.
    Bool,
    /// One of these codes.
    Code(&'static [&'static str]),
    /// Several of these codes, with commas between.
    Codes(&'static [&'static str]),
    /// A calendar day.
    Date,
    /// Ten digits with their check digit.
    NhsNumber,
    /// The name of another entry.
    Entry,
    /// A member of staff.
    Staff,
    /// A trigger's condition, as JSON.
    Condition,
    /// A contact's hours, as JSON.
    Hours,
    /// Minutes from 1 to 1440, or `same_day`, or `next_visit`.
    Urgency,
    /// A kind of observation.
    Kind,
    /// A field of a kind of observation.
    KindField,
    /// A local time of day.
    Time,
    /// A local date and time.
    LocalMoment,
    /// Calendar days, with commas between.
    Dates,
    /// A recurrence rule of RFC 5545.
    Recurrence,
    /// A local date and time, or one that hangs on going home.
    Due,
    /// Another entry of the plan, with its section.
    Link,
    /// When a step is proposed, as JSON.
    Criterion,
}

use PlanFieldType as T;

pub(super) const fn plain(code: &'static str, label: &'static str, holds: T) -> PlanFieldRule {
    PlanFieldRule { code, label, holds, required: false, clinical: false }
}

pub(super) const fn required(code: &'static str, label: &'static str, holds: T) -> PlanFieldRule {
    PlanFieldRule { required: true, ..plain(code, label, holds) }
}

pub(super) const fn clinical(code: &'static str, label: &'static str, holds: T) -> PlanFieldRule {
    PlanFieldRule { clinical: true, ..plain(code, label, holds) }
}

/// Whether a field of an entry may have this value, with the built-in catalogue.
pub fn check_field(section: Section, field: &str, value: &Value) -> Result<(), PlanFieldError> {
    check_field_with(Catalogue::built_in(), section, field, value)
}

/// Whether a field of an entry may have this value.
pub fn check_field_with(
    catalogue: &Catalogue,
    section: Section,
    field: &str,
    value: &Value,
) -> Result<(), PlanFieldError> {
    let error =
        |place: String, reason: String| PlanFieldError { section, field: shown(field), place, reason };
    let Some(rule) = field_rules(section).iter().find(|rule| rule.code == field) else {
        let codes: Vec<&str> = field_rules(section).iter().map(|rule| rule.code).collect();
        return Err(error(String::new(), format!("unknown field: give one of {}", codes.join(", "))));
    };
    rule.holds.check(catalogue, value).map_err(|(place, reason)| error(place, reason))
}

/// Whether the fields make an entry: each is known and fits, and none that is required is missing.
pub fn check_entry(section: Section, fields: &Fields) -> Result<(), PlanFieldError> {
    check_entry_with(Catalogue::built_in(), section, fields)
}

/// As [`check_entry`], with another catalogue.
pub fn check_entry_with(
    catalogue: &Catalogue,
    section: Section,
    fields: &Fields,
) -> Result<(), PlanFieldError> {
    fields.iter().try_for_each(|(field, value)| check_field_with(catalogue, section, field, value))?;
    let missing = field_rules(section).iter().find(|rule| rule.required && !fields.contains_key(rule.code));
    if let Some(rule) = missing {
        let reason = "is required".to_owned();
        return Err(PlanFieldError { section, field: rule.code.to_owned(), place: String::new(), reason });
    }
    check_asked(catalogue, section, fields)
}

/// An asked item names a field of its own kind.
fn check_asked(catalogue: &Catalogue, section: Section, fields: &Fields) -> Result<(), PlanFieldError> {
    let text = |code: &str| fields.get(code).and_then(Value::as_text).unwrap_or_default();
    let kind = catalogue.kind(text("kind"));
    match kind {
        Some(kind) if section == Section::Asked && kind.field(text("field")).is_none() => {
            let codes: Vec<&str> = kind.fields.iter().map(|field| field.code.as_str()).collect();
            let reason = format!("unknown field of {}: give one of {}", kind.code, codes.join(", "));
            Err(PlanFieldError { section, field: "field".to_owned(), place: String::new(), reason })
        }
        _ => Ok(()),
    }
}

/// The field's code, when it looks like one: words of a note must not get into a log.
fn shown(field: &str) -> String {
    let plain = (1..=40).contains(&field.len())
        && field.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if plain { field.to_owned() } else { "(not a code)".to_owned() }
}

impl PlanFieldType {
    /// Gives the place and the reason when the value does not fit.
    fn check(self, catalogue: &Catalogue, value: &Value) -> Result<(), (String, String)> {
        match (self, value) {
            (T::Condition, Value::Text(text)) => Condition::parse(text, catalogue)
                .map(drop)
                .map_err(|error| (error.place, error.fault.to_string())),
            (T::Hours, Value::Text(text)) => {
                Hours::parse(text).map(drop).map_err(|error| (String::new(), error.to_string()))
            }
            (T::Recurrence, Value::Text(text)) => {
                Recurrence::parse(text).map(drop).map_err(|error| (String::new(), error.to_string()))
            }
            (T::Criterion, Value::Text(text)) => {
                Criterion::parse(text).map(drop).map_err(|error| (error.place, error.reason))
            }
            _ if self.fits(catalogue, value) => Ok(()),
            _ => Err((String::new(), format!("give {}", self.allowed(catalogue)))),
        }
    }

    fn fits(self, catalogue: &Catalogue, value: &Value) -> bool {
        match (self, value) {
            (T::Text(max), Value::Text(text)) => text.chars().count() <= max,
            (T::Int(min, max), Value::Int(number)) => (min..=max).contains(number),
            (T::Bool, Value::Bool(_)) => true,
            (T::Code(codes), Value::Text(text)) => codes.contains(&text.as_str()),
            (T::Codes(codes), Value::Text(text)) => {
                text.is_empty() || text.split(',').all(|code| codes.contains(&code.trim()))
            }
            (T::Date, Value::Text(text)) => is_date(text),
            (T::NhsNumber, Value::Text(text)) => is_nhs_number(text),
            (T::Entry, Value::Text(text)) => text.parse::<EntryId>().is_ok(),
            (T::Staff, Value::Text(text)) => text.parse::<StaffId>().is_ok(),
            (T::Urgency, Value::Int(minutes)) => (1..=1440).contains(minutes),
            (T::Urgency, Value::Text(text)) => text == "same_day" || text == "next_visit",
            (T::Kind, Value::Text(text)) => catalogue.kind(text).is_some(),
            (T::KindField, Value::Text(text)) => {
                catalogue.kinds.iter().any(|kind| kind.field(text).is_some())
            }
            (T::Time, Value::Text(text)) => text.parse::<LocalTime>().is_ok(),
            (T::LocalMoment, Value::Text(text)) => parse_local(text).is_some(),
            (T::Dates, Value::Text(text)) => text.split(',').all(|day| is_date(day.trim())),
            (T::Due, Value::Text(text)) => text.parse::<Due>().is_ok(),
            (T::Link, Value::Text(text)) => text.parse::<Link>().is_ok(),
            _ => false,
        }
    }

    fn allowed(self, catalogue: &Catalogue) -> String {
        match self {
            T::Text(max) => format!("words of at most {max} characters"),
            T::Int(min, max) => format!("a whole number from {min} to {max}"),
            T::Bool => "yes or no".to_owned(),
            T::Code(codes) => format!("one of {}", codes.join(", ")),
            T::Codes(codes) => format!("any of {}, with commas between", codes.join(", ")),
            T::Date => "a day such as 2026-03-02".to_owned(),
            T::NhsNumber => "an NHS number of ten digits whose check digit is right".to_owned(),
            T::Entry => "the name of an entry".to_owned(),
            T::Staff => "the identifier of a member of staff".to_owned(),
            T::Condition | T::Hours | T::Criterion => "JSON text".to_owned(),
            T::Time => "a local time such as 08:00".to_owned(),
            T::LocalMoment => "a local date and time such as 2026-03-02T08:00".to_owned(),
            T::Dates => "days such as 2026-03-02, with commas between".to_owned(),
            T::Recurrence => "a rule such as FREQ=WEEKLY;BYDAY=MO,TH".to_owned(),
            T::Due => {
                "a time such as 2026-05-11T18:00, or home-1d@12:00, or home+24h, or referral+24h".to_owned()
            }
            T::Link => "an entry with its section, such as goals/g1".to_owned(),
            T::Urgency => "minutes from 1 to 1440, or same_day, or next_visit".to_owned(),
            T::Kind => {
                let codes: Vec<&str> = catalogue.kinds.iter().map(|kind| kind.code.as_str()).collect();
                format!("one of {}", codes.join(", "))
            }
            T::KindField => "the code of a field of that kind".to_owned(),
        }
    }
}

/// Ten digits, spaces allowed, with the check digit of the NHS Data Dictionary (modulus 11).
fn is_nhs_number(text: &str) -> bool {
    let digits: Vec<u32> =
        text.chars().filter(|char| *char != ' ').filter_map(|char| char.to_digit(10)).collect();
    let others = text.chars().any(|char| char != ' ' && !char.is_ascii_digit());
    if others || digits.len() != 10 {
        return false;
    }
    let sum: u32 = digits[..9].iter().zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    let check = 11 - sum % 11;
    check != 10 && check % 11 == digits[9]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(section: Section, field: &str, value: Value, expected: Result<(), &str>) {
        let found = check_field(section, field, &value).map_err(|error| error.to_string());
        assert_eq!(found, expected.map_err(str::to_owned), "{field}");
    }

    #[test]
    fn a_trigger_with_an_error_is_refused_with_the_place_and_the_reason() {
        let condition = r#"{"any":[{"compare":{"kind":"pain","field":"score","op":"over","value":3}},
            {"compare":{"kind":"pain","field":"score","op":"over","value":11}}]}"#;
        check(
            Section::Triggers,
            "condition",
            Value::text(condition),
            Err(
                "triggers.condition at any[1].compare.value: the value does not fit the field: give a whole number from 0 to 10",
            ),
        );
    }

    #[test]
    fn fields_that_fit_are_taken() {
        for (section, field, value) in [
            (Section::Safety, "nhs_number", Value::text("999 000 0018")),
            (Section::Actions, "interval_min", Value::Int(150)),
            (Section::Actions, "may_change", Value::text("nurse,supervisor")),
            (Section::Triggers, "urgency", Value::Int(60)),
            (Section::Triggers, "urgency", Value::text("same_day")),
            (Section::Contacts, "hours", Value::text(r#"{"open":[{"from":"08:00","to":"18:00"}]}"#)),
            (Section::Asked, "field", Value::text("smell")),
        ] {
            check(section, field, value, Ok(()));
        }
    }

    #[test]
    fn fields_that_do_not_fit_say_what_is_allowed() {
        let known = "safety.nhs_number: give an NHS number of ten digits whose check digit is right";
        check(Section::Safety, "nhs_number", Value::text("999 000 0019"), Err(known));
        check(Section::Safety, "nhs_number", Value::text("٩٩٩0000018"), Err(known));
        let interval = "actions.interval_min: give a whole number from 1 to 43200";
        check(Section::Actions, "interval_min", Value::Int(0), Err(interval));
        check(Section::Actions, "interval_min", Value::text("2 h"), Err(interval));
        check(
            Section::About,
            "x",
            Value::Int(0),
            Err(
                "about.x: unknown field: give one of own_words, matters_most, communicate, support_me, important_people, routines, day_begins, day_ends, told_on, told_to",
            ),
        );
        check(
            Section::Triggers,
            "urgency",
            Value::text("soon"),
            Err("triggers.urgency: give minutes from 1 to 1440, or same_day, or next_visit"),
        );
    }

    #[test]
    fn an_entry_needs_its_required_fields_and_an_asked_field_its_own_kind() {
        let fields = |pairs: &[(&str, &str)]| -> Fields {
            pairs.iter().map(|(code, text)| ((*code).to_owned(), Value::text(*text))).collect()
        };
        let missing = check_entry(Section::Contacts, &fields(&[("name", "District nursing")]));
        assert_eq!(missing.map_err(|error| error.to_string()), Err("contacts.role: is required".to_owned()));
        assert!(check_entry(Section::Asked, &fields(&[("kind", "meal"), ("field", "smell")])).is_err());
        assert!(
            check_entry(Section::Asked, &fields(&[("kind", "wound_dressed"), ("field", "smell")])).is_ok()
        );
    }
}
