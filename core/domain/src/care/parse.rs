//! Reads a trigger's condition from its JSON text, and checks it against the catalogue.
//!
//! An error names the place, such as `any[1].change.field`, and says what is allowed there.

use super::catalogue::{Catalogue, FieldRule, KindChannel};
use super::check::Fit;
use super::condition::{
    ABSENCE_HOURS_MAX, Absence, Change, Compare, Condition, Count, DEPTH_MAX, LEAVES_MAX, Leaf, Op, Operand,
    Run, TIMES_MAX, WITHIN_HOURS_MAX,
};
use super::number::Number;
use serde_json::{Map, Value as Json};

/// Why a condition cannot be used, and where. The place is empty for the condition as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct ConditionError {
    /// Where, such as `any[1].change.field`.
    pub place: String,
    /// What is wrong there.
    pub fault: ConditionFault,
}

/// What is wrong with a condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionFault {
    /// Not JSON, or not of the expected shape.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// Not an object with one of the known names.
    #[error("expected an object with one of compare, change, count, run, absence, any, all")]
    NotACondition,
    /// Any of and all of stand too deep in one another.
    #[error("at most {max} of any and all inside one another: write two triggers", max = DEPTH_MAX)]
    TooDeep,
    /// There are too many simple conditions in all.
    #[error("at most {max} simple conditions in all", max = LEAVES_MAX)]
    TooMany,
    /// Any of and all of need several conditions.
    #[error("needs 2 to {max} conditions", max = LEAVES_MAX)]
    WrongNumberOfLeaves,
    /// An absence has no record that could meet the others.
    #[error("an absence cannot stand in all: write it in any, or as a trigger of its own")]
    AbsenceInAll,
    /// No such kind.
    #[error("unknown kind of observation: give one of {0}")]
    UnknownKind(String),
    /// A kind that leaves no care record.
    #[error("opens the concern form and leaves no care record: no trigger can wait for it")]
    LeavesNoRecord,
    /// No such field of the kind.
    #[error("unknown field: give one of {0}")]
    UnknownField(String),
    /// The field's values have no order.
    #[error("the values of this field have no order: use is, is_not or is_one_of")]
    NotOrdered,
    /// The operand does not fit the field.
    #[error("the value does not fit the field: give {0}")]
    WrongValue(String),
    /// A list where a value belongs, or the other way.
    #[error("is_one_of takes a list of at least one value, every other comparison one value")]
    WrongOperand,
    /// A number is outside its range.
    #[error("give a whole number from {min} to {max}")]
    OutOfRange {
        /// Lowest.
        min: u32,
        /// Highest.
        max: u32,
    },
    /// The amount of a change.
    #[error("the amount must be a number above 0")]
    NoChange,
    /// What counts for an absence is of another kind than the absence.
    #[error("must be of the kind that the absence is of")]
    OtherKind,
    /// Such an absence could never be complete inside its daily window.
    #[error("is longer than its daily window")]
    LongerThanWindow,
}

type Parsed<T> = Result<T, ConditionError>;

fn fault<T>(place: impl Into<String>, fault: ConditionFault) -> Parsed<T> {
    Err(ConditionError { place: place.into(), fault })
}

impl Condition {
    /// Reads and checks a condition.
    pub fn parse(text: &str, catalogue: &Catalogue) -> Result<Condition, ConditionError> {
        let json: Json = serde_json::from_str(text).map_err(|error| ConditionError {
            place: String::new(),
            fault: ConditionFault::Unreadable(error.to_string()),
        })?;
        let condition = condition_of("", &json, catalogue, Within { depth: 0, all: false })?;
        if condition.leaves().len() > LEAVES_MAX {
            return fault("", ConditionFault::TooMany);
        }
        Ok(condition)
    }
}

/// Where a condition stands in others.
#[derive(Clone, Copy)]
struct Within {
    depth: usize,
    /// Inside an "all of".
    all: bool,
}

fn condition_of(place: &str, json: &Json, catalogue: &Catalogue, within: Within) -> Parsed<Condition> {
    let inside = |all| Within { depth: within.depth + 1, all: within.all || all };
    match single(json) {
        Some(("any", parts)) => {
            Ok(Condition::Any { any: parts_of(&at(place, "any"), parts, catalogue, inside(false))? })
        }
        Some(("all", parts)) => {
            Ok(Condition::All { all: parts_of(&at(place, "all"), parts, catalogue, inside(true))? })
        }
        _ => match leaf_of(place, json, catalogue)? {
            Leaf::Absence(_) if within.all => fault(place, ConditionFault::AbsenceInAll),
            leaf => Ok(Condition::One(leaf)),
        },
    }
}

fn parts_of(place: &str, json: &Json, catalogue: &Catalogue, within: Within) -> Parsed<Vec<Condition>> {
    if within.depth > DEPTH_MAX {
        return fault(place, ConditionFault::TooDeep);
    }
    let Some(list) = json.as_array().filter(|list| (2..=LEAVES_MAX).contains(&list.len())) else {
        return fault(place, ConditionFault::WrongNumberOfLeaves);
    };
    let part = |(index, json)| condition_of(&format!("{place}[{index}]"), json, catalogue, within);
    list.iter().enumerate().map(part).collect()
}

/// The place of a part inside a place.
pub(crate) fn at(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
}

/// The name and value of an object that has one member.
fn single(json: &Json) -> Option<(&str, &Json)> {
    let object: &Map<String, Json> = json.as_object()?;
    let (name, value) = object.iter().next()?;
    (object.len() == 1).then_some((name.as_str(), value))
}

fn leaf_of(place: &str, json: &Json, catalogue: &Catalogue) -> Parsed<Leaf> {
    let Some((name, value)) = single(json) else {
        return fault(place, ConditionFault::NotACondition);
    };
    let at = at(place, name);
    match name {
        "compare" => read(&at, value).and_then(|leaf| check_compare(&at, leaf, catalogue)).map(Leaf::Compare),
        "change" => read(&at, value).and_then(|leaf| check_change(&at, leaf, catalogue)).map(Leaf::Change),
        "count" => read(&at, value).and_then(|leaf| check_count(&at, leaf, catalogue)).map(Leaf::Count),
        "run" => read(&at, value).and_then(|leaf| check_run(&at, leaf, catalogue)).map(Leaf::Run),
        "absence" => read(&at, value).and_then(|leaf| check_absence(&at, leaf, catalogue)).map(Leaf::Absence),
        _ => fault(place, ConditionFault::NotACondition),
    }
}

fn read<T: serde::de::DeserializeOwned>(place: &str, json: &Json) -> Parsed<T> {
    serde_json::from_value(json.clone()).map_err(|error| ConditionError {
        place: place.to_owned(),
        fault: ConditionFault::Unreadable(error.to_string()),
    })
}

fn field_of<'a>(place: &str, kind: &str, field: &str, catalogue: &'a Catalogue) -> Parsed<&'a FieldRule> {
    check_kind(place, kind, catalogue)?;
    if let Some(rule) = catalogue.field(kind, field) {
        return Ok(rule);
    }
    let fields = catalogue.kind(kind).map(|kind| kind.fields.as_slice()).unwrap_or_default();
    let codes: Vec<&str> = fields.iter().map(|field| field.code.as_str()).collect();
    fault(format!("{place}.field"), ConditionFault::UnknownField(codes.join(", ")))
}

fn check_kind(place: &str, kind: &str, catalogue: &Catalogue) -> Parsed<()> {
    match catalogue.kind(kind) {
        Some(known) if known.channel == KindChannel::Care => Ok(()),
        Some(_) => fault(format!("{place}.kind"), ConditionFault::LeavesNoRecord),
        None => {
            let of_care = catalogue.kinds.iter().filter(|kind| kind.channel == KindChannel::Care);
            let codes: Vec<&str> = of_care.map(|kind| kind.code.as_str()).collect();
            fault(format!("{place}.kind"), ConditionFault::UnknownKind(codes.join(", ")))
        }
    }
}

fn check_compare(place: &str, compare: Compare, catalogue: &Catalogue) -> Parsed<Compare> {
    let rule = field_of(place, &compare.kind, &compare.field, catalogue)?;
    if compare.op.needs_order() && !rule.is_ordered() {
        return fault(format!("{place}.op"), ConditionFault::NotOrdered);
    }
    let operand_fits = match &compare.value {
        Operand::Many(values) => compare.op == Op::IsOneOf && !values.is_empty(),
        Operand::One(_) => compare.op != Op::IsOneOf,
    };
    if !operand_fits {
        return fault(format!("{place}.value"), ConditionFault::WrongOperand);
    }
    if compare.value.values().iter().any(|value| rule.holds.fit(value) != Fit::Fits) {
        return fault(format!("{place}.value"), ConditionFault::WrongValue(rule.holds.allowed()));
    }
    Ok(compare)
}

fn check_change(place: &str, change: Change, catalogue: &Catalogue) -> Parsed<Change> {
    let rule = field_of(place, &change.kind, &change.field, catalogue)?;
    if !rule.is_ordered() {
        return fault(format!("{place}.field"), ConditionFault::NotOrdered);
    }
    if Number::of(&change.by).is_none_or(|by| by <= Number::whole(0)) {
        return fault(format!("{place}.by"), ConditionFault::NoChange);
    }
    check_range(&format!("{place}.within_hours"), change.within_hours, 1, WITHIN_HOURS_MAX)?;
    Ok(change)
}

fn check_count(place: &str, count: Count, catalogue: &Catalogue) -> Parsed<Count> {
    let of = check_compare(&format!("{place}.of"), count.of, catalogue)?;
    check_range(&format!("{place}.at_least"), count.at_least, 2, TIMES_MAX)?;
    check_range(&format!("{place}.within_hours"), count.within_hours, 1, WITHIN_HOURS_MAX)?;
    Ok(Count { of, ..count })
}

fn check_run(place: &str, run: Run, catalogue: &Catalogue) -> Parsed<Run> {
    let of = check_compare(&format!("{place}.of"), run.of, catalogue)?;
    check_range(&format!("{place}.times"), run.times, 2, TIMES_MAX)?;
    Ok(Run { of, ..run })
}

fn check_absence(place: &str, absence: Absence, catalogue: &Catalogue) -> Parsed<Absence> {
    check_kind(place, &absence.kind, catalogue)?;
    check_range(&format!("{place}.hours"), absence.hours, 1, ABSENCE_HOURS_MAX)?;
    if absence.between.is_some_and(|window| absence.hours * 60 > window_minutes(window)) {
        return fault(format!("{place}.hours"), ConditionFault::LongerThanWindow);
    }
    let of = absence.of.map(|of| check_compare(&format!("{place}.of"), of, catalogue)).transpose()?;
    if of.as_ref().is_some_and(|of| of.kind != absence.kind) {
        return fault(format!("{place}.of.kind"), ConditionFault::OtherKind);
    }
    Ok(Absence { of, ..absence })
}

/// How long a daily window is, in minutes of an ordinary day; equal ends mean the whole day.
fn window_minutes([opening, close]: [super::hours::LocalTime; 2]) -> u32 {
    let (opening, close) = (u32::from(opening.minute()), u32::from(close.minute()));
    if opening < close { close - opening } else { 24 * 60 - opening + close }
}

fn check_range(place: &str, number: u32, min: u32, max: u32) -> Parsed<()> {
    if (min..=max).contains(&number) { Ok(()) } else { fault(place, ConditionFault::OutOfRange { min, max }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Condition, String> {
        Condition::parse(text, Catalogue::built_in()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_condition_reads_back_from_what_it_writes() {
        for text in [
            r#"{"compare":{"kind":"wound_dressed","field":"strike_through","op":"at_least","value":"25_to_75"}}"#,
            r#"{"change":{"kind":"wound_dressed","field":"pain_rest","direction":"up","by":2,"within_hours":48}}"#,
            r#"{"count":{"of":{"kind":"meal","field":"eaten","op":"at_most","value":"quarter"},"at_least":3,"within_hours":48}}"#,
            r#"{"run":{"of":{"kind":"meal","field":"help","op":"over","value":"prompt"},"times":3}}"#,
            r#"{"absence":{"kind":"position","hours":6,"between":["08:00","22:00"]}}"#,
            r#"{"absence":{"kind":"fluid","hours":12,"of":{"kind":"fluid","field":"drink_ml","op":"over","value":0}}}"#,
            r#"{"any":[{"compare":{"kind":"pain","field":"score","op":"at_least","value":7}},{"absence":{"kind":"pain","hours":24}}]}"#,
            r#"{"all":[{"compare":{"kind":"pain","field":"score","op":"at_least","value":7}},{"compare":{"kind":"meal","field":"help","op":"is_one_of","value":["fed","cut_up"]}}]}"#,
            r#"{"any":[{"all":[{"compare":{"kind":"pain","field":"score","op":"at_least","value":7}},{"any":[{"compare":{"kind":"meal","field":"eaten","op":"is","value":"none"}},{"compare":{"kind":"meal","field":"help","op":"is","value":"fed"}}]}]},{"absence":{"kind":"pain","hours":24}}]}"#,
        ] {
            assert_eq!(parse(text).map(|condition| condition.to_json()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_fault_names_its_place_and_what_is_allowed() {
        let compare = |part: &str| format!(r#"{{"compare":{{"kind":"meal","field":"eaten",{part}}}}}"#);
        let over_3 = r#"{"compare":{"kind":"pain","field":"score","op":"over","value":3}}"#;
        let nested =
            |depth| (0..depth).fold(over_3.to_owned(), |inner, _| format!(r#"{{"any":[{inner},{over_3}]}}"#));
        let wide =
            || format!(r#"{{"any":[{0},{0},{0}]}}"#, format!(r#"{{"any":[{}]}}"#, [over_3; 6].join(",")));
        let cases = [
            ("{".to_owned(), ": cannot be read: EOF while parsing an object at line 1 column 1"),
            ("{}".to_owned(), ": expected an object with one of compare, change, count, run, absence, any, all"),
            (r#"{"any":[{"any":[]},{"all":[]}]}"#.to_owned(), "any[0].any: needs 2 to 16 conditions"),
            (nested(5), "any[0].any[0].any[0].any[0].any: at most 4 of any and all inside one another: write two triggers"),
            (wide(), ": at most 16 simple conditions in all"),
            (r#"{"any":[]}"#.to_owned(), "any: needs 2 to 16 conditions"),
            (compare(r#""op":"at_most","value":"some""#), "compare.value: the value does not fit the field: give one of none, quarter, half, three_quarters, all"),
            (compare(r#""op":"is","value":["none"]"#), "compare.value: is_one_of takes a list of at least one value, every other comparison one value"),
            (compare(r#""op":"like","value":"none""#), "compare: cannot be read: unknown variant `like`, expected one of `is`, `is_not`, `is_one_of`, `at_least`, `at_most`, `over`, `under`"),
            (r#"{"compare":{"kind":"money_visitors","field":"bills","op":"is","value":"yes"}}"#.to_owned(), "compare.kind: opens the concern form and leaves no care record: no trigger can wait for it"),
            (r#"{"compare":{"kind":"wound_dressed","field":"fluid_colour","op":"over","value":"red"}}"#.to_owned(), "compare.op: the values of this field have no order: use is, is_not or is_one_of"),
            (r#"{"change":{"kind":"pain","field":"score","direction":"up","by":0,"within_hours":48}}"#.to_owned(), "change.by: the amount must be a number above 0"),
            (r#"{"change":{"kind":"pain","field":"score","direction":"up","by":1,"within_hours":0}}"#.to_owned(), "change.within_hours: give a whole number from 1 to 4416"),
            (r#"{"run":{"of":{"kind":"pain","field":"score","op":"over","value":3},"times":1}}"#.to_owned(), "run.times: give a whole number from 2 to 100"),
            (r#"{"absence":{"kind":"position","hours":15,"between":["08:00","22:00"]}}"#.to_owned(), "absence.hours: is longer than its daily window"),
            (r#"{"absence":{"kind":"fluid","hours":12,"of":{"kind":"meal","field":"drink","op":"is","value":"yes"}}}"#.to_owned(), "absence.of.kind: must be of the kind that the absence is of"),
            (r#"{"absence":{"kind":"fluid","hours":12,"of":{"kind":"fluid","field":"drink_ml","op":"over","value":"some"}}}"#.to_owned(), "absence.of.value: the value does not fit the field: give a whole number from 0 to 2000"),
            (r#"{"all":[{"absence":{"kind":"position","hours":6}},{"absence":{"kind":"meal","hours":6}}]}"#.to_owned(), "all[0]: an absence cannot stand in all: write it in any, or as a trigger of its own"),
        ];
        for (text, reason) in cases {
            assert_eq!(parse(&text), Err(reason.to_owned()), "{text}");
        }
    }

    #[test]
    fn an_unknown_kind_is_refused_with_the_kinds_of_care() {
        let error = parse(r#"{"compare":{"kind":"mood_ring","field":"x","op":"is","value":1}}"#);
        let error = error.expect_err("there is no such kind");
        assert!(error.starts_with("compare.kind: unknown kind of observation: give one of skin_check, "));
        assert!(!error.contains("money_visitors"), "no trigger can wait for what opens the concern form");
    }

    #[test]
    fn the_unknown_field_of_a_leaf_is_named_with_its_number() {
        let text = r#"{"any":[{"compare":{"kind":"pain","field":"score","op":"over","value":3}},
            {"change":{"kind":"pain","field":"size","direction":"up","by":1,"within_hours":4}}]}"#;
        let error = Condition::parse(text, Catalogue::built_in()).expect_err("an unknown field");
        assert_eq!(error.place, "any[1].change.field");
    }
}
