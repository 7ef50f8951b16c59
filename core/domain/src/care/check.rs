//! Checks an observation against the catalogue, and says what to change when it does not fit.

use super::catalogue::{Catalogue, FieldRule, FieldType, KindChannel, KindRule};
use super::number::Number;
use crate::journal::body::{Observation, ReasonAbsent};
use crate::value::Value;

/// The most characters of a note.
pub const NOTE_CHARS_MAX: usize = 2_000;
/// The most characters of the person's quoted words, of who was there, of what was done, of a correction's reason.
pub const WORDS_CHARS_MAX: usize = 1_000;

/// Why an observation does not fit the catalogue. No variant holds what was observed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObservationError {
    /// The app is older than the observation, or the code is wrong: update the app or choose a listed kind.
    #[error(
        "unknown kind of observation (catalogue version {version}): update the app or choose a listed kind"
    )]
    UnknownKind {
        /// The version of the catalogue that was asked.
        version: u32,
    },
    /// Open the concern form: this kind leaves no care record.
    #[error("this is not recorded as care: use the concern form")]
    UseConcernForm {
        /// The kind.
        kind: String,
    },
    /// Leave the field out, or use a newer catalogue.
    #[error("{kind}: unknown field {field}: leave it out or update the app")]
    UnknownField {
        /// The kind.
        kind: String,
        /// What was given, if it looks like a code.
        field: String,
    },
    /// Give a value of the type that is allowed.
    #[error("{kind}.{field}: wrong type of value: give {allowed}")]
    WrongType {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// What is allowed.
        allowed: String,
    },
    /// Give a value that is allowed.
    #[error("{kind}.{field}: the value is not allowed: give {allowed}")]
    NotAllowed {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// What is allowed.
        allowed: String,
    },
    /// Fill in the field, or say why there is no value.
    #[error("{kind}.{field}: is required: fill it in, or give a reason why nothing was observed")]
    MissingRequired {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
    },
    /// Fill in at least one field, or say why there is none.
    #[error("{kind}: nothing is recorded: fill in a field, or give one of the reasons: {allowed}")]
    Nothing {
        /// The kind.
        kind: String,
        /// The reasons that may be given.
        allowed: String,
    },
    /// Take out either the values or the reason.
    #[error("{kind}: has values and a reason for having none: take one of them out")]
    AbsentWithValues {
        /// The kind.
        kind: String,
    },
    /// Choose one of the reasons.
    #[error("{kind}: this reason is not allowed: give one of {allowed}")]
    ReasonNotAllowed {
        /// The kind.
        kind: String,
        /// The reasons that may be given.
        allowed: String,
    },
    /// Choose one of the kind's places.
    #[error("{kind}: this place on the body is not allowed: give {allowed}")]
    SiteNotAllowed {
        /// The kind.
        kind: String,
        /// The places.
        allowed: String,
    },
    /// Leave the field out: another one says that it has no value.
    #[error("{kind}.{field}: has no value when {other} is {is}: change one of them")]
    RuledOut {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The other field.
        other: String,
        /// Its code.
        is: String,
    },
    /// Shorten the words.
    #[error("{kind}.{field}: at most {max} characters: shorten it")]
    TooLong {
        /// The kind.
        kind: String,
        /// The field, or `note`, `quoted`, `present`, `done`, `reason`.
        field: String,
        /// The most characters.
        max: usize,
    },
}

impl Catalogue {
    /// Whether the observation may be recorded. The first fault is named, with what is allowed.
    pub fn check(&self, observation: &Observation) -> Result<(), ObservationError> {
        let kind =
            self.kind(&observation.kind).ok_or(ObservationError::UnknownKind { version: self.version })?;
        if kind.channel == KindChannel::Restricted {
            return Err(ObservationError::UseConcernForm { kind: kind.code.clone() });
        }
        check_words(kind, observation)?;
        check_site(kind, observation.site.as_deref())?;
        match observation.absent {
            Some(reason) => check_absent(kind, observation, reason),
            None => check_values(kind, observation),
        }
    }
}

fn check_words(kind: &KindRule, observation: &Observation) -> Result<(), ObservationError> {
    let reason = observation.corrects.as_ref().map(|correction| &correction.reason);
    let words = [
        ("note", observation.note.as_ref(), NOTE_CHARS_MAX),
        ("first_note", observation.first_note.as_ref(), NOTE_CHARS_MAX),
        ("quoted", observation.quoted.as_ref(), WORDS_CHARS_MAX),
        ("present", observation.present.as_ref(), WORDS_CHARS_MAX),
        ("done", observation.done.as_ref(), WORDS_CHARS_MAX),
        ("reason", reason, WORDS_CHARS_MAX),
    ];
    for (field, text, max) in words {
        if text.is_some_and(|text| text.chars().count() > max) {
            return Err(ObservationError::TooLong { kind: kind.code.clone(), field: field.to_owned(), max });
        }
    }
    Ok(())
}

fn check_site(kind: &KindRule, site: Option<&str>) -> Result<(), ObservationError> {
    match site {
        None => Ok(()),
        Some(site) if kind.sites.iter().any(|allowed| allowed == site) => Ok(()),
        Some(_) => {
            let allowed = if kind.sites.is_empty() { "none".to_owned() } else { kind.sites.join(", ") };
            Err(ObservationError::SiteNotAllowed { kind: kind.code.clone(), allowed })
        }
    }
}

fn check_absent(
    kind: &KindRule,
    observation: &Observation,
    reason: ReasonAbsent,
) -> Result<(), ObservationError> {
    if !observation.fields.is_empty() {
        return Err(ObservationError::AbsentWithValues { kind: kind.code.clone() });
    }
    if kind.absent.contains(&reason) {
        return Ok(());
    }
    Err(ObservationError::ReasonNotAllowed { kind: kind.code.clone(), allowed: reasons(kind) })
}

fn check_values(kind: &KindRule, observation: &Observation) -> Result<(), ObservationError> {
    if observation.fields.is_empty() {
        return Err(ObservationError::Nothing { kind: kind.code.clone(), allowed: reasons(kind) });
    }
    for (code, value) in &observation.fields {
        let field = kind.field(code).ok_or_else(|| unknown_field(kind, code))?;
        check_value(kind, field, value)?;
        check_ruled_out(kind, field, observation)?;
    }
    let missing =
        kind.fields.iter().find(|rule| rule.required && !observation.fields.contains_key(&rule.code));
    missing.map_or(Ok(()), |rule| {
        Err(ObservationError::MissingRequired { kind: kind.code.clone(), field: rule.code.clone() })
    })
}

/// Names the field only when it looks like a code, so that no words of a note get into a log.
fn unknown_field(kind: &KindRule, code: &str) -> ObservationError {
    let plain =
        code.len() <= 40 && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let field = if plain { code.to_owned() } else { "(not a code)".to_owned() };
    ObservationError::UnknownField { kind: kind.code.clone(), field }
}

fn check_ruled_out(
    kind: &KindRule,
    field: &FieldRule,
    observation: &Observation,
) -> Result<(), ObservationError> {
    let Some(other) = &field.not_when else { return Ok(()) };
    if observation.fields.get(&other.field).and_then(Value::as_text) != Some(other.is.as_str()) {
        return Ok(());
    }
    Err(ObservationError::RuledOut {
        kind: kind.code.clone(),
        field: field.code.clone(),
        other: other.field.clone(),
        is: other.is.clone(),
    })
}

fn check_value(kind: &KindRule, field: &FieldRule, value: &Value) -> Result<(), ObservationError> {
    let fit = field.holds.fit(value);
    let (kind, code) = (kind.code.clone(), field.code.clone());
    match fit {
        Fit::Fits => Ok(()),
        Fit::WrongType => {
            Err(ObservationError::WrongType { kind, field: code, allowed: field.holds.allowed() })
        }
        Fit::NotAllowed => {
            Err(ObservationError::NotAllowed { kind, field: code, allowed: field.holds.allowed() })
        }
        Fit::TooLong(max) => Err(ObservationError::TooLong { kind, field: code, max }),
    }
}

/// Whether a value fits a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    Fits,
    WrongType,
    NotAllowed,
    TooLong(usize),
}

impl FieldType {
    /// Whether the value fits.
    pub(crate) fn fit(&self, value: &Value) -> Fit {
        match (self, value) {
            (FieldType::Int { min, max }, Value::Int(number)) => allowed_if((min..=max).contains(&number)),
            (FieldType::Decimal { min, max, places }, Value::Int(_) | Value::Decimal(_)) => {
                let short = matches!(value, Value::Int(_))
                    || matches!(value, Value::Decimal(decimal) if decimal.places <= *places);
                let within = Number::of(value)
                    .is_some_and(|number| (Number::whole(*min)..=Number::whole(*max)).contains(&number));
                allowed_if(short && within)
            }
            (FieldType::Codes(_), Value::Text(text)) => allowed_if(self.code(text).is_some()),
            (FieldType::Text { max }, Value::Text(text)) if text.chars().count() > *max => Fit::TooLong(*max),
            (FieldType::Text { .. }, Value::Text(_)) => Fit::Fits,
            (FieldType::Date {}, Value::Text(text)) => allowed_if(is_date(text)),
            _ => Fit::WrongType,
        }
    }

    /// What is allowed, in words.
    pub(crate) fn allowed(&self) -> String {
        match self {
            FieldType::Int { min, max } => format!("a whole number from {min} to {max}"),
            FieldType::Decimal { min, max, places } => {
                format!("a number from {min} to {max} with at most {places} decimal places")
            }
            FieldType::Codes(codes) => {
                let codes: Vec<&str> = codes.iter().map(|code| code.code.as_str()).collect();
                format!("one of {}", codes.join(", "))
            }
            FieldType::Text { max } => format!("words of at most {max} characters"),
            FieldType::Date {} => "a day such as 2026-03-02".to_owned(),
        }
    }
}

fn allowed_if(allowed: bool) -> Fit {
    if allowed { Fit::Fits } else { Fit::NotAllowed }
}

/// Whether the text is a calendar day of the form `2026-03-02`.
pub(crate) fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok()
}

fn reasons(kind: &KindRule) -> String {
    if kind.absent.is_empty() {
        return "none".to_owned();
    }
    let codes: Vec<&str> = kind.absent.iter().map(|reason| reason_code(*reason)).collect();
    codes.join(", ")
}

/// The stable code of a reason.
pub fn reason_code(reason: ReasonAbsent) -> &'static str {
    match reason {
        ReasonAbsent::NotDue => "not_due",
        ReasonAbsent::NotObserved => "not_observed",
        ReasonAbsent::Declined => "declined",
        ReasonAbsent::Asleep => "asleep",
        ReasonAbsent::NoAccess => "no_access",
        ReasonAbsent::EquipmentMissing => "equipment_missing",
        ReasonAbsent::NotOffered => "not_offered",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Decimal;

    fn observation(json: &str) -> Observation {
        let mut value: serde_json::Value = serde_json::from_str(json).expect("a test writes JSON");
        value["catalogue_version"] = 1.into();
        serde_json::from_value(value).expect("a test writes an observation")
    }

    fn check(json: &str, expected: Result<(), &str>) {
        let found = Catalogue::built_in().check(&observation(json)).map_err(|error| error.to_string());
        assert_eq!(found, expected.map_err(str::to_owned), "{json}");
    }

    #[test]
    fn what_the_catalogue_lists_may_be_recorded() {
        for json in [
            r#"{"kind":"wound_dressed","site":"sacrum","fields":{"strike_through":"25_to_75","smell":"close_to","pain_rest":4,"skin_colour":"same","fluid_colour":"cloudy_cream"}}"#,
            r#"{"kind":"pain","fields":{"score":10},"site":"left_heel","quoted":"it burns"}"#,
            r#"{"kind":"position","fields":{"from":"back","to":"left_side"}}"#,
            r#"{"kind":"meal","fields":{"offered":"yes","eaten":"quarter"}}"#,
            r#"{"kind":"meal","absent":"not_offered"}"#,
            r#"{"kind":"no_access","fields":{"tried":"knocked, rang"}}"#,
            r#"{"kind":"fall","fields":{"how_learned":"found","head_hit":"unknown","floor_min":30}}"#,
        ] {
            check(json, Ok(()));
        }
    }

    #[test]
    fn what_does_not_fit_names_kind_field_and_what_is_allowed() {
        for (json, reason) in [
            (
                r#"{"kind":"mood_ring"}"#,
                "unknown kind of observation (catalogue version 3): update the app or choose a listed kind",
            ),
            (
                r#"{"kind":"pain","fields":{"colour":1}}"#,
                "pain: unknown field colour: leave it out or update the app",
            ),
            (
                r#"{"kind":"pain","fields":{"She said":1}}"#,
                "pain: unknown field (not a code): leave it out or update the app",
            ),
            (
                r#"{"kind":"pain","fields":{"score":11}}"#,
                "pain.score: the value is not allowed: give a whole number from 0 to 10",
            ),
            (
                r#"{"kind":"pain","fields":{"score":"4"}}"#,
                "pain.score: wrong type of value: give a whole number from 0 to 10",
            ),
            (
                r#"{"kind":"meal","fields":{"eaten":"most"}}"#,
                "meal.eaten: the value is not allowed: give one of none, quarter, half, three_quarters, all",
            ),
            (
                r#"{"kind":"position","fields":{"from":"back"}}"#,
                "position.to: is required: fill it in, or give a reason why nothing was observed",
            ),
            (
                r#"{"kind":"no_access"}"#,
                "no_access: nothing is recorded: fill in a field, or give one of the reasons: none",
            ),
            (
                r#"{"kind":"meal","absent":"declined","fields":{"eaten":"all"}}"#,
                "meal: has values and a reason for having none: take one of them out",
            ),
            (r#"{"kind":"fall","absent":"declined"}"#, "fall: this reason is not allowed: give one of none"),
            (
                r#"{"kind":"meal","site":"sacrum","fields":{"eaten":"all"}}"#,
                "meal: this place on the body is not allowed: give none",
            ),
            (
                r#"{"kind":"meal","fields":{"offered":"no","eaten":"none"}}"#,
                "meal.eaten: has no value when offered is no: change one of them",
            ),
            (
                r#"{"kind":"wound_dressed","fields":{"change_due":"2026-02-30"}}"#,
                "wound_dressed.change_due: the value is not allowed: give a day such as 2026-03-02",
            ),
        ] {
            check(json, Err(reason));
        }
    }

    #[test]
    fn what_belongs_in_a_concern_is_refused_and_sent_to_the_concern_form() {
        check(
            r#"{"kind":"money_visitors","fields":{"bills":"yes"}}"#,
            Err("this is not recorded as care: use the concern form"),
        );
        check(
            r#"{"kind":"contact_conduct","fields":{"no_such":1},"note":"x"}"#,
            Err("this is not recorded as care: use the concern form"),
        );
    }

    #[test]
    fn words_longer_than_allowed_are_refused() {
        let long = "é".repeat(NOTE_CHARS_MAX + 1);
        check(
            &format!(r#"{{"kind":"pain","fields":{{"score":1}},"note":"{long}"}}"#),
            Err("pain.note: at most 2000 characters: shorten it"),
        );
        check(
            &format!(r#"{{"kind":"pain","fields":{{"onset":"{}"}}}}"#, "x".repeat(201)),
            Err("pain.onset: at most 200 characters: shorten it"),
        );
    }

    #[test]
    fn a_decimal_keeps_to_its_range_and_places() {
        let weight = FieldType::Decimal { min: 20, max: 300, places: 2 };
        let fit = |digits, places| weight.fit(&Value::Decimal(Decimal { digits, places }));
        assert_eq!(
            [fit(7250, 2), fit(72501, 3), fit(1999, 2), fit(30001, 2)],
            [Fit::Fits, Fit::NotAllowed, Fit::NotAllowed, Fit::NotAllowed]
        );
        assert_eq!(weight.fit(&Value::Int(300)), Fit::Fits);
    }
}
