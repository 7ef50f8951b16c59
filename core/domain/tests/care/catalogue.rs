//! What the catalogue allows is taken and what lies beside it is not, over all kinds; and what its forms promise.

use crate::cases::cases;
use crate::support::observation;
use alongside_domain::care::catalogue::{Catalogue, FieldRule, FieldType, KindChannel, KindRule};
use alongside_domain::care::check::{ObservationError, reason_code};
use alongside_domain::care::default_triggers;
use alongside_domain::journal::body::Observation;
use alongside_domain::value::{Decimal, Value};
use proptest::prelude::*;

fn kinds_of_care() -> impl Iterator<Item = &'static KindRule> {
    Catalogue::built_in().kinds.iter().filter(|kind| kind.channel == KindChannel::Care)
}

fn all_fields() -> Vec<(&'static KindRule, &'static FieldRule)> {
    kinds_of_care().flat_map(|kind| kind.fields.iter().map(move |field| (kind, field))).collect()
}

/// An observation with what the kind requires, and this value.
fn with(kind: &KindRule, field: &FieldRule, value: Value) -> Observation {
    let mut seen = observation(&kind.code, &[]);
    for rule in kind.fields.iter().filter(|rule| rule.required) {
        seen.fields.insert(rule.code.clone(), a_value(&rule.holds, 0));
    }
    seen.fields.insert(field.code.clone(), value);
    seen
}

fn check(kind: &KindRule, field: &FieldRule, value: Value) -> Result<(), ObservationError> {
    Catalogue::built_in().check(&with(kind, field, value))
}

/// The value at a place of all those that are allowed.
fn a_value(holds: &FieldType, place: u64) -> Value {
    let within = |min: i64, max: i64| min + i64::try_from(place % (max - min + 1) as u64).expect("a range");
    match holds {
        FieldType::Int { min, max } => Value::Int(within(*min, *max)),
        FieldType::Decimal { min, max, places } => {
            let one = 10_i64.pow(u32::from(*places));
            Value::Decimal(Decimal { digits: within(min * one, max * one), places: *places })
        }
        FieldType::Codes(codes) => Value::text(&codes[(place % codes.len() as u64) as usize].code),
        FieldType::Text { max } => Value::text("é".repeat((place % (*max as u64 + 1)) as usize)),
        FieldType::Date {} => Value::text(format!("2026-{:02}-{:02}", 1 + place % 12, 1 + place % 28)),
    }
}

/// The values at the ends, and those just outside.
fn ends_and_neighbours(holds: &FieldType) -> (Vec<Value>, Vec<Value>) {
    let decimal = |digits, places| Value::Decimal(Decimal { digits, places });
    match holds {
        FieldType::Int { min, max } => {
            (vec![Value::Int(*min), Value::Int(*max)], vec![Value::Int(min - 1), Value::Int(max + 1)])
        }
        FieldType::Decimal { min, max, places } => {
            let one = 10_i64.pow(u32::from(*places));
            let inside = vec![
                Value::Int(*min),
                Value::Int(*max),
                decimal(min * one, *places),
                decimal(max * one, *places),
            ];
            let outside = vec![
                decimal(min * one - 1, *places),
                decimal(max * one + 1, *places),
                decimal(max * one * 10 - 1, places + 1),
                Value::Int(min - 1),
                Value::Int(max + 1),
            ];
            (inside, outside)
        }
        FieldType::Codes(codes) => {
            let inside = codes.iter().map(|code| Value::text(&code.code)).collect();
            let near = codes.iter().flat_map(|code| [format!("{}_", code.code), code.code.to_uppercase()]);
            let near = near.filter(|near| codes.iter().all(|code| code.code != *near));
            (inside, near.map(Value::Text).chain([Value::text("")]).collect())
        }
        FieldType::Text { max } => {
            (vec![Value::text(""), Value::text("é".repeat(*max))], vec![Value::text("é".repeat(max + 1))])
        }
        FieldType::Date {} => {
            let outside = ["2026-02-29", "2026-13-01", "2026-3-02", "2 March", ""];
            (vec![Value::text("2028-02-29")], outside.map(Value::text).to_vec())
        }
    }
}

#[test]
fn the_ends_of_what_is_allowed_fit_and_their_neighbours_outside_do_not() {
    for (kind, field) in all_fields() {
        let (inside, outside) = ends_and_neighbours(&field.holds);
        for value in inside {
            assert_eq!(check(kind, field, value.clone()), Ok(()), "{}.{} {value}", kind.code, field.code);
        }
        for value in outside {
            let refused = check(kind, field, value.clone());
            let outside = matches!(
                refused,
                Err(ObservationError::NotAllowed { .. } | ObservationError::TooLong { .. })
            );
            assert!(outside, "{}.{} {value}: {refused:?}", kind.code, field.code);
        }
        let other_type = check(kind, field, Value::Bool(true));
        assert!(matches!(other_type, Err(ObservationError::WrongType { .. })), "{other_type:?}");
    }
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn every_value_that_is_allowed_fits(field in any::<prop::sample::Index>(), place in any::<u64>()) {
        let fields = all_fields();
        let (kind, field) = fields[field.index(fields.len())];
        prop_assert_eq!(check(kind, field, a_value(&field.holds, place)), Ok(()));
    }

    #[test]
    fn a_number_fits_exactly_when_it_is_in_the_range(
        field in any::<prop::sample::Index>(),
        number in -100_i64..12_000,
    ) {
        let mut fields = all_fields();
        fields.retain(|(_, field)| matches!(field.holds, FieldType::Int { .. } | FieldType::Decimal { .. }));
        let (kind, field) = fields[field.index(fields.len())];
        let (FieldType::Int { min, max } | FieldType::Decimal { min, max, .. }) = &field.holds else {
            return Ok(());
        };
        let fits = check(kind, field, Value::Int(number)).is_ok();
        prop_assert_eq!(fits, *min <= number && number <= *max);
    }
}

#[test]
fn each_place_and_each_reason_of_a_kind_is_taken_and_no_other() {
    for kind in kinds_of_care() {
        for label in &Catalogue::built_in().sites {
            let first = &kind.fields[0];
            let seen =
                Observation { site: Some(label.code.clone()), ..with(kind, first, a_value(&first.holds, 0)) };
            let taken = Catalogue::built_in().check(&seen).is_ok();
            assert_eq!(taken, kind.sites.contains(&label.code), "{} {}", kind.code, label.code);
        }
        for reason in &kind.absent {
            let seen = Observation { absent: Some(*reason), ..observation(&kind.code, &[]) };
            let taken = Catalogue::built_in().check(&seen);
            assert_eq!(taken, Ok(()), "{} {}", kind.code, reason_code(*reason));
        }
    }
}

#[test]
fn nothing_that_opens_the_concern_form_is_recorded_as_care() {
    let restricted =
        Catalogue::built_in().kinds.iter().filter(|kind| kind.channel == KindChannel::Restricted);
    for kind in restricted {
        let first = &kind.fields[0];
        let seen = with(kind, first, a_value(&first.holds, 0));
        let refused = Err(ObservationError::UseConcernForm { kind: kind.code.clone() });
        assert_eq!(Catalogue::built_in().check(&seen), refused);
    }
}

#[test]
fn a_step_of_the_day_that_was_declined_has_no_help_level() {
    let declined = |help: &[(&str, &str)]| {
        let values = [&[("step", "groom"), ("declined", "yes")], help].concat();
        Catalogue::built_in().check(&observation("adl_step", &values))
    };
    assert_eq!(declined(&[]), Ok(()));
    assert!(matches!(declined(&[("help", "all")]), Err(ObservationError::RuledOut { .. })));
}

#[test]
fn a_default_trigger_waits_for_a_kind_that_carers_record() {
    for trigger in default_triggers::list() {
        for leaf in trigger.condition.leaves() {
            let is_care = kinds_of_care().any(|kind| kind.code == leaf.kind());
            assert!(is_care, "{} waits for {}", trigger.code, leaf.kind());
        }
    }
}
